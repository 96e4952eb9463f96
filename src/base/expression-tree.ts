import type { MathNode } from 'mathjs';
import { excerpt, fail } from './diagnostic.js';
import type { MathjsParser } from './mathjs-parser.js';
import type { Locate } from './tokens.js';

/** mathjs's tree of a guarded text; LW201 with the parser's own words where there is none. */
export function treeOf(library: MathjsParser, text: string, locate: Locate, expected: string): MathNode {
  try {
    return library.parse(text);
  } catch (error) {
    const character = error instanceof Error && 'char' in error && typeof error.char === 'number' ? error.char - 1 : 0;
    const message = error instanceof Error ? error.message.replace(/ \(char \d+\)$/, '') : 'no expression';
    return fail('LW201', excerpt(message), expected, locate(Math.max(character, 0)));
  }
}
