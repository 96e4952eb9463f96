import type { Count } from '../runtime/js/network.js';

export type { Count };

/**
 * The door for structures of weights: what a weight matrix can be, and all that anybody asks about it. Outside this
 * folder nobody asks which structure a weight has.
 */

/** Where the entries of a matrix stand among the numbers that are kept of it. */
export type Entries =
  /** Every entry is a number of its own: rows one after the other. */
  | { readonly kind: 'table' }
  /** The numbers are the diagonal; every other entry is 0. */
  | { readonly kind: 'diagonal' }
  /** One vector of `length` numbers; entry (i, j), counted from 0, is number `row` · i + `column` · j + `first`. */
  | {
      readonly kind: 'shared';
      readonly row: number;
      readonly column: number;
      readonly first: Count;
      readonly length: Count;
    };

/** Whether factors for its rows, for its columns, or one for all entries take a matrix to one of its structure. */
export type Along = 'rows' | 'columns' | 'all';

export interface Structure<Name extends string = string> {
  /** What files call it. */
  readonly name: Name;
  /** What its numbers are, for people: "the diagonal". */
  readonly numbers: string;
  /** Its matrices are square: what a weight of it reads and what it makes share a width. */
  readonly isSquare: boolean;
  /**
   * Every matrix is one of these. Such a weight can make up for whatever else reads its signal; others take what they
   * take, and a share of what is left is all that can be given to them.
   */
  readonly isFree: boolean;
  /** What expressions may use of a symbol for such a matrix, see `expr/node`. */
  readonly facts: { readonly diagonal?: true };
  /** Null: no number is kept, the matrix is the identity. */
  readonly entries: Entries | null;
  /** What a factor for each row, or for each column, becomes in the coarsest way that keeps the structure. */
  readonly scaled: (along: Along) => Along;
}
