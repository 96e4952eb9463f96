import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LipwrightError, excerpt, fail } from '../base/diagnostic.js';
import type { Architecture } from '../model/architecture.js';
import { parseArchitecture } from './parse.js';
import { expectation } from './suggest.js';
import { maximumBytes } from './yaml-guard.js';

const extension = '.yaml';

/** Reads and parses an architecture file. LW101 cannot be read, LW102 above 256 KiB, and all that parsing may raise. */
export function readArchitecture(path: string): Architecture {
  return parseArchitecture(readText(path), path);
}

/** A built-in architecture by name, or a file by path. LW301 where it is neither. */
export function loadArchitecture(nameOrPath: string): Architecture {
  const names = builtinArchitectures();
  if (names.includes(nameOrPath)) {
    const stem = `${nameOrPath}${extension}`;
    // Positions name the file as the package does, so that output does not depend on where it is installed.
    return parseArchitecture(readText(join(builtinFolder(), stem)), `rules/architectures/${stem}`);
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

/** At most one byte more than allowed is read, whatever the file claims about its size (a pipe claims 0). */
function readText(path: string): string {
  const start = { file: path, line: 1, column: 1 };
  let bytes: Buffer;
  try {
    bytes = readBounded(path);
  } catch (error) {
    if (error instanceof LipwrightError) throw error;
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'an unusable path';
    return fail('LW101', `"${excerpt(path)}" (${reason})`, 'a readable file');
  }
  if (bytes.length > maximumBytes) fail('LW102', `more than ${maximumBytes} bytes`, 'a smaller file', start);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return fail('LW103', 'bytes that are no UTF-8 text', 'UTF-8', start);
  }
}

function readBounded(path: string): Buffer {
  const handle = openSync(path, 'r');
  try {
    const { size } = fstatSync(handle);
    if (size > maximumBytes) fail('LW102', `${size} bytes`, `at most ${maximumBytes}`, { file: path, line: 1, column: 1 });
    const buffer = Buffer.alloc(maximumBytes + 1);
    let length = 0;
    for (let count = 1; count > 0 && length < buffer.length; length += count) {
      count = readSync(handle, buffer, length, buffer.length - length, null);
    }
    return buffer.subarray(0, length);
  } finally {
    closeSync(handle);
  }
}
