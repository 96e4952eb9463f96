import { chmodSync, copyFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import {
  shippedActivationSlopes,
  shippedActivations,
  shippedArchitectures,
  shippedRuntime,
} from '../dist/src/base/shipped.js';

/*
 * What the compiler cannot do for the built package. Two modules of src/base say more about it:
 * shipped.js holds the texts of the data files instead of reading them, so that a bundle needs no files;
 * libraries.js asks `#libraries` of package.json, which is the lazy module for Node and the static one for bundlers.
 */
const base = new URL('../dist/src/base/', import.meta.url);
const source = (name) => readFileSync(new URL(name, base), 'utf8');

const languages = ['js', 'python'];
const runtime = Object.fromEntries(languages.map((language) => [language, [...shippedRuntime(language)]]));
const architectures = [...shippedArchitectures()];
writeFileSync(
  new URL('shipped.js', base),
  `// Written by scripts/finish-build.mjs from rules/ and src/runtime/.
const architectures = new Map(${JSON.stringify(architectures, null, 1)});
const activations = ${JSON.stringify(shippedActivations())};
const activationSlopes = ${JSON.stringify(shippedActivationSlopes())};
const runtime = new Map(Object.entries(${JSON.stringify(runtime, null, 1)}).map(([language, files]) => [language, new Map(files)]));

export const shippedArchitectures = () => architectures;
export const shippedActivations = () => activations;
export const shippedActivationSlopes = () => activationSlopes;
export const shippedRuntime = (language) => runtime.get(language);
`,
);

if (source('libraries.js').includes('createRequire'))
  renameSync(new URL('libraries.js', base), new URL('libraries-lazy.js', base));
writeFileSync(new URL('libraries.js', base), "export { mathjs, nerdamer } from '#libraries';\n");

// The compiler emits no declarations that are written by hand.
for (const file of ['index.d.cts', 'property.d.cts'])
  copyFileSync(new URL(`../src/${file}`, import.meta.url), new URL(`../${file}`, base));

chmodSync(new URL('../cli/main.js', base), 0o755);
