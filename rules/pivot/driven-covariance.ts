import { product, sum, transpose } from '../../src/expr/build.js';
import type { Definition, LayerSource } from '../../src/model/pivot.js';
import { readMatrices } from '../../src/model/reads.js';
import type { Rule } from '../../src/rule/contract.js';

/**
 * # The covariance of a pre-activation
 *
 * **Statement.** For v = Σ c_k C_k w_k: K[j, v] = Σ c_k K[j, k] C_kᵀ and K[v, v] = Σ c_k C_k K[k, v].
 *
 * **Source.** What a layer reads, and the covariances of the signals before it.
 *
 * **Target.** The covariances of its pre-activation with them and with itself.
 *
 * **Derivation.** K[i, j] = T_i N⁻¹ T_jᵀ is bilinear in the maps T, and v has the map Σ c_k C_k T_k.
 *
 * **Assumptions.** v is linear in the signals (biases do not matter to differences).
 *
 * **When not to use.** Products of signals, as in attention, are not linear.
 */
export const drivenCovariance: Rule<LayerSource, readonly Definition[]> = {
  name: 'pivot/driven-covariance',
  statement: 'for v = Σ c_k C_k w_k: K[j, v] = Σ c_k K[j, k] C_kᵀ, K[v, v] = Σ c_k C_k K[k, v]',
  latex:
    'K_{j,v} = \\sum_k c_k K_{j,k} C_k^{\\top},\\quad K_{v,v} = \\sum_k c_k C_k K_{k,v} \\quad ' +
    '(v = \\textstyle\\sum_k c_k C_k w_k)',
  exact: true,
  assumptions: [{ text: 'v is linear in the signals', latex: 'v = \\textstyle\\sum_k c_k C_k w_k' }],
  refuses: () => null,
  apply: ({ split: { layer }, span, drive, covariance, symbolOf, before }) => {
    const rule = 'pivot/driven-covariance';
    const row = layer.target;
    const read = readMatrices(layer.reads, layer.multiplier.rows);
    const cross = before.map((j): Definition => {
      const terms = read.map(({ signal, matrix }) => product([covariance(j, signal), transpose(matrix)]));
      return { rule, symbol: symbolOf(j, drive), value: sum(terms), update: false, row, span };
    });
    const own = read.map(({ signal, matrix }) => product([matrix, covariance(signal, drive)]));
    return [...cross, { rule, symbol: symbolOf(drive, drive), value: sum(own), update: false, row, span }];
  },
};
