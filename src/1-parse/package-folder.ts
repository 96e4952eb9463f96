import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail } from '../base/diagnostic.js';

/** Up from this module to the package's root: the same from sources as from the compiled files. */
export function packageFolder(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) {
      const content: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
      if (typeof content === 'object' && content !== null && 'name' in content && content.name === 'lipwright') return folder;
    }
    if (dirname(folder) === folder) return fail('LW101', 'no package.json of lipwright above the module', 'an intact installation');
  }
}
