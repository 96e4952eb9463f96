import { monomial, scale, subtract, sum, summands } from '../../src/expr/build.js';
import { labelText } from '../../src/base/label.js';
import { margins } from '../../src/model/margins.js';
import type { Assignment, ConstraintSource } from '../../src/model/parameterization.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';
import { heldAway } from '../../src/rule/held-away.js';

/**
 * # Feasible demand
 *
 * **Statement.** If `u₊ − u₋ > ε₁ u₊`, a limit u = u₊ − u₋ is positive, and by so much that rounding cannot hide its
 * sign.
 *
 * **Source.** A limit from which something fixed is subtracted (identity reads, constant caps), or a row that holds
 * nothing but fixed things: no weight can be chosen so that it is met.
 *
 * **Target.** A demand on the slopes and on 𝓛, checked when they are given; where it fails the run stops with LW402.
 *
 * **Derivation.** The difference of two numbers that agree in all but the last digits is nothing but rounding: the
 * divisor 2 − |S| u of a multiplier would then have any sign. The relative distance ε₁ = 2⁻²⁰ is far above the rounding
 * of u.
 *
 * **Assumptions.** u₊ > 0.
 *
 * **When not to use.** Limits that stand alone are positive by themselves.
 */
export const feasibleDemand: Rule<ConstraintSource, Assignment> = {
  name: 'parameterize/feasible-demand',
  statement: 'a limit u₊ − u₋ must exceed ε₁ u₊',
  latex: 'u_+ - u_- > \\varepsilon_1 u_+ \\;\\Rightarrow\\; u > 0 \\quad (u_+ > 0)',
  exact: false,
  assumptions: [{ text: 'the limit without what is fixed is positive', latex: 'u_+ > 0' }],
  refuses: ({ constraint }) => {
    if (constraint.parameters.length === 0) return null;
    return constraint.kind === 'row-ball' && constraint.right.kind === 'sum'
      ? null
      : refuse('nothing fixed is subtracted from the limit');
  },
  apply: ({ constraint }) => {
    const spent = constraint.parameters.length === 0 ? constraint.left : scale(0, [], constraint.left);
    const rest = heldAway(subtract(constraint.right, spent));
    const positive = sum(
      summands(rest).filter((term) => monomial(term).coefficient > 0),
      rest,
    );
    const because =
      constraint.kind === 'budget'
        ? 'the identity skip alone uses up the budget 𝓛²: a larger Lipschitz bound is needed'
        : `identity reads and caps alone use up the row ball of ${labelText(constraint.row)}: smaller ` +
          'slopes are needed';
    return {
      kind: 'demand',
      rule: 'parameterize/feasible-demand',
      value: subtract(rest, scale(margins.demand, [], positive)),
      because,
    };
  },
};
