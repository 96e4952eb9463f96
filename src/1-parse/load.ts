import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { excerpt, fail } from '../base/diagnostic.js';
import { readBoundedText } from '../base/read-bounded.js';
import type { Architecture } from '../model/architecture.js';
import { packageFolder } from './package-folder.js';
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

const builtinFolder = (): string => join(packageFolder(), 'rules', 'architectures');
