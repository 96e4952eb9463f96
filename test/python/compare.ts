import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { Constrained, Values } from '../../src/5-emit/index.js';
import { margins } from '../../src/model/margins.js';
import type { Random } from '../../src/numeric/random.js';
import type { Assembly } from '../../src/numeric/assembly.js';
import { assemble } from '../../src/numeric/assembly.js';
import { absolute } from '../5-emit/absolute.js';
import { generator } from '../../src/numeric/random.js';
import { codeOf } from '../5-emit/targets.js';
import type { Run } from './cases.js';
import { constrained, shapesOf } from './cases.js';
import { disturbed } from './sensitivity.js';
import type { Value } from './session.js';
import { array, isArray } from './session.js';

/** One run, in memory and in Python, and what is different. */

export type Activation = 'default' | 'tanh' | 'layers';
export type Precision = 'float64' | 'float32';

/** `base`: of the largest entry of each array; `unit`: half of the distance of 1 to its neighbour. */
const precisions = { float64: { base: 1e-10, unit: 2 ** -53 }, float32: { base: 1e-4, unit: 2 ** -24 } } as const;
/** Where so many times what one rounding of every entry changes is less than the base, that is what is asked for … */
const ROUNDINGS = 32;
/** … and elsewhere so many times: a few samples tell the size of the changes, not their bound. */
const LOOSE = 8 * ROUNDINGS;
/**
 * Nothing that the constraints give is compared to fewer digits than this; in float32, what would have to be is not
 * compared.
 */
const LEAST_DIGITS = 1e-2;

/** XLA flushes subnormal numbers to 0: sums of products that are next to them have no digits. */
const NEAR_SUBNORMAL = 2 ** -768;

/** Squares of larger numbers leave the range of float32. */
const LARGEST_SINGLE = 2 ** 63;

export type Table = Readonly<Record<string, Value>>;
export const table = (value: Value | undefined): Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isArray(value) ? (value as Table) : {};

const phis = {
  default: undefined,
  tanh: Math.tanh,
  layers: (v: number, layer: number): number => v / (layer + 1),
} as const;

/** What the server is asked. */
export function request(run: Run, path: string, activation: Activation, dtype: Precision): Table {
  const { slopes, lipschitz, inputs, subject, widths, free: values } = run;
  const free = Object.fromEntries(
    Object.entries(subject.compiled.dims(widths)).map(([name, shape]) => [name, array(shape, values[name] ?? [])]),
  );
  const [first = []] = inputs;
  return {
    path,
    dtype,
    free,
    slopes,
    lipschitz,
    activation,
    layers: subject.program.layers.length,
    inputs: array(
      [inputs.length, first.length],
      inputs.flatMap((row) => [...row]),
    ),
  };
}

/** The code that a failure tells: it stands at the beginning of what is raised. */
export function codeIn(answer: Table): string | null {
  const { error } = answer;
  return typeof error === 'string'
    ? (/^\w*Error: (LW\d{3})/.exec(error)?.[1] ?? `${error}\n${JSON.stringify(answer['trace'])}`)
    : null;
}

/**
 * Everything that a network gives, each array with what its entries are measured by, and below which they are but
 * rounding errors of others.
 */
interface Result {
  readonly part: string;
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float64Array;
  readonly scale: number;
  readonly noise: number;
}

const largest = (data: Iterable<number>): number => [...data].reduce((all, entry) => Math.max(all, Math.abs(entry)), 0);

const outputsOf = ({ subject, inputs }: Run, made: Constrained, activation: Activation): Float64Array =>
  Float64Array.from(inputs.flatMap((input) => [...subject.compiled.forward(made, input, phis[activation])]));

/** What the noise of the weights may change of the outputs. */
function outputNoise(run: Run, made: Constrained, results: readonly Result[], activation: Activation): number {
  const outputs = results.find(({ part }) => part === 'outputs')?.data ?? new Float64Array(0);
  const random = generator(outputs.length);
  const weights = Object.fromEntries(
    results
      .filter(({ part }) => part === 'weights')
      .map(({ name, data, noise }) => [
        name,
        data.map((entry) => entry + (random.integer(0, 1) === 0 ? noise : -noise)),
      ]),
  );
  return largest(outputsOf(run, { ...made, weights }, activation).map((entry, at) => entry - (outputs[at] ?? 0)));
}

function resultsOf(run: Run, made: Constrained, activation: Activation, unit: number): readonly Result[] {
  const { subject, inputs, lipschitz } = run;
  const { compiled } = subject;
  const shapes = shapesOf(subject, made);
  const tables = (['weights', 'biases', 'multipliers'] as const).flatMap((part): readonly Result[] => {
    const values: Values = made[part];
    // Weights that cancel to 0 have no digits: 16 roundings of what cancels, which is as large as the others or the
    // bound.
    const noise = 16 * unit * Math.max(lipschitz, largest(Object.values(values).flatMap((data) => [...data])));
    return Object.entries(values).map(([name, data]) => ({
      part,
      name,
      shape: shapes.get(name) ?? [],
      data,
      scale: largest(data),
      noise,
    }));
  });
  const outputs = outputsOf(run, made, activation);
  const lmi = compiled.lmi(made);
  const order = Math.sqrt(lmi.length);
  // Its entries are sums, of terms that may cancel.
  const parts = partsOf(compiled.assembly(made));
  const scale = Math.max(largest(parts), lipschitz ** 2);
  return [
    ...tables,
    {
      part: 'outputs',
      name: '',
      shape: [inputs.length, inputs.length === 0 ? 0 : outputs.length / inputs.length],
      data: outputs,
      scale: largest(outputs),
      noise: NEAR_SUBNORMAL,
    },
    { part: 'lmi', name: '', shape: [order, order], data: lmi, scale, noise: 0 },
    {
      part: 'check',
      name: '',
      shape: [],
      data: Float64Array.of(largestEigenvalue(relative(lmi, parts), order)),
      scale: 1,
      noise: 0,
    },
  ];
}

/** The sizes of what the diagonal is the sum of. */
function partsOf(assembly: Assembly): Float64Array {
  const terms = assembly.terms.filter(({ row, column }) => row === column);
  const sizes = assemble(absolute({ ...assembly, terms }));
  return Float64Array.from({ length: assembly.size }, (_, i) => sizes[i * (assembly.size + 1)] ?? Number.NaN);
}

/** Relative to these. */
function relative(lmi: Float64Array, parts: Float64Array): Float64Array {
  const order = parts.length;
  const size = (i: number): number => Math.sqrt(parts[i] ?? 0) || 1;
  return lmi.map((each, at) => each / size(Math.floor(at / order)) / size(at % order));
}

/**
 * By another library, which wants a matrix that is symmetric to the last bit, and whose iteration fails where entries
 * are next to nothing beside others.
 */
function largestEigenvalue(lmi: Float64Array, order: number): number {
  const least = largest(lmi) * 2 ** -80;
  const entry = (i: number, j: number): number => lmi[Math.max(i, j) * order + Math.min(i, j)] ?? 0;
  const rows = Array.from({ length: order }, (_, i) =>
    Array.from({ length: order }, (_unused, j) => (Math.abs(entry(i, j)) < least ? 0 : entry(i, j))),
  );
  return Math.max(...new EigenvalueDecomposition(new Matrix(rows), { assumeSymmetric: true }).realEigenvalues);
}

const distance = (found: Float64Array, { data, scale, noise }: Result): number => {
  const worst = data.reduce(
    (all, entry, at) => Math.max(all, Object.is(entry, found[at]) ? 0 : Math.abs(entry - (found[at] ?? Number.NaN))),
    0,
  );
  return worst <= noise ? 0 : worst / scale;
};

/** By how much of its size rounding of one unit may change each result; null where it makes demands fail. */
function sensitivities(
  run: Run,
  expected: readonly Result[],
  activation: Activation,
  unit: number,
  random: Random,
): readonly number[] | null {
  const { subject, widths, slopes, lipschitz, free, kept = 'double' } = run;
  const delta = Math.max(unit, 2 ** -40);
  let samples: readonly Constrained[] = [];
  if (
    codeOf(
      () =>
        (samples = disturbed(subject.program, random, delta).constrain(free, {
          widths,
          slopes,
          lipschitz,
          precision: kept,
        })),
    ) !== null
  )
    return null;
  const shaken = (values: ArrayLike<number>): Float64Array =>
    Float64Array.from(values, (entry) => entry * (1 + (random.integer(0, 1) === 0 ? delta : -delta)));
  // The forward pass rounds too: as if inputs and biases were not quite what they are.
  const all = samples.map((sample) => {
    const biases = Object.fromEntries(Object.entries(sample.biases).map(([name, entries]) => [name, shaken(entries)]));
    return resultsOf({ ...run, inputs: run.inputs.map(shaken) }, { ...sample, biases }, activation, unit);
  });
  return expected.map(
    (result, at) =>
      (Math.max(...all.map((results) => distance(results[at]?.data ?? new Float64Array(), result))) / delta) * unit,
  );
}

/**
 * In float32 the values of splines lie on a grid of quanta that the least significant bits of K values and K slopes
 * have to share.
 */
function gridOf({ subject: { program } }: Run, precision: Precision): number {
  const knots = Math.max(
    0,
    ...program.layers.map(({ activation }) => (activation.kind === 'spline' ? activation.knots : 0)),
  );
  return precision === 'float32' && knots > 0 ? knots * 2 ** (Math.ceil(Math.log2(knots)) - 19) : 0;
}

/**
 * The Cayley transform inverts I + X − Xᵀ + YᵀY, whose condition number grows as the square of the entries, of which a
 * few are added up.
 */
function cayleyOf({ subject: { program }, free }: Run, unit: number): number {
  const isCayley = program.operations.some(({ kind }) => kind === 'cayley');
  return isCayley
    ? 4 * unit * Math.min(margins.largestFree, largest(Object.values(free).flatMap((data) => [...data]))) ** 2
    : 0;
}

/** What a run must give. */
export interface Expectation {
  /** It must fail with this code. */
  readonly code: string | null;
  readonly results: readonly (Result & { readonly allowed: number })[];
  readonly settings: string;
  /** Whether all of it is compared to the digits that the precision promises. */
  readonly full: boolean;
}

/**
 * The in-memory function's results in double precision, and how near Python must come: 1e-10 of the largest entry of
 * each array in float64, 1e-4 in float32. Where rounding of the operations of the program (see sensitivity) may change
 * a result by more than that, it is compared to `LOOSE` times that instead, which in float32 may be no digits at all:
 * nothing is then compared, nor where numbers leave the range.
 */
export function expectation(given: Run, activation: Activation, precision: Precision, seed = 1): Expectation {
  const run: Run = { ...given, kept: precision === 'float32' ? 'single' : 'double' };
  const code = codeOf(() => constrained(run));
  if (code !== null) return { code, results: [], settings: '', full: true };
  const { base, unit } = precisions[precision];
  const made = constrained(run);
  const own = resultsOf(run, made, activation, unit);
  const moved = outputNoise(run, made, own, activation);
  const results = own.map((result) =>
    result.part === 'outputs' ? { ...result, noise: Math.max(result.noise, moved) } : result,
  );
  const inRange =
    precision === 'float64' ||
    (Object.values(made.conditions ?? {}).every((condition) => condition < 1 / unit ** 2) &&
      results.every(({ scale }) => scale < LARGEST_SINGLE));
  const changes = inRange ? sensitivities(run, results, activation, unit, generator(seed)) : null;
  const allowed = results.map((_result, at) => {
    const change = Math.max(cayleyOf(run, unit), changes?.[at] ?? Infinity);
    return Math.max(gridOf(run, precision), ROUNDINGS * change <= base ? base : LOOSE * change);
  });
  return {
    code,
    results: results.map((result, at) => ({ ...result, allowed: leastDigits(result, allowed[at] ?? base, precision) })),
    settings: JSON.stringify(
      [made.weights, made.biases, made.multipliers]
        .map((values) => Object.keys(values).sort())
        .concat([made.slopes.map((pair) => JSON.stringify(pair)), [String(made.lipschitz)]]),
    ),
    full: allowed.every((each) => each === base),
  };
}

/** Outputs may cancel, and then have no digits at all; what the constraints give always has some in float64. */
const leastDigits = ({ part }: Result, allowed: number, precision: Precision): number =>
  precision === 'float64' && part !== 'outputs' ? Math.min(allowed, LEAST_DIGITS) : allowed;

/** What is wrong with what Python gave; nothing is well. */
export function complaints(expected: Expectation, answer: Table, precision: Precision): readonly string[] {
  const found = codeIn(answer);
  if (expected.code !== null)
    return expected.code === found ? [] : [`fails with ${String(found)}, not ${expected.code}`];
  if (precision === 'float32' && expected.results.some(({ allowed }) => allowed > LEAST_DIGITS)) return [];
  if (found !== null) return [`fails with ${found}`];
  const { slopes, lipschitz } = answer;
  const names = [answer['weights'], answer['biases'], answer['multipliers']].map((values) =>
    Object.keys(table(values)).sort(),
  );
  if (JSON.stringify(answer['dtypes']) !== JSON.stringify([precision]))
    return [`gives ${JSON.stringify(answer['dtypes'])}, not ${precision}`];
  const settings = JSON.stringify([
    ...names,
    Array.isArray(slopes) ? slopes.map((pair) => JSON.stringify(pair)) : [],
    [typeof lipschitz === 'number' ? String(lipschitz) : 'nothing'],
  ]);
  const out = expected.results.flatMap((result) => complaint(result, answer));
  return settings === expected.settings ? out : [...out, `gives ${settings}, not ${expected.settings}`];
}

function complaint(result: Expectation['results'][number], answer: Table): readonly string[] {
  const { part, name, shape, scale, allowed } = result;
  const given = name === '' ? answer[part] : table(answer[part])[name];
  const value = typeof given === 'number' ? array([], [given]) : given;
  if (!isArray(value)) return [`${part} ${name} is missing`];
  if (value.shape.join() !== shape.join())
    return [`${part} ${name} has the shape ${value.shape.join('×')}, not ${shape.join('×')}`];
  const off = distance(value.data, result);
  return off <= allowed
    ? []
    : [
        `${part} ${name} is off by ${off.toExponential(1)} of ${scale.toExponential(1)} ` +
          `(${allowed.toExponential(1)} allowed)`,
      ];
}
