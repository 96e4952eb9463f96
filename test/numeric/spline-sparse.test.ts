import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, knotPosition } from '../../src/numeric/spline.js';
import { projector } from '../../src/numeric/spline-projection.js';
import { evaluateSparse, sparsify } from '../../src/numeric/spline-sparse.js';
import { integerOf } from './oracle.js';
import { anyValues, grids, random, seeds } from './spline-cases.js';
import type { SparseSpline } from '../../src/numeric/spline-sparse.js';
import type { SplineGrid } from '../../src/numeric/spline.js';

const size = (x: bigint): bigint => (x < 0n ? -x : x);
const integersOf = (c: Float64Array): bigint[] => Array.from(c, integerOf);

/** The distance of c from its sparse version at knot k, times the run's length, exactly; and that length. */
function exactError({ indices }: SparseSpline, c: Float64Array, k: number): { error: bigint; segments: number } {
  const j = Math.max(
    0,
    indices.findLastIndex((index) => index <= k),
  );
  const [a, b] =
    j === indices.length - 1 ? [indices[j - 1] ?? 0, indices[j] ?? 0] : [indices[j] ?? 0, indices[j + 1] ?? 0];
  const at = (m: number): bigint => integerOf(c[m] ?? 0);
  return { error: size(BigInt(b - a) * (at(k) - at(a)) - BigInt(k - a) * (at(b) - at(a))), segments: b - a };
}

describe('sparse splines', () => {
  /** A projected spline with few bends and many, small and large. */
  function bent(grid: SplineGrid, seed: number): Float64Array {
    const stream = random(seed);
    const c = new Float64Array(grid.knots);
    let [value, slope] = [stream.normal(), 0.5];
    const often = stream.pick([0.05, 0.3, 1]);
    c.forEach((_, k) => {
      c[k] = value;
      slope += stream.uniform() < often ? stream.pick([0.3, 1e-3, 1e-9]) * stream.normal() : 0;
      value += slope * grid.step;
    });
    projector(grid, [0, 1]).project(c, c);
    return c;
  }

  it('with tolerance 0 are the same function', () => {
    fc.assert(
      fc.property(grids, seeds, (grid, seed) => {
        for (const c of [bent(grid, seed), anyValues(grid, seed).map((x) => x / 8)]) {
          const sparse = sparsify(grid, c, 0);
          expect(c.every((_, k) => exactError(sparse, c, k).error === 0n)).toBe(true);
          const i = integersOf(c);
          expect(sparse.knotCount).toBe(
            i.slice(2).filter((x, k) => x - 2n * (i[k + 1] ?? 0n) + (i[k] ?? 0n) !== 0n).length,
          );
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('evaluate to the same values', () => {
    for (let seed = 0; seed < 500; seed += 1) {
      const stream = random(seed);
      const grid = { knots: stream.integer(2, 90), step: stream.pick([0.1, 0.25, 1 / 3, 1]) };
      const c = bent(grid, seed);
      const sparse = sparsify(grid, c, 0);
      const scale = grid.knots * grid.step + Math.max(...c.map(Math.abs));
      for (let run = 0; run < 20; run += 1) {
        const v = grid.knots * grid.step * stream.normal();
        expect(Math.abs(evaluateSparse(sparse, v) - evaluate(grid, c, v))).toBeLessThan(
          2 ** -49 * (scale + Math.abs(v)),
        );
      }
      sparse.indices.forEach((k) => expect(evaluateSparse(sparse, knotPosition(grid, k))).toBe(c[k]));
    }
  });

  it('keep the slopes and the error bound for every tolerance', () => {
    fc.assert(
      fc.property(grids, seeds, fc.constantFrom(1e-9, 1e-4, 1e-2, 0.1, 0.5, 10), (grid, seed, tolerance) => {
        const c = bent(grid, seed);
        const sparse = sparsify(grid, c, tolerance);
        const i = integersOf(c);
        const rises = i.slice(1).map((x, k) => x - (i[k] ?? 0n));
        const least = rises.reduce((a, b) => (b < a ? b : a));
        const most = rises.reduce((a, b) => (b > a ? b : a));
        sparse.indices.slice(1).forEach((b, j) => {
          const a = sparse.indices[j] ?? 0;
          const rise = (i[b] ?? 0n) - (i[a] ?? 0n);
          expect(rise >= BigInt(b - a) * least && rise <= BigInt(b - a) * most).toBe(true);
          expect(sparse.values[j]).toBe(c[a]);
        });
        const unit = integerOf(tolerance) * integerOf(grid.step); // · 2^2148
        for (let k = 0; k < grid.knots; k += 1) {
          const { error, segments } = exactError(sparse, c, k);
          const bound = BigInt(segments) ** 3n * unit; // 8 · segments times the bound; the comparison rounds by 2^-52
          expect((8n * error) << 1074n <= bound + (bound >> 51n)).toBe(true);
        }
        const first = sparse.indices[1] ?? 0;
        const drift = size((i[first] ?? 0n) - (i[0] ?? 0n) - BigInt(first) * (rises[0] ?? 0n)) << 1074n;
        const allowed = (BigInt(first * (first - 1)) * unit) / 2n;
        expect(drift <= allowed + (allowed >> 51n)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('meet the error bound on a parabola', () => {
    const grid = { knots: 9, step: 0.5 };
    const parabola = Float64Array.from({ length: 9 }, (_, k) => (k * k) / 2); // every slope change is 2
    const sparse = sparsify(grid, parabola, 2);
    expect(sparse).toMatchObject({ indices: [0, 8], knots: [-2, 2], values: [0, 32], knotCount: 0 });
    expect(evaluateSparse(sparse, 0) - evaluate(grid, parabola, 0)).toBe((2 * 0.5 * 8 ** 2) / 8);
    expect(sparsify(grid, parabola, 1.99).knotCount).toBe(7);
  });

  it('have the knots of the three-piece function they came from', () => {
    const grid = { knots: 9, step: 1 };
    const clip = Float64Array.of(-1, -1, -1, -1, 0, 1, 1, 1, 1); // Hardtanh on -4 … 4
    const sparse = sparsify(grid, clip, 0);
    expect(sparse).toMatchObject({ knots: [-4, -1, 1, 4], values: [-1, -1, 1, 1], knotCount: 2 });
    expect([-100, -1, -0.5, 0.75, 1, 3, 100].map((v) => evaluateSparse(sparse, v))).toEqual([
      -1, -1, -0.5, 0.75, 1, 1, 1,
    ]);
    expect(sparsify({ knots: 2, step: 1 }, Float64Array.of(0, 1), 0)).toMatchObject({
      knots: [-0.5, 0.5],
      knotCount: 0,
    });
  });

  it('refuse unusable tolerances', () => {
    for (const tolerance of [-1, NaN, Infinity]) {
      expect(() => sparsify({ knots: 3, step: 1 }, new Float64Array(3), tolerance)).toThrow(/LW311/);
    }
    expect(() => sparsify({ knots: 3, step: 1 }, new Float64Array(4), 0)).toThrow(/LW312/);
    expect(() => sparsify({ knots: 1, step: 1 }, new Float64Array(1), 0)).toThrow(/LW311/);
  });
});
