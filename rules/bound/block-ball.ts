import { abs, diag, fill, number, quotient, rowSums, scale, sqrt, sum } from '../../src/expr/build.js';
import type { SymbolNode } from '../../src/expr/node.js';
import type { CallSource } from '../../src/model/bounding.js';
import type { Constraint } from '../../src/model/inequality.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';

/**
 * # Ball for what a block reads
 *
 * **Statement.** With P = −k²: `u ≤ 1/k` gives `|P| u ∘ u ≤ 1`, u = Σ |c_j| |C_j| 1 the row sums of the weights in the
 * call of a block.
 *
 * **Source.** The call of a k-Lipschitz block: nothing in its own row bounds its weights, since S = 0.
 *
 * **Target.** A bound on their absolute row sums.
 *
 * **Derivation.** The rows of the signals that the block reads hold |P| C_jᵀ(λ ∘ (|C_k| 1)) and nothing else of the
 * block: with the ball they hold at most λ-weighted column sums times k. What a block is given may be scaled down by
 * any factor and its output up by the same, so that no gain is lost: of f(v) = W v, ‖W‖ ≤ k, B f(D x) has every gain up
 * to 𝓛 with |D| 1 ≤ 1/k.
 *
 * **Assumptions.** P < 0.
 *
 * **When not to use.** It is a choice, not a condition of M ≼ 0: strategies that know the covariance of v need no such
 * bound.
 */
export const blockBall: Rule<CallSource, Constraint> = {
  name: 'bound/block-ball',
  statement: 'for the call of a block, P = −k²: u ≤ 1/k gives |P| u ∘ u ≤ 1',
  latex: 'u \\le 1/\\sqrt{\\left|P\\right|} \\implies \\left|P\\right| u \\circ u \\le \\mathbf{1} \\quad (P < 0)',
  exact: false,
  assumptions: [{ text: 'P is negative', latex: 'P < 0' }],
  refuses: ({ layer }) =>
    layer.reads.some(({ weight }) => weight !== null) ? null : refuse('a block that is called without weights'),
  apply: ({ layer, span }) => {
    const weighted = layer.reads.flatMap(({ coefficient, weight }) =>
      weight === null ? [] : [{ coefficient, weight }],
    );
    const usage = (weight: SymbolNode): ReturnType<typeof diag> =>
      weight.diagonal ? diag(abs(weight)) : rowSums(abs(weight));
    return {
      kind: 'block-ball',
      parameters: [...new Map(weighted.map(({ weight }) => [weight.key, weight])).values()],
      left: sum(weighted.map(({ coefficient, weight }) => scale(Math.abs(coefficient), [], usage(weight)))),
      relation: '<=',
      right: fill(quotient(number(1), sqrt(abs(layer.slopeProduct))), layer.multiplier.rows),
      onlyIfPositive: null,
      row: layer.target,
      span,
    };
  },
};
