import { diagnosed } from '../base/diagnostic.js';
import type { LoweredNetwork, Size } from '../model/lowered-network.js';
import { countOf } from '../model/lowered-network.js';
import * as runtime from '../runtime/js/widths.js';

export { toldWidth } from '../runtime/js/widths.js';

/**
 * The widths of a network from widths by signal or family. @throws LW303 on a clash, LW304 on a missing or bad width
 */
export const networkWidths = (network: LoweredNetwork, given: ReadonlyMap<string, number>): readonly number[] =>
  diagnosed(() => runtime.resolveWidths(network, Object.fromEntries(given)));

/**
 * Widths that are sums of others, which may be sums themselves. @throws LW303 on a clash, LW304 on one that stays
 * unknown
 */
export const withSums = (
  network: Pick<LoweredNetwork, 'sums' | 'widths'>,
  known: readonly (number | undefined)[],
): readonly number[] => diagnosed(() => runtime.withSums(network, known));

/** How many a size of the network is, given the widths of its signals; NaN where a width is missing. */
export function sizeIn(
  network: Pick<LoweredNetwork, 'widths'>,
  widths: Readonly<Record<string, number>>,
): (size: Size) => number {
  const counts = network.widths.map(([name = '']) => widths[name] ?? Number.NaN);
  return (size) => countOf(size, counts);
}

/** The width of every signal, output and place between, by name. */
export const namedWidths: (network: LoweredNetwork, widths: readonly number[]) => Record<string, number> =
  runtime.namedWidths;
