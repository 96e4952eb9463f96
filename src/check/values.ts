import type { NetworkValues, Values } from '../model/lowered-network.js';
import { excerpt, fail } from '../base/diagnostic.js';
import type { Slot } from '../model/lowered-network.js';
import { isTable } from '../model/lowered-network.js';
import type { Judge } from './judged-network.js';
import { numbersOf } from '../network/kept.js';
import { sizeIn } from '../network/widths.js';
import type { SampleFields, Tensor } from './sample-schema.js';

function finite(value: number | string, name: string): number {
  return typeof value === 'number' && Number.isFinite(value)
    ? value
    : fail('LW307', `${value} in ${name}`, 'finite numbers');
}

/** The entries row by row. @throws LW312 wrong shape, LW307 not finite */
function flatten(tensor: Tensor, slot: Slot, rows: number, columns: number): Float64Array {
  const shape = isTable(slot) ? `${rows} rows of ${columns} numbers` : `${rows} numbers${numbersOf(slot)}`;
  const data = new Float64Array(rows * columns);
  const wrong = (found: string): never => fail('LW312', `${slot.name} with ${found}`, shape);
  if (tensor.length !== rows) wrong(`${tensor.length} entries or rows`);
  tensor.forEach((line, i) => {
    if (!isTable(slot)) {
      if (typeof line === 'object') return wrong('rows');
      data[i] = finite(line, slot.name);
      return;
    }
    if (typeof line !== 'object') return wrong('numbers instead of rows');
    if (line.length !== columns) wrong(`${line.length} numbers in row ${i}`);
    line.forEach((value, j) => (data[i * columns + j] = finite(value, slot.name)));
  });
  return data;
}

/** One value for every slot, and no other. Names are looked up as own properties only. */
function read(
  slots: readonly Slot[],
  given: Readonly<Record<string, Tensor>>,
  what: string,
  count: (size: Slot['rows']) => number,
): Values {
  const names = new Set(slots.map(({ name }) => name));
  const extra = Object.keys(given).find((name) => !names.has(name));
  if (extra !== undefined)
    fail(
      'LW312',
      `the ${what} ${excerpt(extra, 40)}`,
      slots.length === 0 ? `no ${what}` : `${excerpt([...names].join(', '), 200)} and nothing else`,
    );
  const entries = slots.map((slot): [string, Float64Array] => {
    const tensor = Object.hasOwn(given, slot.name) ? given[slot.name] : undefined;
    if (tensor === undefined) return fail('LW312', `no ${what} ${slot.name}`, `the ${what} ${slot.name}`);
    return [slot.name, flatten(tensor, slot, count(slot.rows), isTable(slot) ? count(slot.columns) : 1)];
  });
  return Object.fromEntries(entries);
}

/**
 * The file's own numbers in the place of what `constrain` would have made. Biases may be left out: the LMI does not
 * hold them.
 */
export function readValues(
  judge: Judge,
  fields: SampleFields,
  widths: Readonly<Record<string, number>>,
): NetworkValues {
  const { program } = judge;
  const count = sizeIn(program, widths);
  const biases =
    fields.biases === undefined
      ? program.biases.map((slot): [string, Float64Array] => [slot.name, new Float64Array(count(slot.rows))])
      : null;
  return {
    widths,
    slopes: fields.slopes,
    lipschitz: fields.lipschitz,
    weights: read(program.weights, fields.weights, 'weight', count),
    biases: biases === null ? read(program.biases, fields.biases ?? {}, 'bias', count) : Object.fromEntries(biases),
    multipliers: read(program.multipliers, fields.multipliers, 'multiplier', count),
  };
}
