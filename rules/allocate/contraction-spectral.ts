import { maximum, number, quotient, times } from '../../src/expr/build.js';
import { margins } from '../../src/model/margins.js';
import { freeNumbers } from '../../src/model/reads.js';
import { made, spectralNorm } from '../../src/model/primitives.js';
import * as kinds from '../../src/model/symbols.js';
import type { Contraction } from '../../src/rule/allocation.js';
import { refuse } from '../../src/rule/contract.js';

/**
 * # Contraction by the spectral norm
 *
 * **Statement.** With β ≥ σ_max(Z), U = Z / β has U Uᵀ ≼ I.
 *
 * **Source.** The free numbers Z.
 *
 * **Target.** U, whose largest singular value is at most 1 and nearly 1.
 *
 * **Derivation.** β is found by Gram iteration, which bounds σ_max from above at every step: tr(G^p)^(1/p) ≥ λ_max(G)
 * for G = ZᵀZ and p = 2⁹ + 1, so that β is at most rank^(1/1026) σ_max (Delattre et al., ICML 2023, arXiv 2305.16173,
 * with p = 2⁹; one more makes the gradient the last square, G^(p − 1)).
 *
 * **Assumptions.** None; Z = 0 stays 0.
 *
 * **When not to use.** Cost 9 products of the smaller Gram matrix; smooth but for Z = 0; not complete: the largest
 * singular value is always nearly 1. Nothing is bent but the length of Z, which is why it learns best.
 */
export const contractionSpectral: Contraction = {
  name: 'allocate/contraction-spectral',
  statement: 'with β ≥ σ_max(Z), U = Z / β has U Uᵀ ≼ I; the largest singular value is always nearly 1',
  latex: 'U = Z / \\beta,\\ \\beta \\ge \\sigma_{\\max}(Z) \\implies U U^{\\top} \\preceq I',
  exact: false,
  introduces: [kinds.free, kinds.contraction, kinds.norm, kinds.share],
  assumptions: [],
  choice: {
    name: 'spectral',
    note: '9 squarings of a Gram matrix; smooth but at 0; not complete, σ_max near 1',
    saturates: false,
  },
  refuses: ({ dense }) => (dense === null ? refuse('no dense weight, nothing to contract') : null),
  apply: (source) => {
    const { free, contraction, norm } = source.symbols;
    const rule = 'allocate/contraction-spectral';
    const length = maximum([norm, number(margins.smallestSquare)]);
    return [
      { kind: 'matrix', rule, symbol: free, value: freeNumbers(source) },
      made(rule, norm, spectralNorm, free),
      { kind: 'matrix', rule, symbol: contraction, value: times(quotient(number(1), length), free) },
    ];
  },
};
