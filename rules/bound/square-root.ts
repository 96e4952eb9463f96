import { fill, monomial, sqrt, times } from '../../src/expr/build.js';
import { isNonnegative } from '../../src/expr/facts.js';
import type { Constraint } from '../../src/model/inequality.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';
import type { Expression } from '../../src/expr/node.js';

/** u t for the vector u² (t ∘ t), u a scalar and t ≥ 0; t is 1 where it is left out. */
function rootOfSquare(right: Expression): Expression | null {
  const { coefficient, scalars, body } = monomial(right);
  const isSquare = body.kind === 'square' && isNonnegative(body.body);
  if (!(isSquare || body.kind === 'ones') || coefficient !== 1 || scalars.length !== 2) return null;
  const [a, b] = scalars;
  if (a === undefined || a.key !== b?.key) return null;
  return isSquare ? times(a, body.body) : fill(a, body.rows);
}

/**
 * # Square root of an interval
 *
 * **Statement.** `a ∘ a < u² (t ∘ t) ⇔ |a| < u t` for u > 0, t > 0; in coordinates without scales t = 1.
 *
 * **Source.** A budget share that is the square of a diagonal weight.
 *
 * **Target.** An interval for each entry.
 *
 * **Derivation.** The square root is increasing on [0, ∞).
 *
 * **Assumptions.** u > 0, t > 0.
 *
 * **When not to use.** Dense weights: their share is a gram, not a square.
 */
export const squareRoot: Rule<Constraint, Constraint> = {
  name: 'bound/square-root',
  statement: 'a ∘ a < u² (t ∘ t) is |a| < u t',
  latex: 'a \\circ a < u^2 (t \\circ t) \\iff \\left|a\\right| < u\\,t \\quad (u > 0,\\ t > 0)',
  exact: true,
  assumptions: [{ text: 'u and t are positive', latex: 'u > 0,\\ t > 0' }],
  refuses: (constraint) =>
    constraint.kind === 'budget' && constraint.left.kind === 'square' && rootOfSquare(constraint.right) !== null
      ? null
      : refuse('not a plain square against u² (t ∘ t)'),
  apply: (constraint) => ({
    ...constraint,
    kind: 'interval',
    left: sqrt(constraint.left),
    right: rootOfSquare(constraint.right) ?? constraint.right,
  }),
};
