import type { Program } from '../model/program.js';
import type { Precision } from '../model/roundoff.js';
import type { Assembly } from '../numeric/assembly.js';
import type { Slopes } from './run-options.js';

/** Values by the author's names. Matrices are row major; a diagonal weight is the vector of its diagonal. */
export type Values = Readonly<Record<string, Float64Array>>;

/** What `constrain` gives: feasible weights with the multipliers that prove it. */
export interface Constrained {
  readonly widths: Readonly<Record<string, number>>;
  readonly slopes: readonly (readonly [number, number])[];
  readonly lipschitz: number;
  readonly weights: Values;
  readonly biases: Values;
  readonly multipliers: Values;
  /**
   * Where Cholesky factors are taken: the condition number of each factored matrix, by its name, as its factor's diagonal
   * tells it, (max l_ii / min l_ii)². That is an estimate from below. A matrix factored several times has its largest.
   */
  readonly conditions?: Readonly<Record<string, number>>;
}

export interface ConstrainOptions {
  /** Widths by signal or family; may be left out where the lengths of the free parameters tell them. */
  readonly widths?: Readonly<Record<string, number>>;
  /** The bound 𝓛 to certify; 1 if left out. */
  readonly lipschitz?: number;
  /**
   * [m, L] of the activations that are left open, or one pair for each hidden signal; if left out [0, 1], and the own
   * slopes of declared activations.
   */
  readonly slopes?: Slopes;
  /** What the weights will be kept in; say `single` where they are rounded to float32. Double if left out. */
  readonly precision?: Precision;
  /** A result of an earlier call with the same widths, to be overwritten: then nothing is allocated. */
  readonly into?: Constrained;
}

/** Adjoints (cotangents) of what `constrain` gives, by the author's names; what is left out is 0. */
export interface Cotangents {
  readonly weights?: Readonly<Record<string, ArrayLike<number>>>;
  readonly biases?: Readonly<Record<string, ArrayLike<number>>>;
  readonly multipliers?: Readonly<Record<string, ArrayLike<number>>>;
}

/** For layers whose activation is left open. */
export type OpenActivation = (value: number, layer: number) => number;

export interface InitialOptions extends Pick<ConstrainOptions, 'slopes' | 'lipschitz'> {
  /** Inputs such as the network will get: over what they make of each pre-activation the kinks are spread. Left out: points of [−1, 1]^d_x. */
  readonly domain?: readonly ArrayLike<number>[];
  /** Of the layers that the equations leave open. */
  readonly activation?: OpenActivation;
}

/** The compiled functions, in memory. */
export interface Compiled {
  readonly program: Program;
  readonly lipschitz: number;
  /** Names and shapes of the free parameters at these widths. */
  readonly dims: (widths: Readonly<Record<string, number>>) => Readonly<Record<string, readonly number[]>>;
  /** Free parameters to start training from: see `initialize`. */
  readonly init: (seed: number, widths: Readonly<Record<string, number>>, options?: InitialOptions) => Values;
  readonly constrain: (free: Readonly<Record<string, ArrayLike<number>>>, options?: ConstrainOptions) => Constrained;
  /**
   * The vector–Jacobian product of `constrain`: adjoints of its results → adjoints of the free parameters, Jᵀ times a vector,
   * by reverse accumulation. Where `constrain` has a kink, one of its one-sided derivatives.
   */
  readonly vjp: (free: Readonly<Record<string, ArrayLike<number>>>, cotangents: Cotangents, options?: Omit<ConstrainOptions, 'into'>) => Values;
  /** y of length d_y. Where the equations leave the activation open it is `activation`, or else m v for v < 0 and L v for v ≥ 0. */
  readonly forward: (weights: Constrained, x: ArrayLike<number>, activation?: OpenActivation) => Float64Array;
  /** The numeric LMI, N × N row major. */
  readonly lmi: (weights: Constrained) => Float64Array;
  /** The numeric LMI as a sum of terms, which rigorous verdicts start from. */
  readonly assembly: (weights: Constrained) => Assembly;
}
