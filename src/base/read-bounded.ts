import type { Code, Position } from './diagnostic.js';
import { LipwrightError, excerpt, fail } from './diagnostic.js';
import { hostModule } from './host.js';

const start = (file: string): Position => ({ file, line: 1, column: 1 });

/**
 * The text of a file, read no further than one byte over the limit, whatever the file claims about its size.
 * @throws LW101 cannot be read, LW102 too large, `notUtf8` if the bytes are no text
 */
export function readBoundedText(path: string, limit: number, notUtf8: Code): string {
  return boundedText(readBoundedBytes(path, limit), notUtf8, path);
}

/** Bytes as text. `file` is only printed in the position. */
export function boundedText(bytes: Uint8Array, notUtf8: Code, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return fail(notUtf8, 'bytes that are no UTF-8 text', 'UTF-8', start(file));
  }
}

/** The bytes of a file, in the same way. @throws LW101 cannot be read, LW102 too large */
export function readBoundedBytes(path: string, limit: number): Uint8Array {
  try {
    return readBounded(path, limit);
  } catch (error) {
    if (error instanceof LipwrightError) throw error;
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'an unusable path';
    return fail('LW101', `"${excerpt(path)}" (${reason})`, 'a readable file');
  }
}

function readBounded(path: string, limit: number): Uint8Array {
  const files = hostModule('node:fs');
  if (files === null)
    return fail(
      'LW101',
      `"${excerpt(path)}", where there is no file system`,
      'the text of the file instead of its path',
    );
  const handle = files.openSync(path, 'r');
  try {
    const tooLarge = (found: string): never => fail('LW102', found, `at most ${limit} bytes`, start(path));
    const { size } = files.fstatSync(handle);
    if (size > limit) tooLarge(`${size} bytes`);
    const chunks: Buffer[] = [];
    let total = 0;
    for (;;) {
      // A pipe claims no size; it is read piece by piece.
      const chunk = Buffer.alloc(Math.max(65_536, Math.min(size + 1, limit + 1)));
      const count = files.readSync(handle, chunk, 0, chunk.length, null);
      if (count === 0) return Buffer.concat(chunks, total);
      chunks.push(chunk.subarray(0, count));
      total += count;
      if (total > limit) tooLarge(`more than ${limit} bytes`);
    }
  } finally {
    files.closeSync(handle);
  }
}
