// @ts-check
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import ts from 'typescript';

/**
 * No import cycles, type imports included: a cycle of types is erased at run time but reads no better. (The usual
 * plugins pass over type imports.)
 *
 * @typedef {{ readonly changed: number, readonly imports: readonly string[] }} Entry
 */

/** The file that a relative import names: `./node.js` is written in `node.ts`. Null for packages. */
function target(/** @type {string} */ from, /** @type {string} */ source) {
  if (!source.startsWith('.')) return null;
  const path = resolve(dirname(from), source);
  const typescript = path.replace(/\.js$/, '.ts');
  return existsSync(typescript) ? typescript : path;
}

/** Reads a file's imports, again only if it has changed; editors keep one linter for hours. */
function createReader() {
  /** @type {Map<string, Entry>} */
  const known = new Map();
  return (/** @type {string} */ file) => {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat === undefined || !stat.isFile()) return [];
    const entry = known.get(file);
    if (entry?.changed === stat.mtimeMs) return entry.imports;
    const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'), true, true);
    const imports = importedFiles.flatMap(({ fileName }) => target(file, fileName) ?? []);
    known.set(file, { changed: stat.mtimeMs, imports });
    return imports;
  };
}

/** The shortest way from one file to another along imports, or null. */
function route(
  /** @type {string} */ from,
  /** @type {string} */ to,
  /** @type {(file: string) => readonly string[]} */ read,
) {
  const cameFrom = new Map([[from, /** @type {string | null} */ (null)]]);
  for (const file of cameFrom.keys()) {
    if (file === to) {
      /** @type {string[]} */
      const path = [];
      for (
        let at = /** @type {string | null | undefined} */ (file);
        at !== null && at !== undefined;
        at = cameFrom.get(at)
      )
        path.unshift(at);
      return path;
    }
    // A Map's iteration takes in what is added on the way: this is a breadth-first queue.
    for (const next of read(file)) if (!cameFrom.has(next)) cameFrom.set(next, file);
  }
  return null;
}

/** @returns {import('eslint').Rule.RuleModule} */
export function createCyclesRule() {
  const read = createReader();
  return {
    meta: {
      type: 'problem',
      docs: { description: 'no import cycles, type imports included' },
      schema: [],
      messages: { cycle: 'Import cycle: {{ route }}' },
    },
    create(context) {
      const { filename, cwd } = context;
      const check = (/** @type {any} */ source) => {
        if (typeof source?.value !== 'string') return;
        const imported = target(filename, source.value);
        const path = imported === null ? null : route(imported, filename, read);
        if (path !== null)
          context.report({
            node: source,
            messageId: 'cycle',
            data: { route: [filename, ...path].map((file) => relative(cwd, file)).join(' → ') },
          });
      };
      return {
        ImportDeclaration: (node) => check(node.source),
        ImportExpression: (node) => check(node.source),
        ExportAllDeclaration: (node) => check(node.source),
        ExportNamedDeclaration: (node) => check(node.source),
        TSImportType: (/** @type {any} */ node) => check(node.source ?? node.argument?.literal),
      };
    },
  };
}
