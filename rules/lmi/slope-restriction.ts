import { exactFactor, identity, product, scale, transpose } from '../../src/expr/build.js';
import type { Expression } from '../../src/expr/node.js';
import type { QuadraticTerm } from '../../src/model/lmi.js';
import type { Layer, Read } from '../../src/model/network.js';
import type { Rule } from '../../src/rule/contract.js';

/**
 * # Slope restriction
 *
 * **Statement.** If m ≤ (φ(a) − φ(b)) / (a − b) ≤ L for all a ≠ b, elementwise, then for every diagonal Λ ≻ 0
 * `−2P ΔvᵀΛΔv + 2S ΔvᵀΛΔw − 2 ΔwᵀΛΔw ≥ 0` with S = L + m, P = L m.
 *
 * **Source.** A layer w = φ(v), v = Σ c_j C_j w_j + b.
 *
 * **Target.** The quadratic form's summands over the signals, which may be added to the LMI with any Λ ≻ 0.
 *
 * **Derivation.** For each unit (Δw − mΔv)(LΔv − Δw) ≥ 0; expand, weigh by 2λ > 0, sum, put Δv = Σ c_j C_j Δw_j.
 * Fazlyab et al., LipSDP, NeurIPS 2019; Juston et al., arXiv 2502.21279, section 2.
 *
 * **Assumptions.** m ≤ L finite; φ acts elementwise; Λ diagonal and positive.
 *
 * **When not to use.** Activations that mix units (GroupSort, softmax) have no such form with a diagonal Λ.
 */
export const slopeRestriction: Rule<Layer, readonly QuadraticTerm[]> = {
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
  apply: (layer) => {
    const { target, multiplier, slopeSum, slopeProduct } = layer;
    const matrix = (read: Read): Expression => read.weight ?? identity(multiplier.columns);
    const quadratic = layer.reads.flatMap((a) =>
      layer.reads.map((b): QuadraticTerm => {
        const body = product([transpose(matrix(a)), multiplier, matrix(b)]);
        const expression = scale(-2, [slopeProduct, exactFactor(a.coefficient), exactFactor(b.coefficient)], body);
        return { row: a.signal, column: b.signal, expression };
      }),
    );
    const mixed = layer.reads.flatMap((read): readonly QuadraticTerm[] => {
      const body = scale(1, [slopeSum, exactFactor(read.coefficient)], product([transpose(matrix(read)), multiplier]));
      return [
        { row: read.signal, column: target, expression: body },
        { row: target, column: read.signal, expression: transpose(body) },
      ];
    });
    return [...quadratic, ...mixed, { row: target, column: target, expression: scale(-2, [], multiplier) }];
  },
};
