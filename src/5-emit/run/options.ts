import { fail } from '../../base/diagnostic.js';
import { countOf } from '../../model/program.js';
import type { Program, Size } from '../../model/program.js';
import { toldWidth, withSums } from '../../network/widths.js';

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
      const told = slot.columns === null ? toldWidth(slot.rows, length, (at) => widths[at]) : null;
      if (told !== null) changed = learn(told.at, told.width) || changed;
      else if (rows !== undefined && columns === undefined) changed = learn(slot.columns, length / rows) || changed;
      else if (rows === undefined && columns !== undefined) changed = learn(slot.rows, length / columns) || changed;
    }
  }
  return withSums(program, widths);
}
