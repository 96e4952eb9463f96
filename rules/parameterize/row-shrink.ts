import { scale } from '../../src/expr/build.js';
import { margins } from '../../src/model/margins.js';
import type { Assignment, ConstraintSource } from '../../src/model/parameterization.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';
import { heldAway } from '../../src/rule/held-away.js';

/**
 * # Row shrink
 *
 * **Statement.** `W = diag(s) Z`, s = min(1, (1 − η) u / (|Z| 1)), meets `|W| 1 < u` for every Z.
 *
 * **Source.** A row ball, a cap or an interval: a bound on the absolute row sums of some weights together.
 *
 * **Target.** The weights, scaled row by row.
 *
 * **Derivation.** The usage is linear in each row's size, so scaling row i by s_i scales it by s_i:
 * s_i |Z|1_i ≤ (1 − η) u_i < u_i. A row that meets the bound already keeps its value.
 *
 * **Assumptions.** u > 0; the usage is linear in |W| and row i of it holds row i of W only.
 *
 * **When not to use.** Bounds that mix rows.
 */
export const rowShrink: Rule<ConstraintSource, Assignment> = {
  name: 'parameterize/row-shrink',
  statement: 'W = diag(min(1, (1 − η) u / |Z| 1)) Z meets |W| 1 < u',
  latex:
    'W = \\operatorname{Diag}\\!\\left(\\min\\!\\left(1, ' +
    '\\frac{(1-\\eta)\\,u}{\\left|Z\\right|\\mathbf{1}}\\right)\\right) Z \\quad (u > 0)',
  exact: false,
  assumptions: [{ text: 'the limit is positive', latex: 'u > 0' }],
  refuses: ({ constraint }) => {
    if (!['row-ball', 'block-ball', 'cap', 'interval'].includes(constraint.kind))
      return refuse('not a bound on row sums');
    return constraint.parameters.length > 0 ? null : refuse('no weight to shrink');
  },
  apply: ({ constraint }) => {
    const margin =
      constraint.kind === 'row-ball'
        ? margins.divisor
        : constraint.kind === 'interval'
          ? margins.reserve
          : margins.strict;
    return {
      kind: 'shrink',
      rule: 'parameterize/row-shrink',
      weights: constraint.parameters,
      usage: constraint.left,
      limit: scale(1 - margin, [], heldAway(constraint.right)),
      exponent: 1,
      spread: { kind: 'rows' },
    };
  },
};
