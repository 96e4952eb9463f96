import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { projector } from '../../src/numeric/spline-projection.js';
import {
  bendSign,
  bv2Norm,
  bv2NormAbove,
  totalVariation,
  totalVariationSubgradient,
} from '../../src/numeric/spline-variation.js';
import { anyDouble, integerOf } from './oracle.js';
import { anyValues, grids, random, seeds, slopeIntervals, values } from './spline-cases.js';
import type { SplineGrid } from '../../src/numeric/spline.js';

const size = (x: bigint): bigint => (x < 0n ? -x : x);
const integersOf = (c: Float64Array): bigint[] => Array.from(c, integerOf);

/** T·TV, exactly, in units of 2^-1074. */
function exactVariation(c: Float64Array): bigint {
  const i = integersOf(c);
  return i.slice(2).reduce((sum, x, k) => sum + size(x - 2n * (i[k + 1] ?? 0n) + (i[k] ?? 0n)), 0n);
}

/** 2T²·σ(v) for the real knots, in units of 2^-3222 (three factors of 2^-1074), by interpolating without slopes. */
function exactValue(grid: SplineGrid, c: Float64Array, v: bigint): bigint {
  const [T, i] = [integerOf(grid.step), integersOf(c)];
  let k = 0;
  while (k < grid.knots - 2 && BigInt(2 * k + 3 - grid.knots) * T <= 2n * v) {
    k += 1;
  }
  const right = 2n * v - BigInt(2 * k - grid.knots + 1) * T;
  return T * ((2n * T - right) * (i[k] ?? 0n) + right * (i[k + 1] ?? 0n));
}

/** 2T²·‖σ‖_BV(2), in the same units. */
function exactNorm(grid: SplineGrid, c: Float64Array): bigint {
  const T = integerOf(grid.step);
  return (
    ((2n * T * exactVariation(c)) << 1074n) + size(exactValue(grid, c, 0n)) + size(exactValue(grid, c, 1n << 1074n))
  );
}

describe('second-order total variation', () => {
  it('adds up the slope changes', () => {
    const grid = { knots: 5, step: 0.5 };
    expect(totalVariation(grid, Float64Array.of(0, 1, 0.5, 0.75, 1))).toBe(3 + 1.5); // slopes 2, -1, 0.5, 0.5
    expect(totalVariation({ knots: 2, step: 3 }, Float64Array.of(1, 9))).toBe(0);
  });

  it('has one rounding on a projected spline', () => {
    fc.assert(
      fc.property(grids, slopeIntervals, seeds, (grid, slopes, seed) => {
        const projection = projector(grid, slopes);
        const c = values(grid, projection, random(seed));
        projection.project(c, c);
        const scaled = exactVariation(c);
        // The sum is below 2^53 quanta, so as a double it is exact; division rounds once, as ours may.
        const units = Number(scaled / integerOf(projection.quantum));
        expect(totalVariation(grid, c)).toBe((units * projection.quantum) / grid.step);
        expect(scaled % integerOf(projection.quantum)).toBe(0n);
      }),
      { numRuns: 500 },
    );
  });

  it('has exact signs', () => {
    const stream = random(1);
    for (let run = 0; run < 20000; run += 1) {
      const at = run % 2 === 0 ? anyDouble(stream) / 4 : stream.normal();
      const rise = stream.pick([0, at, at * 1e-16, at * 1e-8, stream.normal(), 5e-324]);
      const [before, after] = [at - rise, at + rise * stream.pick([1, 1, 1, 1 + 2 ** -52])];
      const exact = integerOf(after) - 2n * integerOf(at) + integerOf(before);
      expect(bendSign(before, at, after)).toBe(exact > 0n ? 1 : exact < 0n ? -1 : 0);
    }
    // Differences that are equal after rounding.
    expect(bendSign(1, 2 ** -60, -1)).toBe(-1);
    expect(bendSign(-1, 0, 1 - 2 ** -53)).toBe(-1);
    expect(bendSign(-1, 2 ** -70, 1)).toBe(-1);
  });

  it('satisfies the subgradient inequality, exactly for steps that are powers of two', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 40 }),
        fc.integer({ min: -40, max: 40 }),
        seeds,
        seeds,
        (knots, e, one, two) => {
          const grid = { knots, step: 2 ** e };
          const [c, other] = [anyValues(grid, one).map((x) => x / 8), anyValues(grid, two).map((x) => x / 8)];
          const near = c.map((x, k) => (k % 3 === 0 ? x * (1 + 2 ** -52) : x));
          const g = new Float64Array(knots);
          totalVariationSubgradient(grid, c, g);
          for (const target of [other, near, c.map((x) => -x), new Float64Array(knots)]) {
            // T·g holds integers.
            const linear = g.reduce(
              (sum, x, k) => sum + BigInt(x * grid.step) * (integerOf(target[k] ?? 0) - integerOf(c[k] ?? 0)),
              0n,
            );
            expect(exactVariation(target) >= exactVariation(c) + linear).toBe(true);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('has a subgradient that is the gradient between kinks, for any step', () => {
    const grid = { knots: 6, step: 0.1 };
    const g = new Float64Array(6);
    totalVariationSubgradient(grid, Float64Array.of(0, 1, 1, 4, 5, 6), g); // bends -, +, -, 0
    // Row sums of signs times (1, -2, 1): -1, 2+1, -1-2-1, 1+2, -1, 0.
    expect([...g]).toEqual([-1, 3, -4, 3, -1, 0].map((x) => x / 0.1));
    const straight = new Float64Array(6).fill(7);
    totalVariationSubgradient(grid, straight, straight);
    expect([...straight]).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe('the BV(2) norm', () => {
  it('is TV + |σ(0)| + |σ(1)|', () => {
    // Knots -1 … 1 by 0.5, values of |v| - 2: one bend of 2, σ(0) = -2, σ(1) = -1.
    expect(bv2Norm({ knots: 5, step: 0.5 }, Float64Array.of(-1, -1.5, -2, -1.5, -1))).toBe(5);
    // 1 lies outside: knots -0.25, 0.25, slope 6, σ(0) = 1.5, σ(1) = 7.5.
    expect(bv2Norm({ knots: 2, step: 0.5 }, Float64Array.of(0, 3))).toBe(9);
    // 1 lies inside the first segment: knots -2, 2.
    expect(bv2Norm({ knots: 2, step: 4 }, Float64Array.of(-4, 4))).toBe(2);
    expect(bv2NormAbove({ knots: 3, step: 1 }, new Float64Array(3))).toBe(0);
    expect(() => bv2Norm({ knots: 2, step: 1 }, Float64Array.of(0, NaN))).toThrow(/LW307/);
    expect(() => bv2Norm({ knots: 2, step: 1 }, new Float64Array(3))).toThrow(/LW312/);
  });

  it('is bounded from above by bv2NormAbove, tightly, and bounds every slope', () => {
    fc.assert(
      fc.property(grids, seeds, (grid, seed) => {
        const c = anyValues(grid, seed);
        const exact = exactNorm(grid, c);
        const T = integerOf(grid.step);
        const [norm, above] = [bv2Norm(grid, c), bv2NormAbove(grid, c)];
        const scaled = (x: number): bigint => 2n * T * T * integerOf(x);
        expect(norm <= above).toBe(true);
        if (above < Infinity) {
          expect(scaled(above) >= exact).toBe(true);
          expect((scaled(above) - exact) << 48n <= exact + (scaled(Number.MIN_VALUE * 2) << 48n)).toBe(true);
          expect(size(scaled(norm) - exact) << 52n <= exact + (scaled(Number.MIN_VALUE) << 52n)).toBe(true);
          const i = integersOf(c);
          const steepest = i
            .slice(1)
            .reduce((most, x, k) => (size(x - (i[k] ?? 0n)) > most ? size(x - (i[k] ?? 0n)) : most), 0n);
          expect(T * integerOf(above) >= steepest << 1074n).toBe(true);
        } else {
          expect(exact > scaled(Number.MAX_VALUE) - (scaled(Number.MAX_VALUE) >> 47n)).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
