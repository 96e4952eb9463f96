import { number, scale } from '../../src/expr/build.js';
import type { PairForm } from '../../src/model/form.js';
import type { Layer } from '../../src/model/network.js';
import type { Rule } from '../../src/rule/contract.js';

/**
 * # Slope restriction
 *
 * **Statement.** If m ≤ (φ(a) − φ(b)) / (a − b) ≤ L for all a ≠ b, elementwise, then for every diagonal Λ ≻ 0
 * `−2P ΔvᵀΛΔv + 2S ΔvᵀΛΔw − 2 ΔwᵀΛΔw ≥ 0` with S = L + m, P = L m.
 *
 * **Source.** A layer w = φ(v), v = Σ c_j C_j w_j + b.
 *
 * **Target.** The quadratic form in v and w, which may be added to the LMI with any Λ ≻ 0.
 *
 * **Derivation.** For each unit (Δw − mΔv)(LΔv − Δw) ≥ 0; expand, weigh by 2λ > 0, sum.
 * Fazlyab et al., LipSDP, NeurIPS 2019; Juston et al., arXiv 2502.21279, section 2.
 *
 * **Assumptions.** m ≤ L finite; φ acts elementwise; Λ diagonal and positive.
 *
 * **When not to use.** Activations that mix units (GroupSort, softmax) have no such form with a diagonal Λ.
 */
export const slopeRestriction: Rule<Layer, PairForm> = {
  name: 'lmi/slope-restriction',
  statement: 'a layer w = phi(v) with slopes in [m, L] adds −2P vᵀΛv + 2S vᵀΛw − 2 wᵀΛw',
  latex:
    '-2P\\,\\Delta v^{\\top}\\Lambda\\Delta v + 2S\\,\\Delta v^{\\top}\\Lambda\\Delta w - ' +
    "2\\,\\Delta w^{\\top}\\Lambda\\Delta w \\ge 0 \\quad (m \\le \\varphi' \\le L,\\ \\Lambda " +
    '\\succ 0)',
  exact: true,
  assumptions: [
    { text: 'the slopes of phi lie in [m, L]', latex: "m \\le \\varphi' \\le L" },
    { text: 'Λ is diagonal and positive', latex: '\\Lambda \\succ 0' },
  ],
  refuses: () => null,
  apply: ({ slopeSum, slopeProduct }) => ({
    square: scale(-2, [slopeProduct], number(1)),
    mixed: slopeSum,
    own: number(-2),
  }),
};
