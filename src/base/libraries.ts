import { createRequire } from 'node:module';
import type { Nerdamer } from 'nerdamer/nerdamer.core.js';
import type { MathjsParser } from './mathjs-parser.js';
import { mathjsParser } from './mathjs-parser.js';

/*
 * Of mathjs only the parser is loaded, and nerdamer at its first use. `require` (rather than `import()`) keeps parsing
 * and deriving synchronous, and its own cache makes the second call free. Bundlers cannot follow it: the built package
 * gives them libraries-bundled.ts instead (scripts/finish-build.mjs).
 */
const load = createRequire(import.meta.url);

function loadParser(): MathjsParser {
  try {
    return mathjsParser(load);
  } catch {
    return load('mathjs/number') as MathjsParser;
  }
}

const parser = loadParser();

export const mathjs = (): MathjsParser => parser;

/** The core with the parts that it needs for coefficients and to expand. */
export function nerdamer(): Nerdamer {
  for (const part of ['Algebra', 'Calculus']) load(`nerdamer/${part}.js`);
  return load('nerdamer/nerdamer.core.js') as Nerdamer;
}
