import { abs, rowSums } from '../../src/expr/build.js';
import type { Assignment, CapSource } from '../../src/model/parameterization.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';
import { heldAway } from '../../src/rule/held-away.js';

/**
 * # Value of a cap
 *
 * **Statement.** κ = |Ẑ| 1, the row sums of the candidate Ẑ, caps every W that shrinking makes of Ẑ; so does a constant
 * that the row shrink has enforced.
 *
 * **Source.** A cap κ that breaks a cycle between a weight and a multiplier.
 *
 * **Target.** A value for κ that is known before the multiplier.
 *
 * **Derivation.** The budget multiplies columns by factors ≤ 1, so |W| 1 ≤ |Ẑ| 1. Juston et al., arXiv 2502.21279,
 * section 3, take the constant κ = 1/|S|, which makes the multiplier's denominator 1.
 *
 * **Assumptions.** The candidate has met its row ball (or the cap) before; later assignments only shrink it.
 *
 * **When not to use.** A constant κ where the weight is small: the candidate's row sums are then the better cap.
 */
export const capValue: Rule<CapSource, Assignment> = {
  name: 'parameterize/cap-value',
  statement: 'κ = |Ẑ| 1 caps every W that shrinking makes of Ẑ',
  latex:
    '\\kappa = \\left|\\hat Z\\right|\\mathbf{1} \\ge \\left|W\\right|\\mathbf{1} \\quad ' +
    '(\\left|W\\right| \\le \\left|\\hat Z\\right|)',
  exact: false,
  assumptions: [
    { text: 'the candidate only shrinks afterwards', latex: '\\left|W\\right| \\le \\left|\\hat Z\\right|' },
  ],
  refuses: ({ cycle }) => (cycle.between[0].role === 'weight' ? null : refuse('no weight to cap')),
  apply: ({ cycle }) => ({
    kind: 'define',
    rule: 'parameterize/cap-value',
    symbol: cycle.cap,
    value: cycle.value === null ? rowSums(abs(cycle.between[0])) : heldAway(cycle.value),
  }),
};
