import { excerpt, fail } from './diagnostic.js';
import type { Position } from './diagnostic.js';
import { isSymbol, symbolRule } from './symbol.js';

export interface Token {
  readonly kind: 'name' | 'number' | 'operator';
  readonly text: string;
  /** Index of the first character in the equation's text, 0-based. */
  readonly offset: number;
}

/** Maps a character offset in an equation's text to its place in the file. */
export type Locate = (offset: number) => Position;

/**
 * What a language's words look like. `token` is sticky; `words` are allowed although no author may choose them as
 * names.
 */
export interface Alphabet {
  readonly token: RegExp;
  readonly blanks: string;
  readonly words: ReadonlySet<string>;
  readonly hints: ReadonlyMap<string, string>;
  readonly characters: string;
}

const letter = String.raw`A-Za-z_$\u00c0-\u024f\u0370-\u03ff`;
const name = String.raw`[${letter}][\d${letter}]*`;
/** A decimal point needs a digit behind it: `1..n` is 1, `..`, n, and `2.*b` is not mathjs's elementwise product. */
const decimal = String.raw`(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?`;

/** An alphabet's sticky pattern: names and numbers, which all languages share, and its operators. */
export const tokenPattern = (operators: RegExp): RegExp => new RegExp(`${name}|${decimal}|${operators.source}`, 'y');

/** Splits a text into names, numbers and operators; anything else is LW201, a forbidden name LW107. */
export function tokenize(
  text: string,
  locate: Locate,
  { token, blanks, words, hints, characters }: Alphabet,
): readonly Token[] {
  const tokens: Token[] = [];
  for (let offset = 0; offset < text.length;) {
    const character = text[offset] ?? '';
    if (blanks.includes(character)) {
      offset += 1;
      continue;
    }
    token.lastIndex = offset;
    const match = token.exec(text)?.[0];
    if (match === undefined) {
      const symbol = String.fromCodePoint(text.codePointAt(offset) ?? 0);
      const code = (text.codePointAt(offset) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      const found = /[\p{Cc}\p{Cf}\p{Z}]/u.test(symbol) ? `U+${code}` : `"${symbol}"`;
      fail('LW201', `the character ${found}`, hints.get(symbol) ?? characters, locate(offset));
    }
    const kind =
      /^[\d.]/.test(match) && match !== '..' ? 'number' : /^[\w$\u00c0-\u03ff]/.test(match) ? 'name' : 'operator';
    if (kind === 'name' && !isSymbol(match) && !words.has(match)) {
      fail('LW107', `"${excerpt(match)}"`, symbolRule, locate(offset));
    }
    tokens.push({ kind, text: match, offset });
    offset += match.length;
  }
  return tokens;
}
