import { product, transpose } from '../../src/expr/build.js';
import type { Assignment } from '../../src/model/parameterization.js';
import type { AllocationSource } from '../../src/model/pivot.js';
import { fixedTimesFactor } from '../../src/model/reads.js';
import * as kinds from '../../src/model/symbols.js';
import type { Rule } from '../../src/rule/contract.js';

/**
 * # What fixed reads cost
 *
 * **Statement.** Y = V_f R_f, Q = Y Yᵀ = V_f K[f | d] V_fᵀ, whatever the dense weights are.
 *
 * **Source.** Signals that are read through identity or diagonal weights only, and the factor R.
 *
 * **Target.** Y and Q: fixed structures are allocated first, and the dense weights take the rest.
 *
 * **Derivation.** R_f R_fᵀ = K[f | d], the Schur complement of the dense signals in K; the dense weights can cancel V_f
 * T and nothing else of the fixed reads.
 *
 * **Assumptions.** K ≻ 0.
 *
 * **When not to use.** A signal that a dense weight reads as well needs no such share: that weight makes up for it.
 */
export const fixedReads: Rule<AllocationSource, readonly Assignment[]> = {
  name: 'allocate/fixed-reads',
  statement: 'the fixed reads cost Q = Y Yᵀ with Y = V_f R_f, which is V_f K[f | d] V_fᵀ',
  latex: 'Q = Y Y^{\\top} = V_f K_{f|d} V_f^{\\top},\\ Y = V_f R_f \\quad (K \\succ 0)',
  exact: true,
  introduces: [kinds.fixedImage, kinds.fixedSquare],
  assumptions: [{ text: 'K is positive definite', latex: 'K \\succ 0' }],
  refuses: () => null,
  apply: (source) => {
    const { fixedImage, fixedSquare } = source.symbols;
    const rule = 'allocate/fixed-reads';
    const fixed = fixedTimesFactor(source, 'fixed');
    if (fixed === null) return [];
    return [
      { kind: 'matrix', rule, symbol: fixedImage, value: fixed },
      { kind: 'matrix', rule, symbol: fixedSquare, value: product([fixedImage, transpose(fixedImage)]) },
    ];
  },
};
