import { abs, diag, hadamard, product } from '../../src/expr/build.js';
import { isDiagonal } from '../../src/expr/facts.js';
import { absoluteRowSumBody } from '../../src/expr/gram.js';
import type { Expression } from '../../src/expr/node.js';
import type { RewriteRule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';

/** All diagonal factors at the end: X may then be anything, but it does not end in a diagonal matrix. */
function split(node: Expression): { readonly diagonals: readonly Expression[]; readonly rest: Expression } | null {
  const body = absoluteRowSumBody(node);
  if (body?.kind !== 'product') return null;
  let end = body.items.length;
  for (let item = body.items[end - 1]; item !== undefined && isDiagonal(item); item = body.items[end - 1]) end -= 1;
  if (end === 0 || end === body.items.length) return null;
  return { diagonals: body.items.slice(end), rest: product(body.items.slice(0, end)) };
}

/**
 * # Diagonal right factor
 *
 * **Statement.** `|X D| 1 = |X| |d|` for a diagonal D = diag(d), and the same for several: `|X D E| 1 = |X| (|d| ∘
 * |e|)`.
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
    return parts === null ? node : product([abs(parts.rest), hadamard(parts.diagonals.map((item) => abs(diag(item))))]);
  },
};
