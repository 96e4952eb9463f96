import type { Primitive } from '../../src/model/parameterization.js';
import { freeNumbers } from '../../src/model/reads.js';
import { made } from '../../src/model/primitives.js';
import * as kinds from '../../src/model/symbols.js';
import type { Contraction } from '../../src/rule/allocation.js';
import { refuse } from '../../src/rule/contract.js';

/**
 * # Contraction by the Cayley transform
 *
 * **Statement.** For Z = [X; Y] with X square, A = X − Xᵀ + YᵀY: U = [(I + A)⁻¹(I − A); −2Y(I + A)⁻¹] has UᵀU = I. A
 * wide Z is taken by its transpose.
 *
 * **Source.** The free numbers Z.
 *
 * **Target.** U with orthonormal columns or rows.
 *
 * **Derivation.** (I − A)ᵀ(I − A) + 4YᵀY = (I + A)ᵀ(I + A), since A + Aᵀ = 2YᵀY; (I + A)⁻¹ and I − A commute.
 * Trockman and Kolter, ICLR 2021; Wang and Manchester, ICML 2023.
 *
 * **Assumptions.** None: the symmetric part of I + A is I + YᵀY ≻ 0.
 *
 * **When not to use.** Cost of an LU factorization, about 2q³/3 + 2 p q²; smooth; not complete: all singular values are
 * 1. A square U is a rotation, never a reflection (a single unit has U = 1); U whose square part has the eigenvalue −1
 * are limits.
 */
export const contractionCayley: Contraction = {
  name: 'allocate/contraction-cayley',
  statement: 'the Cayley transform of Z has orthonormal columns or rows; smooth, every singular value is 1',
  latex:
    'U = \\begin{bmatrix}(I+A)^{-1}(I-A) \\\\ -2Y(I+A)^{-1}\\end{bmatrix},\\ A = X - X^{\\top} + ' +
    'Y^{\\top}Y \\implies U^{\\top}U = I',
  exact: false,
  introduces: [kinds.free, kinds.contraction],
  assumptions: [],
  choice: {
    name: 'cayley',
    note: 'an LU, 2q³/3 + 2pq²; smooth; not complete, every singular value is 1',
    saturates: true,
  },
  refuses: ({ dense }) => (dense === null ? refuse('no dense weight, nothing to contract') : null),
  apply: (source) => {
    const { free, contraction } = source.symbols;
    const rule = 'allocate/contraction-cayley';
    return [{ kind: 'matrix', rule, symbol: free, value: freeNumbers(source) }, made(rule, contraction, cayley, free)];
  },
};

const cayley: Primitive = {
  name: 'cayley',
  text: (symbol, of) => `${symbol} := Cayley transform of ${of}`,
  latex: (symbol, of) => `${symbol} := \\operatorname{Cayley}\\left(${of}\\right)`,
  operation: (out, matrix) => ({ kind: 'cayley', out, matrix }),
};
