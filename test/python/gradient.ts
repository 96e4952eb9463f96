import type { Cotangents, Values } from '../../src/5-emit/index.js';
import type { Random } from '../../src/numeric/random.js';
import type { Run } from './cases.js';
import { constrained, shapesOf } from './cases.js';
import type { Table } from './compare.js';
import { table } from './compare.js';
import type { Value } from './session.js';
import { array, isArray } from './session.js';

/** Derivatives of a random linear functional of the constrained values by the free parameters. */

const parts = ['weights', 'biases', 'multipliers'] as const;
type Tables = Readonly<Record<(typeof parts)[number], Values>>;

/** Random factors for all results, in the inverse of their sizes, so that none drowns the others. */
export function cotangentsFor(run: Run, random: Random): Tables {
  const made = constrained(run);
  const factors = (values: Values): Values =>
    Object.fromEntries(
      Object.entries(values).map(([name, data]) => {
        const scale = data.reduce((all, entry) => Math.max(all, Math.abs(entry)), 0);
        return [name, data.map(() => random.normal() / (scale === 0 ? 1 : scale))];
      }),
    );
  return { weights: factors(made.weights), biases: factors(made.biases), multipliers: factors(made.multipliers) };
}

/** The same as the server takes them: in the shapes that Python's arrays have. */
export function cotangentTable(run: Run, cotangents: Tables): Table {
  const shapes = shapesOf(run.subject, constrained(run));
  const shaped = (values: Values): Table =>
    Object.fromEntries(
      Object.entries(values).map(([name, data]): readonly [string, Value] => [
        name,
        array(shapes.get(name) ?? [data.length], data),
      ]),
    );
  return {
    weights: shaped(cotangents.weights),
    biases: shaped(cotangents.biases),
    multipliers: shaped(cotangents.multipliers),
  };
}

export const vjp = ({ subject, widths, slopes, lipschitz, free }: Run, cotangents: Cotangents): Values =>
  subject.compiled.vjp(free, cotangents, { widths, slopes, lipschitz });

const STEP = 2 ** -9;

/**
 * Fourth-order central differences (f(−2h) − 8 f(−h) + 8 f(h) − f(2h)) / 12h; NaN where halving h says otherwise, as it
 * does at a kink.
 */
export function centralDifferences(run: Run, cotangents: Tables): Values {
  const value = (free: Run['free']): number => {
    const made = constrained({ ...run, free });
    return parts.reduce(
      (all, part) =>
        all +
        Object.entries(cotangents[part]).reduce(
          (sum, [name, factors]) =>
            sum + factors.reduce((inner, factor, at) => inner + factor * (made[part][name]?.[at] ?? 0), 0),
          0,
        ),
      0,
    );
  };
  const moved = (name: string, at: number, by: number): number =>
    value({
      ...run.free,
      [name]: (run.free[name] ?? new Float64Array()).map((entry, k) => (k === at ? entry + by : entry)),
    });
  const slope = (name: string, at: number, h: number): number =>
    (moved(name, at, -2 * h) - 8 * moved(name, at, -h) + 8 * moved(name, at, h) - moved(name, at, 2 * h)) / (12 * h);
  return Object.fromEntries(
    Object.entries(run.free).map(([name, data]) => {
      const [coarse, fine] = [
        data.map((_entry, at) => slope(name, at, STEP)),
        data.map((_entry, at) => slope(name, at, STEP / 2)),
      ];
      const scale = fine.reduce((all, entry) => Math.max(all, Math.abs(entry)), 0);
      return [
        name,
        fine.map((entry, at) => (Math.abs(entry - (coarse[at] ?? 0)) <= AGREEMENT * scale ? entry : Number.NaN)),
      ];
    }),
  );
}

/** To which central differences must agree with themselves to count, and derivatives with them. */
const AGREEMENT = 1e-6;

export interface Gradients {
  readonly complaints: readonly string[];
  /** Entries that were compared with central differences, of all. */
  readonly compared: number;
  readonly all: number;
}

/**
 * Python's derivatives against the in-memory reverse sweep, to 1e-8 of each array's largest entry, and central
 * differences.
 */
export function compareGradients(run: Run, cotangents: Tables, answer: Table): Gradients {
  const { error } = answer;
  if (typeof error === 'string') return { complaints: [error], compared: 0, all: 1 };
  const [swept, differences] = [vjp(run, cotangents), centralDifferences(run, cotangents)];
  const given = table(answer['gradient']);
  const size = (values: Float64Array): number => values.reduce((all, entry) => Math.max(all, Math.abs(entry)), 0);
  // What has little influence has the rounding errors of other paths for derivatives.
  const floor = 1e-3 * Object.values(swept).reduce((all, values) => Math.max(all, size(values)), 0);
  const found = Object.entries(swept).map(([name, exact]): Gradients => {
    const value = given[name];
    if (!isArray(value) || value.data.length !== exact.length)
      return { complaints: [`the derivative by ${name} is missing`], compared: 0, all: exact.length };
    const scale = Math.max(size(exact), floor);
    const off = (reference: Float64Array): number =>
      reference.reduce(
        (all, entry, at) =>
          Number.isNaN(entry)
            ? all
            : Math.max(
                all,
                Object.is(value.data[at], entry) ? 0 : Math.abs((value.data[at] ?? Number.NaN) - entry) / scale,
              ),
        0,
      );
    const central = differences[name] ?? new Float64Array(exact.length).fill(Number.NaN);
    const wrong = [
      ['the reverse sweep', off(exact), 1e-8],
      ['central differences', off(central), 10 * AGREEMENT],
    ] as const;
    return {
      complaints: wrong.flatMap(([what, by, allowed]) =>
        by <= allowed
          ? []
          : [`the derivative by ${name} is off ${what} by ${by.toExponential(1)} of ${scale.toExponential(1)}`],
      ),
      compared: central.filter((entry) => !Number.isNaN(entry)).length,
      all: exact.length,
    };
  });
  return {
    complaints: found.flatMap(({ complaints }) => complaints),
    compared: found.reduce((sum, { compared }) => sum + compared, 0),
    all: found.reduce((sum, { all }) => sum + all, 0),
  };
}
