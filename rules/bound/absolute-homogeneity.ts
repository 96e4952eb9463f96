import { abs, rowSums, scale } from '../../src/expr/build.js';
import { absoluteRowSumBody } from '../../src/expr/gram.js';
import type { RewriteRule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';

/**
 * # Absolute homogeneity
 *
 * **Statement.** `|c X| 1 = |c| |X| 1` for a scalar c.
 *
 * **Source.** The row sums of the absolute values of a scaled matrix.
 *
 * **Target.** The scaled row sums.
 *
 * **Derivation.** |c x| = |c| |x| for every entry.
 *
 * **Assumptions.** c is a scalar.
 *
 * **When not to use.** Never wrong; it is exact.
 */
export const absoluteHomogeneity: RewriteRule = {
  name: 'bound/absolute-homogeneity',
  statement: '|c X| 1 = |c| |X| 1',
  latex: '\\left|c X\\right|\\mathbf{1} = \\left|c\\right|\\left|X\\right|\\mathbf{1} \\quad (c \\in \\mathbb{R})',
  exact: true,
  assumptions: [{ text: 'c is a scalar', latex: 'c \\in \\mathbb{R}' }],
  refuses: (node) => (absoluteRowSumBody(node)?.kind === 'scale' ? null : refuse('no scalar factor inside |·|')),
  apply: (node) => {
    const body = absoluteRowSumBody(node);
    if (body?.kind !== 'scale') return node;
    return scale(Math.abs(body.coefficient), body.scalars.map(abs), rowSums(abs(body.body)));
  },
};
