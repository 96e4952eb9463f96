import { abs, fill, maximum, number, ones, product, quotient, rowSums, sqrt, transpose } from '../../src/expr/build.js';
import { margins } from '../../src/model/margins.js';
import { freeNumbers } from '../../src/model/reads.js';
import * as kinds from '../../src/model/symbols.js';
import type { Contraction } from '../../src/rule/allocation.js';
import { refuse } from '../../src/rule/contract.js';

/**
 * # Contraction by Gram row sums
 *
 * **Statement.** With t_j ≤ (Σ_k |ZᵀZ|_jk)^(−1/2), U = Z diag(t) has UᵀU ≼ I, and so U Uᵀ ≼ I.
 *
 * **Source.** The free numbers Z.
 *
 * **Target.** U, with equality but for row sums below 2⁻¹²⁰.
 *
 * **Derivation.** xᵀ diag(t) ZᵀZ diag(t) x ≤ Σ_jk |ZᵀZ|_jk t_j t_k |x_j| |x_k| ≤ Σ_jk |ZᵀZ|_jk (t_j² x_j² + t_k²
 * x_k²)/2 = Σ_j x_j² t_j² Σ_k |ZᵀZ|_jk ≤ xᵀx. Prach and Lampert, Almost-orthogonal layers, ECCV 2022.
 *
 * **Assumptions.** None; a column of zeros stays one.
 *
 * **When not to use.** Cost p q²; closed form, almost everywhere smooth, not complete: a column of U
 * has length 1 only if it is orthogonal to all others, and no U is reached whose |UᵀU| has a Perron root below 1 (such
 * as I/2).
 */
export const contractionAol: Contraction = {
  name: 'allocate/contraction-aol',
  statement: 'with t_j = (Σ_k |ZᵀZ|_jk)^(−1/2), U = Z diag(t) has U Uᵀ ≼ I; closed form, not complete',
  latex:
    'U = Z \\operatorname{diag}(t),\\ t_j = \\Bigl(\\textstyle\\sum_k ' +
    '|Z^{\\top}Z|_{jk}\\Bigr)^{-1/2} \\implies U U^{\\top} \\preceq I',
  exact: false,
  introduces: [kinds.free, kinds.contraction, kinds.share],
  assumptions: [],
  choice: {
    name: 'aol',
    note: 'pq², closed form; smooth almost everywhere; not complete',
    saturates: false,
  },
  refuses: ({ dense }) => (dense === null ? refuse('no dense weight, nothing to contract') : null),
  apply: (source) => {
    const { free, contraction, columnScale } = source.symbols;
    const rule = 'allocate/contraction-aol';
    const sums = rowSums(abs(product([transpose(free), free])));
    const least = fill(number(margins.smallestSquare), free.columns);
    return [
      { kind: 'matrix', rule, symbol: free, value: freeNumbers(source) },
      { kind: 'define', rule, symbol: columnScale, value: quotient(ones(free.columns), sqrt(maximum([sums, least]))) },
      { kind: 'matrix', rule, symbol: contraction, value: product([free, columnScale]) },
    ];
  },
};
