import { abs, diag, hadamard, product, rowSums } from '../../src/expr/build.js';
import { isDiagonal } from '../../src/expr/facts.js';
import { absoluteRowSumBody } from '../../src/expr/gram.js';
import type { Expression } from '../../src/expr/node.js';
import type { RewriteRule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';

function split(node: Expression): { readonly first: Expression; readonly rest: Expression } | null {
  const body = absoluteRowSumBody(node);
  if (body?.kind !== 'product') return null;
  const [first, ...rest] = body.items;
  return first !== undefined && rest.length > 0 && isDiagonal(first) ? { first, rest: product(rest) } : null;
}

/**
 * # Diagonal left factor
 *
 * **Statement.** `|D X| 1 = |d| ∘ (|X| 1)` for a diagonal D = diag(d).
 *
 * **Source.** The row sums of the absolute values of D X.
 *
 * **Target.** The row sums of |X|, scaled row by row.
 *
 * **Derivation.** (DX)_ij = d_i x_ij, so Σ_j |d_i x_ij| = |d_i| Σ_j |x_ij|. Juston et al., arXiv 2502.21279, section 3.
 *
 * **Assumptions.** D is diagonal.
 *
 * **When not to use.** Never wrong; it is exact.
 */
export const diagonalLeftFactor: RewriteRule = {
  name: 'bound/diagonal-left-factor',
  statement: '|D X| 1 = |d| ∘ (|X| 1)',
  latex:
    '\\left|D X\\right|\\mathbf{1} = \\left|d\\right| \\circ ' +
    '\\left(\\left|X\\right|\\mathbf{1}\\right) \\quad (D = \\operatorname{Diag}(d))',
  exact: true,
  assumptions: [{ text: 'D is diagonal', latex: 'D = \\operatorname{Diag}(d)' }],
  refuses: (node) => (split(node) === null ? refuse('no diagonal factor on the left') : null),
  apply: (node) => {
    const parts = split(node);
    return parts === null ? node : hadamard([abs(diag(parts.first)), rowSums(abs(parts.rest))]);
  },
};
