import { inverse, product, scale, sum, transpose } from '../../src/expr/build.js';
import type { Definition, LayerSource } from '../../src/model/pivot.js';
import type { Rule } from '../../src/rule/contract.js';

/**
 * # What a layer adds to earlier covariances
 *
 * **Statement.** With the layer in N, K[i, j] becomes K[i, j] + s² K[i, v] Λ D⁻¹ Λ K[v, j].
 *
 * **Source.** Two earlier signals and the layer's pivot.
 *
 * **Target.** Their covariance after the layer.
 *
 * **Derivation.** The inverse of [[N, −(sΛV)ᵀ], [−sΛV, 2Λ]] has the leading block N⁻¹ + N⁻¹(sΛV)ᵀ D⁻¹ (sΛV) N⁻¹
 * (Banachiewicz); multiply by T_i and T_jᵀ.
 *
 * **Assumptions.** D ≻ 0.
 *
 * **When not to use.** Signals that nothing reads later need no update.
 */
export const conditioning: Rule<LayerSource, readonly Definition[]> = {
  name: 'pivot/conditioning',
  statement: 'the layer takes K[i, j] to K[i, j] + s² K[i, v] Λ D⁻¹ Λ K[v, j]',
  latex: 'K_{i,j} \\leftarrow K_{i,j} + s^2 K_{i,v} \\Lambda D^{-1} \\Lambda K_{v,j} \\quad (D \\succ 0)',
  exact: true,
  assumptions: [{ text: 'the pivot D is positive definite', latex: 'D \\succ 0' }],
  refuses: () => null,
  apply: ({ split: { layer, mixed }, span, drive, covariance, symbolOf, pairs, pivot }) => {
    const { multiplier } = layer;
    const half = scale(0.5, [], mixed);
    return pairs.map(([i, j]): Definition => {
      const symbol = symbolOf(i, j);
      const gained = product([
        covariance(i, drive),
        multiplier,
        inverse(pivot),
        multiplier,
        transpose(covariance(j, drive)),
      ]);
      return {
        rule: 'pivot/conditioning',
        symbol,
        value: sum([symbol, scale(1, [half, half], gained)]),
        update: true,
        row: layer.target,
        span,
      };
    });
  },
};
