import { fail } from '../base/diagnostic.js';
import type { Position } from '../base/diagnostic.js';
import { tokenize } from '../base/tokens.js';
import type { Locate, Token } from '../base/tokens.js';
import { equations } from './tokens.js';

/** One line of equation text and where its characters stand in the file. */
export interface SourceLine {
  readonly text: string;
  readonly locate: Locate;
}

/** A stretch of an equation's text: the tokens and the bounds of the text that they were read from. */
export interface Piece {
  readonly tokens: readonly Token[];
  readonly start: number;
  readonly end: number;
}

/** `left = right   for variable in from..to`, cut at `=`, `for`, `in` and `..` and not yet parsed. */
export interface Statement {
  /** As printed: runs of blanks collapsed. */
  readonly text: string;
  /** As read: what token offsets refer to. */
  readonly raw: string;
  readonly locate: Locate;
  readonly left: Piece;
  readonly right: Piece;
  readonly range: { readonly variable: Token; readonly from: Piece; readonly to: Piece } | null;
}

const maximumLength = 4096;
const maximumEquations = 500;

interface Chunk {
  readonly start: number;
  readonly line: SourceLine;
}

/** Lines to statements: comments and blank lines go, a line indented deeper than its equation's first continues it. */
export function readStatements(blocks: readonly (readonly SourceLine[])[]): readonly Statement[] {
  const statements: Statement[] = [];
  for (const lines of blocks) {
    let text = '';
    let chunks: Chunk[] = [];
    let indent = 0;
    const finish = (): void => {
      const [first] = chunks;
      if (first === undefined) return;
      const locate = locator(chunks);
      if (statements.length === maximumEquations) {
        fail('LW214', `more than ${maximumEquations} equations`, 'fewer, or a family with a range', locate(indent));
      }
      statements.push(split(text, locate));
      chunks = [];
      text = '';
    };
    for (const line of lines) {
      const content = line.text.replace(/#.*$/s, '').trimEnd();
      if (content === '') continue;
      const depth = content.length - content.trimStart().length;
      if (chunks.length === 0 || depth <= indent) {
        finish();
        indent = depth;
      } else {
        text += ' ';
      }
      chunks.push({ start: text.length, line });
      text += content;
      if (text.length - indent > maximumLength) {
        fail('LW214', `an equation of more than ${maximumLength} characters`, 'a shorter one', locator(chunks)(indent));
      }
    }
    finish();
  }
  return statements;
}

/** Offsets in lines joined by line ends, as a text that YAML does not fold has them, back to the file. */
export function locateInText(lines: readonly SourceLine[]): Locate {
  let start = 0;
  const chunks = lines.map((line): Chunk => {
    const chunk = { start, line };
    start += line.text.length + 1;
    return chunk;
  });
  return locator(chunks);
}

function locator(chunks: readonly Chunk[]): Locate {
  const fixed = [...chunks];
  return (offset): Position => {
    let chunk = fixed[0];
    for (const next of fixed) if (next.start <= offset) chunk = next;
    if (chunk === undefined) throw new RangeError('a statement has at least one line');
    return chunk.line.locate(Math.min(offset - chunk.start, chunk.line.text.length));
  };
}

function split(text: string, locate: Locate): Statement {
  const to = /\bfor\s+[^\s=]+\s+in\b[^=.]*?\b(to)\b/.exec(text);
  if (to !== null) fail('LW201', '"to" in a range', '"..", as in "for l in 1..n"', locate(to.index + to[0].length - 2));
  const tokens = tokenize(text, locate, equations);
  const clause = tokens.findIndex((token) => token.text === 'for');
  const body = clause < 0 ? tokens : tokens.slice(0, clause);
  const bodyEnd = tokens[clause]?.offset ?? text.length;
  const equals = body.filter((token) => token.text === '=');
  const [sign, second] = equals;
  if (sign === undefined) fail('LW201', 'no "="', 'target = right-hand side', locate(tokens[0]?.offset ?? 0));
  if (second !== undefined) fail('LW201', 'a second "="', 'one "=" an equation', locate(second.offset));
  const at = body.indexOf(sign);
  const stray = body.find((token) => token.text === 'in' || token.text === '..');
  if (stray !== undefined) fail('LW201', `"${stray.text}"`, 'it only after "for"', locate(stray.offset));
  const left: Piece = { tokens: body.slice(0, at), start: 0, end: sign.offset };
  const right: Piece = { tokens: body.slice(at + 1), start: sign.offset + 1, end: bodyEnd };
  for (const [piece, side] of [
    [left, 'left'],
    [right, 'right'],
  ] as const) {
    if (piece.tokens.length === 0)
      fail('LW201', `nothing on the ${side} of "="`, 'target = right-hand side', locate(sign.offset));
  }
  const range = clause < 0 ? null : splitRange(tokens.slice(clause), text.length, locate);
  return { text: text.trim().replace(/\s+/g, ' '), raw: text, locate, left, right, range };
}

function splitRange(tokens: readonly Token[], end: number, locate: Locate): Statement['range'] {
  const [keyword, variable, link] = tokens;
  const wanted = '"for l in 1..n"';
  if (variable?.kind !== 'name' || variable.text === 'in' || variable.text === 'for') {
    fail('LW201', 'no loop letter after "for"', wanted, locate(variable?.offset ?? keyword?.offset ?? 0));
  }
  if (link?.text !== 'in')
    fail('LW201', `no "in" after "for ${variable.text}"`, wanted, locate(link?.offset ?? variable.offset));
  const dots = tokens.findIndex((token) => token.text === '..');
  const between = tokens[dots];
  if (between === undefined) fail('LW201', 'no ".." in the range', wanted, locate(link.offset));
  const from: Piece = { tokens: tokens.slice(3, dots), start: link.offset + link.text.length, end: between.offset };
  const to: Piece = { tokens: tokens.slice(dots + 1), start: between.offset + 2, end };
  for (const piece of [from, to]) {
    const stray = piece.tokens.find(({ text }) => text === 'for' || text === 'in' || text === '..' || text === '=');
    if (stray !== undefined) fail('LW201', `"${stray.text}" inside a range`, wanted, locate(stray.offset));
    if (piece.tokens.length === 0) fail('LW201', 'a range without a bound', wanted, locate(between.offset));
  }
  return { variable, from, to };
}
