import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail } from './diagnostic.js';

/*
 * The texts that come with the package. Sources read them from rules/ and runtime/; the built package holds their texts
 * in the place of this module (scripts/finish-build.mjs), so that a bundle needs no files.
 */

const extension = '.yaml';

/** The texts of the built-in architectures by name, sorted. */
export function shippedArchitectures(): ReadonlyMap<string, string> {
  const folder = join(packageFolder(), 'rules', 'architectures');
  const files = readdirSync(folder)
    .filter((file) => file.endsWith(extension))
    .sort();
  return new Map(files.map((file) => [file.slice(0, -extension.length), readFileSync(join(folder, file), 'utf8')]));
}

/** The text of the library of activations. */
export const shippedActivations = (): string =>
  readFileSync(join(packageFolder(), 'rules', 'activations.yaml'), 'utf8');

/**
 * The slopes of that library as scripts/write-activation-slopes.ts has computed them: see cli/listed-activations.ts.
 */
export const shippedActivationSlopes = (): string =>
  readFileSync(join(packageFolder(), 'rules', 'activation-slopes.json'), 'utf8');

/**
 * The files of the runtime by name, sorted: emitted modules hold parts of them, and memory runs those in TypeScript.
 */
export function shippedRuntime(language: 'js' | 'python'): ReadonlyMap<string, string> {
  const folder = join(packageFolder(), 'src', 'runtime', language);
  const files = readdirSync(folder).filter((file) => /\.(?:ts|py)$/.test(file));
  return new Map(files.sort().map((file) => [file.replace(/\.\w+$/, ''), readFileSync(join(folder, file), 'utf8')]));
}

/** Up from this module to the package's root. */
function packageFolder(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) {
      const content: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
      if (typeof content === 'object' && content !== null && 'name' in content && content.name === 'lipwright')
        return folder;
    }
    if (dirname(folder) === folder)
      return fail('LW101', 'no package.json of lipwright above the module', 'an intact installation');
  }
}
