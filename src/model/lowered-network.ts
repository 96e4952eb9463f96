import type { Scalar } from '../slopes/scalar/index.js';
import type { Size } from '../runtime/js/widths.js';
import type { StructureName } from '../structures/index.js';
import type { CompositionKind } from './architecture.js';

/**
 * A network at a concrete depth with numbers for its signals, widths and values: the forward map and the terms of its
 * LMI, and nothing of how the values are made. Verdicts need no more; a `Program` adds the operations that make
 * weights and multipliers.
 */

export type { Size } from '../runtime/js/widths.js';
export { countOf } from '../runtime/js/widths.js';

/** Is it a table, rows of numbers? Everything else is one row. */
export const isTable = ({ columns }: Pick<Slot, 'columns'>): boolean => columns !== null;

export interface Buffer {
  readonly id: number;
  readonly rows: Size;
  readonly columns: Size;
}

/**
 * Scalars that come with the options of a run, and numbers of the equations that are kept apart for exact arithmetic;
 * of the network's budgets, the one of that number.
 */
export type Parameter =
  | { readonly kind: 'budget'; readonly budget: number }
  | { readonly kind: 'slope-sum' | 'slope-product' | 'slope-lower' | 'slope-upper'; readonly layer: number }
  | { readonly kind: 'lipschitz' }
  | { readonly kind: 'roundoff' }
  | { readonly kind: 'constant'; readonly value: number };

/**
 * A weight, bias or multiplier by the author's name, with the shape of the numbers that are kept of it: a table of
 * `rows` × `columns`, or `rows` numbers if `columns` is null. `buffer` is the number of its value.
 */
export interface Slot {
  readonly name: string;
  readonly structure: StructureName | 'vector';
  readonly rows: Size;
  readonly columns: Size;
  readonly buffer: number;
}

/**
 * One summand `coefficient · weight · signal`; a null weight is the identity, whose rows begin below `above` (at the
 * top if left out).
 */
export interface ForwardTerm {
  readonly coefficient: number;
  readonly weight: number | null;
  /** The weight's transpose is read: by affine signals alone. */
  readonly isTransposed?: true;
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

/** Signals are numbered as the LMI's rows; the output comes after them, then the network's `locals`. */
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
export interface NetworkBlock {
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

/** The values of a network by the author's names. Matrices are row major; a diagonal weight is its diagonal. */
export type Values = Readonly<Record<string, Float64Array>>;

/** What a verdict judges: every number that the LMI and the forward map hold. */
export interface NetworkValues {
  /** By signal. */
  readonly widths: Readonly<Record<string, number>>;
  /** [m, L], one for each layer. */
  readonly slopes: readonly (readonly [number, number])[];
  readonly lipschitz: number;
  readonly weights: Values;
  readonly biases: Values;
  readonly multipliers: Values;
}

export interface LoweredNetwork {
  /** The name of the architecture. */
  readonly architecture: string;
  readonly title: string;
  readonly definition: string;
  readonly source: string | null;
  readonly depth: number;
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
  readonly blocks: readonly NetworkBlock[];
  readonly buffers: readonly Buffer[];
  readonly weights: readonly Slot[];
  readonly biases: readonly Slot[];
  /** One for each hidden signal, in the order of the signals. */
  readonly multipliers: readonly Slot[];
  /** The hidden signals, one for each multiplier: the outer network's first, then those of each block. */
  readonly layers: readonly ForwardLayer[];
  /** The signals of the LMI that are sums of earlier ones, in order: M ≼ 0 is asked for where they are. */
  readonly affine: readonly AffineLayer[];
  readonly last: AffineLayer;
  /** The forward map, in order. */
  readonly steps: readonly ForwardStep[];
  /** The direct sum of the LMIs of all networks: it is negative semidefinite if all of them are. */
  readonly lmi: readonly LmiTerm[];
}
