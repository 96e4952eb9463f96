import type { Assignment } from '../../src/model/parameterization.js';
import type { Scaled } from '../../src/model/scaling.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';
import { structureOf } from '../../src/structures/index.js';

/**
 * # Scaling back
 *
 * **Statement.** `C = T_l C̃ T_j⁻¹`, `D = D̃ T_j⁻¹` and `Λ = T_l⁻¹ Λ̃ T_l⁻¹` meet M ≼ 0 if the tilde matrices meet TMT
 * ≼ 0.
 *
 * **Source.** A weight or multiplier in scaled coordinates, with the scales of the signals beside it.
 *
 * **Target.** The weight or multiplier of the network itself.
 *
 * **Derivation.** The substitution of diagonal-scaling read backwards. Each entry is rounded twice or three times, a
 * relative 2⁻⁵¹, far within the margins that the tilde matrices keep.
 *
 * **Assumptions.** T > 0; nothing else changes the matrices afterwards.
 *
 * **When not to use.** Before all constraints are met: they are about the tilde matrices.
 */
export const scaleBack: Rule<Scaled, Assignment> = {
  name: 'parameterize/scale-back',
  statement: 'C = T_l C̃ T_j⁻¹, D = D̃ T_j⁻¹, Λ = T_l⁻¹ Λ̃ T_l⁻¹',
  latex:
    'C = T_l \\tilde C T_j^{-1},\\quad D = \\tilde D T_j^{-1},\\quad \\Lambda = T_l^{-1} ' +
    '\\tilde\\Lambda T_l^{-1} \\quad (T > 0)',
  exact: true,
  assumptions: [{ text: 'the scales are positive', latex: 'T > 0' }],
  refuses: ({ symbol }) => {
    if (symbol.role === 'multiplier') return null;
    if (symbol.role !== 'weight') return refuse('only weights and multipliers are scaled');
    const { name, scaled } = structureOf(symbol);
    return scaled('rows') === 'all' ? refuse(`a ${name} matrix is none any more with rows scaled apart`) : null;
  },
  apply: ({ symbol, left, right }) => ({ kind: 'rescale', rule: 'parameterize/scale-back', symbol, left, right }),
};
