/**
 * Which words may stand for a quantity, in equations and in activations. They end up as Map keys, in printed formulas
 * and in generated modules, so the alphabet is small on purpose and words with a meaning to JavaScript objects or to
 * the parser are kept out.
 */

const letters = 'A-Za-z\\u0391-\\u03a9\\u03b1-\\u03c9\\u03d1\\u03d5\\u03f5';

/** Signals, weights and biases: a Latin or Greek letter, then letters, digits and `_`; at most 64 characters. */
export const symbolPattern = new RegExp(`^[${letters}][${letters}0-9_]{0,63}$`);

/** Inherited object properties: harmless in a Map, but a generated object literal would be corrupted by them. */
const objectWords: ReadonlySet<string> = new Set([
  '__proto__',
  'constructor',
  'prototype',
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
  'toLocaleString',
  'toString',
  'valueOf',
]);

/** Words that the expression grammar gives a meaning of its own. */
const grammarWords: ReadonlySet<string> = new Set([
  'for',
  'in',
  'to',
  'mod',
  'and',
  'or',
  'xor',
  'not',
  'end',
  'true',
  'false',
  'null',
  'undefined',
  'NaN',
  'Infinity',
]);

/** Whether a word may stand in an equation at all, in whatever role. */
export function isSymbol(word: string): boolean {
  return symbolPattern.test(word) && !objectWords.has(word) && !grammarWords.has(word);
}

/** Whether a mapping key of a file could corrupt a plain object. */
export function isObjectWord(word: string): boolean {
  return objectWords.has(word);
}

export const symbolRule =
  'a letter (Latin or Greek), then letters, digits or _, at most 64 characters, no reserved word';
