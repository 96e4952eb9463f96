import { abs, diag, maximum, number, quotient, scale, scalarSymbol, subtract, times } from '../../src/expr/build.js';
import type { Expression } from '../../src/expr/node.js';
import { margins } from '../../src/model/margins.js';
import type { Assignment } from '../../src/model/parameterization.js';
import type { IsotropicTie, SumSource } from '../../src/model/pivot.js';
import { refuse } from '../../src/rule/contract.js';
import type { Rule } from '../../src/rule/contract.js';

/** S g a κ / c: what T is −Λ times, and Λ is −1 over where T is the identity. */
export const tiedFactor = ({ layer, skip, read, back, covariance }: IsotropicTie): Expression =>
  scale((read * skip) / back, [layer.slopeSum], covariance);

/** The lower slope must not be negative: slopes at use may be wider than those of the activation. */
export function nonNegativeSlope(by: string, { layer }: IsotropicTie): readonly Assignment[] {
  const lower = scalarSymbol('slope-lower', layer.derived);
  // 2 for m < 0, else 0.
  const sign = quotient(subtract(abs(lower), lower), maximum([abs(lower), number(margins.leastSlope)]));
  const because =
    "a layer whose weight takes its own step back (h - 2 * C' * T * w) keeps the bound exactly only for activations " +
    'whose slopes are not negative';
  return [{ kind: 'demand', rule: by, value: subtract(number(1), sign), because }];
}

/**
 * # The scale of a tied step
 *
 * **Statement.** T = −(S g a κ / c) Λ is the T of `pivot/tied-skip`.
 *
 * **Source.** A tie h′ = a h + c Cᵀ T w along which K[h, h] = κ I, once its layer has its multipliers.
 *
 * **Target.** T. For SLL (a = 1, c = −2, κ = 1, slopes in [0, 1]) it is Λ/2.
 *
 * **Derivation.** It is solved for; that S² g² κ Λ C Cᵀ Λ ≼ 2Λ is the layer's pivot for σ ≥ |S| (`slope-spread`).
 *
 * **Assumptions.** m ≥ 0, so that P ≥ 0 and S ≥ 0: demanded of the slopes at use.
 *
 * **When not to use.** Without T the multipliers have to follow instead: `tied-multiplier`.
 */
export const tiedScale: Rule<SumSource, readonly Assignment[]> = {
  name: 'allocate/tied-scale',
  statement: 'T = −(S g a κ / c) Λ',
  latex: 'T = -\\tfrac{S g a \\kappa}{c} \\Lambda \\quad (m \\ge 0)',
  exact: true,
  assumptions: [{ text: 'm ≥ 0', latex: 'm \\ge 0' }],
  refuses: ({ tie }) => (tie === null || tie.scale === null ? refuse('there is no such tie, or no T in it') : null),
  apply: ({ tie }) => {
    if (tie === null || tie.scale === null) return [];
    const rule = 'allocate/tied-scale';
    const value = times(scale(-1, [], tiedFactor(tie)), diag(tie.layer.multiplier));
    return [
      ...nonNegativeSlope(rule, tie),
      { kind: 'define', rule, symbol: tie.scale, value },
      { kind: 'keep', rule, symbol: tie.scale },
    ];
  },
};
