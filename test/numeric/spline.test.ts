import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkGrid, coefficientGradient, derivative, evaluate, knotPosition } from '../../src/numeric/spline.js';
import { projector } from '../../src/numeric/spline-projection.js';
import { integerOf } from './oracle.js';
import { grids, random, seeds, slopeIntervals } from './spline-cases.js';
import type { SplineGrid } from '../../src/numeric/spline.js';
import type { Slopes } from './spline-cases.js';
import type { Random } from '../../src/numeric/random.js';

const unit = 1074n; // integerOf(x) = x · 2^unit
const size = (x: bigint): bigint => (x < 0n ? -x : x);

/**
 * The segment of the real knots that v lies in, and T·σ(v), T·left, T·right there, exactly, in units of 2^-(2·unit +
 * 1).
 */
function exactly(
  grid: SplineGrid,
  c: Float64Array,
  v: number,
): { k: number; value: bigint; left: bigint; right: bigint } {
  const [T, V] = [integerOf(grid.step), integerOf(v)];
  const twiceKnot = (k: number): bigint => BigInt(2 * k - grid.knots + 1) * T;
  let k = 0;
  while (k < grid.knots - 2 && twiceKnot(k + 1) <= 2n * V) {
    k += 1;
  }
  const [a, b] = [integerOf(c[k] ?? 0), integerOf(c[k + 1] ?? 0)];
  const right = 2n * V - twiceKnot(k); // 2(v − t_k)
  const left = 2n * T - right;
  return { k, value: left * a + right * b, left: left << unit, right: right << unit };
}

function spline(grid: SplineGrid, slopes: Slopes, stream: Random): Float64Array {
  const c = Float64Array.from(
    { length: grid.knots },
    () => Math.max(...slopes.map(Math.abs)) * grid.step * 3 * stream.normal(),
  );
  projector(grid, slopes).project(c, c);
  return c;
}

/** Inside, at, beside and beyond the knots. */
function point(grid: SplineGrid, stream: Random): number {
  const knot = knotPosition(grid, stream.integer(0, grid.knots - 1));
  return stream.pick([
    knot,
    knot * (1 + 2 ** -52),
    knot * (1 - 2 ** -53),
    knot + grid.step * 1e-13,
    grid.knots * grid.step * (stream.uniform() - 0.5),
    grid.knots * grid.step * 2 * stream.normal(),
    grid.step * stream.normal(),
    0,
    5e-324,
  ]);
}

describe('evaluation of a linear spline', () => {
  it('is the value itself at the double of each knot', () => {
    fc.assert(
      fc.property(grids, slopeIntervals, seeds, (grid, slopes, seed) => {
        const c = spline(grid, slopes, random(seed));
        expect(c.every((x, k) => evaluate(grid, c, knotPosition(grid, k)) === x)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('is as close to the real spline as its docstring says, and in the right segment', () => {
    fc.assert(
      fc.property(
        grids,
        fc.constantFrom<Slopes>([0, 1], [-1, 1], [0.1, 1.2], [-4e5, -3]),
        seeds,
        (grid, slopes, seed) => {
          const stream = random(seed);
          const c = spline(grid, slopes, stream);
          const s = Math.max(...slopes.map(Math.abs));
          for (let run = 0; run < 10; run += 1) {
            const v = point(grid, stream);
            const exact = exactly(grid, c, v);
            const value = evaluate(grid, c, v);
            const error = size(2n * integerOf(grid.step) * integerOf(value) - exact.value);
            const knots = Array.from(c, (_, k) => knotPosition(grid, k));
            const p = knots.findLast((knot) => knot <= v) ?? knots[0] ?? NaN;
            const t = Math.max(Math.abs(p), Math.abs(knots[knots.indexOf(p) + 1] ?? 0));
            const bound = 2 ** -53 * (1 + 2 ** -40) * (3 * s * t + 4 * s * Math.abs(v - p) + Math.abs(value));
            expect(error <= 2n * integerOf(grid.step) * integerOf(bound)).toBe(true);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('takes the slope to the right of a knot and the outer slopes outside', () => {
    const grid = { knots: 4, step: 0.5 };
    const c = Float64Array.of(0, 1, 0.5, 0.75); // slopes 2, -1, 0.5 between -0.75, -0.25, 0.25, 0.75
    const below = (x: number): number => x - 2 ** -50;
    expect([-9, -0.75, below(-0.25), -0.25, below(0.25), 0.25, 0.75, 9].map((v) => derivative(grid, c, v))).toEqual([
      2, 2, 2, -1, -1, 0.5, 0.5, 0.5,
    ]);
    expect([-1.75, -0.5, 0, 0.75, 1.75].map((v) => evaluate(grid, c, v))).toEqual([-2, 0.5, 0.75, 0.75, 1.25]);
    const two = { knots: 2, step: 1 };
    expect([-1.5, 0, 3].map((v) => evaluate(two, Float64Array.of(1, 3), v))).toEqual([-1, 2, 8]);
  });

  it('never goes back a segment as v grows, whatever the step', () => {
    fc.assert(
      fc.property(grids, seeds, (grid, seed) => {
        const stream = random(seed);
        const quadratic = Float64Array.from({ length: grid.knots }, (_, k) => k * k); // slopes strictly increase
        const points = Float64Array.from({ length: 40 }, () => point(grid, stream)).sort();
        const slopes = points.map((v) => derivative(grid, quadratic, v));
        expect(slopes.every((s, k) => k === 0 || s >= (slopes[k - 1] ?? 0))).toBe(true);
        const right = Array.from(
          { length: grid.knots - 1 },
          (_, k) => derivative(grid, quadratic, knotPosition(grid, k)) * grid.step,
        );
        right.forEach((s, k) => expect(Math.abs(s - (2 * k + 1))).toBeLessThan(1e-9 * (k + 1)));
      }),
      { numRuns: 1000 },
    );
  });

  it('stays finite far outside, and NaN is NaN', () => {
    const grid = { knots: 5, step: 2 ** -40 };
    const c = Float64Array.of(0, 0, 2 ** -41, 2 ** -40, 2 ** -40 + 2 ** -41);
    expect(evaluate(grid, c, -1e308)).toBe(0);
    expect(evaluate(grid, c, 1e308)).toBe(5e307);
    expect(evaluate(grid, c, NaN)).toBeNaN();
    expect(derivative(grid, c, 1e308)).toBe(0.5);
  });
});

describe('gradients of a linear spline', () => {
  it('has the exact weights of the values, up to their rounding', () => {
    fc.assert(
      fc.property(grids, seeds, (grid, seed) => {
        const stream = random(seed);
        const none = new Float64Array(grid.knots);
        for (let run = 0; run < 10; run += 1) {
          const v = point(grid, stream);
          const exact = exactly(grid, none, v);
          const { index, left, right } = coefficientGradient(grid, v);
          if (index !== exact.k) {
            // Only between a knot and its double: then the weights say so.
            expect(Math.abs(index - exact.k)).toBe(1);
            expect(Math.min(Math.abs(left), Math.abs(right))).toBeLessThan(2 ** -43);
            continue;
          }
          // Knots are off by up to 2^-53·K/2 steps.
          const tolerance = 2 ** -53 * (grid.knots + 4 + 4 * (Math.abs(left) + Math.abs(right)));
          for (const [weight, real] of [
            [left, exact.left],
            [right, exact.right],
          ] as const) {
            expect(
              size(2n * integerOf(grid.step) * integerOf(weight) - real) <=
                2n * integerOf(grid.step) * integerOf(tolerance),
            ).toBe(true);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('agrees with differences of the evaluation, in the values and in v', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const stream = random(seed);
      const grid = { knots: stream.integer(2, 30), step: 0.25 };
      const c = Float64Array.from({ length: grid.knots }, () => stream.integer(-64, 64) / 16);
      // A multiple of 1/64 off the knots, which are multiples of 1/8: all differences are exact.
      const v = stream.integer(-400, 400) / 8 + stream.pick([1, 3, 5, 7]) / 64;
      const { index, left, right } = coefficientGradient(grid, v);
      for (let k = 0; k < grid.knots; k += 1) {
        const moved = (t: number): number => evaluate(grid, c.with(k, (c[k] ?? 0) + t), v);
        expect((moved(1) - moved(-1)) / 2).toBe(k === index ? left : k === index + 1 ? right : 0);
      }
      expect((evaluate(grid, c, v + 1 / 128) - evaluate(grid, c, v - 1 / 128)) * 64).toBe(derivative(grid, c, v));
    }
  });

  it('lets the weights leave [0, 1] outside', () => {
    const grid = { knots: 3, step: 0.5 };
    expect(coefficientGradient(grid, -1)).toEqual({ index: 0, left: 2, right: -1 });
    expect(coefficientGradient(grid, 0.5)).toEqual({ index: 1, left: -0, right: 1 });
    expect(coefficientGradient(grid, 1.5)).toEqual({ index: 1, left: -2, right: 3 });
  });
});

describe('spline grids', () => {
  it('are refused when unusable', () => {
    for (const grid of [
      { knots: 1, step: 1 },
      { knots: 3.5, step: 1 },
      { knots: 1025, step: 1 },
      { knots: 4, step: 0 },
      { knots: 4, step: NaN },
    ]) {
      expect(() => checkGrid(grid)).toThrow(/LW311/);
    }
    checkGrid({ knots: 2, step: 2 ** -40 });
    checkGrid({ knots: 1024, step: 2 ** 40 });
  });

  it('have knots that are the nearest doubles', () => {
    fc.assert(
      fc.property(grids, fc.double({ min: 0, max: 1, noNaN: true }), (grid, part) => {
        const k = Math.floor(part * (grid.knots - 1));
        const knot = knotPosition(grid, k);
        const error = (x: number): bigint =>
          size(2n * integerOf(x) - BigInt(2 * k - grid.knots + 1) * integerOf(grid.step));
        expect(error(knot) <= error(knot * (1 + 2 ** -52)) && error(knot) <= error(knot * (1 - 2 ** -52))).toBe(true);
      }),
    );
  });
});
