import { fill, number, scale, sum } from '../../src/expr/build.js';
import { margins } from '../../src/model/margins.js';
import type { Assignment, ConstraintSource } from '../../src/model/parameterization.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';
import { lipschitzSymbol } from '../lmi/lipschitz-goal.js';

/**
 * # Multiplier by equality
 *
 * **Statement.** `λ = (1 + ε) ρ/δ + ε₀ 𝓛² 1` meets `λ ≥ ρ/δ` and λ > 0.
 *
 * **Source.** The lower bound ρ/δ of a multiplier, ρ ≥ 0 and δ > 0.
 *
 * **Target.** The multiplier itself: no free parameter, since a larger λ only makes the rows above it harder.
 *
 * **Derivation.** ρ/δ ≥ 0, so (1 + ε) ρ/δ ≥ ρ/δ; the second summand is positive. It is relative to 𝓛², the scale of the
 * LMI, and small enough to cost nothing. Juston et al., arXiv 2502.21279, section 3.
 *
 * **Assumptions.** ρ ≥ 0 and δ > 0, which the row balls give.
 *
 * **When not to use.** Strategies in which multipliers are free.
 */
export const multiplierEquality: Rule<ConstraintSource, Assignment> = {
  name: 'parameterize/multiplier-equality',
  statement: 'λ = (1 + ε) ρ/δ + ε₀ 𝓛² 1 meets λ ≥ ρ/δ, λ > 0',
  latex:
    '\\lambda = (1+\\varepsilon)\\,\\rho/\\delta + \\varepsilon_0\\,\\mathcal{L}^2\\,\\mathbf{1} ' +
    '\\quad (\\rho \\ge 0,\\ \\delta > 0)',
  exact: false,
  assumptions: [
    { text: 'the numerator is nonnegative', latex: '\\rho \\ge 0' },
    { text: 'the divisor is positive', latex: '\\delta > 0' },
  ],
  refuses: ({ constraint }) =>
    constraint.kind === 'multiplier-bound' && constraint.relation === '>='
      ? null
      : refuse('not a lower bound of a multiplier'),
  apply: ({ constraint }) => {
    const [multiplier] = constraint.parameters;
    if (multiplier === undefined) throw new Error('a multiplier bound without a multiplier');
    const floor = fill(scale(margins.floor, [lipschitzSymbol, lipschitzSymbol], number(1)), constraint.right.rows);
    const value = sum([scale(1 + margins.strict, [], constraint.right), floor]);
    return { kind: 'define', rule: 'parameterize/multiplier-equality', symbol: multiplier, value };
  },
};
