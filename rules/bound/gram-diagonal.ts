import { diag, ones, product, square, transpose } from '../../src/expr/build.js';
import { asGram } from '../../src/expr/gram.js';
import type { RewriteRule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';

/**
 * # Diagonal of a gram
 *
 * **Statement.** `diag(XᵀDX) = (X ∘ X)ᵀ d` for a diagonal D = diag(d).
 *
 * **Source.** The diagonal of XᵀDX (or of XᵀX, d = 1).
 *
 * **Target.** The weighted column sums of the squares.
 *
 * **Derivation.** (XᵀDX)_jj = Σ_i x_ij d_i x_ij. Juston et al., arXiv 2502.21279, section 3.
 *
 * **Assumptions.** D is diagonal.
 *
 * **When not to use.** Never wrong; it is exact.
 */
export const gramDiagonal: RewriteRule = {
  name: 'bound/gram-diagonal',
  statement: 'diag(XᵀDX) = (X ∘ X)ᵀ d',
  latex: '\\operatorname{diag}(X^{\\top} D X) = (X \\circ X)^{\\top} d \\quad (D = \\operatorname{Diag}(d))',
  exact: true,
  assumptions: [{ text: 'D is diagonal', latex: 'D = \\operatorname{Diag}(d)' }],
  refuses: (node) => {
    const gram = node.kind === 'diag' ? asGram(node.body) : null;
    return gram !== null && gram.factor.kind !== 'product' ? null : refuse('not the diagonal of XᵀDX');
  },
  apply: (node) => {
    const gram = node.kind === 'diag' ? asGram(node.body) : null;
    if (gram === null) return node;
    const weights = gram.middle === null ? ones(gram.factor.rows) : diag(gram.middle);
    return product([transpose(square(gram.factor)), weights]);
  },
};
