import {
  diag,
  fill,
  maximum,
  minimum,
  negate,
  number,
  quotient,
  scale,
  sqrt,
  square,
  sum,
  zero,
} from '../../src/expr/build.js';
import type { Expression, SymbolNode } from '../../src/expr/node.js';
import { margins } from '../../src/model/margins.js';
import type { Assignment } from '../../src/model/parameterization.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';

/** q(a) = (a + √(a² + 4)) / 2 ≥ 1 for a ≥ 0, the root of q − 1/q = a; q(0) is 1 exactly. */
const root = (a: Expression): Expression => scale(0.5, [], sum([a, sqrt(sum([square(a), fill(number(4), a.rows)]))]));

/**
 * # Positive scale
 *
 * **Statement.** `t = q(max(z, 0)) / q(max(−z, 0))`, q(a) = (a + √(a² + 4))/2, clamped to [2⁻²⁰, 2²⁰], is positive for
 * every real z, and 1 for z = 0.
 *
 * **Source.** The free values z of a scale T.
 *
 * **Target.** Its diagonal t.
 *
 * **Derivation.** q maps [0, ∞) onto [1, ∞), so t is q(z) for z ≥ 0 and 1/q(−z) for z < 0: exp(asinh(z/2)), smooth,
 * with slope 1/2 at 0, t(−z) = 1/t(z), in operations that round alike on every machine. One of the two factors is 1, so
 * nothing cancels.
 *
 * **Assumptions.** The free value is finite.
 *
 * **When not to use.** Scales beyond 2^±20: multipliers and weights would leave the range that the margins are made
 * for.
 */
export const positiveScale: Rule<SymbolNode, Assignment> = {
  name: 'parameterize/positive-scale',
  statement: 't = q(max(z, 0)) / q(max(−z, 0)), q(a) = (a + √(a² + 4)) / 2, within [2⁻²⁰, 2²⁰]',
  latex:
    't = \\min\\!\\left(\\max\\!\\left(\\frac{q(\\max(z, 0))}{q(\\max(-z, 0))}, 2^{-20}\\right), ' +
    '2^{20}\\right),\\quad q(a) = \\frac{a + \\sqrt{a^2 + 4}}{2} \\quad (z \\in \\mathbb{R})',
  exact: false,
  assumptions: [{ text: 'the free value is finite', latex: 'z \\in \\mathbb{R}' }],
  refuses: (symbol) => (symbol.role === 'scale' ? null : refuse('only scales are made so')),
  apply: (symbol) => {
    // Until it is defined, the symbol holds the free values, of either sign.
    const z = diag(symbol);
    const [nothing, least, largest] = [
      zero(z),
      fill(number(1 / margins.largestScale), symbol.rows),
      fill(number(margins.largestScale), symbol.rows),
    ];
    // Squares may overflow: ∞ and 1/∞ are clamped like all else.
    const unbounded = quotient(root(maximum([z, nothing])), root(maximum([negate(z), nothing])));
    return {
      kind: 'define',
      rule: 'parameterize/positive-scale',
      symbol,
      value: minimum([maximum([unbounded, least]), largest]),
    };
  },
};
