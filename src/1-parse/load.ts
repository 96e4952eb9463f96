import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { excerpt, fail } from '../base/diagnostic.js';
import { readBoundedText } from '../base/read-bounded.js';
import type { Architecture } from '../model/architecture.js';
import { parseArchitecture } from './parse.js';
import { expectation } from './suggest.js';
import { maximumBytes } from './yaml-guard.js';

const extension = '.yaml';

/** Reads and parses an architecture file. LW101 cannot be read, LW102 above 256 KiB, and all that parsing may raise. */
export function readArchitecture(path: string): Architecture {
  return parseArchitecture(readBoundedText(path, maximumBytes, 'LW103'), path);
}

/** A built-in architecture by name, or a file by path. LW301 where it is neither. */
export function loadArchitecture(nameOrPath: string): Architecture {
  const names = builtinArchitectures();
  if (names.includes(nameOrPath)) {
    const stem = `${nameOrPath}${extension}`;
    // Positions name the file as the package does, so that output does not depend on where it is installed.
    return parseArchitecture(readBoundedText(join(builtinFolder(), stem), maximumBytes, 'LW103'), `rules/architectures/${stem}`);
  }
  const isPath = /[/\\]|\.(?:ya?ml|json)$/.test(nameOrPath);
  if (!isPath && !(nameOrPath !== '' && !nameOrPath.includes('\0') && existsSync(nameOrPath))) {
    return fail('LW301', `"${excerpt(nameOrPath)}"`, `${expectation(nameOrPath, names)}, or a path`);
  }
  return readArchitecture(nameOrPath);
}

/** The names of the architectures that come with the package, sorted. */
export function builtinArchitectures(): string[] {
  return readdirSync(builtinFolder())
    .filter((file) => file.endsWith(extension))
    .map((file) => file.slice(0, -extension.length))
    .sort();
}

/** Up from this module to the package's root: the same from sources as from the compiled files. */
function builtinFolder(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) {
      const content: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
      if (typeof content === 'object' && content !== null && 'name' in content && content.name === 'lipwright') {
        return join(folder, 'rules', 'architectures');
      }
    }
    if (dirname(folder) === folder) return fail('LW101', 'no package.json of lipwright above the module', 'an intact installation');
  }
}
