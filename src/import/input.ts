import { concreteNetwork } from '../2-lmi/index.js';
import type { Slopes, Values } from '../5-emit/index.js';
import { LipwrightError, excerpt, fail } from '../base/diagnostic.js';
import { labelText } from '../base/label.js';
import type { Architecture } from '../model/architecture.js';
import { countOf, isTable } from '../model/program.js';
import { numbersOf } from '../network/kept.js';
import { toldWidth } from '../network/widths.js';
import type { Size, Slot } from '../model/program.js';
import { bareNetwork } from '../verify/bare.js';
import type { GivenNetwork } from '../certify/certify.js';
import type { StoredTensor } from './safetensors.js';

/** What a file leaves open, or says otherwise: it wins over the file. */
export interface NetworkDetails {
  readonly architecture?: Architecture;
  readonly depth?: number;
  readonly widths?: ReadonlyMap<string, number>;
  readonly slopes?: Slopes;
}

/** Weights and biases of a safetensors file. @throws LW301 without an architecture, and as `networkFromJson` */
export function networkFromTensors(tensors: ReadonlyMap<string, StoredTensor>, details: NetworkDetails): GivenNetwork {
  const { architecture } = details;
  if (architecture === undefined)
    return fail('LW301', 'tensors without an architecture', '--architecture with a name or a path');
  const named = new Map<string, StoredTensor>();
  for (const [name, tensor] of tensors) {
    const own = authorsName(name);
    if (named.has(own))
      fail('LW312', `two tensors for ${excerpt(own, 40)}, one of them ${excerpt(name, 40)}`, 'one of them');
    named.set(own, tensor);
  }
  return assembled(architecture, named, details);
}

/** `C.1` as PyTorch names the entries of a ParameterDict is `C[1]`. */
function authorsName(name: string): string {
  const match = /^([^.[\]]+)\.(\d+)$/.exec(name);
  return match === null ? name : `${match[1] ?? ''}[${Number(match[2])}]`;
}

type Rest = Omit<NetworkDetails, 'architecture'>;

function assembled(
  architecture: Architecture,
  tensors: ReadonlyMap<string, StoredTensor>,
  { depth: given, widths: known, slopes }: Rest,
): GivenNetwork {
  const depth = given ?? inferDepth(architecture, tensors);
  const { program } = bareNetwork(architecture, depth);
  const widths = widthsOf([...program.weights, ...program.biases], program.widths, tensors, known ?? new Map());
  const without = program.biases.every(({ name }) => !tensors.has(name));
  const slots = without ? program.weights : [...program.weights, ...program.biases];
  const names = new Set([...program.weights, ...program.biases].map(({ name }) => name));
  const extra = [...tensors.keys()].find((name) => !names.has(name));
  if (extra !== undefined)
    fail('LW312', `the tensor ${excerpt(extra, 40)}`, `${excerpt([...names].join(', '), 200)} and nothing else`);
  const count = (size: Size): number => countOf(size, widths);
  const read = (slot: Slot): [string, Float64Array] => {
    const { name, rows, columns } = slot;
    const tensor = tensors.get(name);
    if (tensor === undefined) return fail('LW312', `no ${name}`, `the weight or bias ${name}`);
    const shape = isTable(slot) ? [count(rows), count(columns)] : [count(rows)];
    if (tensor.shape.join('×') !== shape.join('×'))
      fail(
        'LW312',
        `${name} of shape ${excerpt(tensor.shape.join('×') || 'none', 40)}`,
        `${shape.join('×')}${numbersOf(slot)}`,
      );
    if (!tensor.data.every(Number.isFinite)) fail('LW307', `a number in ${name}`, 'finite numbers');
    return [name, tensor.data];
  };
  const all = slots.map(read);
  const biases = new Set(program.biases.map(({ name }) => name));
  const part = (ofBiases: boolean): Values => Object.fromEntries(all.filter(([name]) => biases.has(name) === ofBiases));
  return {
    architecture,
    depth,
    widths: Object.fromEntries(
      program.widths.flatMap((signals, at) => signals.map((signal): [string, number] => [signal, widths[at] ?? 0])),
    ),
    weights: part(false),
    ...(without ? {} : { biases: part(true) }),
    ...(slopes === undefined ? {} : { slopes }),
  };
}

/**
 * Each width from the first tensor that has it, or as given by signal or family; a clash shows when the tensors are
 * read.
 */
function widthsOf(
  slots: readonly Slot[],
  classes: readonly (readonly string[])[],
  tensors: ReadonlyMap<string, StoredTensor>,
  known: ReadonlyMap<string, number>,
): readonly number[] {
  const signals = new Set(classes.flat());
  const families = new Set([...signals].map(familyOf));
  const unknown = [...known.keys()].find((name) => !signals.has(name) && !families.has(name));
  if (unknown !== undefined)
    fail('LW304', `a width for ${excerpt(unknown, 40)}`, `widths for ${[...families].join(', ')}`);
  const widths = classes.map((names) =>
    names.map((name) => known.get(name) ?? known.get(familyOf(name))).find((width) => width !== undefined),
  );
  const learn = (size: Size, length: number | undefined): boolean => {
    const told = length === undefined ? null : toldWidth(size, length, (at) => widths[at]);
    if (told !== null) widths[told.at] = told.width;
    return told !== null;
  };
  const sides = slots.flatMap(({ name, rows, columns }) => {
    const [first, second] = tensors.get(name)?.shape ?? [];
    return [{ size: rows, length: first }, ...(columns === null ? [] : [{ size: columns, length: second }])];
  });
  // What is the length of one side is surer than what is left of a sum.
  for (const { size, length } of sides) if (typeof size === 'number') learn(size, length);
  while (sides.some(({ size, length }) => learn(size, length)));
  return classes.map((names, at) => {
    const width = widths[at];
    if (width === undefined)
      return fail('LW304', `no width for ${names[0] ?? '?'}`, `for example --dims ${familyOf(names[0] ?? 'x')}=4`);
    return Number.isInteger(width) && width >= 1 && width <= 65_536
      ? width
      : fail('LW304', `${names[0] ?? '?'}=${width}`, 'an integer from 1 to 65536');
  });
}

const familyOf = (name: string): string => name.replace(/\[.*$/, '');

/**
 * The depth at which the equations have exactly these weights. Indices are l or n plus a constant, so it lies near the
 * largest index that occurs. @throws LW302 if there is no such depth, or if several give different networks
 */
function inferDepth(architecture: Architecture, tensors: ReadonlyMap<string, StoredTensor>): number {
  const largest = [...tensors.keys()].reduce(
    (most, name) => Math.max(most, Number(/\[(\d{1,6})\]$/.exec(name)?.[1] ?? 0)),
    1,
  );
  const candidates = new Set(
    [1, 2, ...Array.from({ length: 9 }, (_, step) => largest - 4 + step)].filter(
      (depth) => depth >= 1 && depth <= 4096,
    ),
  );
  const fitting = [...candidates].flatMap((depth) => {
    const layers = layersAt(architecture, depth, tensors);
    return layers === null ? [] : [{ depth, layers }];
  });
  const [first] = fitting;
  if (first === undefined || fitting.some(({ layers }) => layers !== first.layers)) {
    const names = excerpt([...tensors.keys()].slice(0, 12).join(', '), 120);
    return fail(
      'LW302',
      `no depth, and the tensors ${names}, which fit ${first === undefined ? 'none' : 'several'}`,
      'the depth of the network (--depth)',
    );
  }
  return first.depth;
}

/** The number of signals at a depth whose weights are all there and whose names are all that there is; else null. */
function layersAt(
  architecture: Architecture,
  depth: number,
  tensors: ReadonlyMap<string, StoredTensor>,
): number | null {
  try {
    const network = concreteNetwork(architecture, depth);
    const layers = [...network.rows.flatMap(({ layer, sum }) => layer ?? sum ?? []), network.output];
    const biases = layers.flatMap((layer) => layer.biases.map(({ label }) => labelText(label)));
    const learned = network.rows.some(({ layer }) => layer?.activation?.kind === 'spline');
    // The tables of learned splines are weights that only the program names.
    const weights = learned
      ? bareNetwork(architecture, depth).program.weights.map(({ name }) => name)
      : layers.flatMap(({ reads }) =>
          reads.flatMap(({ weight }) => (weight === null ? [] : [labelText(weight.label)])),
        );
    const names = new Set([...weights, ...biases]);
    const fits = weights.every((name) => tensors.has(name)) && [...tensors.keys()].every((name) => names.has(name));
    return fits ? network.rows.length : null;
  } catch (error) {
    // At this depth the equations make no network.
    if (error instanceof LipwrightError) return null;
    throw error;
  }
}
