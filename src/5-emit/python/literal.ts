import { partsOf } from '../roll/numerals.js';

/** Literals, comments and docstrings of Python source: the only places where text of an author's file is printed. */

/** Characters that would end a line, hide text from a reader or turn its direction. */
const unprintable = new RegExp(
  '[\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb]' +
    '|[\\ud800-\\udfff]',
  'gu',
);

const escaped = (text: string): string =>
  text.replace(unprintable, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A string literal. JSON's escapes mean the same in Python. */
export const pyString = (text: string): string => escaped(JSON.stringify(text));

/** A string literal of a text with holes: what fills them stands in it as Python. */
export function pyTemplate(text: string, put: (entry: number) => string): string {
  const parts = partsOf(text);
  const constant = (value: string): boolean => /^\d+$/.test(value);
  const values = parts.map((part) => (typeof part === 'number' ? put(part) : part));
  if (parts.every((part, at) => typeof part === 'string' || constant(values[at] ?? '')))
    return pyString(values.join(''));
  const inside = parts.map((part, at) => {
    const value = values[at] ?? '';
    if (typeof part === 'string') return JSON.stringify(value).slice(1, -1).replace(/[{}]/g, '$&$&');
    return constant(value) ? value : `{${value}}`;
  });
  return `f"${escaped(inside.join(''))}"`;
}

/** Text on one line, for comments; a comment ends where its line does. */
export const oneLine = (text: string): string => text.replace(unprintable, ' ').replace(/\s+/gu, ' ').trim();

/** Text on one line inside a docstring between three quotation marks. */
export const docText = (text: string): string => oneLine(text).replace(/\\/g, '\\\\').replace(/"/g, '\\"');

/** A number as Python reads it, powers of two as such where their digits say nothing. */
export function pyNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'math.nan' : value > 0 ? 'math.inf' : '-math.inf';
  if (Object.is(value, -0)) return '-0.0';
  const exponent = Math.log2(Math.abs(value));
  const isPower = Number.isInteger(exponent) && 2 ** exponent === Math.abs(value);
  if (isPower && (exponent >= 31 || exponent < -3)) return `${value < 0 ? '-' : ''}2.0**${exponent}`;
  return String(value);
}

/** A float, never an integer: `1.0`. */
export const pyFloat = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) < 1e15 ? `${value}.0` : pyNumber(value);

/** A tuple of printed items; one item takes a comma. */
export const pyTuple = (items: readonly string[]): string => `(${items.join(', ')}${items.length === 1 ? ',' : ''})`;

/**
 * The text as string literals of at most `limit` characters, cut behind newlines and between words where that can be.
 */
export function pyStrings(text: string, limit: number): readonly string[] {
  return text.split(/(?<=\n)/).flatMap((line) => {
    const found = [''];
    for (const word of line.split(/(?<= )/).flatMap((each) => chunks(each, limit))) {
      const longer = (found[found.length - 1] ?? '') + word;
      if (pyString(longer).length > limit) found.push(word);
      else found[found.length - 1] = longer;
    }
    return found.filter((piece) => piece !== '').map(pyString);
  });
}

/** A word in pieces that no escape makes longer than `limit`. */
function chunks(word: string, limit: number): readonly string[] {
  if (pyString(word).length <= limit) return [word];
  const length = Math.max(1, Math.floor(limit / 12));
  const points = [...word];
  return Array.from({ length: Math.ceil(points.length / length) }, (_, at) =>
    points.slice(at * length, (at + 1) * length).join(''),
  );
}
