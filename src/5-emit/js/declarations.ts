/** `net.mjs` → `net.d.mts`, `net.js` → `net.d.ts`; null for names that no compiler looks for declarations of. */
export function declarationsPath(path: string): string | null {
  return /\.m?js$/.test(path) ? path.replace(/\.(m?)js$/, '.d.$1ts') : null;
}

/**
 * The declarations of a TypeScript module of ours: exported types as they are, exported functions and constants without
 * what they do, each with the comment above it. Only what stands at the margin is looked at.
 */
export function declarationsOf(module: string): string {
  const out: string[] = [];
  let comments: string[] = [];
  let inside = false;
  for (const line of module.split('\n')) {
    if (inside) {
      out.push(line);
      inside = line !== '}';
      continue;
    }
    if (/^(?:\/\/|\/\*\*| \*) /.test(line)) {
      comments.push(line.replace(/^(?:\/\/|\/\*\*| \*) /, '').replace(/ \*\/$/, ''));
      continue;
    }
    if (line === '/**' || line === ' */') continue;
    if (line === '' && out.length === 0 && comments.length > 0) {
      // The header says what the module is.
      out.push(...comments.map((text) => `// ${text}`), '');
      comments = [];
    }
    const declared = declaration(line);
    if (declared !== null) {
      out.push(...documentation(comments));
      out.push(declared);
      inside = declared.endsWith('{');
    }
    if (line !== '' || out.length > 0) comments = [];
  }
  return `${out.join('\n')}\n`;
}

/** Line comments as what editors show. */
function documentation(comments: readonly string[]): readonly string[] {
  const [first, ...more] = comments.map((text) => text.replaceAll('*/', '* /'));
  if (first === undefined) return [];
  return more.length === 0 ? [`/** ${first} */`] : ['/**', ...[first, ...more].map((text) => ` * ${text}`), ' */'];
}

function declaration(line: string): string | null {
  if (/^import \* as /.test(line)) return line.replace('import', 'import type');
  if (/^export (?:type|interface) /.test(line)) return line;
  const [, name, literal] = /^export const (\w+) = (["\d])/.exec(line) ?? [];
  if (name !== undefined) return `export declare const ${name}: ${literal === '"' ? 'string' : 'number'};`;
  const [, signature] = /^export function (.*) \{(?:.*\})?$/.exec(line) ?? [];
  return signature === undefined
    ? null
    : `export declare function ${signature.replace(/(\w+)(: [^,()]+) = \{\}/g, '$1?$2')};`;
}
