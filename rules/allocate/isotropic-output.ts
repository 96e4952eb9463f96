import {
  abs,
  exactFactor,
  hadamard,
  maximum,
  minimum,
  number,
  scalarSymbol,
  scale,
  subtract,
  sum,
  times,
} from '../../src/expr/build.js';
import type { Expression } from '../../src/expr/node.js';
import { margins } from '../../src/model/margins.js';
import type { Assignment } from '../../src/model/parameterization.js';
import type { IsotropicOutput, IsotropicTie } from '../../src/model/pivot.js';
import { roundoff } from '../../src/model/roundoff.js';
import type { Rule } from '../../src/rule/contract.js';

/**
 * # An output that is a tied signal
 *
 * **Statement.** With K[h, h] = κ I, y = e h meets the condition W K Wᵀ ≼ I exactly if e² κ ≤ 1.
 *
 * **Source.** The last h′ of a row of ties (`pivot/tied-skip`), read as it is.
 *
 * **Target.** A demand on 𝓛, which κ is made of: nothing is left to choose.
 *
 * **Derivation.** W K Wᵀ = e² κ I. At e² κ = 1 the rows of x in M vanish, exactly only if T and Λ fit to the last bit:
 * where a, c, e and g are powers of two and S = 1, as for the slopes [0, 1]; or with m > 0, when P > 0 leaves room for
 * their rounding. Where neither is sure, 2¹³ u is asked for, u the relative error of one operation.
 *
 * **Assumptions.** None.
 *
 * **When not to use.** With a weight before h: the usual allocation makes the most of it.
 */
export const isotropicOutput: Rule<IsotropicOutput, readonly Assignment[]> = {
  name: 'allocate/isotropic-output',
  statement: 'with K[h, h] = κ I, y = e h meets W K Wᵀ ≼ I exactly if e² κ ≤ 1',
  latex: 'K_{h,h} = \\kappa I \\implies (W K W^{\\top} \\preceq I \\iff e^2 \\kappa \\le 1) \\quad (y = e h)',
  exact: true,
  assumptions: [{ text: 'y = e h', latex: 'y = e h' }],
  refuses: () => null,
  apply: ({ name, coefficient, covariance, ties }) => {
    const factor = exactFactor(coefficient);
    const sizes = ties.map(({ skip }) => Math.abs(skip)).reduce((all, size) => all * size, Math.abs(coefficient));
    // 1 + 2u: rounding puts a κ that is 1 there at most.
    const left = subtract(sum([number(1), scale(2, [roundoff], number(1))]), scale(1, [factor, factor], covariance));
    const asked = maximum([number(0), ...ties.map(roomFor), ...(isPower(coefficient) ? [] : [room])]);
    const because =
      `${name} reads what is tied to x step by step as it is: that alone asks for 𝓛 of ${sizes}, or a little more ` +
      'where numbers or slopes are no powers of two: choose a larger 𝓛, or read it through a weight';
    return [{ kind: 'demand', rule: 'allocate/isotropic-output', value: subtract(left, asked), because }];
  },
};

const room = scale(margins.tiedRoom, [roundoff], number(1));
const isPower = (value: number): boolean => Number.isInteger(Math.log2(Math.abs(value)));

/**
 * What rounding asks for: nothing where there is none, S = 1 as for the slopes [0, 1] (any other S is at least u away),
 * or where P > 0 covers it.
 */
function roomFor({ layer: { slopeSum, derived }, skip, back, read }: IsotropicTie): Expression {
  if (![skip, back, read].every(isPower)) return room;
  const lower = scalarSymbol('slope-lower', derived);
  const differs = minimum([number(1), scale(margins.indicator, [], abs(subtract(slopeSum, number(1))))]);
  const isFlat = maximum([number(0), subtract(number(1), scale(margins.indicator, [], lower))]);
  return times(scale(margins.tiedRoom, [roundoff], number(1)), hadamard([differs, isFlat]));
}
