import { identity, number, quotient, scale, times } from '../../src/expr/build.js';
import type { Definition, OutputSource } from '../../src/model/pivot.js';
import type { Rule } from '../../src/rule/contract.js';
import { lipschitzSymbol } from '../lmi/lipschitz-goal.js';

/**
 * # The covariance of the input
 *
 * **Statement.** Before any layer N is 𝓛² I, so K[x, x] = I / 𝓛².
 *
 * **Source.** The goal's summand −𝓛²‖Δx‖².
 *
 * **Target.** The first covariance of the recursion.
 *
 * **Derivation.** N is −M without ‖Δy‖²; with no layer it has the one block 𝓛² I, whose inverse is I / 𝓛².
 *
 * **Assumptions.** 𝓛 > 0.
 *
 * **When not to use.** Bounds in weighted norms start from the inverse of their weight.
 */
export const inputCovariance: Rule<OutputSource, Definition> = {
  name: 'pivot/input-covariance',
  statement: 'before any layer N = 𝓛² I, so K[x, x] = I / 𝓛²',
  latex: 'K_{x,x} = \\mathcal{L}^{-2} I \\quad (\\mathcal{L} > 0)',
  exact: true,
  assumptions: [{ text: 'the bound 𝓛 is positive', latex: '\\mathcal{L} > 0' }],
  refuses: () => null,
  apply: ({ network, covariance }) => {
    const { input } = network;
    const symbol = covariance(input, input);
    if (symbol.kind !== 'symbol') throw new Error('the covariance of the input is no symbol');
    const inverse = quotient(number(1), scale(1, [lipschitzSymbol, lipschitzSymbol], number(1)));
    return {
      rule: 'pivot/input-covariance',
      symbol,
      value: times(inverse, identity(network.dimension(input))),
      update: false,
      row: input,
      span: null,
    };
  },
};
