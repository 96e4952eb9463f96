import { abs, fill, monomial, number, quotient, scale, subtract, summands } from '../../src/expr/build.js';
import type { Monomial } from '../../src/expr/build.js';
import type { Expression } from '../../src/expr/node.js';
import { mentions } from '../../src/expr/visit.js';
import type { Constraint } from '../../src/model/inequality.js';
import type { Layer } from '../../src/model/network.js';
import type { Algebra } from '../../src/rule/algebra.js';
import type { ImpliedSource } from '../../src/model/bounding.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';
import { isNonnegative } from '../../src/expr/facts.js';

/** The row ball's coefficient c of |W| 1, as a monomial. */
function shareOf(ball: Constraint, element: Constraint): Monomial | null {
  const weight = element.parameters[0];
  const term = weight === undefined ? undefined : summands(ball.left).find((item) => mentions(item, weight.key));
  return term === undefined ? null : monomial(term);
}

/** 2/|S| less something nonnegative? */
function isAtMostTwoOverSlope(limit: Expression, layer: Layer): boolean {
  const slack = subtract(fill(quotient(number(2), abs(layer.slopeSum)), limit.rows), limit);
  return isNonnegative(slack);
}

/**
 * # Implied element bound
 *
 * **Statement.** `|W| 1 ≤ 2/|S|` and P > 0 imply `|w| ≤ |S|/(2P)` for every entry w of W.
 *
 * **Source.** The element bound beside the row ball of the same weight.
 *
 * **Target.** The row ball alone.
 *
 * **Derivation.** |w| ≤ |W| 1 ≤ 2/|S|, and 2/|S| ≤ |S|/(2P) ⇔ S² − 4P ≥ 0, which is (L + m)² − 4Lm = (L − m)² ≥ 0: the
 * algebra confirms that identity before the bound is dropped. A coefficient c on the read divides both bounds by |c|.
 *
 * **Assumptions.** P > 0; S = L + m and P = L m for one pair of real slopes.
 *
 * **When not to use.** In the paper's own strategy, which keeps the bound for the sake of fidelity.
 */
export function impliedElementBound(algebra: Algebra): Rule<ImpliedSource, readonly Constraint[]> {
  return {
    name: 'bound/implied-element-bound',
    statement: '|W| 1 ≤ 2/|S| implies |w| ≤ |S|/(2P), since S² − 4P = (L − m)² ≥ 0',
    latex:
      '\\left|W\\right|\\mathbf{1} \\le \\frac{2}{\\left|S\\right|} \\Rightarrow \\left|w\\right| ' +
      '\\le \\frac{\\left|S\\right|}{2P} \\quad (P > 0,\\ S = L + m,\\ P = L m)',
    exact: true,
    assumptions: [
      { text: 'P is positive', latex: 'P > 0' },
      { text: 'S = L + m and P = L m', latex: 'S = L + m,\\ P = L m' },
    ],
    refuses: ({ element, ball, layer }) => {
      const share = shareOf(ball, element);
      if (share === null) return refuse('the row ball is about other weights');
      if (!isAtMostTwoOverSlope(ball.right, layer)) return refuse('the row ball is wider than 2/|S|');
      // The element bound must be no tighter than |S| / (2 |c| P), c the read's coefficient.
      const below = scale(1, [layer.slopeProduct, ...share.scalars], number(1));
      const expected = scale(0.5 / share.coefficient, [quotient(abs(layer.slopeSum), below)], number(1));
      if (element.right.key !== expected.key) return refuse('the element bound is not |S|/(2P)');
      return algebra.identical('(L1+m1)^2-4*L1*m1', '(L1-m1)^2')
        ? null
        : refuse('S² − 4P is not confirmed to be a square');
    },
    apply: ({ ball }) => [ball],
  };
}
