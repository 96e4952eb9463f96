import { identity, product, scale, sum, transpose } from '../../src/expr/build.js';
import { outputWeight } from '../../src/model/form.js';
import type { Constraint } from '../../src/model/inequality.js';
import type { GoalSource } from '../../src/model/pivot.js';
import { readMatrices } from '../../src/model/reads.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';

/**
 * # The condition on the output
 *
 * **Statement.** With N ≻ 0: M ≼ 0 exactly if g Σ c_i c_j D_i K[i, j] D_jᵀ ≼ I over the signals that the output reads,
 * −g being the coefficient of ‖Δy‖² in the supply: 1 for the Lipschitz goal.
 *
 * **Source.** The supply, the output y = Σ c_j D_j w_j and the covariances after the last layer.
 *
 * **Target.** The last constraint.
 *
 * **Derivation.** M = g WᵀW − N with the map W of y. g WᵀW ≼ N ⇔ g W N⁻¹ Wᵀ ≼ I (both say that
 * [[N, √g Wᵀ], [√g W, I]] ≽ 0), and W N⁻¹ Wᵀ is bilinear in W.
 *
 * **Assumptions.** N ≻ 0, which the pivots of all layers give; g is a positive number.
 *
 * **When not to use.** Bounds on ‖Δy‖ in other norms.
 */
export const outputBound: Rule<GoalSource, Constraint> = {
  name: 'pivot/output-bound',
  statement: 'M ≼ 0 exactly if Σ c_i c_j D_i K[i, j] D_jᵀ ≼ I over what the output reads',
  latex: '\\sum_{i,j} c_i c_j D_i K_{i,j} D_j^{\\top} \\preceq I \\iff M \\preceq 0 \\quad (N \\succ 0)',
  exact: true,
  assumptions: [{ text: 'all hidden pivots are positive definite, so that N ≻ 0', latex: 'N \\succ 0' }],
  refuses: ({ supply }) =>
    outputWeight(supply) === null ? refuse('the coefficient of ‖Δy‖² in the property is not a negative number') : null,
  apply: ({ network, supply, covariance }) => {
    const { output } = network;
    const width = network.dimension(output.target);
    const read = readMatrices(output.reads, width);
    const terms = read.flatMap((a) =>
      read.map((b) => product([a.matrix, covariance(a.signal, b.signal), transpose(b.matrix)])),
    );
    const unit = identity(width);
    return {
      kind: 'output-bound',
      parameters: output.reads.flatMap((read) => (read.weight === null ? [] : [read.weight])),
      left: scale(outputWeight(supply) ?? Number.NaN, [], sum(terms)),
      relation: '≼',
      right: unit,
      onlyIfPositive: null,
      row: output.target,
      span: null,
    };
  },
};
