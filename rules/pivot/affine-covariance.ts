import { product, sum, transpose } from '../../src/expr/build.js';
import type { Definition, SumSource } from '../../src/model/pivot.js';
import { readMatrices } from '../../src/model/reads.js';
import type { Rule } from '../../src/rule/contract.js';

/**
 * # The covariance of an affine signal
 *
 * **Statement.** For h = Σ c_k C_k w_k: K[j, h] = Σ c_k K[j, k] C_kᵀ and K[h, h] = Σ c_k C_k K[k, h].
 *
 * **Source.** What an affine signal is the sum of, and the covariances of the signals before it.
 *
 * **Target.** Its covariances with those that are read later, and with itself.
 *
 * **Derivation.** K[i, j] = T_i N⁻¹ T_jᵀ is bilinear in the maps T, and h has the map Σ c_k C_k T_k. h adds nothing to
 * N: substituted for what it is the sum of it has no coordinates of its own.
 *
 * **Assumptions.** h is linear in the signals (biases do not matter to differences).
 *
 * **When not to use.** K[h, h] is singular where h has more entries than it has independent sources: see
 * `allocate/affine-slack`.
 */
export const affineCovariance: Rule<SumSource, readonly Definition[]> = {
  name: 'pivot/affine-covariance',
  statement: 'for h = Σ c_k C_k w_k: K[j, h] = Σ c_k K[j, k] C_kᵀ, K[h, h] = Σ c_k C_k K[k, h]',
  latex:
    'K_{j,h} = \\sum_k c_k K_{j,k} C_k^{\\top},\\quad K_{h,h} = \\sum_k c_k C_k K_{k,h} \\quad ' +
    '(h = \\textstyle\\sum_k c_k C_k w_k)',
  exact: true,
  assumptions: [{ text: 'h is linear in the signals', latex: 'h = \\textstyle\\sum_k c_k C_k w_k' }],
  refuses: () => null,
  apply: ({ sum: { target, reads }, width, covariance, symbolOf, before, wanted }) => {
    if (!wanted) return [];
    const fixed = { rule: 'pivot/affine-covariance', update: false, row: target, span: null };
    const read = readMatrices(reads, width);
    const cross = before.map((j): Definition => {
      const terms = read.map(({ signal, matrix }) => product([covariance(j, signal), transpose(matrix)]));
      return { ...fixed, symbol: symbolOf(j, target), value: sum(terms) };
    });
    const own = read.map(({ signal, matrix }) => product([matrix, covariance(signal, target)]));
    return [...cross, { ...fixed, symbol: symbolOf(target, target), value: sum(own) }];
  },
};
