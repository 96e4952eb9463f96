import { isOnes, isZero, monomial, negate, number, times } from '../expr/build.js';
import type { Naming } from '../expr/naming.js';
import type { Expression } from '../expr/node.js';
import { text } from '../expr/print.js';
import type { Supply } from './form.js';

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
    return [{ negative, text: `${isOnes(size) ? '' : text(size, naming)}${form}` }];
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
