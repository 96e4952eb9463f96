import type { LmiTerm, Program } from '../../model/program.js';

/**
 * The terms on the LMI's diagonal. The sum of their sizes is what rounding of a row is in proportion to, also where
 * they cancel.
 */
export const diagonalTerms = ({ lmi }: Pick<Program, 'lmi'>): readonly LmiTerm[] =>
  lmi.filter(({ row, column }) => row === column);
