import { abs, diag, hadamard, product, rowSums } from '../../src/expr/build.js';
import { isDiagonal } from '../../src/expr/facts.js';
import { absoluteRowSumBody } from '../../src/expr/gram.js';
import type { Expression } from '../../src/expr/node.js';
import type { RewriteRule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';

/**
 * # Triangle inequality in a product
 *
 * **Statement.** `|X Y| 1 ≤ |X| (|Y| 1)`, and `|X D Y| 1 ≤ |X| (|d| ∘ (|Y| 1))` for D = diag(d).
 *
 * **Source.** The row sums of the absolute values of a product.
 *
 * **Target.** Matrix–vector products of the factors' absolute values.
 *
 * **Derivation.** Σ_k |Σ_j x_ij y_jk| ≤ Σ_j |x_ij| Σ_k |y_jk|; diagonal factors pass by as weights.
 *
 * **Assumptions.** The inner dimensions fit.
 *
 * **When not to use.** Where both factors are known by the time the row is evaluated: keep the exact row sums there.
 */
export const productTriangle: RewriteRule = {
  name: 'bound/product-triangle',
  statement: '|X Y| 1 ≤ |X| (|Y| 1)',
  latex:
    '\\left|X Y\\right|\\mathbf{1} \\le ' +
    '\\left|X\\right|\\left(\\left|Y\\right|\\mathbf{1}\\right) \\quad (X \\in \\mathbb{R}^{d ' +
    '\\times e},\\ Y \\in \\mathbb{R}^{e \\times f})',
  exact: false,
  assumptions: [
    { text: 'the inner dimensions fit', latex: 'X \\in \\mathbb{R}^{d \\times e},\\ Y \\in \\mathbb{R}^{e \\times f}' },
  ],
  refuses: (node) => (absoluteRowSumBody(node)?.kind === 'product' ? null : refuse('not the row sums of a product')),
  apply: (node) => {
    const body = absoluteRowSumBody(node);
    if (body?.kind !== 'product') return node;
    const [last, ...before] = [...body.items].reverse();
    if (last === undefined) return node;
    return before.reduce<Expression>(
      (vector, factor) => (isDiagonal(factor) ? hadamard([abs(diag(factor)), vector]) : product([abs(factor), vector])),
      rowSums(abs(last)),
    );
  },
};
