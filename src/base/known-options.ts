import { excerpt, fail } from './diagnostic.js';
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

/** What a property tells of its case besides options: its context may be handed to `constrain` whole. */
export const contextNames: readonly string[] = ['architecture', 'depth', 'dims'];

/** The names of all keys of an options type: the compiler keeps the list whole. */
export const optionNames = <T>(names: Readonly<Record<keyof T, true>>): readonly string[] => Object.keys(names);
