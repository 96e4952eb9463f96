import { identity, isZero, number, quotient, times } from '../../src/expr/build.js';
import { isPositive } from '../../src/expr/facts.js';
import type { Definition, GoalSource } from '../../src/model/pivot.js';
import * as kinds from '../../src/model/symbols.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';

/**
 * # The covariance of the input
 *
 * **Statement.** Before any layer N is a I with the coefficient a of ‖Δx‖² in the supply, so K[x, x] = I / a: with the
 * Lipschitz goal I / 𝓛².
 *
 * **Source.** The supply's summand a ‖Δx‖², 𝓛²‖Δx‖² of the Lipschitz goal.
 *
 * **Target.** The first covariance of the recursion.
 *
 * **Derivation.** N is −M without ‖Δy‖²; with no layer it has the one block a I, whose inverse is I / a.
 *
 * **Assumptions.** a > 0 (𝓛 > 0), and no product ΔyᵀΔx in the supply.
 *
 * **When not to use.** Bounds in weighted norms start from the inverse of their weight.
 */
export const inputCovariance: Rule<GoalSource, Definition> = {
  name: 'pivot/input-covariance',
  statement: 'before any layer N = 𝓛² I, so K[x, x] = I / 𝓛²',
  latex: 'K_{x,x} = \\mathcal{L}^{-2} I \\quad (\\mathcal{L} > 0)',
  exact: true,
  introduces: [kinds.covariance],
  assumptions: [{ text: 'the bound 𝓛 is positive', latex: '\\mathcal{L} > 0' }],
  refuses: ({ supply: { input, cross } }) => {
    if (!isZero(cross)) return refuse('the property has a product of Δx and Δy');
    return isPositive(input) ? null : refuse('the coefficient of ‖Δx‖² in the property is not known to be positive');
  },
  apply: ({ network, supply, covariance }) => {
    const { input } = network;
    const symbol = covariance(input, input);
    if (symbol.kind !== 'symbol') throw new Error('the covariance of the input is no symbol');
    return {
      rule: 'pivot/input-covariance',
      symbol,
      value: times(quotient(number(1), supply.input), identity(network.dimension(input))),
      update: false,
      row: input,
      span: null,
    };
  },
};
