import { negate } from '../expr/build.js';
import type { Expression } from '../expr/node.js';
import type { Label } from '../base/label.js';
import type { Read } from './network.js';

/**
 * A quadratic form in the differences of a sum of reads v = Σ c_j C_j w_j + b and of a signal w:
 * `square ΔvᵀΛΔv + mixed (ΔvᵀΛΔw + ΔwᵀΛΔv) + own ΔwᵀΛΔw`. The coefficients are scalars, Λ is a diagonal matrix. Forms
 * are all that strategies know of a layer or of the property: rows and pivots are made of the same three coefficients.
 */
export interface PairForm {
  readonly square: Expression;
  readonly mixed: Expression;
  readonly own: Expression;
}

/**
 * The property as data, in the words of dissipativity: a quadratic form
 * s(Δx, Δy) = input ‖Δx‖² + 2 cross ΔyᵀΔx + output ‖Δy‖² that the LMI subtracts, so that M ≼ 0 keeps it ≥ 0 for any two
 * inputs. For ‖Δy‖ ≤ 𝓛‖Δx‖: 𝓛², 0 and −1. Willems, Dissipative dynamical systems, 1972 (the supply rate).
 */
export interface Supply {
  readonly input: Expression;
  readonly cross: Expression;
  readonly output: Expression;
}

/** −s as a form in the output y, which is a sum of reads, and the input x. */
export const goalOf = ({ input, cross, output }: Supply): PairForm => ({
  square: negate(output),
  mixed: negate(cross),
  own: negate(input),
});

/** g, if the supply has −g ‖Δy‖² with a number g > 0. */
export function outputWeight({ output }: Supply): number | null {
  return output.kind === 'number' && output.value < 0 ? -output.value : null;
}

/** A form, and what its v and w are. */
export interface FormSource {
  readonly form: PairForm;
  /** v = Σ c_j C_j w_j. */
  readonly reads: readonly Read[];
  /** w. */
  readonly signal: Label;
  /** Λ in the width of v and in that of w: one matrix for a layer, two identities for the property. */
  readonly middle: Expression;
  readonly ownMiddle: Expression;
}
