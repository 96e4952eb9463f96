import type { NetworkValues, Values } from '../../model/lowered-network.js';
import type { Program } from '../../model/program.js';
import type { Precision } from '../../model/roundoff.js';
import type { Assembly } from '../../numeric/assembly.js';

export type { Values } from '../../model/lowered-network.js';

/** One [m, L] for all layers, or one for each hidden signal in the order of the LMI. */
export type Slopes = readonly [number, number] | readonly (readonly [number, number])[];

/** What `constrain` gives: feasible weights with the multipliers that prove it. */
export interface Constrained extends NetworkValues {
  /**
   * What is applied to each hidden signal where the equations leave it open; null where they do not, or where nothing
   * was said.
   */
  readonly activations?: readonly (Activation | null)[] | undefined;
  /**
   * Where Cholesky factors are taken: the condition number of each factored matrix, by its name, as its factor's
   * diagonal tells it, (max l_ii / min l_ii)². That is an estimate from below. A matrix factored several times has its
   * largest.
   */
  readonly conditions?: Readonly<Record<string, number>>;
}

export interface ConstrainOptions {
  /** Widths by signal or family; may be left out where the lengths of the free parameters tell them. */
  readonly widths?: Readonly<Record<string, number>>;
  /** The bound 𝓛 to certify; 1 if left out. */
  readonly lipschitz?: number;
  /**
   * [m, L] of the activations that are left open, or one pair for each hidden signal; if left out the own slopes of
   * declared and of known activations, and [0, 1]. For an activation that is not known they are your word.
   */
  readonly slopes?: Slopes;
  /**
   * Of the layers that the equations leave open, or one for each hidden signal: a text such as `gelu`, `elu(alpha=1.5)`
   * or an expression in v, or a function. Texts and functions of Math bring their own slopes; other functions need
   * `slopes`.
   */
  readonly activation?: Activations;
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

/** As `constrain` and `forward` take it; null: nothing is said. */
export type ActivationChoice = string | OpenActivation | null;
export type Activations = ActivationChoice | readonly ActivationChoice[];

/** An activation as the weights were made for it. */
export interface Activation {
  /** As Lipwright writes it, `elu(alpha=1.5)`; null where it has no name for it. */
  readonly name: string | null;
  /** Its own, as they were derived; null where they were not: then those of the weights are somebody's word. */
  readonly slopes: readonly [number, number] | null;
  /** Slopes were given for what is not known. */
  readonly stated: boolean;
  /** Null: m v for v < 0 and L v for v ≥ 0. */
  readonly apply: OpenActivation | null;
}

export interface InitialOptions extends Pick<ConstrainOptions, 'slopes' | 'lipschitz' | 'activation'> {
  /**
   * Inputs such as the network will get: over what they make of each pre-activation the kinks are spread. Left out:
   * points of [−1, 1]^d_x.
   */
  readonly domain?: readonly ArrayLike<number>[];
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
   * The vector–Jacobian product of `constrain`: adjoints of its results → adjoints of the free parameters, Jᵀ times a
   * vector, by reverse accumulation. Where `constrain` has a kink, one of its one-sided derivatives. Bound and slopes
   * are constants.
   */
  readonly vjp: (
    free: Readonly<Record<string, ArrayLike<number>>>,
    cotangents: Cotangents,
    options?: Omit<ConstrainOptions, 'into'>,
  ) => Values;
  /**
   * y of length d_y. Where the equations leave the activation open it is the one that `constrain` was given, or else m
   * v for v < 0 and L v for v ≥ 0, or another one here. @throws LW303, LW305 for one whose slopes are beyond those of
   * the weights, or not known where none were given
   */
  readonly forward: (weights: Constrained, x: ArrayLike<number>, activation?: Activations) => Float64Array;
  /** The numeric LMI, N × N row major. */
  readonly lmi: (weights: Constrained) => Float64Array;
  /** The numeric LMI as a sum of terms, which rigorous verdicts start from. */
  readonly assembly: (weights: Constrained) => Assembly;
}
