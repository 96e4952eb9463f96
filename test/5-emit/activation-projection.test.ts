import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseArchitecture } from '../../src/1-parse/index.js';
import { LipwrightError } from '../../src/base/diagnostic.js';
import { generator } from '../../src/numeric/random.js';
import type { Random } from '../../src/numeric/random.js';
import { projector } from '../../src/numeric/spline-projection.js';
import { splineDigits } from '../../src/numeric/spline-quantization.js';
import { integerOf } from '../numeric/oracle.js';
import { brokenPromises, values } from '../numeric/spline-cases.js';
import type { EmittedModule, Subject } from './targets.js';
import { Workshop, subjectOf } from './targets.js';

/**
 * What emitted modules compute from rounded products, the library computes from exact ones: both must be one
 * projection.
 */

const workshop = new Workshop();
afterAll(() => workshop.close());

interface Grid {
  readonly knots: number;
  readonly step: number;
}

const grids: readonly Grid[] = [
  { knots: 2, step: 1 },
  { knots: 3, step: 0.1 },
  { knots: 5, step: 1 / 3 },
  { knots: 21, step: 0.3 },
  { knots: 64, step: 2 ** -40 },
  { knots: 65, step: 2 ** 40 },
  { knots: 100, step: 1.1 * 2 ** -33 },
  { knots: 1024, step: 0.7 },
];

const subjects: readonly Subject[] = grids.map(({ knots, step }) =>
  subjectOf(
    parseArchitecture(
      `name: one\nactivations: { s: { spline: { knots: ${knots}, step: ${step} } } }\nequations: ` +
        '|\n  h = s(A * x + b)\n  y = B * h\n',
      null,
    ),
    1,
    'gershgorin',
  ),
);
let modules: readonly EmittedModule[] = [];
beforeAll(async () => {
  modules = await Promise.all(subjects.map(({ text }) => workshop.load(text)));
});

const widths = { x: 1, h: 3, y: 1 };
const table = 's_h';

function outcome(
  target: Pick<EmittedModule, 'constrain'>,
  knots: number,
  c: Float64Array,
  slopes: readonly [number, number],
): Float64Array | string {
  try {
    return (
      target.constrain({ A: [1, 1, 1], B: [1, 1, 1], b: [0, 0, 0], [table]: c }, { widths, slopes }).weights[table] ??
      new Float64Array(knots)
    );
  } catch (error) {
    if (error instanceof LipwrightError) return error.code;
    if (error instanceof RangeError) return error.message.slice(0, 5);
    throw error;
  }
}

/** The next double above (or with −1 below) x ≠ 0. */
function neighbour(x: number, by: 1 | -1): number {
  const bits = new BigInt64Array(Float64Array.of(x).buffer);
  bits[0] = (bits[0] ?? 0n) + BigInt(x > 0 ? by : -by);
  return new Float64Array(bits.buffer)[0] ?? x;
}

const nudged = (x: number, random: Random): number =>
  x === 0 ? random.pick([0, -0, 5e-324, -5e-324]) : random.pick([x, x, neighbour(x, 1), neighbour(x, -1)]);

/**
 * Slopes whose products with T lie on a power of two or on a multiple of the quantum, or one double beside: there the
 * rounding of a product decides whether a multiple lies inside.
 */
function nastySlopes({ knots, step }: Grid, random: Random): readonly [number, number] {
  const steepest = nudged(2 ** random.integer(-60, 38 + Math.floor(Math.log2(step))) / step, random);
  const quantum = 2 ** (Math.ceil(Math.log2(steepest * step)) - splineDigits(knots));
  const other = random.pick<() => number>([
    () => 0,
    () => -0,
    () => random.pick([5e-324, -5e-324, 2 ** -1022, -(2 ** -1050)]),
    () => steepest * (2 * random.uniform() - 1),
    () => nudged((quantum * random.integer(-5, 5)) / step, random),
    () => nudged((quantum * random.integer(-(2 ** splineDigits(knots)), 2 ** splineDigits(knots))) / step, random),
    () => nudged(steepest - quantum / step, random),
    () => -steepest,
  ])();
  const [m, L] = random.integer(0, 1) === 0 ? [other, steepest] : [-steepest, other];
  return m <= L ? [m, L] : [L, m];
}

const hasLargeSlopes = ([m, L]: readonly [number, number]): boolean => Math.max(Math.abs(m), Math.abs(L)) > 2 ** 40;

describe('the projection of splines in emitted modules', () => {
  it.each(grids.map((grid, at) => [grid.knots, grid.step, at] as const))(
    'K = %i, T = %d: is that of the library, bit for bit, and keeps its promises',
    (knots, step, at) => {
      const random = generator(300 + at);
      const [subject, emitted] = [subjects[at], modules[at]];
      if (subject === undefined || emitted === undefined) throw new Error('no module');
      const grid = { knots, step };
      const shape = projector(grid, [-1, 1]);
      let compared = 0;
      let refused = 0;
      for (let round = 0; round < (knots > 100 ? 60 : 1500); round += 1) {
        const slopes =
          random.integer(0, 3) === 0
            ? ([-1, 1].map((sign) => sign * 10 ** random.integer(-3, 3) * random.uniform()) as [number, number])
            : nastySlopes(grid, random);
        if (hasLargeSlopes(slopes)) continue;
        const c = new Float64Array(3 * knots);
        const [m, L] = slopes;
        const own = m < L && outcome(subject.compiled, knots, c, slopes) !== 'LW305' ? projector(grid, slopes) : shape;
        for (let row = 0; row < 3; row += 1)
          c.set(
            values(grid, own, random).map((x) => (Number.isFinite(x) ? x : 0)),
            row * knots,
          );
        const [here, there] = [outcome(subject.compiled, knots, c, slopes), outcome(emitted, knots, c, slopes)];
        expect({ slopes, value: there }).toEqual({ slopes, value: here });
        if (typeof here === 'string' || typeof there === 'string') {
          refused += 1;
          continue;
        }
        compared += 1;
        for (let row = 0; row < 3; row += 1) {
          const [from, to] = [row * knots, (row + 1) * knots];
          const again = outcome(emitted, knots, there, slopes);
          const broken =
            typeof again === 'string'
              ? [again]
              : [...brokenPromises(own, c.subarray(from, to), there.subarray(from, to), again.subarray(from, to))];
          expect({ slopes, broken }).toEqual({ slopes, broken: [] });
        }
      }
      expect(compared).toBeGreaterThan(knots > 100 ? 40 : 1000);
      expect(compared + refused).toBeGreaterThan(knots > 100 ? 50 : 1200);
    },
  );

  it('has the constants of exact arithmetic', () => {
    // A ramp that is too steep everywhere shows the highest multiple of the quantum, one that falls the lowest.
    const random = generator(330);
    for (const [at, grid] of grids.entries()) {
      const { knots, step } = grid;
      if (knots > 100) continue;
      for (let round = 0; round < 400; round += 1) {
        const [m, L] = nastySlopes(grid, random);
        const steepest = Math.max(Math.abs(m), Math.abs(L));
        if (hasLargeSlopes([m, L]) || !(m < L)) continue;
        // The quantum from its definition, in integers: u is the least power of two ≥ steepest · T, q = u / 2^B.
        const product = integerOf(steepest) * integerOf(step);
        let exponent = -splineDigits(knots);
        const places = 2 * 1074;
        while (
          exponent + splineDigits(knots) > -places &&
          1n << BigInt(exponent + splineDigits(knots) + places) >= product
        )
          exponent -= 1;
        while (1n << BigInt(exponent + splineDigits(knots) + places) < product) exponent += 1;
        const q = 1n << BigInt(exponent + places);
        const floor = (a: bigint): bigint => (a >= 0n ? a / q : -((-a + q - 1n) / q));
        const [lowest, highest] = [-floor(-integerOf(m) * integerOf(step)), floor(integerOf(L) * integerOf(step))];
        const huge = Float64Array.from(
          { length: 3 * knots },
          (_, k) => (k < knots ? 1 : -1) * (k % knots) * steepest * step * 4,
        );
        const found = outcome(
          modules[at] ?? {
            constrain: () => {
              throw new Error('no module');
            },
          },
          knots,
          huge,
          [m, L],
        );
        if (lowest > highest) {
          expect([m, L, found]).toEqual([m, L, 'LW305']);
          continue;
        }
        if (typeof found === 'string') throw new Error(`${found} for [${m}, ${L}]`);
        const rise = (row: number): bigint =>
          ((integerOf(found[row * knots + 1] ?? NaN) - integerOf(found[row * knots] ?? NaN)) << 1074n) / q;
        expect([m, L, rise(0), rise(1)]).toEqual([m, L, highest, lowest]);
      }
    }
  });

  it.each([
    [
      'plain floors',
      'return Number.isInteger(quotient) && productError(slope, step, rise) < 0 ? quotient - 1 : Math.floor(quotient);',
      'return Math.floor(quotient);',
    ],
    ['a unit from the rounded product', 'if (unit === rise && productError(steepest, step, rise) > 0) unit *= 2;', ''],
    ['rounding for floors', 'Math.floor(quotient)', 'Math.round(quotient)'],
  ])('differs with %s: the slopes drawn here are nasty enough to tell', async (_name, exact, rounded) => {
    const random = generator(340);
    let different = 0;
    for (const [at, grid] of grids.slice(0, 4).entries()) {
      const text = subjects[at]?.text ?? '';
      expect(text).toContain(exact);
      const faulty = await workshop.load(text.replace(exact, rounded));
      const sound = modules[at] ?? faulty;
      for (let round = 0; round < 1500; round += 1) {
        const slopes = nastySlopes(grid, random);
        if (hasLargeSlopes(slopes)) continue;
        const rise = Math.max(...slopes.map(Math.abs)) * grid.step;
        // One row too steep, one that falls too steeply, one with values between the quanta.
        const steep = Float64Array.from(
          { length: 3 * grid.knots },
          (_, k) =>
            (k < grid.knots ? 2 ** 60 : k < 2 * grid.knots ? -(2 ** 60) : rise * random.uniform()) * (k % grid.knots),
        );
        if (String(outcome(sound, grid.knots, steep, slopes)) !== String(outcome(faulty, grid.knots, steep, slopes)))
          different += 1;
      }
    }
    expect(different).toBeGreaterThan(0);
  });

  it.each<readonly [string, readonly [number, number]]>([
    ['[0, 0], whose unit would be 0', [0, 0]],
    ['[-0, 0]', [-0, 0]],
    ['[1, 1]', [1, 1]],
    ['[-3, -3]', [-3, -3]],
    ['slopes between two multiples of the quantum', [1 + 2 ** -52, 1 + 2 ** -51]],
    ['slopes that vanish', [0, 5e-324]],
    ['slopes below the range', [-(2 ** -401), 2 ** -401]],
    ['m > L', [1, 0]],
    ['NaN', [Number.NaN, 1]],
    ['∞', [0, Infinity]],
    ['beyond 2⁴⁰', [0, 2 ** 41]],
  ])('refuses %s by LW305, in memory and in the module, at once', (_name, slopes) => {
    for (const [at, { knots }] of grids.entries()) {
      const c = new Float64Array(3 * knots).fill(1);
      expect(
        outcome(
          subjects[at]?.compiled ?? {
            constrain: () => {
              throw new Error('no subject');
            },
          },
          knots,
          c,
          slopes,
        ),
      ).toBe('LW305');
      expect(
        outcome(
          modules[at] ?? {
            constrain: () => {
              throw new Error('no module');
            },
          },
          knots,
          c,
          slopes,
        ),
      ).toBe('LW305');
    }
  });

  it('refuses values that are not finite by LW307', () => {
    for (const bad of [Number.NaN, Infinity, -Infinity]) {
      const c = new Float64Array(15).fill(0.5);
      c[7] = bad;
      expect(
        [subjects[2]?.compiled, modules[2]].map((target) =>
          target === undefined ? '' : outcome(target, 5, c, [0, 1]),
        ),
      ).toEqual(['LW307', 'LW307']);
    }
  });
});

describe('shapes', () => {
  it('are width × knots, in memory and in the module, and widths are inferred from the other parameters', () => {
    for (const [at, { knots }] of grids.entries()) {
      const [subject, emitted] = [subjects[at], modules[at]];
      if (subject === undefined || emitted === undefined) throw new Error('no module');
      expect(emitted.dims(widths)).toEqual({ A: [3, 1], B: [1, 3], b: [3], [table]: [3, knots] });
      expect(subject.compiled.dims(widths)).toEqual(emitted.dims(widths));
      const free = { A: [1, 2, 3, 4, 5, 6], B: [1, 1, 1], b: [0, 0, 0], [table]: new Float64Array(3 * knots) };
      for (const target of [subject.compiled, emitted]) {
        expect(target.constrain(free).widths).toEqual({ x: 2, h: 3, y: 1 });
        expect(() => target.constrain({ ...free, [table]: new Float64Array(3 * knots - 1) })).toThrow(/LW304|LW312/);
        expect(() => target.constrain({ ...free, [table]: new Float64Array(4 * knots) }, { widths })).toThrow(/LW312/);
      }
    }
  });

  it('of a spline tell the width of a layer that nothing else tells', async () => {
    // A and b of an identity read: only the table knows the width of h.
    const subject = subjectOf(
      parseArchitecture(
        'name: one\nactivations: { s: { spline: { knots: 7, step: 1 } } }\nequations: |\n  h = s(A * x)\n  y = B * h\n',
        null,
      ),
      1,
      'gershgorin',
    );
    const emitted = await workshop.load(subject.text);
    const free = { A: new Float64Array(8), B: new Float64Array(12), [table]: new Float64Array(28) };
    for (const target of [subject.compiled, emitted])
      expect(target.constrain(free).widths).toEqual({ x: 2, h: 4, y: 3 });
    expect(() => emitted.constrain({ ...free, [table]: new Float64Array(27) })).toThrow(/LW304/);
    expect(() => subject.compiled.constrain({ ...free, [table]: new Float64Array(27) })).toThrow(/LW304/);
  });
});
