import { shippedRuntime } from '../../../base/shipped.js';
import { namesIn } from './tokens.js';

/** A function, constant or type of the runtime, with the comment above it. */
interface Declaration {
  readonly name: string;
  readonly text: string;
}

/**
 * The declarations of the runtime that a module's text uses, and those that these use, verbatim but for `export`: in
 * the order of the runtime's files and of the places there.
 */
export function runtimeFor(module: string): string {
  const all = [...shippedRuntime('js').values()].flatMap(declarationsIn);
  const byName = new Map(all.map((declaration) => [declaration.name, declaration]));
  const used = new Set<Declaration>();
  const use = (text: string): void => {
    for (const name of namesIn(text)) {
      const declaration = byName.get(name);
      if (declaration === undefined || used.has(declaration)) continue;
      used.add(declaration);
      use(declaration.text);
    }
  };
  use(module);
  return all
    .filter((declaration) => used.has(declaration))
    .map(({ text }) => text.replace(/^export /m, ''))
    .join('\n\n');
}

/**
 * What a file declares at its margin. The formatter sees to it that functions and interfaces end with a brace there,
 * and all else with the first line that closes what it opened.
 */
export function declarationsIn(source: string): readonly Declaration[] {
  const found: Declaration[] = [];
  let pending: string[] = [];
  const lines = source.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const [, what, name] = /^(?:export )?(function|const|interface|type) (\w+)/.exec(line) ?? [];
    if (name === undefined) {
      pending = line === '' || /^[^/ ]/.test(line) ? [] : [...pending, line];
      continue;
    }
    const braced = what === 'function' || what === 'interface';
    let end = at;
    while (end < lines.length - 1 && !(braced ? lines[end] === '}' : /^(?:\S.*|.*[^,{]);$/.test(lines[end] ?? '')))
      end += 1;
    found.push({ name, text: [...pending, ...lines.slice(at, end + 1)].join('\n') });
    pending = [];
    at = end;
  }
  return found;
}
