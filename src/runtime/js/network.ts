import type { Activation, ActivationFunction, Constrained, Options } from './types.js';
import type { Signal, Size, Slot } from './widths.js';
import { countOf } from './widths.js';

/** A count that the shape of an R × C matrix gives: `plus` + `rows` · R + `columns` · C. */
export interface Count {
  readonly rows: number;
  readonly columns: number;
  readonly plus: number;
}

/** A matrix is the table of its numbers, or the diagonal that they are, or its entries share them. */
export interface Weight extends Slot {
  /** Of `length` numbers entry (i, j) is number `row` · i + `column` · j + `first`, counted from 0. */
  readonly shared?: { readonly row: number; readonly column: number; readonly first: Count; readonly length: Count };
}

/** coefficient · weight · signal; no weight is the identity, whose rows begin below `above`. */
export interface Term {
  readonly coefficient: number;
  readonly weight: string | null;
  readonly isTransposed?: boolean;
  readonly signal: number;
  readonly above?: Size;
}

/** The sum of terms and biases, and on it what layer `layer` applies (null: nothing). */
export interface Step {
  readonly signal: number;
  readonly terms: readonly Term[];
  readonly biases: readonly { readonly coefficient: number; readonly bias: string }[];
  readonly layer: number | null;
}

/** What the equations say of an activation. */
export interface Declared {
  readonly kind: 'scalar' | 'spline' | 'block';
  readonly name: string;
  readonly slopes: readonly [number, number];
  /** Of a function. */
  readonly apply?: ActivationFunction;
  /** Of splines: a row of values for each neuron, on knots that are `step` apart. */
  readonly values?: string;
  readonly knots?: number;
  readonly step?: number;
}

/** A hidden signal; `activation` is null where the equations leave it open. */
export interface Layer {
  readonly signal: string;
  readonly activation: Declared | null;
}

/** S = L + m, P = L m, m or L of a layer, a budget, or the bound. */
export type Parameter = readonly ['S' | 'P' | 'm' | 'L' | 'budget', number] | 'lipschitz';

/** block(row, column) += the product of the factors · leftᵀ · diag(middle) · right; null is the identity. */
export interface Block {
  readonly row: number;
  readonly column: number;
  readonly factors: readonly (number | Parameter)[];
  readonly left: string | null;
  readonly middle: string | null;
  readonly right: string | null;
}

/** How a free parameter begins. */
export type Initial =
  | { readonly kind: 'zero' | 'share' | 'centre' }
  | { readonly kind: 'constant' | 'normal'; readonly value: number; readonly timesLipschitz: boolean }
  | { readonly kind: 'sphere'; readonly spread: boolean }
  | { readonly kind: 'dominant'; readonly layer: number }
  | { readonly kind: 'kinks'; readonly from: number; readonly to: number }
  | { readonly kind: 'spline'; readonly layer: number; readonly step: number };

/**
 * Blocks that share a bound, `of` (null: that of the run): with `parts` that state none, equal shares of what is left
 * by those that take `fixed`; without any the whole must be at least `least`.
 */
export interface Budget {
  readonly of: number | null;
  readonly kind: 'sequence' | 'sum' | 'concatenate';
  readonly fixed: readonly number[];
  readonly parts: number;
  readonly least: number;
}

/** Slopes of the layers. */
export interface PlanSlopes {
  m: Float64Array;
  L: Float64Array;
  S: Float64Array;
  P: Float64Array;
}

/** Carries all operations out. */
export type Run = (slopes: PlanSlopes, lip: number, options: Options) => void;

/** Buffers of the adjoints: of results, which are given, and of free parameters (null: 0). */
export interface Reverse {
  weights: readonly Float64Array[];
  biases: readonly Float64Array[];
  multipliers: readonly Float64Array[];
  free: readonly (Float64Array | null)[];
  run: Run;
}

/** Buffers of free parameters and results in the order of their slots, and the operations between them. */
export interface Steps {
  free: readonly Float64Array[];
  weights: readonly Float64Array[];
  biases: readonly Float64Array[];
  multipliers: readonly Float64Array[];
  /** All of them, where somebody wants to look. */
  buffers?: readonly Float64Array[];
  run: Run;
  reverse: () => Reverse;
  /** The reverse sweep, once it was asked for. */
  reversed?: Reverse;
}

/** What is kept for a set of widths. */
export interface Plan extends Steps, PlanSlopes {
  d: readonly number[];
  activations: (Activation | null)[];
  /** The operations for lower slopes of 0, once they were asked for. */
  rising?: Steps;
  /** What ran last: itself or `rising`. */
  last: Steps;
  runs: number;
}

/** What a network is, as plain data, and how its weights are made. */
export interface Network {
  readonly architecture: string;
  readonly depth: number;
  readonly strategy: string;
  readonly definition: string;
  /** The bound unless options say otherwise. */
  readonly lipschitz: number;
  /** Names of signals that share a width, one entry a width. */
  readonly widths: readonly (readonly string[])[];
  /** Widths that are sums of others. */
  readonly sums: readonly { readonly width: number; readonly of: readonly number[] }[];
  /** The signals of the LMI and affine ones in their order, the output after them, then places between. */
  readonly signals: readonly Signal[];
  readonly output: Signal;
  readonly locals: readonly Signal[];
  /** The place of x. */
  readonly input: number;
  readonly free: readonly (Slot & { readonly initial?: Initial })[];
  readonly weights: readonly Weight[];
  readonly biases: readonly Slot[];
  readonly multipliers: readonly Slot[];
  readonly layers: readonly Layer[];
  /** The forward map, in order. */
  readonly steps: readonly Step[];
  readonly lmi: readonly Block[];
  /** The signals of the LMI that are sums of earlier ones, in order, by their steps; left out where there are none. */
  readonly affine?: readonly number[];
  readonly budgets: readonly Budget[];
  /** What is known of an activation; null of a function that is not. Refuses what has no slopes. */
  readonly known: (choice: string | ActivationFunction) => Activation | null;
  readonly plan: (d: readonly number[]) => Steps;
  /** Less that does the same where lower slopes are 0, but those of blocks. */
  readonly rising?: (d: readonly number[]) => Steps;
  /** By widths. */
  readonly plans: Map<string, Plan>;
  readonly planOf: WeakMap<Constrained, Plan>;
}

/** All places in their order. */
export const placesOf = ({ signals, output, locals }: Network): readonly Signal[] => [...signals, output, ...locals];

/** Arrays for the numbers of slots, in their order. */
export const buffersOf = (slots: readonly Slot[], d: readonly number[]): Float64Array[] =>
  slots.map(({ rows, columns }) => new Float64Array(countOf(rows, d) * countOf(columns, d)));

/** What is made of 0, 1, … below the count, one after the other. */
export function repeated<T>(count: number, make: (k: number) => readonly T[]): readonly T[] {
  return Array.from({ length: count }, (_, k) => make(k)).flat();
}
