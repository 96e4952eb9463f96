import type { Structure } from './structure.js';

/** A diagonal matrix, one number for each signal entry. */
export const diagonal: Structure<'diagonal'> = {
  name: 'diagonal',
  numbers: 'the diagonal',
  isSquare: true,
  isFree: false,
  facts: { diagonal: true },
  entries: { kind: 'diagonal' },
  // A factor for each column is one for each row.
  scaled: (along) => (along === 'columns' ? 'rows' : along),
};
