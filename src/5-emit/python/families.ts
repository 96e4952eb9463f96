import type { Counter } from '../roll/counting.js';
import { indexText } from '../roll/counting.js';
import { hole, withNumerals } from '../roll/numerals.js';
import { pyString, pyTemplate } from './literal.js';
import { LOOP_VARIABLE } from './rows.js';

/** A name taken apart: its text with a hole for every numeral, and the numerals. */
export interface Numbered {
  readonly pattern: string;
  readonly numerals: readonly number[];
}

export function numbered(name: string): Numbered {
  const numerals: number[] = [];
  const pattern = withNumerals(name, (value) => hole(numerals.push(value) - 1));
  return { pattern, numerals };
}

/**
 * Names that a loop goes through, as one text with holes, and for each hole what stands there in the loop's variable;
 * null where they differ in more than numerals that count along.
 */
export function alongLoop(
  names: readonly string[],
  counter: Counter,
  variable: string,
): { readonly pattern: string; readonly indices: readonly string[] } | null {
  const all = names.map(numbered);
  const [first] = all;
  if (first === undefined || all.some(({ pattern }) => pattern !== first.pattern)) return null;
  const indices = first.numerals.map((_value, place) =>
    indexText(
      all.map(({ numerals }) => numerals[place] ?? Number.NaN),
      counter,
      variable,
    ),
  );
  return indices.every((index) => index !== null) ? { pattern: first.pattern, indices } : null;
}

/** How values that stand in tables by name are read, one or those that a loop goes through. */
export interface SlotNames {
  readonly given: (value: number) => string | null;
  readonly givenAlong: (values: readonly number[], counter: Counter) => string | null;
}

/** `slotOf` tells the table and the name; null for what stands in no table. */
export function namesOfSlots(
  slotOf: (value: number) => { readonly table: string; readonly name: string } | null,
): SlotNames {
  return {
    given: (value) => {
      const slot = slotOf(value);
      return slot === null ? null : `${slot.table}[${pyString(slot.name)}]`;
    },
    givenAlong: (values, counter) => {
      const slots = values.flatMap((value) => slotOf(value) ?? []);
      const table = slots[0]?.table;
      if (table === undefined || slots.length < values.length || slots.some((slot) => slot.table !== table))
        return null;
      const family = alongLoop(
        slots.map(({ name }) => name),
        counter,
        LOOP_VARIABLE,
      );
      return family === null ? null : `${table}[${pyTemplate(family.pattern, (entry) => family.indices[entry] ?? '')}]`;
    },
  };
}
