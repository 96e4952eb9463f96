import type { Label } from '../base/label.js';
import type { Expression, SymbolNode } from '../expr/node.js';
import type { Constraint, Cycle } from './inequality.js';
import type { Network } from './network.js';
import type { MatrixOperation } from './program.js';
import type { ScaleFactor } from './scaling.js';

/**
 * What stage 4 hands on: assignments that, carried out in order, take any finite free parameters to weights and
 * multipliers that meet every constraint. A weight first has its free value. By rows, every later assignment to it
 * only shrinks its entries, so what was derived from the larger entries stays true; by pivots, its free values are
 * read once and the weight made of them.
 */

/**
 * Which entries of a weight share a factor: those of a row, of a column, all of them, or each row by where `through` is
 * not 0.
 */
export type Spread =
  { readonly kind: 'rows' | 'columns' | 'all' } | { readonly kind: 'support'; readonly through: SymbolNode };

/** An operation on a whole matrix, with what derivations and programs say of it. */
export interface Primitive {
  readonly name: string;
  /** The assignment in a line of text, out of the texts of the symbol, of the matrix, and of the symbol transposed. */
  readonly text: (symbol: string, of: string, transposed: string) => string;
  readonly latex: (symbol: string, of: string) => string;
  /** In a program, out of the numbers of two buffers and the plain name of the matrix. */
  readonly operation: (out: number, matrix: number, shown: string) => MatrixOperation;
}

export type Assignment =
  /** entry := min(max(entry, −bound), bound) */
  | { readonly kind: 'clamp'; readonly rule: string; readonly weight: SymbolNode; readonly bound: number }
  /** entry := entry clipped to ±bound, where `onlyIfPositive` is > 0 */
  | {
      readonly kind: 'clip';
      readonly rule: string;
      readonly weight: SymbolNode;
      readonly bound: Expression;
      readonly onlyIfPositive: Expression;
    }
  /** weights := weights · min(1, (limit / usage)^exponent), usage and limit vectors over the spread's index */
  | {
      readonly kind: 'shrink';
      readonly rule: string;
      readonly weights: readonly SymbolNode[];
      readonly usage: Expression;
      readonly limit: Expression;
      readonly exponent: 1 | 0.5;
      readonly spread: Spread;
    }
  /** a vector, a number or the diagonal of a symbol := value; with `uniform` all entries := the greatest one */
  | {
      readonly kind: 'define';
      readonly rule: string;
      readonly symbol: SymbolNode;
      readonly value: Expression;
      readonly uniform?: true;
    }
  /** symbol := left · symbol · right, diagonal scales or their inverses; null is the identity */
  | {
      readonly kind: 'rescale';
      readonly rule: string;
      readonly symbol: SymbolNode;
      readonly left: ScaleFactor | null;
      readonly right: ScaleFactor | null;
    }
  /** matrix symbol := value, which may hold products, inverses of factors and blocks */
  | { readonly kind: 'matrix'; readonly rule: string; readonly symbol: SymbolNode; readonly value: Expression }
  /** symbol := what an operation on whole matrices makes of `of` */
  | {
      readonly kind: 'primitive';
      readonly rule: string;
      readonly symbol: SymbolNode;
      readonly primitive: Primitive;
      readonly of: SymbolNode;
    }
  /**
   * symbol := symbol, rounded to the precision that weights are kept in, so that what follows starts from what is kept
   */
  | { readonly kind: 'keep'; readonly rule: string; readonly symbol: SymbolNode }
  /**
   * symbol := √(greatest row sum · greatest column sum) of |of|: no matrix with entries of that size has a larger
   * singular value
   */
  | { readonly kind: 'majorant'; readonly rule: string; readonly symbol: SymbolNode; readonly of: SymbolNode }
  /** stops with LW402 unless every entry is > 0: a demand that no free parameter can meet */
  | { readonly kind: 'demand'; readonly rule: string; readonly value: Expression; readonly because: string };

export interface Parameterization {
  readonly network: Network;
  readonly assignments: readonly Assignment[];
  /**
   * How free matrices of hidden layers begin: as rows that Gershgorin's discs gain from, as rows of one length in
   * random directions, or those as long as in a matrix with orthonormal columns.
   */
  readonly start: 'dominant' | 'sphere' | 'orthonormal';
  /** Free parameters beside the weights, vectors. */
  readonly free?: readonly SymbolNode[];
  /** Dimensions that stand for several signals one after the other. */
  readonly stacks?: ReadonlyMap<string, readonly Label[]>;
}

/** What the parameterizing rules take. */
export interface ConstraintSource {
  readonly constraint: Constraint;
  /** The last share of a budget may take all that is left but for a margin; earlier ones leave room. */
  readonly last: boolean;
}

export interface CapSource {
  readonly cycle: Cycle;
}

export interface GuardSource {
  readonly weight: SymbolNode;
  readonly usage: Expression;
}
