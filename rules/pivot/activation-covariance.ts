import { identity, inverse, product, scale, sum, transpose } from '../../src/expr/build.js';
import type { Definition, LayerSource } from '../../src/model/pivot.js';
import * as kinds from '../../src/model/symbols.js';
import type { Rule } from '../../src/rule/contract.js';

/**
 * # The covariance of a new signal
 *
 * **Statement.** For w = m v + w̃, with G = I + m s K[v, v] Λ:
 * K[j, w] = m K[j, v] + s K[j, v] Λ D⁻¹ Gᵀ and K[w, w] = m² K[v, v] + G D⁻¹ Gᵀ.
 *
 * **Source.** The covariances of the pre-activation, as they were before the layer, and the pivot D.
 *
 * **Target.** Those of the layer's signal.
 *
 * **Derivation.** By Banachiewicz's formula w̃ has the covariances D⁻¹ with itself and s D⁻¹ Λ K[v, j] with what came
 * before, whose own covariances grow by s² K[i, v] Λ D⁻¹ Λ K[v, j]. K is bilinear:
 * K[w, w] = m² (K[v,v] + s² K[v,v] Λ D⁻¹ Λ K[v,v]) + m s (K[v,v] Λ D⁻¹ + D⁻¹ Λ K[v,v]) + D⁻¹ = m² K[v,v] + G D⁻¹ Gᵀ;
 * K[j, w] in the same way.
 *
 * **Assumptions.** D ≻ 0.
 *
 * **When not to use.** A signal that nothing reads has no use for covariances.
 */
export const activationCovariance: Rule<LayerSource, readonly Definition[]> = {
  name: 'pivot/activation-covariance',
  statement: 'with G = I + m s K[v, v] Λ: K[j, w] = m K[j, v] + s K[j, v] Λ D⁻¹ Gᵀ, K[w, w] = m² K[v, v] + G D⁻¹ Gᵀ',
  latex:
    'K_{j,w} = m K_{j,v} + s K_{j,v} \\Lambda D^{-1} G^{\\top},\\quad K_{w,w} = m^2 K_{v,v} + G ' +
    'D^{-1} G^{\\top},\\quad G = I + m s K_{v,v} \\Lambda \\quad (D \\succ 0)',
  exact: true,
  introduces: [kinds.gain],
  assumptions: [{ text: 'the pivot D is positive definite', latex: 'D \\succ 0' }],
  refuses: () => null,
  apply: ({ split: { layer, lower, mixed }, span, drive, covariance, symbolOf, after, pivot, gain, wanted }) => {
    if (!wanted) return [];
    const rule = 'pivot/activation-covariance';
    const { multiplier, target } = layer;
    const half = scale(0.5, [], mixed);
    const own = covariance(drive, drive);
    const fixed = { rule, update: false, row: target, span };
    const gained = product([inverse(pivot), transpose(gain)]);
    return [
      {
        ...fixed,
        symbol: gain,
        value: sum([identity(multiplier.rows), scale(1, [lower, half], product([own, multiplier]))]),
      },
      ...after.map((j): Definition => {
        const known = covariance(j, drive);
        return {
          ...fixed,
          symbol: symbolOf(j, target),
          value: sum([scale(1, [lower], known), scale(1, [half], product([known, multiplier, gained]))]),
        };
      }),
      {
        ...fixed,
        symbol: symbolOf(target, target),
        value: sum([scale(1, [lower, lower], own), product([gain, gained])]),
      },
    ];
  },
};
