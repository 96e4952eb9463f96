import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { excerpt, fail, located } from '../base/diagnostic.js';
import { readBoundedText } from '../base/read-bounded.js';
import type { Architecture } from '../model/architecture.js';
import type { IncludedText, Includer } from './blocks.js';
import { packageFolder } from './package-folder.js';
import { parseArchitecture } from './parse.js';
import { expectation } from './suggest.js';
import { maximumBytes } from './yaml-guard.js';

const extension = '.yaml';

/** Reads and parses an architecture file. LW101 cannot be read, LW102 above 256 KiB, and all that parsing may raise. */
export function readArchitecture(path: string): Architecture {
  return parseArchitecture(readBoundedText(path, maximumBytes, 'LW103'), path, includer(path));
}

/**
 * Blocks by built-in name, or by a path relative to the file that includes them. Only architecture files are read, so that
 * a file from elsewhere cannot have others quoted in messages. @throws LW101, LW102, LW110
 */
function includer(outermost: string): Includer {
  const root = identityOf(outermost);
  return (path, from, position) => {
    if (builtinArchitectures().includes(path)) return { ...builtin(path), identity: `built-in ${path}` };
    if (!/\.ya?ml$/.test(path) || isAbsolute(path)) fail('LW110', `"${excerpt(path)}"`, `a relative path that ends in .yaml, or ${builtinArchitectures().join(', ')}`, position);
    const file = join(dirname(from ?? '.'), path);
    const identity = identityOf(file);
    if (identity === root) fail('LW110', `a cycle: ${excerpt(file)} includes itself`, 'files that do not include each other', position);
    return { text: located(position, () => readBoundedText(file, maximumBytes, 'LW103')), file, identity };
  };
}

/** The file itself, whatever links lead to it; of one that does not exist the path. */
function identityOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Positions name the file as the package does, so that output does not depend on where it is installed. */
function builtin(name: string): Omit<IncludedText, 'identity'> {
  const stem = `${name}${extension}`;
  return { text: readBoundedText(join(builtinFolder(), stem), maximumBytes, 'LW103'), file: `rules/architectures/${stem}` };
}

/** A built-in architecture by name, or a file by path. LW301 where it is neither. */
export function loadArchitecture(nameOrPath: string): Architecture {
  const names = builtinArchitectures();
  if (names.includes(nameOrPath)) {
    const { text, file } = builtin(nameOrPath);
    return parseArchitecture(text, file);
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
