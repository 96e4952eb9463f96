import { product, scale, subtract, times, zero } from '../../src/expr/build.js';
import type { Constraint } from '../../src/model/inequality.js';
import type { Definition, LayerSource } from '../../src/model/pivot.js';
import * as kinds from '../../src/model/symbols.js';
import type { Rule } from '../../src/rule/contract.js';

/**
 * # The pivot of a layer
 *
 * **Statement.** With N ≻ 0 before the layer, N stays ≻ 0 with it exactly if
 * D = 2Λ − s² Λ K[v, v] Λ ≻ 0.
 *
 * **Source.** The layer's form 2s ΔvᵀΛΔw̃ − 2 Δw̃ᵀΛΔw̃.
 *
 * **Target.** Its pivot D in the block LDLᵀ factorization of N, and the condition on it.
 *
 * **Derivation.** The layer adds to N the row −s Λ V of its map V: v = V (x, w̃_1 … w̃_{l−1}) and the diagonal block
 * 2Λ. The Schur complement is 2Λ − (s Λ V) N⁻¹ (s Λ V)ᵀ, and V N⁻¹ Vᵀ = K[v, v]. N with the new row is ≻ 0 exactly if N
 * and the Schur complement are (Boyd and Vandenberghe, Convex Optimization, A.5.5).
 *
 * **Assumptions.** N ≻ 0 before the layer, which the pivots of the layers before give.
 *
 * **When not to use.** Where N is only ≽ 0 the inverse must be a generalized one.
 */
export const schurPivot: Rule<LayerSource, { readonly definition: Definition; readonly constraint: Constraint }> = {
  name: 'pivot/schur-pivot',
  statement: 'N stays ≻ 0 exactly if D = 2Λ − s² Λ K[v, v] Λ ≻ 0',
  latex: 'D = 2\\Lambda - s^2 \\Lambda K_{v,v} \\Lambda \\succ 0 \\quad (N \\succ 0\\text{ before})',
  exact: true,
  introduces: [kinds.pivot],
  assumptions: [{ text: 'N ≻ 0 before the layer', latex: 'N \\succ 0\\text{ before}' }],
  refuses: () => null,
  apply: ({ split: { layer, mixed, own }, span, drive, covariance, pivot }) => {
    const { multiplier } = layer;
    const half = scale(0.5, [], mixed);
    const reached = scale(1, [half, half], product([multiplier, covariance(drive, drive), multiplier]));
    const value = subtract(times(own, multiplier), reached);
    return {
      definition: { rule: 'pivot/schur-pivot', symbol: pivot, value, update: false, row: layer.target, span },
      constraint: {
        kind: 'pivot',
        parameters: [multiplier, ...layer.reads.flatMap((read) => (read.weight === null ? [] : [read.weight]))],
        left: value,
        relation: '≻',
        right: zero(value),
        onlyIfPositive: null,
        row: layer.target,
        span,
      },
    };
  },
};
