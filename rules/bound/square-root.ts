import { sqrt } from '../../src/expr/build.js';
import type { Constraint } from '../../src/model/inequality.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';
import { fill, monomial } from '../../src/expr/build.js';
import type { Expression } from '../../src/expr/node.js';

/** √(u 1) for a vector that repeats one scalar. */
function rootOfFill(right: Expression): Expression | null {
  const { coefficient, scalars, body } = monomial(right);
  if (body.kind !== 'ones' || coefficient !== 1 || scalars.length !== 2) return null;
  const [a, b] = scalars;
  return a !== undefined && a.key === b?.key ? fill(a, body.rows) : null;
}

/**
 * # Square root of an interval
 *
 * **Statement.** `a ∘ a < u² 1 ⇔ |a| < u 1` for u > 0.
 *
 * **Source.** A budget share that is the square of a diagonal weight.
 *
 * **Target.** An interval for each entry.
 *
 * **Derivation.** The square root is increasing on [0, ∞).
 *
 * **Assumptions.** u > 0.
 *
 * **When not to use.** Dense weights: their share is a gram, not a square.
 */
export const squareRoot: Rule<Constraint, Constraint> = {
  name: 'bound/square-root',
  statement: 'a ∘ a < u² 1 is |a| < u 1',
  latex: 'a \\circ a < u^2\\mathbf{1} \\iff \\left|a\\right| < u\\mathbf{1} \\quad (u > 0)',
  exact: true,
  assumptions: [{ text: 'u is positive', latex: 'u > 0' }],
  refuses: (constraint) => (constraint.kind === 'budget' && constraint.left.kind === 'square' && rootOfFill(constraint.right) !== null ? null : refuse('not a plain square against u² 1')),
  apply: (constraint) => ({ ...constraint, kind: 'interval', left: sqrt(constraint.left), right: rootOfFill(constraint.right) ?? constraint.right }),
};
