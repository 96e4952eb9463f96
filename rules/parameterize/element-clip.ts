import { scale } from '../../src/expr/build.js';
import { margins } from '../../src/model/margins.js';
import type { Assignment, ConstraintSource } from '../../src/model/parameterization.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';

/**
 * # Element clip
 *
 * **Statement.** Clipping every entry to ±(1 − η) u meets `|w| ≤ u`.
 *
 * **Source.** An elementwise bound that applies only where P > 0.
 *
 * **Target.** The weight with clipped entries where P > 0, unchanged elsewhere.
 *
 * **Derivation.** |min(max(z, −v), v)| ≤ v for v ≥ 0. Juston et al., arXiv 2502.21279, section 3, in place of their
 * tanh.
 *
 * **Assumptions.** u ≥ 0.
 *
 * **When not to use.** Where the row ball implies the bound.
 */
export const elementClip: Rule<ConstraintSource, Assignment> = {
  name: 'parameterize/element-clip',
  statement: 'w = min(max(z, −u), u) meets |w| ≤ u',
  latex: 'w = \\min(\\max(z, -u), u) \\quad (u \\ge 0)',
  exact: false,
  assumptions: [{ text: 'the bound is nonnegative', latex: 'u \\ge 0' }],
  refuses: ({ constraint }) =>
    constraint.kind === 'element-bound' && constraint.onlyIfPositive !== null && constraint.parameters.length === 1
      ? null
      : refuse('not an elementwise bound'),
  apply: ({ constraint }) => {
    const [weight] = constraint.parameters;
    if (weight === undefined || constraint.onlyIfPositive === null) throw new Error('not an elementwise bound');
    const bound = scale(1 - margins.divisor, [], constraint.right);
    return {
      kind: 'clip',
      rule: 'parameterize/element-clip',
      weight,
      bound,
      onlyIfPositive: constraint.onlyIfPositive,
    };
  },
};
