import { abs, diag, product } from '../../src/expr/build.js';
import { isDiagonal } from '../../src/expr/facts.js';
import { absoluteRowSumBody } from '../../src/expr/gram.js';
import type { Expression } from '../../src/expr/node.js';
import type { RewriteRule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';

function split(node: Expression): { readonly last: Expression; readonly rest: Expression } | null {
  const body = absoluteRowSumBody(node);
  if (body?.kind !== 'product') return null;
  const last = body.items[body.items.length - 1];
  const rest = body.items.slice(0, -1);
  return last !== undefined && rest.length > 0 && isDiagonal(last) ? { last, rest: product(rest) } : null;
}

/**
 * # Diagonal right factor
 *
 * **Statement.** `|X D| 1 = |X| |d|` for a diagonal D = diag(d).
 *
 * **Source.** The row sums of the absolute values of X D.
 *
 * **Target.** The matrix |X| applied to the vector |d|; with X = Cᵀ this is the weighted column sum |C|ᵀ|d|.
 *
 * **Derivation.** (XD)_ij = x_ij d_j, so Σ_j |x_ij d_j| = Σ_j |x_ij| |d_j|. Juston et al., arXiv 2502.21279, section 3.
 *
 * **Assumptions.** D is diagonal.
 *
 * **When not to use.** Never wrong; it is exact.
 */
export const diagonalRightFactor: RewriteRule = {
  name: 'bound/diagonal-right-factor',
  statement: '|X D| 1 = |X| |d|',
  latex: '\\left|X D\\right|\\mathbf{1} = \\left|X\\right|\\left|d\\right| \\quad (D = \\operatorname{Diag}(d))',
  exact: true,
  assumptions: [{ text: 'D is diagonal', latex: 'D = \\operatorname{Diag}(d)' }],
  refuses: (node) => (split(node) === null ? refuse('no diagonal factor on the right') : null),
  apply: (node) => {
    const parts = split(node);
    return parts === null ? node : product([abs(parts.rest), abs(diag(parts.last))]);
  },
};
