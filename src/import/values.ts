import type { Constrained, Slopes, Values } from '../5-emit/index.js';
import { excerpt, fail } from '../base/diagnostic.js';
import { countOf } from '../model/program.js';
import type { Size, Slot } from '../model/program.js';
import { checkSizes } from '../check/index.js';
import type { Reading } from './names.js';
import { flatMultipliers } from './names.js';
import type { Settings } from './settings.js';
import type { ImportSource } from './source.js';
import { withSteeperSplines } from './splines.js';
import { networkFromTensors } from './input.js';
import type { StoredTensor } from './safetensors.js';

/** The bound of a training of which nothing else is said. */
export const defaultLipschitz = 1;

/** The numbers of a network, as the file has them or as free parameters lead to them. */
export interface ImportedValues {
  /** Where there are no multipliers yet, their table is not to be looked at. */
  readonly values: Constrained;
  /** Where its multipliers come from; null if there are none yet. */
  readonly multipliers: 'file' | 'constrain' | null;
  /** Were slopes widened to those of the tables of splines? */
  readonly steeper: boolean;
}

/**
 * @throws LW303 LW304 widths, LW305 slopes, LW306 𝓛, LW307 not finite, LW312 shapes, LW314 too large, LW402 free
 * parameters that cannot be constrained
 */
export function importedValues(
  reading: Reading,
  settings: Settings,
  slopes: Slopes,
  source: ImportSource,
): ImportedValues {
  const { depth, judge, compiled, tensors } = reading;
  const { program } = judge;
  const { architecture, lipschitz } = settings;
  const own = new Set([...program.weights, ...program.biases].map(({ name }) => name));
  const network = networkFromTensors(new Map([...tensors].filter(([name]) => own.has(name))), {
    architecture,
    depth,
    widths: settings.widths,
  });
  const { widths, weights } = network;
  const counts = program.widths.map(([name = '']) => widths[name] ?? Number.NaN);
  const count = (size: Size): number => countOf(size, counts);
  const order = program.signals.reduce((total, { size }) => total + count(size), 0);
  checkSizes(
    order,
    [...own].reduce((total, name) => total + (tensors.get(name)?.data.length ?? 0), 0),
  );
  const options = { widths, lipschitz: lipschitz ?? defaultLipschitz, slopes };
  if (compiled !== null) {
    const shapes = compiled.dims(widths);
    const free = compiled.program.free.map(
      ({ name }) =>
        [name, weights[name] ?? network.biases?.[name] ?? vector(name, tensors, shapes[name] ?? [])] as const,
    );
    return { values: compiled.constrain(Object.fromEntries(free), options), multipliers: 'constrain', steeper: false };
  }
  const biases =
    network.biases ?? Object.fromEntries(program.biases.map(({ name, rows }) => [name, new Float64Array(count(rows))]));
  // Reads widths and slopes; the weights themselves are kept, as learned splines would come out of it projected.
  const read = judge.constrain({ ...biases, ...weights }, options);
  const multipliers = multipliersOf(program.multipliers, source.multipliers ?? multipliersAmong(reading), count);
  // Nothing is hidden and no bound is said: nothing to be judged yet.
  const given = program.multipliers.length > 0 || lipschitz !== null ? multipliers : null;
  const values = {
    ...read,
    weights: ordered(program.weights, weights),
    biases,
    ...(given === null ? {} : { multipliers: given }),
  };
  const steeper = withSteeperSplines(program, values);
  return { values: steeper ?? values, multipliers: given === null ? null : 'file', steeper: steeper !== null };
}

const ordered = (slots: readonly Slot[], values: Values): Values =>
  Object.fromEntries(slots.map(({ name }) => [name, values[name] ?? new Float64Array(0)]));

const multipliersAmong = ({ judge, tensors }: Reading): ReadonlyMap<string, StoredTensor> =>
  new Map(
    [...flatMultipliers(judge.program)].flatMap(([name, called]) =>
      [tensors.get(called)].flatMap((tensor) => (tensor === undefined ? [] : [[name, tensor] as const])),
    ),
  );

/** All of them, or null if there is none. A network without hidden signals has all of its none. */
function multipliersOf(
  slots: readonly Slot[],
  tensors: ReadonlyMap<string, StoredTensor>,
  count: (size: Size) => number,
): Values | null {
  const names = new Set(slots.map(({ name }) => name));
  const extra = [...tensors.keys()].find((name) => !names.has(name));
  if (extra !== undefined)
    fail(
      'LW312',
      `the multiplier ${excerpt(extra, 40)}`,
      names.size === 0 ? 'no multiplier' : `${excerpt([...names].join(', '), 200)} and nothing else`,
    );
  if (slots.length > 0 && tensors.size === 0) return null;
  return Object.fromEntries(slots.map(({ name, rows }) => [name, vector(name, tensors, [count(rows)])]));
}

function vector(name: string, tensors: ReadonlyMap<string, StoredTensor>, shape: readonly number[]): Float64Array {
  const tensor = tensors.get(name);
  if (tensor === undefined) return fail('LW312', `no ${name}`, `the tensor ${name}`);
  if (tensor.shape.join('×') !== shape.join('×'))
    fail('LW312', `${name} of shape ${excerpt(tensor.shape.join('×') || 'none', 40)}`, shape.join('×'));
  if (!tensor.data.every(Number.isFinite)) fail('LW307', `a number in ${name}`, 'finite numbers');
  return tensor.data;
}
