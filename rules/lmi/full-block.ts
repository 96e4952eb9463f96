import { number, scale } from '../../src/expr/build.js';
import type { PairForm } from '../../src/model/form.js';
import type { Layer } from '../../src/model/network.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';

/**
 * # Full block
 *
 * **Statement.** If w = f(v) with ‖Δw‖ ≤ k‖Δv‖, then for every λ > 0 `λ(k²‖Δv‖² − ‖Δw‖²) ≥ 0`. With Λ = (λ/2) I and P =
 * −k² this is `−2P ΔvᵀΛΔv − 2 ΔwᵀΛΔw ≥ 0`.
 *
 * **Source.** A layer w = f(v), v = Σ c_j C_j w_j + b, whose f is a block with a bound k of its own.
 *
 * **Target.** The quadratic form in v and w, which may be added to the LMI with any Λ that is a
 * positive multiple of the identity.
 *
 * **Derivation.** ‖Δw‖² ≤ k²‖Δv‖² by assumption; multiply by λ. It is what a slope restriction
 * to [−k, k] would say (S = 0, P = −k²), but for one λ: Fazlyab et al., LipSDP, NeurIPS 2019.
 *
 * **Assumptions.** f is k-Lipschitz in the Euclidean norm, which the block's own LMI proves; all entries of Λ are
 * equal.
 *
 * **When not to use.** For elementwise functions: they admit every diagonal Λ.
 */
export const fullBlock: Rule<Layer, PairForm> = {
  name: 'lmi/full-block',
  statement: 'a k-Lipschitz block w = f(v) adds −2P vᵀΛv − 2 wᵀΛw, P = −k² and Λ = (λ/2) I: λ(k²‖Δv‖² − ‖Δw‖²)',
  latex:
    '\\lambda (k^2 \\lVert\\Delta v\\rVert^2 - \\lVert\\Delta w\\rVert^2) = -2P\\,\\Delta ' +
    'v^{\\top}\\Lambda\\Delta v - 2\\,\\Delta w^{\\top}\\Lambda\\Delta w \\ge 0 \\quad (\\lVert ' +
    'f(a) - f(b)\\rVert \\le k \\lVert a - b\\rVert,\\ P = -k^2,\\ \\Lambda = ' +
    '\\tfrac{\\lambda}{2} I,\\ \\lambda > 0)',
  exact: true,
  assumptions: [
    {
      text: 'the block is k-Lipschitz, and P = −k²',
      latex: '\\lVert f(a) - f(b)\\rVert \\le k \\lVert a - b\\rVert,\\ P = -k^2',
    },
    { text: 'all entries of Λ are one positive number', latex: '\\Lambda = \\tfrac{\\lambda}{2} I,\\ \\lambda > 0' },
  ],
  refuses: ({ activation }) => (activation?.kind === 'block' ? null : refuse('not the call of a block')),
  apply: ({ slopeProduct }) => ({ square: scale(-2, [slopeProduct], number(1)), mixed: number(0), own: number(-2) }),
};
