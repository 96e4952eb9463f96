import { fail } from '../../base/diagnostic.js';
import { countOf } from '../../model/program.js';
import type { Initial } from '../../model/initial.js';
import type { FreeSlot, Program } from '../../model/program.js';
import type { Random } from '../../numeric/random.js';
import { generator } from '../../numeric/random.js';
import type { ActivationFinder } from './activations.js';
import { networkRun } from './forward.js';
import type { Compiled, Constrained, InitialOptions, Values } from './compiled.js';
import { networkWidths } from '../../network/widths.js';
import { checkLipschitz } from './options.js';
import { readSlopes } from './read-slopes.js';

/** |S| below this counts as 1 where initial values are divided by it. */
export const LEAST_SLOPE_SUM = 2 ** -10;

/** Points drawn where no domain is given. */
const POINTS = 256;

/**
 * Free parameters to start training from, the same for equal seeds, each as its `Initial` says. Weights do not
 * depend on biases, so that one pass through the layers places these.
 */
export function initialize(
  program: Program,
  compiled: Pick<Compiled, 'constrain'>,
  functions: readonly (((v: number) => number) | null)[],
  finder: ActivationFinder,
  seed: number,
  given: Readonly<Record<string, number>>,
  options: InitialOptions,
): Values {
  const random = generator(seed);
  const widths = networkWidths(program, new Map(Object.entries(given)));
  const { slopes, lipschitz, activation } = options;
  const settings = {
    widths: given,
    ...(slopes === undefined ? {} : { slopes }),
    ...(activation === undefined ? {} : { activation }),
    ...(lipschitz === undefined ? {} : { lipschitz }),
  };
  const [lower, upper] = [new Float64Array(program.layers.length), new Float64Array(program.layers.length)];
  readSlopes(options, program.layers, finder, lower, upper);
  const setting: Setting = { widths, lower, upper, lipschitz: checkLipschitz(lipschitz ?? 1), random };
  const free = Object.fromEntries(program.free.map((slot) => [slot.name, drawn(slot, setting)]));
  placeBiases(program, functions, compiled.constrain(free, settings), free, random, options);
  return free;
}

interface Setting {
  readonly widths: readonly number[];
  /** m and L of every layer. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly lipschitz: number;
  readonly random: Random;
}

function drawn(
  { rows, columns, initial = { kind: 'zero' } }: FreeSlot,
  { widths, lower, upper, lipschitz, random }: Setting,
): Float64Array {
  const [height, width] = [countOf(rows, widths), countOf(columns, widths)];
  const values = new Float64Array(height * width);
  const row = (i: number): Float64Array => values.subarray(i * width, (i + 1) * width);
  switch (initial.kind) {
    case 'sphere': {
      const length = initial.spread ? Math.sqrt(Math.min(1, width / height)) : 1;
      for (let i = 0; i < height; i += 1) normalRow(row(i), 2, length, random);
      return values;
    }
    case 'share':
      for (let i = 0; i < height; i += 1) normalRow(row(i), 1, lipschitz / Math.sqrt(height), random);
      return values;
    case 'dominant': {
      const sum = Math.abs((upper[initial.layer] ?? 0) + (lower[initial.layer] ?? 0));
      const size = 1 / (sum > LEAST_SLOPE_SUM ? sum : 1);
      const columnOf = shuffled(width, random);
      for (let i = 0; i < height; i += 1) {
        normalRow(row(i), 1, size / 4, random);
        const at = i * width + (columnOf[i % width] ?? 0);
        values[at] = (values[at] ?? 0) + (random.uniform() < 1 / 2 ? -1 : 1) * size * (3 / 4);
      }
      return values;
    }
    case 'constant':
      return values.fill(initial.timesLipschitz ? initial.value * lipschitz : initial.value);
    case 'spline':
      return values.map((_zero, at) => {
        const knot = ((at % width) - (width - 1) / 2) * initial.step;
        return ((knot < 0 ? lower : upper)[initial.layer] ?? 0) * knot;
      });
    default:
      return values;
  }
}

/** A normal vector scaled to the length, in the ℓ₁ or ℓ₂ norm. */
function normalRow(row: Float64Array, norm: 1 | 2, length: number, random: Random): void {
  let total = 0;
  for (let j = 0; j < row.length; j += 1) {
    const value = random.normal();
    row[j] = value;
    total += norm === 1 ? Math.abs(value) : value * value;
  }
  const factor = length / (norm === 1 ? total : Math.sqrt(total));
  for (let j = 0; j < row.length; j += 1) row[j] = (row[j] ?? 0) * factor;
}

/** 0 … count − 1 in random order (Fisher and Yates). */
function shuffled(count: number, random: Random): readonly number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i -= 1) {
    const j = Math.floor(random.uniform() * (i + 1));
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
  }
  return order;
}

function placeBiases(
  program: Program,
  functions: readonly (((v: number) => number) | null)[],
  weights: Constrained,
  free: Record<string, Float64Array>,
  random: Random,
  { domain }: InitialOptions,
): void {
  const length =
    weights.widths[[...program.signals, program.output, ...program.locals][program.input]?.name ?? ''] ?? 0;
  const points =
    domain ?? Array.from({ length: POINTS }, () => Float64Array.from({ length }, () => 2 * random.uniform() - 1));
  const stray = points.find((point) => point.length !== length);
  if (stray !== undefined || points.length === 0)
    fail(
      'LW303',
      stray === undefined ? 'a domain without points' : `a point of ${stray.length} numbers in the domain`,
      `points of ${length} numbers`,
    );
  const runs = points.map((point) => {
    const run = networkRun(program, functions, { ...weights, biases: free });
    run.places[program.input]?.set(point);
    return run;
  });
  const starts = new Map(program.free.map(({ name, initial }) => [name, initial]));
  const placed = new Set<Float64Array>();
  for (const step of program.steps) {
    const [first] = step.biases;
    const slot = program.biases.find(({ buffer }) => buffer === first?.bias);
    const bias = slot === undefined ? undefined : free[slot.name];
    const values = runs.map((run) => run.affine(step, { withoutBiases: true }));
    // A bias that several sums share is placed at the first.
    const initial = slot === undefined || bias === undefined || placed.has(bias) ? undefined : starts.get(slot.name);
    if (bias !== undefined) placed.add(bias);
    if (first !== undefined && bias !== undefined && initial?.kind === 'kinks')
      spread(bias, values, first.coefficient, initial, random);
    if (first !== undefined && bias !== undefined && initial?.kind === 'centre')
      centre(bias, values, first.coefficient);
    for (const run of runs) {
      run.affine(step);
      run.activate(step);
    }
  }
}

/** coefficient · bias_i = −kink_i */
function spread(
  bias: Float64Array,
  values: readonly Float64Array[],
  coefficient: number,
  { from, to }: Extract<Initial, { kind: 'kinks' }>,
  random: Random,
): void {
  const order = shuffled(bias.length, random);
  for (let i = 0; i < bias.length; i += 1) {
    let [least, largest] = [Infinity, -Infinity];
    for (const value of values) {
      least = Math.min(least, value[i] ?? 0);
      largest = Math.max(largest, value[i] ?? 0);
    }
    const u = ((order[i] ?? 0) + 1 / 2) / bias.length;
    bias[i] = -(least + (from + (to - from) * u) * (largest - least)) / coefficient;
  }
}

/** coefficient · bias = −mean */
function centre(bias: Float64Array, values: readonly Float64Array[], coefficient: number): void {
  for (let i = 0; i < bias.length; i += 1)
    bias[i] = -values.reduce((total, value) => total + (value[i] ?? 0), 0) / values.length / coefficient;
}
