import { diag, fill, number, product, quotient, sqrt, subtract } from '../../src/expr/build.js';
import type { Assignment } from '../../src/model/parameterization.js';
import type { MultiplierSource } from '../../src/model/pivot.js';
import { roundoff } from '../../src/model/roundoff.js';
import { refuse } from '../../src/rule/contract.js';
import type { Rule } from '../../src/rule/contract.js';
import { nonNegativeSlope, tiedFactor } from './tied-scale.js';

/**
 * # The multiplier of a tied step
 *
 * **Statement.** With Λ′ = λ₀ I and C′ = (Λ/λ₀)^(1/2) C: Λ′ C′ K C′ᵀ Λ′ ≼ μ Λ′ where Λ C K Cᵀ Λ ≼ μ Λ.
 *
 * **Source.** A tie h′ = a h + c Cᵀ w without a scale T, and what its layer has chosen.
 *
 * **Target.** Λ = λ₀ I with λ₀ = −c/(S g a κ), which `pivot/tied-skip` asks for, and C. For CPL (a = 1, c = −2, κ = 1,
 * slopes in [0, 1]) λ₀ is 2 and C a contraction.
 *
 * **Derivation.** Both sides are multiplied by (λ₀ Λ⁻¹)^(1/2) from the left and from the right.
 *
 * **Assumptions.** λ₀ > 0: −c, a and g of one sign together; m ≥ 0 and S > u, the relative error of one operation.
 *
 * **When not to use.** With a scale T, which leaves Λ free.
 */
export const tiedMultiplier: Rule<MultiplierSource, readonly Assignment[]> = {
  name: 'allocate/tied-multiplier',
  statement: 'with Λ′ = λ₀ I, C′ = (Λ/λ₀)^(1/2) C: Λ′ C′ K C′ᵀ Λ′ ≼ μ Λ′ where Λ C K Cᵀ Λ ≼ μ Λ',
  latex:
    "\\Lambda C K C^{\\top} \\Lambda \\preceq \\mu \\Lambda \\implies \\Lambda' C' K C'^{\\top} \\Lambda' \\preceq " +
    "\\mu \\Lambda',\\quad \\Lambda' = \\lambda_0 I,\\ C' = (\\Lambda/\\lambda_0)^{1/2} C \\quad (\\lambda_0 > 0)",
  exact: true,
  assumptions: [{ text: 'λ₀ > 0', latex: '\\lambda_0 > 0' }],
  refuses: ({ tie }) => (tie === null || tie.scale !== null ? refuse('no tie without a scale of its own') : null),
  apply: ({ tie, split, allocation }) => {
    if (tie === null) return [];
    const rule = 'allocate/tied-multiplier';
    const { multiplier } = split.layer;
    const root = allocation.symbols.diagonalRoom;
    const wanted = quotient(number(-1), tiedFactor(tie));
    const because = "a layer whose weight takes its own step back must step back: h - 2 * C' * w, not h + 2 * C' * w";
    const constant = "a step back without a scale (h - 2 * C' * w) fits no activation that is constant";
    const value = sqrt(quotient(diag(multiplier), fill(wanted, multiplier.rows)));
    return [
      ...nonNegativeSlope(rule, tie),
      { kind: 'demand', rule, value: subtract(split.layer.slopeSum, roundoff), because: constant },
      { kind: 'demand', rule, value: wanted, because },
      { kind: 'define', rule, symbol: root, value },
      { kind: 'matrix', rule, symbol: tie.weight, value: product([root, tie.weight]) },
      { kind: 'keep', rule, symbol: tie.weight },
      { kind: 'define', rule, symbol: multiplier, value: fill(wanted, multiplier.rows) },
      { kind: 'keep', rule, symbol: multiplier },
    ];
  },
};
