import type { Structure } from './structure.js';

/** The identity, with a name in the equations but no numbers. */
export const identity: Structure<'identity'> = {
  name: 'identity',
  numbers: 'nothing',
  isSquare: true,
  isFree: false,
  facts: { diagonal: true },
  entries: null,
  scaled: (along) => along,
};
