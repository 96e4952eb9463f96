import { excerpt, fail, located } from '../base/diagnostic.js';
import { hostModule } from '../base/host.js';
import { readBoundedText } from '../base/read-bounded.js';
import { shippedArchitectures } from '../base/shipped.js';
import type { Architecture } from '../model/architecture.js';
import type { IncludedText, Includer } from './blocks.js';
import { parseArchitecture } from './parse.js';
import { expectation } from '../base/suggest.js';
import { maximumBytes } from './yaml-guard.js';

/**
 * Reads and parses an architecture file. LW101 cannot be read (in a browser: never), LW102 above 256 KiB, and all that
 * parsing may raise.
 */
export function readArchitecture(path: string): Architecture {
  return parseArchitecture(readBoundedText(path, maximumBytes, 'LW103'), path, includer(path));
}

/**
 * Blocks by built-in name, or by a path relative to the file that includes them. Only architecture files are read, so
 * that a file from elsewhere cannot have others quoted in messages. @throws LW101, LW102, LW110
 */
function includer(outermost: string): Includer {
  const paths = hostModule('node:path');
  const root = identityOf(outermost);
  return (path, from, position) => {
    const own = builtin(path);
    if (own !== null) return { ...own, identity: `built-in ${path}` };
    if (!/\.ya?ml$/.test(path) || paths === null || paths.isAbsolute(path)) {
      return fail(
        'LW110',
        `"${excerpt(path)}"`,
        `a relative path that ends in .yaml, or ${builtinArchitectures().join(', ')}`,
        position,
      );
    }
    const file = paths.join(paths.dirname(from ?? '.'), path);
    const identity = identityOf(file);
    if (identity === root)
      fail('LW110', `a cycle: ${excerpt(file)} includes itself`, 'files that do not include each other', position);
    return { text: located(position, () => readBoundedText(file, maximumBytes, 'LW103')), file, identity };
  };
}

/** The file itself, whatever links lead to it; of one that does not exist the path. */
function identityOf(path: string): string {
  try {
    return hostModule('node:fs')?.realpathSync(path) ?? path;
  } catch {
    return path;
  }
}

/** Positions name the file as the package does, so that output does not depend on where it is installed. */
function builtin(name: string): Omit<IncludedText, 'identity'> | null {
  const text = shippedArchitectures().get(name);
  return text === undefined ? null : { text, file: `rules/architectures/${name}.yaml` };
}

/** A built-in architecture by name, or a file by path. LW301 where it is neither. */
export function loadArchitecture(nameOrPath: string): Architecture {
  const own = builtin(nameOrPath);
  if (own !== null) return parseArchitecture(own.text, own.file);
  const isPath = /[/\\]|\.(?:ya?ml|json)$/.test(nameOrPath);
  if (
    !isPath &&
    !(nameOrPath !== '' && !nameOrPath.includes('\0') && hostModule('node:fs')?.existsSync(nameOrPath) === true)
  ) {
    return fail('LW301', `"${excerpt(nameOrPath)}"`, `${expectation(nameOrPath, builtinArchitectures())}, or a path`);
  }
  return readArchitecture(nameOrPath);
}

/** The names of the architectures that come with the package, sorted. */
export function builtinArchitectures(): string[] {
  return [...shippedArchitectures().keys()];
}
