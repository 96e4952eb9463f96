import { excerpt, fail } from './diagnostic.js';
import { contextNames } from '../runtime/js/refuse.js';
import { expectation } from './suggest.js';

/**
 * Names of options are checked where JavaScript would pass a misspelt one in silence. @throws LW311 an option that
 * there is not
 */
export function knownOptions(given: object, known: readonly string[], owner: string): void {
  for (const name of Object.keys(given)) {
    if (!known.includes(name) && !contextNames.includes(name))
      fail('LW311', `the option ${excerpt(name, 40)} of ${owner}`, expectation(name, known));
  }
}

/** The names of all keys of an options type: the compiler keeps the list whole. */
export const optionNames = <T>(names: Readonly<Record<keyof T, true>>): readonly string[] => Object.keys(names);
