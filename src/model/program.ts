import type { Initial } from './initial.js';
import type { LoweredNetwork, Parameter, Size, Slot } from './lowered-network.js';

export { countOf, isTable } from './lowered-network.js';
export type {
  AffineLayer,
  Budget,
  Buffer,
  ForwardLayer,
  ForwardStep,
  ForwardTerm,
  LayerActivation,
  LmiTerm,
  NetworkBlock,
  Parameter,
  Size,
  Slot,
} from './lowered-network.js';

/**
 * The target-neutral program: straight-line operations on named buffers whose sizes are widths of signals, known
 * when the program runs. Every target prints or runs these operations and nothing else.
 */

/**
 * Elementwise arithmetic. A vector leaf is read at the loop's index; buffers without size are scalars. Where a loop
 * runs over the entries of a matrix, a leaf is read at the entry, or `along` its rows (the vector's i) or columns (its
 * j).
 */
export type Tree =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'parameter'; readonly parameter: Parameter }
  | { readonly kind: 'buffer'; readonly buffer: number; readonly along?: 'rows' | 'columns' }
  | { readonly kind: 'add' | 'multiply' | 'min' | 'max'; readonly items: readonly Tree[] }
  | { readonly kind: 'divide'; readonly numerator: Tree; readonly denominator: Tree }
  | { readonly kind: 'abs' | 'sqrt' | 'exp'; readonly body: Tree }
  /** positive where guard > 0, otherwise elsewhere */
  | { readonly kind: 'select'; readonly guard: Tree; readonly positive: Tree; readonly otherwise: Tree };

/** A matrix, its transpose, a diagonal matrix by its vector, or the identity. */
export type Operand =
  | { readonly kind: 'matrix'; readonly buffer: number; readonly transposed: boolean }
  | { readonly kind: 'diagonal'; readonly buffer: number }
  | { readonly kind: 'identity' };

export type MatrixOperand = Extract<Operand, { kind: 'matrix' }>;

/** Operations on whole matrices. */
export type MatrixOperation =
  /** out = left · right, each transposed if it says so */
  | { readonly kind: 'multiply'; readonly out: number; readonly left: MatrixOperand; readonly right: MatrixOperand }
  /** out = Σ factor · operand, factors scalar */
  | {
      readonly kind: 'combine';
      readonly out: number;
      readonly terms: readonly { readonly factor: Tree; readonly operand: Operand }[];
    }
  /** out = the blocks side by side and one below the other */
  | {
      readonly kind: 'stack';
      readonly out: number;
      readonly blocks: readonly { readonly operand: MatrixOperand; readonly above: Size; readonly before: Size }[];
    }
  /** out = the block of the matrix below `above` rows and after `before` columns */
  | {
      readonly kind: 'slice';
      readonly out: number;
      readonly matrix: number;
      readonly above: Size;
      readonly before: Size;
    }
  /**
   * out · outᵀ = matrix, or outᵀ · out = matrix if `reversed`, out lower triangular; stops where the matrix is not
   * positive definite
   */
  | {
      readonly kind: 'cholesky';
      readonly out: number;
      readonly matrix: number;
      readonly reversed?: true;
      readonly name: string;
      readonly because: string;
      readonly code: 'LW402' | 'LW404';
    }
  /** out = factor⁻¹ · matrix or matrix · factor⁻¹, the factor lower triangular and transposed if it says so */
  | {
      readonly kind: 'solve';
      readonly out: number;
      readonly factor: number;
      readonly transposed: boolean;
      readonly matrix: number;
      readonly side: 'left' | 'right';
    }
  /** out = a matrix with orthonormal columns (or rows, if there are fewer) by the Cayley transform */
  | { readonly kind: 'cayley'; readonly out: number; readonly matrix: number }
  /** out = an upper bound of the largest singular value, a scalar */
  | { readonly kind: 'norm'; readonly out: number; readonly matrix: number };

export type Operation =
  | MatrixOperation
  /** out_ij = entry row · i + column · j + first of the vector */
  | {
      readonly kind: 'gather';
      readonly out: number;
      readonly vector: number;
      readonly row: number;
      readonly column: number;
      readonly first: Size;
    }
  /** out_i = tree at i */
  | { readonly kind: 'map'; readonly out: number; readonly tree: Tree }
  /** out_i = Σ_j f(M_ij) v_j, or with `transposed` out_j = Σ_i f(M_ij) v_i; no vector means ones */
  | {
      readonly kind: 'sums';
      readonly out: number;
      readonly matrix: number;
      readonly entry: 'abs' | 'square';
      readonly transposed: boolean;
      readonly vector: number | null;
    }
  /** out_i = Σ_j |Σ_k X_ki d_k Y_kj| v_j, the summand j = i left out with `skipDiagonal` */
  | {
      readonly kind: 'gram';
      readonly out: number;
      readonly left: number;
      readonly middle: number | null;
      readonly right: number;
      readonly vector: number | null;
      readonly skipDiagonal: boolean;
    }
  /** out_ij = min(max(M_ij, −bound), bound) */
  | { readonly kind: 'clamp'; readonly out: number; readonly matrix: number; readonly bound: number }
  /** out_ij = M_ij clipped to ±bound where condition > 0 */
  | {
      readonly kind: 'clip';
      readonly out: number;
      readonly matrix: number;
      readonly bound: Tree;
      readonly condition: Tree;
    }
  /** out_ij = M_ij f_i, f_j or f by `along` */
  | {
      readonly kind: 'scale';
      readonly out: number;
      readonly matrix: number;
      readonly factor: number;
      readonly along: 'rows' | 'columns' | 'all';
    }
  /** out = M rounded to the precision that weights are kept in, whatever the program computes in */
  | { readonly kind: 'keep'; readonly out: number; readonly matrix: number }
  /** out = max_i v_i, a scalar */
  | { readonly kind: 'greatest'; readonly out: number; readonly vector: number }
  /** out = min_i v_i, a scalar */
  | { readonly kind: 'least'; readonly out: number; readonly vector: number }
  /** out_i = min over the j with M_ij ≠ 0 of v_j (1 if there is none) */
  | { readonly kind: 'support-least'; readonly out: number; readonly matrix: number; readonly vector: number }
  /**
   * Each row of `knots` values of a linear spline: slopes clipped to the layer's [m, L], the mean kept (see
   * numeric/spline)
   */
  | {
      readonly kind: 'project-splines';
      readonly out: number;
      readonly matrix: number;
      readonly knots: number;
      readonly step: number;
      readonly layer: number;
    }
  /** stops unless every entry of the tree over `size` is > 0 */
  | { readonly kind: 'demand'; readonly tree: Tree; readonly size: Size; readonly because: string };

const matrixKinds: ReadonlySet<string> = new Set<MatrixOperation['kind']>([
  'multiply',
  'combine',
  'stack',
  'slice',
  'cholesky',
  'solve',
  'cayley',
  'norm',
]);

export const isMatrixOperation = (operation: Operation): operation is MatrixOperation =>
  matrixKinds.has(operation.kind);

export interface FreeSlot extends Slot {
  /** How the parameter begins. */
  readonly initial?: Initial;
}

/** A network with the operations that make its weights and multipliers. */
export interface Program extends LoweredNetwork {
  readonly strategy: string;
  /** Which of the strategy's choices it takes, as text; null where there are none. */
  readonly variant: string | null;
  readonly free: readonly FreeSlot[];
  readonly operations: readonly Operation[];
  /** What a stretch of operations is for: the text belongs before operation `at`. */
  readonly notes: readonly { readonly at: number; readonly text: string }[];
  /** What does the same with less where lower slopes are 0; left out where that saves nothing. */
  readonly rising?: Rising;
}

/** The operations of a program for lower slopes of 0 in `layers`, between the same slots. */
export interface Rising extends Pick<Program, 'buffers' | 'operations' | 'notes'> {
  readonly layers: readonly number[];
}

/** The program that has these operations only. */
export function risingProgram({ rising, ...program }: Program): Program | null {
  if (rising === undefined) return null;
  const { buffers, operations, notes } = rising;
  return { ...program, buffers, operations, notes };
}
