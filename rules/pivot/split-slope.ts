import { number, scalarSymbol, scale } from '../../src/expr/build.js';
import type { Layer } from '../../src/model/network.js';
import type { SplitLayer } from '../../src/model/pivot.js';
import type { Algebra } from '../../src/rule/algebra.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';

/** The form that `lmi/slope-restriction` adds and the one without ΔvᵀΛΔv, unit by unit; u stands for w̃. */
const restricted = '-2*L*m*v^2 + 2*(L+m)*v*(m*v+u) - 2*(m*v+u)^2';
const split = '2*(L-m)*v*u - 2*u^2';

/**
 * # Splitting off the lower slope
 *
 * **Statement.** With w = m v + w̃ and s = L − m the layer's form
 * `−2P ΔvᵀΛΔv + 2S ΔvᵀΛΔw − 2 ΔwᵀΛΔw` is `2s ΔvᵀΛΔw̃ − 2 Δw̃ᵀΛΔw̃`.
 *
 * **Source.** A layer with slopes in [m, L] and its quadratic form.
 *
 * **Target.** The same form in the coordinates (v, w̃): nothing is left that is quadratic in v.
 *
 * **Derivation.** Put w = m v + w̃, S = L + m, P = L m and expand; the coefficient of v² is −2Lm + 2(L + m)m − 2m² = 0.
 * The algebra expands both sides anew in every derivation.
 *
 * **Assumptions.** One m and one L for all units of the layer; Λ diagonal.
 *
 * **When not to use.** Where units have slopes of their own, s and m become diagonal matrices.
 */
export function splitSlope(algebra: Algebra): Rule<Layer, SplitLayer> {
  return {
    name: 'pivot/split-slope',
    statement: 'with w = m v + w̃ and s = L − m the layer adds 2s vᵀΛw̃ − 2 w̃ᵀΛw̃',
    latex:
      '-2P\\,\\Delta v^{\\top}\\Lambda\\Delta v + 2S\\,\\Delta v^{\\top}\\Lambda\\Delta w - ' +
      '2\\,\\Delta w^{\\top}\\Lambda\\Delta w = 2s\\,\\Delta v^{\\top}\\Lambda\\Delta\\tilde w - ' +
      '2\\,\\Delta\\tilde w^{\\top}\\Lambda\\Delta\\tilde w \\quad (w = m v + \\tilde w,\\ s = L - ' +
      'm)',
    exact: true,
    assumptions: [{ text: 'w = m v + w̃ and s = L − m', latex: 'w = m v + \\tilde w,\\ s = L - m' }],
    refuses: () => (algebra.identical(restricted, split) ? null : refuse('the two forms are not the same polynomial')),
    apply: (layer) => {
      const at = layer.slopeSum.label;
      const lower = scalarSymbol('slope-lower', at);
      const range = scalarSymbol('slope-range', at);
      return { layer, lower, range, mixed: scale(2, [range], number(1)), own: number(2) };
    },
  };
}
