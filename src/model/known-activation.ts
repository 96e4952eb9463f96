import type { Condition, Scalar } from '../slopes/scalar/index.js';

/**
 * m = inf and L = sup of the slopes for the parameters that meet all conditions; without bounds, why there are none.
 */
export interface SlopeCase {
  readonly where: readonly Condition[];
  readonly bounds: { readonly m: Scalar; readonly L: Scalar } | null;
  readonly because: string;
}

/**
 * What is known of the slopes of an activation by its text, a name of the library or an expression in v: numbers
 * rounded outwards with the function itself, formulas over its parameters, or why there are none.
 */
export type KnownActivation = { readonly text: string } & (
  | { readonly kind: 'numbers'; readonly slopes: readonly [number, number]; readonly function: Scalar }
  | {
      readonly kind: 'formulas';
      readonly parameters: readonly string[];
      readonly demands: readonly Condition[];
      readonly cases: readonly SlopeCase[];
    }
  | { readonly kind: 'none'; readonly because: string }
);
