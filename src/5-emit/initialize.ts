import { fail } from '../base/diagnostic.js';
import { countOf } from '../model/program.js';
import type { Program, Slot } from '../model/program.js';
import type { Random } from '../numeric/random.js';
import { generator } from '../numeric/random.js';
import { networkRun } from './forward.js';
import { KINK_RANGE, initialOf } from './initial-recipe.js';
import type { Initial } from './initial-recipe.js';
import type { Compiled, Constrained, InitialOptions, Values } from './compiled.js';
import { programWidths } from './run-options.js';

/** Points drawn where no domain is given. */
const POINTS = 256;

/**
 * Free parameters to start training from, the same for equal seeds, drawn as `Initial` says for each kind. Weights do not
 * depend on biases, so that one pass through the layers places these.
 */
export function initialize(program: Program, compiled: Pick<Compiled, 'constrain'>, functions: readonly (((v: number) => number) | null)[], seed: number, given: Readonly<Record<string, number>>, options: InitialOptions): Values {
  const random = generator(seed);
  const widths = programWidths(program, new Map(Object.entries(given)));
  const { slopes, lipschitz } = options;
  const settings = { widths: given, ...(slopes === undefined ? {} : { slopes }), ...(lipschitz === undefined ? {} : { lipschitz }) };
  const recipe = initialOf(program);
  const draw = (slot: Slot, pairs: Constrained['slopes']): Float64Array => drawn(slot, recipe.get(slot.name) ?? { kind: 'zero' }, widths, pairs, random);
  // Slopes as the program reads them, for the splines that start as their leaky rectifiers.
  const zeros = Object.fromEntries(program.free.map((slot) => [slot.name, new Float64Array(countOf(slot.rows, widths) * countOf(slot.columns, widths))]));
  const isLearned = [...recipe.values()].some(({ kind }) => kind === 'spline');
  const pairs = isLearned ? compiled.constrain(zeros, settings).slopes : [];
  const free = Object.fromEntries(program.free.map((slot) => [slot.name, draw(slot, pairs)]));
  placeBiases(program, functions, compiled.constrain(free, settings), free, recipe, random, options);
  return free;
}

function drawn({ rows, columns }: Slot, initial: Initial, widths: readonly number[], slopes: Constrained['slopes'], random: Random): Float64Array {
  const [height, width] = [countOf(rows, widths), countOf(columns, widths)];
  const values = new Float64Array(height * width);
  switch (initial.kind) {
    case 'sphere':
      for (let at = 0; at < values.length; at += width) normalDirection(values.subarray(at, at + width), random);
      return values;
    case 'normal':
      return values.map(() => random.normal());
    case 'spline': {
      const [m, L] = slopes[initial.layer] ?? [0, 1];
      return values.map((_zero, at) => {
        const knot = ((at % width) - (width - 1) / 2) * initial.step;
        return knot < 0 ? m * knot : L * knot;
      });
    }
    default:
      return values;
  }
}

/** Uniform on the unit sphere. */
function normalDirection(row: Float64Array, random: Random): void {
  let square = 0;
  for (let j = 0; j < row.length; j += 1) {
    const value = random.normal();
    row[j] = value;
    square += value * value;
  }
  const norm = Math.sqrt(square);
  for (let j = 0; j < row.length; j += 1) row[j] = (row[j] ?? 0) / norm;
}

function placeBiases(program: Program, functions: readonly (((v: number) => number) | null)[], weights: Constrained, free: Record<string, Float64Array>, recipe: ReadonlyMap<string, Initial>, random: Random, { domain, activation }: InitialOptions): void {
  const length = weights.widths[[...program.signals, program.output, ...program.locals][program.input]?.name ?? ''] ?? 0;
  const points = domain ?? Array.from({ length: POINTS }, () => Float64Array.from({ length }, () => 2 * random.uniform() - 1));
  const stray = points.find((point) => point.length !== length);
  if (stray !== undefined || points.length === 0) fail('LW303', stray === undefined ? 'a domain without points' : `a point of ${stray.length} numbers in the domain`, `points of ${length} numbers`);
  const runs = points.map((point) => {
    const run = networkRun(program, functions, { ...weights, biases: free }, activation);
    run.places[program.input]?.set(point);
    return run;
  });
  const placed = new Set<Float64Array>();
  for (const step of program.steps) {
    const [first] = step.biases;
    const slot = program.biases.find(({ buffer }) => buffer === first?.bias);
    const bias = slot === undefined ? undefined : free[slot.name];
    const values = runs.map((run) => run.affine(step, { withoutBiases: true }));
    // A bias that several sums share is placed at the first.
    const kind = slot === undefined || bias === undefined || placed.has(bias) ? undefined : recipe.get(slot.name)?.kind;
    if (bias !== undefined) placed.add(bias);
    if (first !== undefined && bias !== undefined && kind === 'kinks') spread(bias, values, first.coefficient, random);
    if (first !== undefined && bias !== undefined && kind === 'centre') centre(bias, values, first.coefficient);
    for (const run of runs) {
      run.affine(step);
      run.activate(step);
    }
  }
}

/** coefficient · bias_i = −kink_i */
function spread(bias: Float64Array, values: readonly Float64Array[], coefficient: number, random: Random): void {
  const order = Array.from(bias, (_zero, i) => i);
  for (let i = order.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random.uniform() * (i + 1));
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
  }
  for (let i = 0; i < bias.length; i += 1) {
    let [least, largest] = [Infinity, -Infinity];
    for (const value of values) {
      least = Math.min(least, value[i] ?? 0);
      largest = Math.max(largest, value[i] ?? 0);
    }
    const u = ((order[i] ?? 0) + 1 / 2) / bias.length;
    bias[i] = -((least + largest) / 2 + KINK_RANGE * (u - 1 / 2) * (largest - least)) / coefficient;
  }
}

/** coefficient · bias = −mean */
function centre(bias: Float64Array, values: readonly Float64Array[], coefficient: number): void {
  for (let i = 0; i < bias.length; i += 1) bias[i] = -values.reduce((total, value) => total + (value[i] ?? 0), 0) / values.length / coefficient;
}
