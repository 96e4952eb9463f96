import type { Structure } from './structure.js';

/** Any matrix: what a weight is if the file says nothing. */
export const dense: Structure<'dense'> = {
  name: 'dense',
  numbers: 'its rows',
  isSquare: false,
  isFree: true,
  facts: {},
  entries: { kind: 'table' },
  scaled: (along) => along,
};
