import { refuse } from './refuse.js';

/** The number of a width, how many whatever the widths, or the sum of several widths and of `plus`; null is 1. */
export type Size =
  number | { readonly fixed: number } | { readonly sum: readonly number[]; readonly plus?: number } | null;

/** A signal, and the size of its width. */
export interface Signal {
  readonly name: string;
  readonly size: Size;
}

/** A matrix; a vector, or the diagonal of a matrix, where columns are null. */
export interface Slot {
  readonly name: string;
  readonly rows: Size;
  readonly columns: Size;
}

/** What of a network its widths are about. */
export interface Sized {
  readonly widths: readonly (readonly string[])[];
  readonly sums: readonly { readonly width: number; readonly of: readonly number[] }[];
  readonly signals: readonly Signal[];
  readonly output: Signal;
  readonly locals: readonly Signal[];
}

/** How many a size is; NaN where a width is not known. */
export function countOf(size: Size, d: readonly (number | undefined)[]): number {
  if (size === null) return 1;
  if (typeof size === 'number') return d[size] ?? NaN;
  if ('fixed' in size) return size.fixed;
  const { sum, plus = 0 } = size;
  return sum.reduce((total, at) => total + (d[at] ?? NaN), plus);
}

/** w of w[3]. */
export const familyOf = (name: string): string => name.replace(/\[.*$/, '');

/** Every width, from widths by signal or family. */
export function resolveWidths(network: Sized, given: Readonly<Record<string, number>>): number[] {
  const names = network.widths.flat();
  const families = [...new Set(names.map(familyOf))];
  for (const name of Object.keys(given)) {
    if (!names.includes(name) && !families.includes(name))
      refuse('LW304', `a width for ${name}`, `widths for ${families.join(', ')}`);
    const width = given[name];
    if (width === undefined || !Number.isInteger(width) || width < 1 || width > 65536)
      refuse('LW304', `${name}=${width}`, 'an integer from 1 to 65536');
  }
  const own = (name: string): number | undefined => (Object.hasOwn(given, name) ? given[name] : undefined);
  return withSums(
    network,
    network.widths.map((shared, at): number | undefined => {
      const found = shared.filter((name) => (own(name) ?? own(familyOf(name))) !== undefined);
      const first = found[0];
      if (first === undefined) {
        if (network.sums.some(({ width }) => width === at)) return undefined;
        const name = shared[0] ?? 'x';
        return refuse('LW304', `no width for ${name}`, `for example ${familyOf(name)}=4`);
      }
      const width = own(first) ?? own(familyOf(first));
      const other = found.find((name) => (own(name) ?? own(familyOf(name))) !== width);
      if (other !== undefined)
        refuse(
          'LW303',
          `${first}=${width} and ${other}=${own(other) ?? own(familyOf(other))}`,
          'one width, because an identity or diagonal weight, or a block, joins them',
        );
      return width;
    }),
  );
}

/** Widths that are sums of others, which may be sums themselves. */
export function withSums(network: Pick<Sized, 'widths' | 'sums'>, given: readonly (number | undefined)[]): number[] {
  const known = [...given];
  const told = (at: number): string => `${network.widths[at]?.[0] ?? '?'}=${known[at] ?? '?'}`;
  for (let round = 0; round <= network.sums.length; round += 1) {
    for (const { width, of } of network.sums) {
      const total = of.reduce((sum, at) => sum + (known[at] ?? NaN), 0);
      if (Number.isNaN(total)) continue;
      known[width] ??= total;
      if (known[width] !== total)
        refuse(
          'LW303',
          `${told(width)} and ${of.map(told).join(', ')}`,
          `the first to be ${total}, the sum of the others`,
        );
    }
  }
  return known.map((width, at) =>
    width !== undefined && Number.isInteger(width) && width > 0
      ? width
      : refuse(
          'LW304',
          `lengths that do not tell the width of ${network.widths[at]?.[0] ?? '?'}`,
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

/** The widths that the lengths of free parameters tell: vectors give theirs, matrices the other side of a known one. */
export function inferWidths(
  network: Sized & { readonly free: readonly Slot[] },
  free: Readonly<Record<string, { readonly length: number } | undefined>>,
): number[] {
  const known: (number | undefined)[] = network.widths.map(() => undefined);
  const learn = (size: Size, value: number): boolean => {
    if (typeof size !== 'number' || known[size] !== undefined) return false;
    known[size] = value;
    return true;
  };
  for (let changed = true; changed;) {
    changed = false;
    for (const { name, rows, columns } of network.free) {
      const length = Object.hasOwn(free, name) ? free[name]?.length : undefined;
      if (length === undefined) continue;
      const [r, c] = [countOf(rows, known), countOf(columns, known)];
      const told = columns === null ? toldWidth(rows, length, (at) => known[at]) : null;
      if (told !== null) changed = learn(told.at, told.width) || changed;
      else if (!Number.isNaN(r) && Number.isNaN(c)) changed = learn(columns, length / r) || changed;
      else if (Number.isNaN(r) && !Number.isNaN(c)) changed = learn(rows, length / c) || changed;
    }
  }
  return withSums(network, known);
}

/** The width of every signal, of the output and of the places between, by name. */
export function namedWidths({ signals, output, locals }: Sized, d: readonly number[]): Record<string, number> {
  return Object.fromEntries([...signals, output, ...locals].map(({ name, size }) => [name, countOf(size, d)]));
}

/** A matrix has rows and columns, a vector its length. */
export function shapeOf({ rows, columns }: Slot, d: readonly number[]): number[] {
  return columns === null ? [countOf(rows, d)] : [countOf(rows, d), countOf(columns, d)];
}

/** Names and shapes of the free parameters. */
export function dimsOf(
  network: Sized & { readonly free: readonly Slot[] },
  widths: Readonly<Record<string, number>>,
): Record<string, number[]> {
  const d = resolveWidths(network, widths);
  return Object.fromEntries(network.free.map((slot) => [slot.name, shapeOf(slot, d)]));
}
