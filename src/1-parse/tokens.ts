import { excerpt, fail } from '../base/diagnostic.js';
import { tokenPattern } from '../base/tokens.js';
import type { Alphabet, Locate, Token } from '../base/tokens.js';

/** Brackets inside brackets, signs in a row and powers; the expression parser recurses on each of them. */
const maximumNesting = 32;

const hints: ReadonlyMap<string, string> = new Map([
  ['−', 'the ASCII sign -'],
  ['–', 'the ASCII sign -'],
  ['·', 'the ASCII sign *'],
  ['×', 'the ASCII sign *'],
  ['\u00a0', 'an ordinary space (this one is a no-break space)'],
  [',', 'one argument, one index'],
  [';', 'one equation a line'],
]);

/** The words of equations. */
export const equations: Alphabet = {
  token: tokenPattern(/\.\.|[-+*/^'()[\]=]/),
  blanks: ' \t',
  words: new Set(['for', 'in']),
  hints,
  characters: 'names, numbers, + - * / ( ) [ ]',
};

const closing: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
]);

/**
 * Refuses, before the recursive expression parser sees them: unbalanced brackets, nesting deeper than 32, and
 * products without `*` (`2 x`, `A x`), whose precedence is a matter of taste.
 */
export function guard(tokens: readonly Token[], locate: Locate): void {
  const open: string[] = [];
  let signs = 0;
  let powers = 0;
  let previous: Token | null = null;
  for (const current of tokens) {
    const { text, offset } = current;
    if (
      previous !== null &&
      endsValue(previous) &&
      (current.kind !== 'operator' || (text === '(' && previous.kind !== 'name'))
    ) {
      fail(
        'LW201',
        `"${excerpt(previous.text)}" followed by "${excerpt(text)}"`,
        'an operator between them, such as *',
        locate(offset),
      );
    }
    const partner = closing.get(text);
    if (partner !== undefined) open.push(partner);
    if ((text === ')' || text === ']') && open.pop() !== text)
      fail('LW201', `an unmatched "${text}"`, 'balanced brackets', locate(offset));
    signs = text === '+' || text === '-' ? signs + 1 : 0;
    if (text === '^' || text === "'") powers += 1;
    if (open.length > maximumNesting || signs > maximumNesting || powers > maximumNesting) {
      fail(
        'LW214',
        `more than ${maximumNesting} nested brackets, signs or powers`,
        'a flatter equation',
        locate(offset),
      );
    }
    previous = current;
  }
  const unclosed = open.at(-1);
  if (unclosed !== undefined && previous !== null) {
    fail('LW201', 'the end of the equation', `"${unclosed}"`, locate(previous.offset + previous.text.length));
  }
}

function endsValue({ kind, text }: Token): boolean {
  return kind !== 'operator' || text === ')' || text === ']' || text === "'";
}
