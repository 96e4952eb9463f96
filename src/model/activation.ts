import type { Interval } from '../numeric/interval.js';
import type { Scalar } from '../slopes/scalar/index.js';

/**
 * An elementwise activation with slope bounds that were computed, not claimed:
 * m ≤ (φ(a) − φ(b)) / (a − b) ≤ L for all a ≠ b.
 */
export interface ScalarActivation {
  readonly kind: 'scalar';
  /** As equations call it. */
  readonly name: string;
  /** φ(v), parameters put in. */
  readonly function: Scalar;
  /** [m, L] rounded outwards to doubles: what an LMI uses. */
  readonly slopes: readonly [number, number];
  /** Where the infimum m and the supremum L themselves lie. */
  readonly enclosures: { readonly m: Interval; readonly L: Interval };
}

/**
 * A learned linear spline on uniform knots t_k = (k − (K − 1)/2) T, one for each neuron, whose values are free
 * parameters (Aziznejad et al. 2020; Ducotterd et al., arXiv 2210.16222).
 */
export interface SplineActivation {
  readonly kind: 'spline';
  readonly name: string;
  /** K. */
  readonly knots: number;
  /** T. */
  readonly step: number;
  /** [m, L] that the slopes are projected onto unless a run says otherwise. */
  readonly slopes: readonly [number, number];
}

/** A block in the place of an activation: k-Lipschitz as a whole, which says nothing of single entries. */
export interface BlockCall {
  readonly kind: 'block';
  readonly name: string;
  /** [−k, k]. */
  readonly slopes: readonly [number, number];
}

export type Activation = ScalarActivation | SplineActivation;
