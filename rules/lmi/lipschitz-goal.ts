import { label } from '../../src/base/label.js';
import { number, scalarSymbol, scale } from '../../src/expr/build.js';
import type { Supply } from '../../src/model/form.js';
import type { Network } from '../../src/model/network.js';
import type { Rule } from '../../src/rule/contract.js';

/** The certified bound 𝓛, positive. */
export const lipschitzSymbol = scalarSymbol('lipschitz', label('Lip'), { positive: true });

/**
 * # Lipschitz goal
 *
 * **Statement.** ‖Δy‖² − 𝓛²‖Δx‖² plus forms that are ≥ 0 being ≤ 0 implies ‖Δy‖ ≤ 𝓛‖Δx‖.
 *
 * **Source.** The output y = Σ d_j D_j w_j + b.
 *
 * **Target.** The supply 𝓛²‖Δx‖² − ‖Δy‖², which the LMI subtracts.
 *
 * **Derivation.** S-procedure: if goal + Σ QC ≤ 0 for all Δ and QC ≥ 0 along the network, then goal ≤ 0 there.
 * Fazlyab et al., LipSDP, NeurIPS 2019; Juston et al., arXiv 2502.21279, section 2.
 *
 * **Assumptions.** 𝓛 > 0; ‖·‖ is the Euclidean norm.
 *
 * **When not to use.** For bounds in other norms the goal is not a quadratic form.
 */
export const lipschitzGoal: Rule<Network, Supply> = {
  name: 'lmi/lipschitz-goal',
  statement: 'the goal adds ‖Δy‖² − 𝓛²‖Δx‖²',
  latex: '\\lVert\\Delta y\\rVert^2 - \\mathcal{L}^2\\lVert\\Delta x\\rVert^2 \\le 0 \\quad (\\mathcal{L} > 0)',
  exact: true,
  assumptions: [{ text: 'the bound 𝓛 is positive', latex: '\\mathcal{L} > 0' }],
  refuses: () => null,
  apply: () => ({
    input: scale(1, [lipschitzSymbol, lipschitzSymbol], number(1)),
    cross: number(0),
    output: number(-1),
  }),
};
