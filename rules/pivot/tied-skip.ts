import { exactFactor, identity, scale, times } from '../../src/expr/build.js';
import type { Definition, SumSource } from '../../src/model/pivot.js';
import { refuse } from '../../src/rule/contract.js';
import type { Rule } from '../../src/rule/contract.js';

/**
 * # A step back through the layer's own weight
 *
 * **Statement.** Let h have the covariance κ I, w = φ(g C h + b) and h′ = a h + c Cᵀ T w, and let nothing else read w,
 * nor h after h′. With T = −(S g a κ / c) Λ, P ≥ 0 and S² g² κ Λ C Cᵀ Λ ≼ 2Λ what follows may start from K[h′, h′] = a²
 * κ I.
 *
 * **Source.** A tie, as residual layers of SLL and CPL have it.
 *
 * **Target.** The covariance of h′, as simple as that of h.
 *
 * **Derivation.** In ‖Δh′‖²/(a²κ) − ‖Δh‖²/κ and the form of the layer together the block of (h, w) is Cᵀ(c/(aκ) T + S g
 * Λ) = 0, that of h is −2P g² CᵀΛC ≼ 0 and that of w is S² g² κ ΛCCᵀΛ − 2Λ ≼ 0: so ‖Δh′‖²/(a²κ) is at most ‖Δh‖²/κ less
 * the form. Added up along the steps only 𝓛²‖Δx‖² is left of the beginning.
 *
 * **Assumptions.** As stated; a, c and g are not 0.
 *
 * **When not to use.** Where something else reads h or w their covariances with h′ are needed.
 */
export const tiedSkip: Rule<SumSource, readonly Definition[]> = {
  name: 'pivot/tied-skip',
  statement:
    'for h′ = a h + c Cᵀ T w, w = φ(g C h + b), K[h, h] = κ I: T = −(S g a κ / c) Λ, P ≥ 0 and S² g² κ Λ C Cᵀ Λ ≼ 2Λ ' +
    'let K[h′, h′] be a² κ I',
  latex:
    "h' = a h + c\\, C^{\\top} T w,\\ w = \\varphi(g C h + b),\\ K_{h,h} = \\kappa I:\\quad T = -\\tfrac{S g a " +
    '\\kappa}{c} \\Lambda,\\ P \\ge 0,\\ S^2 g^2 \\kappa\\, \\Lambda C C^{\\top} \\Lambda \\preceq 2 \\Lambda ' +
    "\\implies K_{h',h'} = a^2 \\kappa I \\quad (\\text{nothing else reads } w\\text{, nor } h\\text{ after } h')",
  exact: false,
  assumptions: [
    {
      text: 'nothing else reads w, nor h after h′',
      latex: "\\text{nothing else reads } w\\text{, nor } h\\text{ after } h'",
    },
    { text: 'P ≥ 0', latex: 'P \\ge 0' },
  ],
  refuses: ({ tie }) =>
    tie === null ? refuse('no layer reads the same signal through the same weight, or K is no κ I') : null,
  apply: ({ sum: { target }, width, symbolOf, tie, wanted }) => {
    if (tie === null || !wanted) return [];
    const factor = exactFactor(tie.skip);
    const value = times(scale(1, [factor, factor], tie.covariance), identity(width));
    return [
      { rule: 'pivot/tied-skip', symbol: symbolOf(target, target), value, update: false, row: target, span: null },
    ];
  },
};
