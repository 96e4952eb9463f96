import { createRequire } from 'node:module';
import type * as Mathjs from 'mathjs';
import type { Nerdamer } from 'nerdamer/nerdamer.core.js';

/*
 * The two libraries that take long to load (a third and a tenth of a second) are loaded at their first use. `require`
 * (rather than `import()`) keeps parsing and deriving synchronous, and its own cache makes the second call free.
 * Bundlers cannot follow it: the built package gives them libraries-bundled.ts instead (scripts/finish-build.mjs).
 */

export function mathjs(): typeof Mathjs {
  return createRequire(import.meta.url)('mathjs/number') as typeof Mathjs;
}

/** The core with the parts that it needs to solve and to expand. */
export function nerdamer(): Nerdamer {
  const load = createRequire(import.meta.url);
  for (const part of ['Algebra', 'Calculus', 'Solve']) load(`nerdamer/${part}.js`);
  return load('nerdamer/nerdamer.core.js') as Nerdamer;
}
