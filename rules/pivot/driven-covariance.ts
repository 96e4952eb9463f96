import { exactFactor, product, scale, sum, transpose } from '../../src/expr/build.js';
import type { Expression } from '../../src/expr/node.js';
import type { Definition, LayerSource } from '../../src/model/pivot.js';
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
  latex: 'K_{j,v} = \\sum_k c_k K_{j,k} C_k^{\\top},\\quad K_{v,v} = \\sum_k c_k C_k K_{k,v} \\quad (v = \\textstyle\\sum_k c_k C_k w_k)',
  exact: true,
  assumptions: [{ text: 'v is linear in the signals', latex: 'v = \\textstyle\\sum_k c_k C_k w_k' }],
  refuses: () => null,
  apply: ({ split: { layer }, span, drive, covariance, symbolOf, before }) => {
    const rule = 'pivot/driven-covariance';
    const row = layer.target;
    const weighted = (coefficient: number, body: Expression): Expression => scale(1, [exactFactor(coefficient)], body);
    const cross = before.map((j): Definition => {
      const terms = layer.reads.map((read) => {
        const known = covariance(j, read.signal);
        return weighted(read.coefficient, read.weight === null ? known : product([known, transpose(read.weight)]));
      });
      return { rule, symbol: symbolOf(j, drive), value: sum(terms), update: false, row, span };
    });
    const own = layer.reads.map((read) => {
      const known = covariance(read.signal, drive);
      return weighted(read.coefficient, read.weight === null ? known : product([read.weight, known]));
    });
    return [...cross, { rule, symbol: symbolOf(drive, drive), value: sum(own), update: false, row, span }];
  },
};
