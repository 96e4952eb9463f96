import { readFileSync, statSync } from 'node:fs';
import type { Diagnostic, Position } from '../base/diagnostic.js';
import { catalogue } from '../base/diagnostic.js';

/** Lines longer than this are cut to a window around the column. */
const window = 96;
const largestSource = 4 * 2 ** 20;

/** Control characters would let a file draw on the terminal; each becomes one blank, so that columns stay. */
const printable = (line: string): string =>
  line.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, ' ');

function textOf(file: string, sources: ReadonlyMap<string, string>): string | null {
  const known = sources.get(file);
  if (known !== undefined) return known;
  try {
    return statSync(file).isFile() && statSync(file).size <= largestSource
      ? readFileSync(file, 'utf8').replace(/^\ufeff/, '')
      : null;
  } catch {
    return null;
  }
}

/** The offending line with a caret below the column; nothing where the text is not at hand. */
function excerptAt({ file, line, column }: Position, sources: ReadonlyMap<string, string>): readonly string[] {
  const source = file === null ? null : (textOf(file, sources)?.split(/\r\n|\n|\r/)[line - 1] ?? null);
  if (source === null || source.trim() === '') return [];
  const from = source.length <= window ? 0 : Math.max(0, Math.min(column - 1 - window / 2, source.length - window));
  const shown = printable(source.slice(from, from + window));
  const margin = String(line).padStart(5);
  return [`${margin} | ${shown}`, `${' '.repeat(margin.length)} | ${' '.repeat(Math.min(column - 1 - from, window))}^`];
}

/**
 *     error LW202: unknown symbol
 *       at net.yaml:4:11
 *         4 | y = A * z
 *           |         ^
 *       found:    z
 *       expected: a signal
 */
export function diagnosticText(
  { code, found, expected, position }: Diagnostic,
  sources: ReadonlyMap<string, string>,
): string {
  const lines = [`error ${code}: ${catalogue[code]}`];
  if (position !== null)
    lines.push(
      `  at ${printable(position.file ?? '<text>')}:${position.line}:${position.column}`,
      ...excerptAt(position, sources),
    );
  lines.push(...wrapped('  found:    ', found), ...wrapped('  expected: ', expected));
  return `${lines.join('\n')}\n`;
}

/** Longer texts are broken where words end, for terminals of 80 columns. */
const oneLine = 200;
const columns = 80;

function wrapped(start: string, text: string): readonly string[] {
  if (text.length <= oneLine) return [`${start}${text}`];
  const lines: string[] = [];
  let line = start;
  for (const word of text.split(' ')) {
    if (line.length + word.length > columns && line.trimEnd().length > start.length) {
      lines.push(line.trimEnd());
      line = ' '.repeat(start.length);
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}

export function internalText(error: unknown): string {
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `internal error: this is a fault in lipwright; please report it with the lines below\n${details}\n`;
}
