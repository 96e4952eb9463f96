import { fail } from '../base/diagnostic.js';
import type { Label } from '../base/label.js';
import { labelText } from '../base/label.js';
import { scalarSymbol } from '../expr/build.js';
import type { Dimension, SymbolNode } from '../expr/node.js';
import type { Parameter, Size, Slot } from '../model/lowered-network.js';
import type { AffineSum, Layer, Network } from '../model/network.js';
import { structureOf } from '../structures/index.js';
import { keptSlot } from './kept.js';

const slopeRoles = ['slope-sum', 'slope-product', 'slope-lower', 'slope-upper'] as const;

/** A slot whose value has no number yet. */
export type Shape = Omit<Slot, 'buffer'>;

/** The widths, layers and named values of a network, before anybody numbers the values. */
export class Outline {
  readonly network: Network;
  readonly layers: readonly Layer[];
  /** The distinct widths, by the signals that have them. */
  readonly widths: string[][] = [];
  private readonly numbers = new Map<string, number>();
  private readonly layerOf: ReadonlyMap<string, number>;

  constructor(network: Network) {
    this.network = network;
    this.layers = network.rows.flatMap(({ layer }) => layer ?? []);
    for (const signal of [...network.rows.map((row) => row.signal), network.output.target]) this.addWidth(signal);
    this.layerOf = new Map(
      this.layers.flatMap(({ derived }, at) =>
        slopeRoles.map((role): [string, number] => [scalarSymbol(role, derived).key, at]),
      ),
    );
  }

  private addWidth(signal: Label): void {
    const representative = labelText(this.network.dimension(signal));
    const known = this.numbers.get(representative);
    if (known !== undefined) this.widths[known]?.push(labelText(signal));
    else {
      this.numbers.set(representative, this.widths.length);
      this.widths.push([labelText(signal)]);
    }
  }

  /** The number of a signal's width. */
  width(signal: Label): number {
    return this.numbers.get(labelText(this.network.dimension(signal))) ?? fail('LW304', labelText(signal), 'a signal');
  }

  size(dimension: Dimension): Size {
    return dimension === null ? null : this.width(dimension);
  }

  /** What a scalar symbol stands for in a run. @throws LW401 for one that a run does not know */
  parameter(symbol: SymbolNode): Parameter {
    if (symbol.role === 'lipschitz' || symbol.role === 'roundoff') return { kind: symbol.role };
    if (symbol.role === 'constant') return { kind: 'constant', value: Number(symbol.label.name) };
    const layer = this.layerOf.get(symbol.key);
    const slope = slopeRoles.find((role) => role === symbol.role);
    return layer === undefined || slope === undefined
      ? fail('LW401', symbol.key, 'a parameter of the network')
      : { kind: slope, layer };
  }

  /** Every weight that is read, once, where it is read first; the output's last. */
  weights(): readonly SymbolNode[] {
    const all = this.equations().flatMap(({ reads }) => reads.flatMap(({ weight }) => weight ?? []));
    return [...new Map(all.map((weight) => [weight.key, weight])).values()];
  }

  weight(symbol: SymbolNode): Shape {
    const [rows, columns] = [this.size(symbol.rows), this.size(symbol.columns)];
    return { name: labelText(symbol.label), ...keptSlot(structureOf(symbol), rows, columns) };
  }

  /** Each bias once, where it first stands. */
  biases(): readonly Shape[] {
    const found = new Map<string, Shape>();
    for (const { target, biases } of this.equations()) {
      for (const bias of biases) {
        const name = labelText(bias.label);
        if (!found.has(name)) found.set(name, { name, structure: 'vector', rows: this.size(target), columns: null });
      }
    }
    return [...found.values()];
  }

  /**
   * The values of each layer's splines, one row a neuron; null where a layer has none. They are called by activation
   * and layer, with `_` behind it where the author has given that name to something else.
   */
  splines(taken: Iterable<string>): readonly (Shape | null)[] {
    const names = new Set(taken);
    return this.layers.map(({ activation, derived, target }) => {
      if (activation?.kind !== 'spline') return null;
      const called = (family: string): string => labelText({ name: family, index: derived.index });
      let family = derived.name === '' ? activation.name : `${activation.name}_${derived.name}`;
      while (names.has(called(family))) family += '_';
      names.add(called(family));
      return {
        name: called(family),
        structure: 'dense',
        rows: this.size(target),
        columns: { fixed: activation.knots },
      };
    });
  }

  /** Multipliers in results are always called lambda: they stand in a table of their own. */
  multiplier({ multiplier: { label, rows } }: Layer): Shape {
    const family = label.name === '' ? 'lambda' : `lambda_${label.name}`;
    return {
      name: labelText({ name: family, index: label.index }),
      structure: 'vector',
      rows: this.size(rows),
      columns: null,
    };
  }

  private equations(): readonly AffineSum[] {
    return [...this.network.rows.flatMap(({ layer, sum }) => layer ?? sum ?? []), this.network.output];
  }
}
