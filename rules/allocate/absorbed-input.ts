import { maximum, minimum, number, quotient, scale, sqrt, subtract } from '../../src/expr/build.js';
import type { Expression } from '../../src/expr/node.js';
import { margins } from '../../src/model/margins.js';
import type { Assignment } from '../../src/model/parameterization.js';
import type { AbsorbedInput, MultiplierSource } from '../../src/model/pivot.js';
import { roundoff } from '../../src/model/roundoff.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';
import { squaredBound } from './free-multiplier.js';

const rule = 'allocate/absorbed-input';

/**
 * # Layers under an input that is read as it is beside a dense weight
 *
 * **Statement.** Let y = a x + c D x + …, γ = ω²𝓛²/a² > 1, and n layers with 2^k ≥ n. If each uses at most the part 1 −
 * γ^(−1/2^k) of its pivot, then a² ‖K[x, x]‖ ≤ ω² at the output.
 *
 * **Source.** The part μ of a pivot that its layer may use.
 *
 * **Target.** A part that is no larger. ω is what rounding allows: see `shared-rounding`.
 *
 * **Derivation.** K[x, x] starts as I/𝓛², and a layer that uses μ makes it at most 1/(1 − μ) ≤ γ^(1/2^k) times as
 * large.
 *
 * **Assumptions.** 0 < μ ≤ 1 − η for what is given.
 *
 * **When not to use.** Where γ ≤ 1 rounding alone may exceed the bound: no D is near enough to −(a/c) I in this
 * precision.
 */
export const absorbedInput: Rule<MultiplierSource, readonly Assignment[]> = {
  name: 'allocate/absorbed-input',
  statement: 'y = a x + c D x + …, γ = ω²𝓛²/a² > 1: n ≤ 2^k layers that use μ ≤ 1 − γ^(−1/2^k) leave a² ‖K[x, x]‖ ≤ ω²',
  latex:
    '\\mu_l \\le 1 - \\gamma^{-2^{-k}},\\ n \\le 2^k,\\ \\gamma = \\omega^2 \\mathcal{L}^2 / a^2 ' +
    '> 1 \\implies a^2 \\lVert K_{xx} \\rVert \\le \\omega^2 \\quad (0 < \\mu \\le 1-\\eta)',
  exact: false,
  assumptions: [{ text: '0 < μ ≤ 1 − η', latex: '0 < \\mu \\le 1-\\eta' }],
  refuses: ({ absorbedInput: given }) =>
    given === null ? refuse('the output does not read x as it is beside a dense weight') : null,
  apply: ({ used, absorbedInput: given }) => {
    if (given === null) return [];
    const inverse = asked(given);
    const roots = Math.ceil(Math.log2(given.layers));
    const part = Array.from({ length: roots }).reduce((value: Expression) => sqrt(value), inverse);
    const because =
      'the output reads x as it is beside a dense weight, and in this precision no weight is near ' +
      'enough to make up for it: choose a larger 𝓛';
    return [
      ...(given.first ? [{ kind: 'demand', rule, value: subtract(number(1), inverse), because } as const] : []),
      {
        kind: 'define',
        rule,
        symbol: used,
        value: minimum([used, maximum([subtract(number(1), part), number(margins.demand)])]),
      },
    ];
  },
};

/** 1/γ = a²/(ω²𝓛²). */
const asked = ({ coefficient, perRoundoff }: AbsorbedInput): Expression =>
  quotient(scale((coefficient * perRoundoff) ** 2, [roundoff, roundoff], number(1)), squaredBound);
