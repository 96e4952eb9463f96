import { minimum, number, quotient, scale, sqrt, square, subtract, sum, times } from '../../src/expr/build.js';
import type { Expression } from '../../src/expr/node.js';
import type { Assignment } from '../../src/model/parameterization.js';
import type { HiddenSkip, MultiplierSource } from '../../src/model/pivot.js';
import * as kinds from '../../src/model/symbols.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';
import { enlarged, inputShare } from './skip-reserve.js';

/**
 * # Multipliers of signals that the output reads as they are
 *
 * **Statement.** Let y = Σ a_k w_k + …, w_k signals that no dense weight reads there, and b_k ≥ 0. If the layer of w_k
 * uses μ_k of its pivot, later ones enlarge what is left of it by γ at most, and λ_k ≥ ν_k = a_k² γ/(2 b_k²(1 − η)) ·
 * (1 + S²/σ² · μ_k/(1 − μ_k)), then a_k² K[w_k | d] ≼ b_k² (1 − η) I, and the output spends at most (Σ b_k)² of its
 * condition on all of them.
 *
 * **Source.** A layer whose signal the output reads by an identity alone.
 *
 * **Target.** ν, which multipliers must reach, and μ ≤ 1/(1 + S²/σ²).
 *
 * **Derivation.** Given v, w has the covariance Λ⁻¹/2; with v it is at most Λ⁻¹/2 · (1 + S²/σ² · μ/(1 − μ)). V K Vᵀ ≼
 * (Σ a_k √κ_k)² I if the blocks of K on the diagonal are ≼ κ_k I. μ(1 − μ) is what w can pass on; for ReLU the bound on
 * μ is 1/2, where that is largest.
 *
 * **Assumptions.** 0 < μ < 1, σ ≥ s.
 *
 * **When not to use.** Where the layer itself reads earlier signals by identities alone these ask for multipliers that
 * may be smaller than ν: the output's condition decides then.
 */
export const skipMultiplier: Rule<MultiplierSource, readonly Assignment[]> = {
  name: 'allocate/skip-multiplier',
  statement:
    'y = Σ a_k w_k + …: λ_k ≥ ν_k = a_k²γ/(2b_k²(1 − η)) · (1 + S²/σ² · μ/(1 − μ)) gives a_k² ' +
    'K[w_k | d] ≼ b_k²(1 − η) I, and Σ b_k < 1 leaves room; μ ≤ 1/(1 + S²/σ²)',
  latex:
    '\\lambda_k \\ge \\nu_k = \\frac{a_k^2 \\gamma}{2 b_k^2 (1-\\eta)} \\Bigl(1 + ' +
    '\\frac{S^2}{\\sigma^2} \\frac{\\mu_k}{1-\\mu_k}\\Bigr) \\implies a_k^2 K_{w_k|d} \\preceq ' +
    'b_k^2 (1-\\eta) I \\quad (0 < \\mu < 1,\\ \\sigma \\ge s)',
  exact: false,
  introduces: [kinds.leastMultiplier],
  assumptions: [
    { text: '0 < μ < 1', latex: '0 < \\mu < 1' },
    { text: 'σ ≥ s', latex: '\\sigma \\ge s' },
  ],
  refuses: ({ skip }) => (skip === null ? refuse('the output reads no hidden signal by an identity alone') : null),
  apply: ({ used, spread, split, skip }) => {
    if (skip === null) return [];
    const rule = 'allocate/skip-multiplier';
    const { slopeSum } = split.layer;
    const taken = quotient(scale(1, [slopeSum, slopeSum], number(1)), scale(1, [spread, spread], number(1)));
    const passed = times(quotient(used, subtract(number(1), used)), taken);
    return [
      { kind: 'define', rule, symbol: used, value: minimum([used, quotient(number(1), sum([number(1), taken]))]) },
      { kind: 'define', rule, symbol: skip.least, value: times(unitOf(skip), sum([number(1), passed])) },
    ];
  },
};

/** a² γ/(2 b²(1 − η)) with b = ζ (1 − b_x)/k: what x and the room for dense weights leave, in equal parts. */
function unitOf(skip: HiddenSkip): Expression {
  const { coefficient, reserve, kept } = skip;
  const each = scale(kept / reserve.hidden, [], subtract(number(1), sqrt(inputShare(reserve))));
  return quotient(scale(coefficient ** 2 / (2 * (1 - reserve.margin)), [], enlarged(reserve)), square(each));
}
