import type { Position } from '../base/diagnostic.js';
import { excerpt, fail } from '../base/diagnostic.js';
import { boundedText, readBoundedText } from '../base/read-bounded.js';

/** 64 MiB: an LMI of order 1,700 in full. */
export const maximumSampleBytes = 64 * 2 ** 20;

const start = (file: string | null): Position => ({ file, line: 1, column: 1 });

/** @throws LW101 cannot be read, LW102 too large, LW104 not UTF-8 */
export const readJsonText = (path: string): string => readBoundedText(path, maximumSampleBytes, 'LW104');

/** Bytes as text. `file` is only printed in positions. @throws LW104 not UTF-8 */
export const jsonText = (bytes: Uint8Array, file: string): string => boundedText(bytes, 'LW104', file);

/** JSON with the place of a syntax error. @throws LW102 too large, LW104 not JSON */
export function parseJson(text: string, file: string | null): unknown {
  if (text.length > maximumSampleBytes)
    fail('LW102', `${text.length} characters`, `at most ${maximumSampleBytes}`, start(file));
  const positionAt = (offset: number): Position => {
    const before = text.slice(0, offset);
    return { file, line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
  };
  const bottom = tooDeep(text);
  if (bottom !== null) fail('LW104', `brackets ${deepest + 1} deep`, `at most ${deepest}`, positionAt(bottom));
  let value: unknown;
  try {
    // A byte order mark is no part of the text.
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    const { offset, expected } = firstError(text);
    const position = positionAt(offset);
    const found = offset >= text.length ? 'the end of the text' : `"${excerpt(text.slice(offset, offset + 20))}"`;
    return fail('LW104', found, expected, position);
  }
  // Readers differ in which of two equal names they keep: a verdict must not depend on the reader.
  const twice = duplicateName(text);
  if (twice !== null)
    fail(
      'LW104',
      `the name ${excerpt(twice.name)} a second time`,
      'every name once in an object',
      positionAt(twice.offset),
    );
  return value;
}

/** Nobody's numbers stand deeper; whoever walks the value may do so by recursion. */
const deepest = 256;

/**
 * Where brackets are opened inside more than `deepest` others, before a parser that keeps them all sees the text; null
 * if nowhere.
 */
function tooDeep(text: string): number | null {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charCodeAt(at);
    if (sign === quote) at = (stringEnd(text, at) ?? text.length) - 1;
    else if (sign === 0x5b || sign === 0x7b) depth += 1;
    else if (sign === 0x5d || sign === 0x7d) depth -= 1;
    if (depth > deepest) return at;
  }
  return null;
}

/** The first name that an object of the (valid) JSON text holds twice. */
function duplicateName(text: string): { readonly name: string; readonly offset: number } | null {
  const open: (Set<string> | null)[] = [];
  let last = { from: 0, to: 0 };
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === '"') {
      last = { from: at, to: stringEnd(text, at) ?? text.length };
      at = last.to - 1;
    } else if (sign === '{') open.push(new Set());
    else if (sign === '[') open.push(null);
    else if (sign === '}' || sign === ']') open.pop();
    else if (sign === ':') {
      const names = open[open.length - 1];
      const raw = text.slice(last.from, last.to);
      const name = String(JSON.parse(raw));
      if (names?.has(name) === true) return { name: raw, offset: last.from };
      names?.add(name);
    }
  }
  return null;
}

/** A backslash that begins nothing that JSON knows. */
const hasBadEscape = (raw: string): boolean => escapes.test(raw.replaceAll('\\\\', ''));

const quote = 0x22;
const backslash = 0x5c;

/**
 * Where the string that begins at a quotation mark ends, behind its last one; null if it does not. No regular
 * expression: one that steps over escapes runs out of stack in strings of megabytes.
 */
function stringEnd(text: string, from: number): number | null {
  for (let at = from + 1; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === quote) return at + 1;
    if (unit === backslash) at += 1;
    else if (unit < 0x20) return null;
  }
  return null;
}

interface SyntaxFault {
  readonly offset: number;
  readonly expected: string;
}

const escapes = /\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})/;

/** A sign, the quotation mark that begins a text, a number or a word. */
const [numeral, word] = [/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\d.a-zA-Z_])/, /(?:true|false|null)(?![\w$])/];
const tokens = new RegExp(`[ \\t\\n\\r]*(?:([{}[\\],:])|(")|(${numeral.source}|${word.source}))`, 'y');

/** What may come next, by the innermost open bracket. */
type Expectation = 'value' | 'value or ]' | 'name' | 'name or }' | ':' | ', or ]' | ', or }' | 'end';

const words: Readonly<Record<Expectation, string>> = {
  value: 'a value',
  'value or ]': 'a value or ]',
  name: 'a name in double quotes',
  'name or }': 'a name in double quotes or }',
  ':': 'a colon',
  ', or ]': 'a comma or ]',
  ', or }': 'a comma or }',
  end: 'the end of the text',
};

/** Where JSON.parse stopped: Node 20 does not say. Called only for texts that are not JSON. */
function firstError(text: string): SyntaxFault {
  const open: ('[' | '{')[] = [];
  let expect: Expectation = 'value';
  const afterValue = (): Expectation => {
    const innermost = open[open.length - 1];
    return innermost === undefined ? 'end' : innermost === '[' ? ', or ]' : ', or }';
  };
  const scanner = new RegExp(tokens);
  scanner.lastIndex = text.startsWith('\ufeff') ? 1 : 0;
  for (;;) {
    const from = scanner.lastIndex;
    const match = scanner.exec(text);
    const blank = /^[ \t\n\r]*/.exec(text.slice(from, from + 100_000))?.[0].length ?? 0;
    const at = from + blank;
    if (match === null) return { offset: at, expected: words[expect] };
    if (match[2] !== undefined) {
      const end = stringEnd(text, at);
      if (end === null || hasBadEscape(text.slice(at, end))) return { offset: at, expected: words[expect] };
      scanner.lastIndex = end;
    }
    const next = step(match, expect, open, afterValue);
    if (next === null) return { offset: at, expected: words[expect] };
    expect = next;
  }
}

/** The expectation after a token, or null if the token is not allowed. */
function step(
  match: RegExpExecArray,
  expect: Expectation,
  open: ('[' | '{')[],
  afterValue: () => Expectation,
): Expectation | null {
  const [, sign, text] = match;
  const wantsValue = expect === 'value' || expect === 'value or ]';
  if (sign === undefined) {
    if (text !== undefined && (expect === 'name' || expect === 'name or }')) return ':';
    return wantsValue ? afterValue() : null;
  }
  if (sign === '[' || sign === '{') {
    if (!wantsValue) return null;
    open.push(sign);
    return sign === '[' ? 'value or ]' : 'name or }';
  }
  if (
    sign === ']'
      ? expect === 'value or ]' || expect === ', or ]'
      : sign === '}' && (expect === 'name or }' || expect === ', or }')
  ) {
    open.pop();
    return afterValue();
  }
  if (sign === ':') return expect === ':' ? 'value' : null;
  if (sign === ',') return expect === ', or ]' ? 'value' : expect === ', or }' ? 'name' : null;
  return null;
}
