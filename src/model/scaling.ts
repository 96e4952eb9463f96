import type { Label } from '../base/label.js';
import type { SymbolNode } from '../expr/node.js';
import type { Network } from './network.js';

/**
 * Positive diagonal scales T, one for each signal: M ≼ 0 ⇔ TMT ≼ 0, and TMT is an LMI of the same form in the weights
 * C̃ = T_l⁻¹ C T_j, the multipliers Λ̃ = T_l Λ T_l and the output weights D̃ = D T_j. The same symbols stand for both
 * sets of values: before they are scaled back they hold those with the tilde.
 */
export interface Scaling {
  /**
   * T of a signal; null where it is the identity, since the output reads the signal (or one tied to it) through an
   * identity.
   */
  readonly of: (signal: Label) => SymbolNode | null;
  /** Those that are free to choose, each once, in the order of the signals. */
  readonly symbols: readonly SymbolNode[];
}

/** T or T⁻¹ beside a symbol; null: the identity. */
export interface ScaleFactor {
  readonly scale: SymbolNode;
  readonly inverse: boolean;
}

/** A weight or multiplier with what stands on its left and right in `X = left X̃ right`. */
export interface Scaled {
  readonly symbol: SymbolNode;
  readonly left: ScaleFactor | null;
  readonly right: ScaleFactor | null;
}

const factor = (scale: SymbolNode | null, inverse: boolean): ScaleFactor | null =>
  scale === null ? null : { scale, inverse };

/** C = T_l C̃ T_j⁻¹ for a weight by which signal l reads signal j. */
export const scaledWeight = (symbol: SymbolNode, target: SymbolNode | null, source: SymbolNode | null): Scaled => ({
  symbol,
  left: factor(target, false),
  right: factor(source, true),
});

/** Λ = T⁻¹ Λ̃ T⁻¹. */
export const scaledMultiplier = (symbol: SymbolNode, target: SymbolNode | null): Scaled => ({
  symbol,
  left: factor(target, true),
  right: factor(target, true),
});

/** Every weight and multiplier of the network's rows, those of the readers included, by key. */
export function scaledSymbols({ rows, output }: Network, scaling: Scaling): ReadonlyMap<string, Scaled> {
  const found = new Map<string, Scaled>();
  for (const { layer, readers } of rows) {
    for (const each of [...(layer === null ? [] : [layer]), ...readers.map((reader) => reader.layer)]) {
      const own = scaling.of(each.target);
      found.set(each.multiplier.key, scaledMultiplier(each.multiplier, own));
      for (const { weight, signal } of each.reads)
        if (weight !== null) found.set(weight.key, scaledWeight(weight, own, scaling.of(signal)));
    }
  }
  for (const { weight, signal } of output.reads)
    if (weight !== null) found.set(weight.key, scaledWeight(weight, null, scaling.of(signal)));
  return found;
}
