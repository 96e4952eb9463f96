/** Numbers by the author's names. Matrices are row major; a diagonal weight is its diagonal. */
export type Values = Record<string, Float64Array>;

/** By signal or family, for example { x: 3, w: 4, y: 2 }. */
export type Widths = Readonly<Record<string, number>>;

/** [m, L] of the activations that are left open, or one pair for each hidden signal. */
export type Slopes = readonly [number, number] | ReadonlyArray<readonly [number, number]>;

/** Acts entry by entry. */
export type ActivationFunction = (value: number, layer: number) => number;

/** A text such as "gelu", or a function; null: nothing is said. */
export type ActivationChoice = string | null | ActivationFunction;

/** One for all layers that the equations leave open, or one for each hidden signal. */
export type Activations = ActivationChoice | readonly ActivationChoice[];

/** An activation as the weights were made for it. */
export interface Activation {
  /** As Lipwright writes it; null where it has no name for it. */
  name: string | null;
  /** Its own; null where they are not known: then those of the weights are somebody's word. */
  slopes: readonly [number, number] | null;
  /** Slopes were given for what is not known. */
  stated: boolean;
  /** Null: m v for v < 0 and L v for v >= 0. */
  apply: ActivationFunction | null;
}

/** What constrain() gives: feasible weights with the multipliers that prove it. */
export interface Constrained {
  widths: Record<string, number>;
  slopes: [number, number][];
  lipschitz: number;
  weights: Values;
  biases: Values;
  multipliers: Values;
  activations?: (Activation | null)[] | undefined;
}

/** Adjoints (cotangents) of what constrain() gives, by name; what is left out is 0. */
export interface Cotangents {
  weights?: Readonly<Record<string, ArrayLike<number>>> | undefined;
  biases?: Readonly<Record<string, ArrayLike<number>>> | undefined;
  multipliers?: Readonly<Record<string, ArrayLike<number>>> | undefined;
}

export interface Options {
  /** May be left out where the lengths of the free parameters tell them. */
  widths?: Widths | undefined;
  /** The bound to certify; 1 if left out. */
  lipschitz?: number | undefined;
  /** If left out the own slopes of declared and of known activations, and [0, 1]. */
  slopes?: Slopes | undefined;
  activation?: Activations | undefined;
  /** A result of an earlier call with the same widths, to be overwritten: then nothing is allocated. */
  into?: Constrained | undefined;
}

export interface InitialOptions extends Options {
  /** Inputs such as the network will get; if left out, points of [-1, 1]^d. */
  domain?: readonly ArrayLike<number>[] | undefined;
}
