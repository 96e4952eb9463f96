import { fail } from '../base/diagnostic.js';
import type { LoweredNetwork, Size } from '../model/lowered-network.js';
import { countOf } from '../model/lowered-network.js';

const familyOf = (name: string): string => name.replace(/\[.*$/, '');

/**
 * The widths of a network from widths by signal or family. @throws LW303 on a clash, LW304 on a missing or bad width
 */
export function networkWidths(network: LoweredNetwork, given: ReadonlyMap<string, number>): readonly number[] {
  const known = new Set(network.widths.flat().flatMap((name) => [name, familyOf(name)]));
  for (const [name, width] of given) {
    if (!known.has(name))
      fail(
        'LW304',
        `a width for ${name}`,
        `widths for ${[...new Set(network.widths.flat().map(familyOf))].join(', ')}`,
      );
    if (!Number.isInteger(width) || width < 1 || width > 65_536)
      fail('LW304', `${name}=${width}`, 'an integer from 1 to 65536');
  }
  const sums = new Set(network.sums.map(({ width }) => width));
  const widths = network.widths.map((names, at): number | undefined => {
    const found = names.flatMap((name) => {
      const width = given.get(name) ?? given.get(familyOf(name));
      return width === undefined ? [] : [{ name, width }];
    });
    const [first] = found;
    if (first === undefined && sums.has(at)) return undefined;
    if (first === undefined)
      return fail('LW304', `no width for ${names[0] ?? '?'}`, `for example ${familyOf(names[0] ?? 'x')}=4`);
    const other = found.find((item) => item.width !== first.width);
    if (other !== undefined)
      fail(
        'LW303',
        `${first.name}=${first.width} and ${other.name}=${other.width}`,
        'one width, because an identity or diagonal ' +
          `weight${network.blocks.length === 0 ? '' : ', or a block,'} joins them`,
      );
    return first.width;
  });
  return withSums(network, widths);
}

/**
 * Widths that are sums of others, which may be sums themselves. @throws LW303 on a clash, LW304 on one that stays
 * unknown
 */
export function withSums(
  network: Pick<LoweredNetwork, 'sums' | 'widths'>,
  known: readonly (number | undefined)[],
): readonly number[] {
  const widths = [...known];
  const nameOf = (at: number): string => network.widths[at]?.[0] ?? '?';
  for (let round = 0; round <= network.sums.length; round += 1) {
    for (const { width, of } of network.sums) {
      const total = of.reduce((sum, at) => sum + (widths[at] ?? Number.NaN), 0);
      if (Number.isNaN(total)) continue;
      widths[width] ??= total;
      if (widths[width] !== total)
        fail(
          'LW303',
          `${nameOf(width)}=${widths[width] ?? '?'} and ` +
            of.map((at) => `${nameOf(at)}=${widths[at] ?? '?'}`).join(', '),
          `${nameOf(width)}=${total}, their sum`,
        );
    }
  }
  return widths.map((width, at) =>
    width !== undefined && Number.isInteger(width) && width > 0
      ? width
      : fail(
          'LW304',
          `lengths that do not tell the width of ${nameOf(at)}`,
          'options.widths, for example { x: 3, w: 4, y: 2 }',
        ),
  );
}

/**
 * The one unknown width in a size that comes to this length, which need not be a whole number; null where there is none
 * or there are more.
 */
export function toldWidth(
  size: Size,
  length: number,
  known: (at: number) => number | undefined,
): { readonly at: number; readonly width: number } | null {
  if (size === null || (typeof size === 'object' && 'fixed' in size)) return null;
  const { sum, plus = 0 } = typeof size === 'number' ? { sum: [size] } : size;
  const [at, ...others] = new Set(sum.filter((each) => known(each) === undefined));
  if (at === undefined || others.length > 0) return null;
  const rest = sum.flatMap((each) => known(each) ?? []).reduce((left, width) => left - width, length - plus);
  return { at, width: rest / sum.filter((each) => each === at).length };
}

/** How many a size of the network is, given the widths of its signals; NaN where a width is missing. */
export function sizeIn(
  network: Pick<LoweredNetwork, 'widths'>,
  widths: Readonly<Record<string, number>>,
): (size: Size) => number {
  const counts = network.widths.map(([name = '']) => widths[name] ?? Number.NaN);
  return (size) => countOf(size, counts);
}

/** The width of every signal, output and place between, by name. */
export function namedWidths(network: LoweredNetwork, widths: readonly number[]): Record<string, number> {
  return Object.fromEntries(
    [...network.signals, network.output, ...network.locals].map(({ name, size }) => [name, countOf(size, widths)]),
  );
}
