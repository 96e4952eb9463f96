import { abs, diag, hadamard, ones, product, rowSums, square, subtract, transpose } from '../../src/expr/build.js';
import { asGram, absoluteRowSumBody } from '../../src/expr/gram.js';
import type { Gram } from '../../src/expr/gram.js';
import type { Expression } from '../../src/expr/node.js';
import type { RewriteRule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';

function offDiagonalGram(node: Expression): Gram | null {
  const body = absoluteRowSumBody(node);
  return body?.kind === 'off-diagonal' ? asGram(body.body) : null;
}

/**
 * # Off-diagonal row sums of a gram
 *
 * **Statement.** `|offdiag(XᵀDX)| 1 ≤ |X|ᵀ (d ∘ (|X| 1)) − (X ∘ X)ᵀ d` for D = diag(d) ≥ 0.
 *
 * **Source.** The off-diagonal row sums of |XᵀDX|.
 *
 * **Target.** Products of |X| with vectors: linear in one factor |X| once |X| 1 is capped.
 *
 * **Derivation.** |Σ_i x_ij d_i x_ik| ≤ Σ_i |x_ij| d_i |x_ik|; sum over k ≠ j, which is the sum over all k less k = j.
 * Juston et al., arXiv 2502.21279, section 3.
 *
 * **Assumptions.** D is diagonal and nonnegative.
 *
 * **When not to use.** Where X and D are known by the time the row is evaluated: keep the exact row sums there.
 */
export const gramOffDiagonal: RewriteRule = {
  name: 'bound/gram-off-diagonal',
  statement: '|offdiag(XᵀDX)| 1 ≤ |X|ᵀ (d ∘ (|X| 1)) − (X ∘ X)ᵀ d',
  latex:
    '\\left|\\operatorname{offdiag}(X^{\\top} D X)\\right|\\mathbf{1} \\le ' +
    '\\left|X\\right|^{\\top}\\left(d \\circ \\left|X\\right|\\mathbf{1}\\right) - (X \\circ ' +
    'X)^{\\top} d \\quad (D = \\operatorname{Diag}(d) \\ge 0)',
  exact: false,
  assumptions: [{ text: 'D is diagonal and nonnegative', latex: 'D = \\operatorname{Diag}(d) \\ge 0' }],
  refuses: (node) => (offDiagonalGram(node) === null ? refuse('not the off-diagonal row sums of XᵀDX') : null),
  apply: (node) => {
    const gram = offDiagonalGram(node);
    if (gram === null) return node;
    const { factor, middle } = gram;
    const sums = rowSums(abs(factor));
    const vector = middle === null ? ones(factor.rows) : diag(middle);
    const whole = product([transpose(abs(factor)), hadamard([vector, sums])]);
    return subtract(whole, product([transpose(square(factor)), vector]));
  },
};
