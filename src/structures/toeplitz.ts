import type { Structure } from './structure.js';

/**
 * A Toeplitz matrix: entry (i, j) of an R × C matrix is t[i − j + C − 1], one number for each of its R + C − 1
 * diagonals, from the upper right corner to the lower left one. The matrix of a convolution along one axis whose kernel
 * may reach over all of it (Gray, Toeplitz and Circulant Matrices: A Review, 2006, section 1.1).
 */
export const toeplitz: Structure<'toeplitz'> = {
  name: 'toeplitz',
  numbers: 'its diagonals from the upper right corner to the lower left one',
  isSquare: false,
  isFree: false,
  facts: {},
  entries: {
    kind: 'shared',
    row: 1,
    column: -1,
    first: { rows: 0, columns: 1, plus: -1 },
    length: { rows: 1, columns: 1, plus: -1 },
  },
  // Rows with factors of their own have no common diagonals any more.
  scaled: () => 'all',
};
