import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import type { Stats } from 'node:fs';
import { excerpt, fail } from '../base/diagnostic.js';
import type { Session } from './session.js';

/** Prints the text, or writes it to the file that `--out` names, together with those that belong beside it. */
export function deliver(
  session: Session,
  text: string,
  out: string | undefined,
  beside: readonly (readonly [path: string, text: string])[] = [],
): void {
  if (out === undefined) {
    session.io.out(text);
    return;
  }
  // What the user named is what a message names.
  checkPlace(out);
  const files = [...beside, [out, text] as const];
  writeTogether(files);
  for (const [path, written] of files.reverse())
    session.io.err(`wrote ${excerpt(path, 200)} (${Buffer.byteLength(written)} bytes)\n`);
}

/** Writes all of the file or nothing. @throws LW108 */
export function writeWhole(path: string, text: string): void {
  writeTogether([[path, text]]);
}

/**
 * Writes all of the files or nothing: to temporary files beside them, which take their places once all are written. A
 * link is followed, the mode of an existing file kept; devices and pipes are written to as they are. @throws LW108
 */
function writeTogether(files: readonly (readonly [path: string, text: string])[]): void {
  const staged: Staged[] = [];
  for (const [path, text] of files) {
    if (path === '') fail('LW108', 'an empty path', 'the path of a file');
    try {
      staged.push(stage(path, text));
    } catch (error) {
      staged.forEach(({ discard }) => discard());
      unwritable(path, error);
    }
  }
  staged.forEach(({ commit, discard }, at) => {
    try {
      commit();
    } catch (error) {
      discard();
      staged.slice(at + 1).forEach((other) => other.discard());
      unwritable(files[at]?.[0] ?? '', error);
    }
  });
}

/** Before work that takes its time: is this a place where a file can be written? @throws LW108 */
export function checkPlace(path: string): void {
  if (path === '') fail('LW108', 'an empty path', 'the path of a file');
  try {
    const existing = existingFile(path);
    if (existing?.isDirectory() === true) throw Object.assign(new Error('a folder'), { code: 'EISDIR' });
    // A file is written beside its place and moved there; devices and pipes are written to as they are.
    if (existing === null || existing.isFile())
      accessSync(dirname(existing === null ? path : realpathSync(path)), constants.W_OK);
  } catch (error) {
    unwritable(path, error);
  }
}

function unwritable(path: string, error: unknown): never {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : 'an unusable path';
  return fail('LW108', `"${excerpt(path, 200)}" (${reason})`, 'a file in a folder that exists and can be written to');
}

function existingFile(path: string): Stats | null {
  try {
    return statSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** A file that waits for its place. */
interface Staged {
  readonly commit: () => void;
  readonly discard: () => void;
}

function stage(path: string, text: string): Staged {
  const existing = existingFile(path);
  if (existing !== null && !existing.isFile() && !existing.isDirectory())
    return { commit: () => writeFileSync(path, text), discard: () => undefined };
  const place = existing === null ? path : realpathSync(path);
  if (existing?.isDirectory() === true) throw Object.assign(new Error('a folder'), { code: 'EISDIR' });
  const temporary = join(dirname(place), `.${basename(place).slice(0, 64)}.${randomBytes(6).toString('hex')}.tmp`);
  const discard = (): void => rmSync(temporary, { force: true });
  try {
    const handle = openSync(temporary, 'wx');
    try {
      writeFileSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    if (existing !== null) chmodSync(temporary, existing.mode);
  } catch (error) {
    discard();
    throw error;
  }
  return { commit: () => renameSync(temporary, place), discard };
}
