import { fail } from '../base/diagnostic.js';
import { labelText } from '../base/label.js';
import type { SymbolNode } from '../expr/node.js';
import type { AffineSum } from '../model/network.js';
import type { Recursion } from '../model/pivot.js';

/** Which of the places of a weight chooses it: the first one, and there may be no layer among the others. */
export class OwnedWeights {
  /** By the keys of weights: the equation that chooses them. */
  private readonly owners = new Map<string, AffineSum>();

  /** @throws LW208 for a weight of a layer or the output that something before has chosen already */
  constructor({ network, sums }: Recursion) {
    for (const { layer, sum } of network.rows) {
      if (layer !== null) this.own(layer, false);
      else if (sum !== null) this.own(sum, true);
    }
    this.own(network.output, false);
    // T of a tie follows from the multiplier.
    for (const { source } of sums) {
      const { tie } = source;
      if (tie !== null && tie.scale !== null) this.owners.set(tie.scale.key, tie.layer);
    }
  }

  private own(equation: AffineSum, mayShare: boolean): void {
    for (const { weight, position } of equation.reads) {
      if (weight === null) continue;
      const owner = this.owners.get(weight.key);
      if (owner === undefined) this.owners.set(weight.key, equation);
      else if (!mayShare)
        fail(
          'LW208',
          `${labelText(weight.label)} in ${labelText(equation.target)} and before that in ${labelText(owner.target)}`,
          'a weight of its own for every layer and the output: a pivot answers for one layer, and no rule chooses ' +
            "one weight for two (transposes in affine signals after the layer, h - 2 * W' * T * w, may share it)",
          position,
        );
    }
  }

  /** Whether the weight is free in this equation. */
  isFree(weight: SymbolNode, equation: AffineSum): boolean {
    return this.owners.get(weight.key) === equation;
  }
}
