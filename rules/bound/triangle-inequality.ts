import { abs, rangeSum, rowSums, sum } from '../../src/expr/build.js';
import { absoluteRowSumBody } from '../../src/expr/gram.js';
import type { RewriteRule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';

/**
 * # Triangle inequality
 *
 * **Statement.** `|X + Y| 1 ≤ |X| 1 + |Y| 1`, entry by entry.
 *
 * **Source.** The row sums of the absolute values of a sum of matrices.
 *
 * **Target.** The sum of the row sums of absolute values.
 *
 * **Derivation.** |x + y| ≤ |x| + |y| for every entry; add up the row.
 *
 * **Assumptions.** X and Y have one shape.
 *
 * **When not to use.** Where the summands cancel on purpose, as in pivot strategies.
 */
export const triangleInequality: RewriteRule = {
  name: 'bound/triangle-inequality',
  statement: '|X + Y| 1 ≤ |X| 1 + |Y| 1',
  latex:
    '\\left|X + Y\\right|\\mathbf{1} \\le \\left|X\\right|\\mathbf{1} + ' +
    '\\left|Y\\right|\\mathbf{1} \\quad (X, Y \\in \\mathbb{R}^{d \\times e})',
  exact: false,
  assumptions: [{ text: 'X and Y have one shape', latex: 'X, Y \\in \\mathbb{R}^{d \\times e}' }],
  refuses: (node) => {
    const body = absoluteRowSumBody(node);
    return body !== null && (body.kind === 'sum' || body.kind === 'range-sum')
      ? null
      : refuse('not the row sums of |X + Y|');
  },
  apply: (node) => {
    const body = absoluteRowSumBody(node);
    if (body?.kind === 'range-sum') return rangeSum(rowSums(abs(body.body)), body.from, body.to);
    return body?.kind === 'sum' ? sum(body.items.map((item) => rowSums(abs(item)))) : node;
  },
};
