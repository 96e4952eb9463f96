import { fail } from '../../base/diagnostic.js';
import { countOf } from '../../model/program.js';
import type { Program, Size } from '../../model/program.js';

/** One [m, L] for all layers, or one for each hidden signal in the order of the LMI. */
export type Slopes = readonly [number, number] | readonly (readonly [number, number])[];

/** Beyond these the squares that the LMI holds leave the range in which doubles keep their precision. */
export const LARGEST_SLOPE = 2 ** 40;
export const LIPSCHITZ_RANGE = { least: 2 ** -60, largest: 2 ** 60 } as const;

export function checkLipschitz(lipschitz: number): number {
  if (!(lipschitz >= LIPSCHITZ_RANGE.least && lipschitz <= LIPSCHITZ_RANGE.largest)) {
    fail('LW306', String(lipschitz), 'a number from 2^-60 to 2^60');
  }
  return lipschitz;
}

const familyOf = (name: string): string => name.replace(/\[.*$/, '');

/**
 * The widths of a program from widths by signal or family. @throws LW303 on a clash, LW304 on a missing or bad width
 */
export function programWidths(program: Program, given: ReadonlyMap<string, number>): readonly number[] {
  const known = new Set(program.widths.flat().flatMap((name) => [name, familyOf(name)]));
  for (const [name, width] of given) {
    if (!known.has(name))
      fail(
        'LW304',
        `a width for ${name}`,
        `widths for ${[...new Set(program.widths.flat().map(familyOf))].join(', ')}`,
      );
    if (!Number.isInteger(width) || width < 1 || width > 65_536)
      fail('LW304', `${name}=${width}`, 'an integer from 1 to 65536');
  }
  const sums = new Set(program.sums.map(({ width }) => width));
  const widths = program.widths.map((names, at): number | undefined => {
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
          `weight${program.blocks.length === 0 ? '' : ', or a block,'} joins them`,
      );
    return first.width;
  });
  return withSums(program, widths);
}

/**
 * Widths that are sums of others, which may be sums themselves. @throws LW303 on a clash, LW304 on one that stays
 * unknown
 */
export function withSums(
  program: Pick<Program, 'sums' | 'widths'>,
  known: readonly (number | undefined)[],
): readonly number[] {
  const widths = [...known];
  const nameOf = (at: number): string => program.widths[at]?.[0] ?? '?';
  for (let round = 0; round <= program.sums.length; round += 1) {
    for (const { width, of } of program.sums) {
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

/** The width of every signal, output and place between, by name. */
export function namedWidths(program: Program, widths: readonly number[]): Record<string, number> {
  return Object.fromEntries(
    [...program.signals, program.output, ...program.locals].map(({ name, size }) => [name, countOf(size, widths)]),
  );
}

/**
 * The widths that the lengths of free parameters imply: vectors give theirs, matrices the other side of a known one.
 */
export function inferWidths(program: Program, lengths: ReadonlyMap<string, number>): readonly number[] {
  const widths: (number | undefined)[] = program.widths.map(() => undefined);
  const width = (size: Size): number | undefined => (typeof size === 'number' ? widths[size] : countOf(size, []));
  const learn = (size: Size, value: number): boolean => {
    if (typeof size !== 'number' || widths[size] !== undefined) return false;
    widths[size] = value;
    return true;
  };
  for (let changed = true; changed;) {
    changed = false;
    for (const slot of program.free) {
      const length = lengths.get(slot.name);
      const [rows, columns] = [width(slot.rows), width(slot.columns)];
      if (length === undefined) continue;
      if (rows !== undefined && columns === undefined) changed = learn(slot.columns, length / rows) || changed;
      else if (rows === undefined && columns !== undefined) changed = learn(slot.rows, length / columns) || changed;
    }
  }
  return withSums(program, widths);
}
