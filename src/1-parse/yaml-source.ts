import type { LineCounter, Scalar } from 'yaml';
import { fail } from '../base/diagnostic.js';
import type { Position } from '../base/diagnostic.js';
import type { SourceLine } from './statement.js';

/** A YAML text with what is needed to name places in it. */
export interface Source {
  readonly text: string;
  readonly file: string | null;
  readonly counter: LineCounter;
}

export function positionAt({ file, counter }: Source, offset: number): Position {
  const { line, col } = counter.linePos(offset);
  // An empty text has no line starts, for which the counter answers 0.
  return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
}

/**
 * The lines of a YAML string, each with the way back to the file: a literal block (`|`), or a plain or quoted
 * string that stands on one line. Folded text is refused (LW105), since its lines are not the author's lines.
 */
export function sourceLines(node: Scalar<string>, source: Source): readonly SourceLine[] {
  const [start, end] = node.range ?? [0, 0];
  if (node.type === 'BLOCK_LITERAL') return blockLines(node.value, start, source);
  const raw = source.text.slice(start, end);
  if (node.type === 'BLOCK_FOLDED' || raw.includes('\n')) {
    fail('LW105', 'text that YAML folds', 'a literal block: "|", then one equation a line', positionAt(source, start));
  }
  const offsets = characterOffsets(raw, node.type);
  let first = 0;
  return node.value.split('\n').map((text) => {
    const from = first;
    first += text.length + 1;
    return { text, locate: (offset) => positionAt(source, start + (offsets[from + offset] ?? offsets.at(-1) ?? 0)) };
  });
}

/** Line k of a literal block is line k below its header, moved right by the indentation that YAML removed. */
function blockLines(value: string, start: number, source: Source): readonly SourceLine[] {
  const header = positionAt(source, start).line;
  const lines = value.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((text, k) => {
    const line = header + 1 + k;
    const from = source.counter.lineStarts[line - 1] ?? source.text.length;
    const next = source.counter.lineStarts[line] ?? source.text.length + 1;
    const written = source.text.slice(from, next - 1).replace(/\r$/, '');
    const indent = text === '' ? 0 : Math.max(written.length - text.length, 0);
    return { text, locate: (offset) => ({ file: source.file, line, column: indent + offset + 1 }) };
  });
}

/** Where each character of the value starts within the written form; one entry more for the end. */
function characterOffsets(raw: string, type: Scalar['type']): readonly number[] {
  const escapes =
    type === 'QUOTE_DOUBLE'
      ? /\\x[\da-fA-F]{2}|\\u[\da-fA-F]{4}|\\U[\da-fA-F]{8}|\\.|[^]/y
      : type === 'QUOTE_SINGLE'
        ? /''|[^]/y
        : /[^]/y;
  const quoted = type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE';
  const end = quoted ? raw.length - 1 : raw.length;
  const offsets: number[] = [];
  for (let at = quoted ? 1 : 0; at < end;) {
    escapes.lastIndex = at;
    const piece = escapes.exec(raw)?.[0] ?? ' ';
    offsets.push(at);
    // A \U escape above the basic plane becomes two UTF-16 units.
    if (piece.startsWith('\\U') && Number.parseInt(piece.slice(2), 16) > 0xffff) offsets.push(at);
    at += piece.length;
  }
  offsets.push(end);
  return offsets;
}
