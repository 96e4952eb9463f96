import type { Position } from '../base/diagnostic.js';
import type { Index } from '../base/label.js';
import type { StructureName } from '../structures/index.js';
import type { Activation } from './activation.js';

export type { Index };

/**
 * What stage 1 (parse) hands on: the equations of an acyclic network, generic in the inner depth n.
 * Everything here is plain readonly data; names are the author's and are only ever Map keys or printed text.
 */

/** A signal: the input `x`, a lone hidden signal `h`, or a member `w[index]` of a family. */
export interface SignalReference {
  readonly family: string;
  readonly index: Index | null;
}

/** A weight or bias as written, `C[l]` or `A`. */
export interface ParameterReference {
  readonly name: string;
  readonly index: Index | null;
}

/**
 * `coefficient · weight · signal`; `weight` null means the identity (`y = x + …`). Affine signals read transposes too.
 */
export interface Term {
  readonly coefficient: number;
  readonly weight: ParameterReference | null;
  readonly isTransposed?: true;
  readonly signal: SignalReference;
  readonly position: Position;
}

/** A lone symbol as summand, `coefficient · bias`. */
export interface BiasTerm {
  readonly coefficient: number;
  readonly bias: ParameterReference;
  readonly position: Position;
}

/** `for variable in from..to`, both ends included; an empty range defines nothing. */
export interface Range {
  readonly variable: string;
  readonly from: Index;
  readonly to: Index;
}

/**
 * - `hidden`: `target = phi(terms + biases)`
 * - `affine`: `target = terms + biases`, a name for a sum
 * - `output`: `y = terms + biases`
 * - `alias`:  `target = signal` (one term, coefficient 1, no weight, no bias), e.g. `w[0] = x`
 */
export interface Equation {
  readonly kind: 'hidden' | 'affine' | 'output' | 'alias';
  readonly target: SignalReference;
  readonly range: Range | null;
  /** Hidden signals: a name in the architecture's `activations` or `blocks`; null for a φ that is left open. */
  readonly activation: string | null;
  readonly terms: readonly Term[];
  readonly biases: readonly BiasTerm[];
  readonly text: string;
  readonly position: Position;
}

/** An architecture inside another one. */
export interface Block {
  /** By which equations call it, and which stands before the names of its weights. */
  readonly name: string;
  readonly architecture: Architecture;
  /** Null: the depth that is given at use. */
  readonly depth: number | null;
  /** The k that it is held to; null in a composition: its share of what the other blocks leave of 𝓛. */
  readonly lipschitz: number | null;
  /** Where it was included from; null where its text stands in the file. */
  readonly file: string | null;
  readonly position: Position;
}

/** `b_k(… b_1(x))`, `b_1(x) + … + b_k(x)`, or `b_1(x), …, b_k(x)` one below the other. */
export const compositionKinds = ['sequence', 'sum', 'concatenate'] as const;
export type CompositionKind = (typeof compositionKinds)[number];

export interface Architecture {
  readonly name: string;
  readonly title: string;
  readonly source: string | null;
  readonly equations: readonly Equation[];
  /** Only the declared parameters; everything else is `ordinary`. */
  readonly parameters: ReadonlyMap<string, StructureName>;
  /** The activations that equations call by name, with their slope bounds. */
  readonly activations: ReadonlyMap<string, Activation>;
  /** The blocks that equations call, or in a composition those that it is made of, in order. */
  readonly blocks: ReadonlyMap<string, Block>;
  /** Null: the network of the equations. Compositions have no equations. */
  readonly composition: CompositionKind | null;
  /**
   * The file's text, with those of the files that it includes inside: what a sample carries along so that `check` can
   * derive the LMI again.
   */
  readonly definition: string;
}
