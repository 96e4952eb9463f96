import { fill, number } from '../../src/expr/build.js';
import { margins } from '../../src/model/margins.js';
import type { Assignment, GuardSource } from '../../src/model/parameterization.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';

/**
 * # Range guard
 *
 * **Statement.** Columns of a weight may be shrunk until what its layer asks of the multiplier below is at most 2³⁰⁰.
 *
 * **Source.** A weight by which a layer reads a hidden signal, and the sum |W|ᵀω that it adds to that signal's row.
 *
 * **Target.** The weight with columns scaled so that the sum is in range.
 *
 * **Derivation.** Shrinking columns lowers every total that the weight stands in (see cap-cycle), so it is always
 * sound; it keeps the multipliers, which may grow by 1/η a layer, below the overflow threshold at any depth, except
 * along identity reads, which hold no weight that could shrink: there a very deep network may end in LW307. For
 * ordinary parameters no column is touched.
 *
 * **Assumptions.** The sum is linear in the weight's columns.
 *
 * **When not to use.** It must come after the layer's own multiplier, which the weight's row sums are in.
 */
export const rangeGuard: Rule<GuardSource, Assignment> = {
  name: 'parameterize/range-guard',
  statement: 'columns shrink until |W|ᵀω ≤ 2³⁰⁰',
  latex:
    'W = Z\\operatorname{Diag}\\!\\left(\\min\\!\\left(1, ' +
    '\\frac{2^{300}}{\\left|Z\\right|^{\\top}\\omega}\\right)\\right) \\quad (\\omega \\ge 0)',
  exact: false,
  assumptions: [{ text: 'the weights ω of the sum are nonnegative', latex: '\\omega \\ge 0' }],
  refuses: ({ weight }) => (weight.role === 'weight' ? null : refuse('only weights can be shrunk')),
  apply: ({ weight, usage }) => ({
    kind: 'shrink',
    rule: 'parameterize/range-guard',
    weights: [weight],
    usage,
    limit: fill(number(margins.largestDemand), weight.columns),
    exponent: 1,
    spread: { kind: 'columns' },
  }),
};
