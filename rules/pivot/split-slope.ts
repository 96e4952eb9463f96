import * as kinds from '../../src/model/symbols.js';
import { negate, scalarSymbol, times } from '../../src/expr/build.js';
import type { Expression } from '../../src/expr/node.js';
import type { Layer } from '../../src/model/network.js';
import type { FormOfLayer, SplitLayer } from '../../src/model/pivot.js';
import type { Algebra } from '../../src/rule/algebra.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';

/**
 * # Splitting off the lower slope
 *
 * **Statement.** With w = m v + w̃ and s = L − m the layer's form
 * `−2P ΔvᵀΛΔv + 2S ΔvᵀΛΔw − 2 ΔwᵀΛΔw` is `2s ΔvᵀΛΔw̃ − 2 Δw̃ᵀΛΔw̃`; a form a, b, c of which a + 2bm + cm² = 0 and
 * 2(b + cm) = −c s is `−cs ΔvᵀΛΔw̃ + c Δw̃ᵀΛΔw̃`.
 *
 * **Source.** A layer with slopes in [m, L] and its quadratic form.
 *
 * **Target.** The same form in the coordinates (v, w̃): nothing is left that is quadratic in v.
 *
 * **Derivation.** Put w = m v + w̃, S = L + m, P = L m and expand: v² has the coefficient a + 2bm + cm², which is
 * −2Lm + 2(L + m)m − 2m² = 0, and v w̃ twice b + cm, which is (L + m) − 2m = s. The algebra expands both anew in every
 * derivation, for the form that the LMI has. A block's form has b = 0 and slopes −k and k.
 *
 * **Assumptions.** One m and one L for all units of the layer; Λ diagonal; c a negative number.
 *
 * **When not to use.** Where units have slopes of their own, s and m become diagonal matrices.
 */
export function splitSlope(algebra: Algebra): Rule<FormOfLayer, SplitLayer> {
  const objection = ({ layer, form }: FormOfLayer): string | null => {
    const [a, b] = [form.square, form.mixed].map((each) => polynomial(each, layer));
    if (form.own.kind !== 'number' || !(form.own.value < 0)) return 'the form has no negative multiple of ΔwᵀΛΔw';
    if (typeof a !== 'string' || typeof b !== 'string') return 'the form is no polynomial in the slopes';
    const c = `(${form.own.value})`;
    const { lower, upper } = slopesOf(layer);
    if (!algebra.identical(`(${a}) + 2*(${b})*${lower} + ${c}*${lower}^2`, '0'))
      return 'with the lower slope split off something quadratic in v is left';
    return algebra.identical(`2*(${b}) + 2*${c}*${lower} + ${c}*(${upper}-${lower})`, '0')
      ? null
      : 'what is left of the product of v and w is not −c (L − m)';
  };
  return {
    name: 'pivot/split-slope',
    statement: 'with w = m v + w̃ and s = L − m the layer adds 2s vᵀΛw̃ − 2 w̃ᵀΛw̃',
    latex:
      '-2P\\,\\Delta v^{\\top}\\Lambda\\Delta v + 2S\\,\\Delta v^{\\top}\\Lambda\\Delta w - ' +
      '2\\,\\Delta w^{\\top}\\Lambda\\Delta w = 2s\\,\\Delta v^{\\top}\\Lambda\\Delta\\tilde w - ' +
      '2\\,\\Delta\\tilde w^{\\top}\\Lambda\\Delta\\tilde w \\quad (w = m v + \\tilde w,\\ s = L - ' +
      'm)',
    exact: true,
    introduces: [kinds.slopeRange],
    assumptions: [{ text: 'w = m v + w̃ and s = L − m', latex: 'w = m v + \\tilde w,\\ s = L - m' }],
    refuses: (source) => {
      const because = objection(source);
      return because === null ? null : refuse(because);
    },
    apply: ({ layer, form }) => {
      const own = negate(form.own);
      const at = layer.slopeSum.label;
      const lower = scalarSymbol('slope-lower', at);
      const range = scalarSymbol(kinds.slopeRange, at);
      return { layer, lower, range, mixed: times(own, range), own };
    },
  };
}

/** m and L as texts; a block's are −k and k. */
const slopesOf = ({ activation }: Layer): { readonly lower: string; readonly upper: string } =>
  activation?.kind === 'block' ? { lower: '(-k)', upper: 'k' } : { lower: 'm', upper: 'L' };

/** A scalar in S and P as a text in the slopes; null if it is made of anything else. */
function polynomial(node: Expression, layer: Layer): string | null {
  const { lower, upper } = slopesOf(layer);
  if (node.kind === 'number') return `(${node.value})`;
  if (node.key === layer.slopeSum.key) return `(${upper}+${lower})`;
  if (node.key === layer.slopeProduct.key) return `(${upper}*${lower})`;
  if (node.kind !== 'scale') return null;
  const parts = [...node.scalars, node.body].map((part) => polynomial(part, layer));
  return parts.some((part) => part === null) ? null : [`(${node.coefficient})`, ...parts].join('*');
}
