import { chmodSync, closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import type { Stats } from 'node:fs';
import { excerpt, fail } from '../base/diagnostic.js';
import type { Session } from './session.js';

/** Prints the text, or writes it to the file that `--out` names. */
export function deliver(session: Session, text: string, out: string | undefined): void {
  if (out === undefined) {
    session.io.out(text);
    return;
  }
  writeWhole(out, text);
  session.io.err(`wrote ${excerpt(out, 200)} (${Buffer.byteLength(text)} bytes)\n`);
}

/**
 * Writes all of the file or nothing: to a temporary file beside it, which then takes its place. A link is followed, the
 * mode of an existing file kept; devices and pipes are written to as they are. @throws LW108
 */
export function writeWhole(path: string, text: string): void {
  if (path === '') fail('LW108', 'an empty path', 'the path of a file');
  try {
    const existing = existingFile(path);
    if (existing !== null && !existing.isFile() && !existing.isDirectory()) writeFileSync(path, text);
    else replaceFile(existing === null ? path : realpathSync(path), text, existing);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'an unusable path';
    fail('LW108', `"${excerpt(path, 200)}" (${reason})`, 'a file in a folder that exists and can be written to');
  }
}

function existingFile(path: string): Stats | null {
  try {
    return statSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

function replaceFile(path: string, text: string, existing: Stats | null): void {
  const temporary = join(dirname(path), `.${basename(path).slice(0, 64)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const handle = openSync(temporary, 'wx');
    try {
      writeFileSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    if (existing !== null) chmodSync(temporary, existing.mode);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
