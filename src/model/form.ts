import { isZero, monomial, negate, number, times } from '../expr/build.js';
import type { Naming } from '../expr/naming.js';
import type { Expression } from '../expr/node.js';
import { text } from '../expr/print.js';
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

interface Summand {
  readonly negative: boolean;
  readonly text: string;
}

/** −s, summand by summand. */
function summands({ input, cross, output }: Supply, naming: Naming): readonly Summand[] {
  const parts: readonly (readonly [Expression, string])[] = [
    [negate(output), '‖Δy‖²'],
    [times(number(-2), cross), 'ΔyᵀΔx'],
    [negate(input), '‖Δx‖²'],
  ];
  return parts.flatMap(([coefficient, form]): readonly Summand[] => {
    if (isZero(coefficient)) return [];
    const negative = monomial(coefficient).coefficient < 0;
    const size = negative ? negate(coefficient) : coefficient;
    const isOne = size.kind === 'number' && size.value === 1;
    return [{ negative, text: `${isOne ? '' : text(size, naming)}${form}` }];
  });
}

/** −s in text: `‖Δy‖² − 𝓛²‖Δx‖²`. */
export const differenceText = (supply: Supply, naming: Naming): string =>
  summands(supply, naming).reduce(
    (all, { negative, text: part }) =>
      all === '' ? `${negative ? '−' : ''}${part}` : `${all} ${negative ? '−' : '+'} ${part}`,
    '',
  );

/** s ≥ 0 in text: `‖Δy‖² ≤ 𝓛²‖Δx‖²`. */
export function propertyText(supply: Supply, naming: Naming): string {
  const side = (isRight: boolean): string =>
    summands(supply, naming)
      .filter(({ negative }) => negative === isRight)
      .map(({ text: part }) => part)
      .join(' + ');
  return `${side(false) || '0'} ≤ ${side(true) || '0'}`;
}

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
