import type { Network } from './network.js';
import type { Slot } from './widths.js';
import type { Constrained, Values } from './types.js';
import { resolveWidths, shapeOf } from './widths.js';

/** Numbers by name: matrices as lists of their rows, vectors as lists. */
function plain(slots: readonly Slot[], values: Values, d: readonly number[]): Record<string, unknown> {
  return Object.fromEntries(
    slots.map((slot): [string, unknown] => {
      const data = Array.from(values[slot.name]!);
      const [rows, columns] = shapeOf(slot, d);
      if (columns === undefined) return [slot.name, data];
      return [slot.name, Array.from({ length: rows! }, (_, i) => data.slice(i * columns, (i + 1) * columns))];
    }),
  );
}

/** Weights and multipliers as plain data, in the form that `lipwright check` proves. */
export function instanceOf(network: Network, weights: Constrained): object {
  const { architecture, depth, strategy, definition } = network;
  const { widths, slopes, lipschitz } = weights;
  const d = resolveWidths(network, widths);
  const open = network.layers.flatMap(({ signal, activation }, k) =>
    activation === null ? [{ signal, applied: weights.activations?.[k] ?? null }] : [],
  );
  const unknown = open.flatMap(({ signal, applied }) => (applied?.stated === true ? [signal] : []));
  return {
    architecture,
    depth,
    strategy,
    lipschitz,
    slopes,
    dims: widths,
    weights: plain(network.weights, weights.weights, d),
    biases: plain(network.biases, weights.biases, d),
    multipliers: plain(network.multipliers, weights.multipliers, d),
    // By Lipwright's names; null where there is none, or nothing was said.
    ...(open.length === 0
      ? {}
      : {
          activations: open.map(({ applied }) => applied?.name ?? null),
          assumed: unknown.length === 0 ? [] : [`that the activation keeps to the given slopes: ${unknown.join(', ')}`],
        }),
    definition,
  };
}
