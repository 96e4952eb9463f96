/**
 * Texts of a loop's body: where a numeral of the original text counts along, a hole stands for it. Holes are written
 * with two of the characters that Unicode keeps for a program's own use.
 */
const [open, close] = ['\uFDD0', '\uFDD1'];
const numeral = /(?<!\d)(?:0|[1-9]\d{0,8})(?!\d)/gu;
const written = new RegExp(`${open}(\\d+)${close}`, 'gu');

/** What stands in a text of a body for the number of that entry in the loop's table. */
export const hole = (index: number): string => `${open}${index}${close}`;

/** The text with something else for every numeral; leading zeros, as of decimals, make no numeral. */
export const withNumerals = (text: string, put: (value: number) => string): string =>
  text.replace(numeral, (found) => put(Number(found)));

/** The text with its holes filled. */
export const filled = (text: string, put: (index: number) => string): string =>
  text.replace(written, (_found, index: string) => put(Number(index)));

/** A text cut at its holes: pieces of text, and numbers of entries in the loop's table. */
export function partsOf(text: string): readonly (string | number)[] {
  return text.split(written).map((part, at) => (at % 2 === 0 ? part : Number(part)));
}

/** Texts that hold such characters themselves are left alone. */
export const isReserved = (text: string): boolean => text.includes(open) || text.includes(close);
