import type { Scalar } from '../slopes/scalar/index.js';
import type { Initial } from './initial.js';
import type { CompositionKind, Structure } from './architecture.js';

/**
 * The target-neutral program: straight-line operations on named buffers whose sizes are widths of signals, known
 * when the program runs. Every target prints or runs these operations and nothing else.
 */

/** Index into the program's widths, a number that no width changes, or the sum of several widths; null is 1. */
export type Size = number | { readonly fixed: number } | { readonly sum: readonly number[] } | null;

/** How many a size is, given the program's widths. */
export function countOf(size: Size, widths: readonly number[]): number {
  if (size === null) return 1;
  // A width that is not known makes nothing of a known size: not an LMI of fewer rows.
  if (typeof size === 'number') return widths[size] ?? Number.NaN;
  return 'fixed' in size ? size.fixed : size.sum.reduce((total, at) => total + (widths[at] ?? Number.NaN), 0);
}

export interface Buffer {
  readonly id: number;
  readonly rows: Size;
  readonly columns: Size;
}

/**
 * Scalars that come with the options of a run, and numbers of the equations that are kept apart for exact arithmetic;
 * of the program's budgets, the one of that number.
 */
export type Parameter =
  | { readonly kind: 'budget'; readonly budget: number }
  | { readonly kind: 'slope-sum' | 'slope-product' | 'slope-lower' | 'slope-upper'; readonly layer: number }
  | { readonly kind: 'lipschitz' }
  | { readonly kind: 'roundoff' }
  | { readonly kind: 'constant'; readonly value: number };

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
  /** out · outᵀ = matrix, out lower triangular; stops where the matrix is not positive definite */
  | {
      readonly kind: 'cholesky';
      readonly out: number;
      readonly matrix: number;
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

/** A free parameter or a result, by the author's name. */
export interface Slot {
  readonly name: string;
  readonly structure: Exclude<Structure, 'identity'> | 'vector';
  readonly rows: Size;
  readonly columns: Size;
  readonly buffer: number;
  /** How a free parameter begins. */
  readonly initial?: Initial;
}

/**
 * One summand `coefficient · weight · signal`; a null weight is the identity, whose rows begin below `above` (at the
 * top if left out).
 */
export interface ForwardTerm {
  readonly coefficient: number;
  readonly weight: number | null;
  readonly signal: number;
  readonly above?: Size;
}

/** What is applied to a pre-activation. */
export type LayerActivation =
  /** Left open: its slopes, and perhaps the function, are given at use. */
  | { readonly kind: 'open' }
  /** Slopes at use may be wider than the function's own, never narrower. */
  | {
      readonly kind: 'scalar';
      readonly name: string;
      readonly function: Scalar;
      readonly slopes: readonly [number, number];
    }
  /** A block: its slopes are ±k, its multiplier is one number. */
  | { readonly kind: 'block'; readonly name: string; readonly slopes: readonly [number, number] }
  /** One linear spline a neuron; `coefficients` is the buffer of projected values, width × knots. */
  | {
      readonly kind: 'spline';
      readonly name: string;
      readonly coefficients: number;
      readonly knots: number;
      readonly step: number;
      readonly slopes: readonly [number, number];
    };

/** Signals are numbered as the LMI's rows; the output comes after them, then the program's `locals`. */
export interface AffineLayer {
  readonly signal: number;
  readonly terms: readonly ForwardTerm[];
  readonly biases: readonly { readonly coefficient: number; readonly bias: number }[];
}

/**
 * One step of the forward map: the sum of the terms and biases, and on it what layer `layer` applies (null: nothing).
 */
export interface ForwardStep extends AffineLayer {
  readonly layer: number | null;
}

/**
 * What a composition's blocks that state no 𝓛 of their own get of `of` (a budget, or null for the 𝓛 of the run): with
 * `parts` such blocks besides those that take `fixed`, equal roots of what is left of the product, equal parts of the
 * sum, or of the sum of squares.
 */
export interface Budget {
  readonly of: number | null;
  readonly kind: CompositionKind;
  readonly fixed: readonly number[];
  readonly parts: number;
}

/** A block's part in the forward map: v goes in at `input`, z comes out at `output`, and ‖Δz‖ ≤ k‖Δv‖. */
export interface ProgramBlock {
  readonly name: string;
  readonly input: number;
  readonly output: number;
  readonly lipschitz: Parameter;
}

export interface ForwardLayer extends AffineLayer {
  readonly activation: LayerActivation;
}

/**
 * block(row, column) += coefficient · Π parameters · leftᵀ · diag(middle) · right, and its transpose if row ≠ column.
 */
export interface LmiTerm {
  readonly row: number;
  readonly column: number;
  readonly coefficient: number;
  readonly parameters: readonly Parameter[];
  readonly left: number | null;
  readonly middle: number | null;
  readonly right: number | null;
}

export interface Program {
  readonly architecture: string;
  readonly title: string;
  readonly definition: string;
  readonly source: string | null;
  readonly depth: number;
  readonly strategy: string;
  /** Which of the strategy's choices it takes, as text; null where there are none. */
  readonly variant: string | null;
  /** The distinct widths, by the signals that have them; entry k is what a `Size` of k means. */
  readonly widths: readonly (readonly string[])[];
  /** Signals in the order of the LMI, each with the size of its width. */
  readonly signals: readonly { readonly name: string; readonly size: Size }[];
  readonly output: { readonly name: string; readonly size: Size };
  /** Values on the way that are no signals of an LMI. */
  readonly locals: readonly { readonly name: string; readonly size: Size }[];
  /** The place of x. */
  readonly input: number;
  /** Widths that are sums of others. */
  readonly sums: readonly { readonly width: number; readonly of: readonly number[] }[];
  readonly budgets: readonly Budget[];
  readonly blocks: readonly ProgramBlock[];
  readonly buffers: readonly Buffer[];
  readonly free: readonly Slot[];
  readonly weights: readonly Slot[];
  readonly biases: readonly Slot[];
  /** One for each hidden signal, in the order of the signals. */
  readonly multipliers: readonly Slot[];
  readonly operations: readonly Operation[];
  /** What a stretch of operations is for: the text belongs before operation `at`. */
  readonly notes: readonly { readonly at: number; readonly text: string }[];
  /** The hidden signals, one for each multiplier: the outer network's first, then those of each block. */
  readonly layers: readonly ForwardLayer[];
  readonly last: AffineLayer;
  /** The forward map, in order. */
  readonly steps: readonly ForwardStep[];
  /** The direct sum of the LMIs of all networks: it is negative semidefinite if all of them are. */
  readonly lmi: readonly LmiTerm[];
}
