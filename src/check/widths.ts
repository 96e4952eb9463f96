import { coordinates } from '../network/coordinates.js';
import { checkSignals, concreteNetwork } from '../2-lmi/concrete.js';
import { resolveWidths } from '../2-lmi/widths.js';
import { namedWidths, networkWidths } from '../network/widths.js';
import { labelText } from '../base/label.js';
import type { Architecture } from '../model/architecture.js';
import { judgedNetwork } from './judged-network.js';
import { checkSizes } from './order.js';

/**
 * The width of every signal by name, and the order N of the LMI. Where there are blocks their signals are called
 * `inner.w`.
 * @throws LW302 depth, LW303 shapes that clash (at the equation, if there is one), LW304 widths, LW314 too large
 */
export function widthsOf(
  architecture: Architecture,
  depth: number,
  given: ReadonlyMap<string, number>,
): { readonly widths: Readonly<Record<string, number>>; readonly order: number } {
  if (architecture.blocks.size === 0) {
    const network = concreteNetwork(architecture, depth);
    const resolved = resolveWidths(network, given);
    const order = network.rows.reduce(
      (total, { signal, sum }) => (sum === null ? total + (resolved.get(labelText(signal)) ?? Number.NaN) : total),
      0,
    );
    checkSizes(order, 0);
    return { widths: Object.fromEntries(resolved), order };
  }
  checkSignals(architecture, depth);
  // Before anything is compiled: no signal is narrower than 1.
  checkSizes(leastOrder(architecture, depth), 0);
  const { program } = judgedNetwork(architecture, depth);
  const widths = namedWidths(program, networkWidths(program, given));
  const order = coordinates(program).reduce((total, { name }) => total + (widths[name] ?? Number.NaN), 0);
  checkSizes(order, 0);
  return { widths, order };
}

function leastOrder(architecture: Architecture, depth: number): number {
  const own = architecture.composition === null ? concreteNetwork(architecture, depth).rows.length : 0;
  return [...architecture.blocks.values()].reduce(
    (total, block) => total + leastOrder(block.architecture, block.depth ?? depth),
    own,
  );
}
