import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { projector } from '../../src/numeric/spline-projection.js';
import { integerOf } from './oracle.js';
import {
  brokenPromises,
  exactProjection,
  grids,
  random,
  roomyValues,
  seeds,
  slopeIntervals,
  values,
} from './spline-cases.js';
import type { SplineProjector } from '../../src/numeric/spline-projection.js';

const projected = (projection: SplineProjector, c: Float64Array): Float64Array => {
  const out = new Float64Array(c.length);
  projection.project(c, out);
  return out;
};

/** The numbered list in the docstring, written down again; `fault` is what a wrong one would do. */
type Fault = 'none' | 'highest + 1' | 'lowest - 1' | 'no mean' | 'no clip' | 'doubles' | 'no offset limit';
function transcription(projection: SplineProjector, c: Float64Array, fault: Fault = 'none'): Float64Array {
  const { quantum, valueLimit, offsetLimit, grid } = projection;
  const lowest = projection.lowest - (fault === 'lowest - 1' ? 1 : 0);
  const highest = projection.highest + (fault === 'highest + 1' ? 1 : 0);
  const rounded = (x: number, limit: readonly [number, number]): number =>
    Math.floor(Math.max(limit[0], Math.min(limit[1], x)) + 0.5);
  const everything = [-Infinity, Infinity] as const;
  const i = Array.from(c, (x) => rounded(x / quantum, [-valueLimit, valueLimit]));
  const d = i
    .slice(1)
    .map((_, k) =>
      rounded(((c[k + 1] ?? 0) - (c[k] ?? 0)) / quantum, fault === 'no clip' ? everything : [lowest, highest]),
    );
  const n = [0];
  d.forEach((increment, k) => n.push((n[k] ?? 0) + increment));
  const sum = (terms: readonly number[]): number => terms.reduceRight((a, b) => a + b, 0); // in another order
  const limit = fault === 'no offset limit' ? everything : ([-offsetLimit, offsetLimit] as const);
  const a = fault === 'no mean' ? (i[0] ?? 0) : rounded((sum(i) - sum(n)) / grid.knots, limit);
  if (fault === 'doubles') {
    // The textbook: clip the slopes and add them up in floating point.
    const [m, L] = projection.slopes;
    let running = quantum * a;
    return c.map((_, k) =>
      k === 0
        ? running
        : (running += grid.step * Math.max(m, Math.min(L, ((c[k] ?? 0) - (c[k - 1] ?? 0)) / grid.step))),
    );
  }
  return Float64Array.from(n, (x) => quantum * (a + x));
}

describe('projection of spline values', () => {
  it('keeps all its promises, in exact arithmetic, on every finite input', () => {
    fc.assert(
      fc.property(grids, slopeIntervals, seeds, (grid, slopes, seed) => {
        const projection = projector(grid, slopes);
        const c = values(grid, projection, random(seed));
        const out = projected(projection, c);
        expect([...brokenPromises(projection, c, out, projected(projection, out))]).toEqual([]);
      }),
      { numRuns: 3000 },
    );
  });

  it('is the numbered list of its docstring, bit for bit', () => {
    fc.assert(
      fc.property(grids, slopeIntervals, seeds, (grid, slopes, seed) => {
        const projection = projector(grid, slopes);
        const c = values(grid, projection, random(seed));
        const out = transcription(projection, c);
        expect(projected(projection, c).every((x, k) => Object.is(x, out[k]))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it.each<[Fault, string]>([
    ['highest + 1', 'slopes'],
    ['lowest - 1', 'slopes'],
    ['no clip', 'slopes'],
    ['doubles', 'slopes'],
    ['doubles', 'computed slopes'],
    ['doubles', 'idempotence'],
    ['no mean', 'mean'],
    ['no offset limit', 'idempotence'],
  ])('a projection with the fault "%s" is caught by its %s', (fault, promise) => {
    const found = new Set<string>();
    for (let seed = 0; seed < 400 && !found.has(promise); seed += 1) {
      const stream = random(seed);
      const grid = { knots: stream.integer(2, 70), step: stream.pick([0.1, 1, 1 / 3]) };
      const projection = projector(
        grid,
        stream.pick([
          [0, 1],
          [-0.1, 1],
          [0.1, 1.5],
        ] as const),
      );
      const c = values(grid, projection, stream);
      const out = transcription(projection, c, fault);
      brokenPromises(projection, c, out, transcription(projection, out, fault)).forEach((name) => found.add(name));
    }
    expect(found).toContain(promise);
  });

  it('is the exact clip and integration up to a quantum for each segment', () => {
    fc.assert(
      fc.property(grids, slopeIntervals, seeds, (grid, slopes, seed) => {
        const projection = projector(grid, slopes);
        const { quantum, valueLimit, offsetLimit } = projection;
        const c = values(grid, projection, random(seed));
        const out = projected(projection, c);
        fc.pre(c.every((x) => Math.abs(x) <= valueLimit * quantum) && Math.abs(out[0] ?? 0) < offsetLimit * quantum);
        const bound = BigInt(grid.knots * (grid.knots + 1)) * integerOf(quantum);
        exactProjection(grid, slopes, c).forEach((expected, k) => {
          const error = ((BigInt(grid.knots) * integerOf(out[k] ?? 0)) << 1074n) - expected;
          expect(error <= bound << 1074n && -error <= bound << 1074n).toBe(true);
        });
      }),
      { numRuns: 1000 },
    );
  });

  it('moves a spline that has room inside by half a quantum for each segment at most', () => {
    fc.assert(
      fc.property(grids, slopeIntervals, seeds, (grid, slopes, seed) => {
        const projection = projector(grid, slopes);
        const c = roomyValues(grid, slopes, random(seed));
        const out = projected(projection, c);
        const bound = BigInt(grid.knots + 4) * integerOf(projection.quantum);
        out.forEach((x, k) => {
          const twice = 2n * (integerOf(x) - integerOf(c[k] ?? 0));
          expect(twice <= bound && -twice <= bound).toBe(true);
        });
      }),
      { numRuns: 1000 },
    );
  });

  it('clips by hand', () => {
    // Rises 3, -2, 0.5 become 1, 0, 0.5: running 0, 1, 1, 1.5 with mean 0.875; the values' mean is 1.375.
    const projection = projector({ knots: 4, step: 1 }, [0, 1]);
    expect([...projected(projection, Float64Array.of(0, 3, 1, 1.5))]).toEqual([0.5, 1.5, 1.5, 2]);
    expect([...projected(projection, Float64Array.of(-1e308, 1e308, 1e308, -1e308))]).toEqual([
      -0.75, 0.25, 0.25, 0.25,
    ]);
  });

  it('has the constants that its docstring says', () => {
    expect(projector({ knots: 3, step: 0.5 }, [0, 1])).toMatchObject({
      quantum: 2 ** -33,
      lowest: 0,
      highest: 2 ** 32,
      valueLimit: 1501199875790165,
      offsetLimit: 1501199875790165 - 3 * 2 ** 32,
    });
    expect(projector({ knots: 65, step: 1 }, [-2, 1])).toMatchObject({
      quantum: 2 ** -29,
      lowest: -(2 ** 30),
      highest: 2 ** 29,
    });
    const large = projector({ knots: 1024, step: 1 }, [-0.5, 1.25]);
    expect(large).toMatchObject({
      quantum: 2 ** -23,
      lowest: -(2 ** 22),
      highest: 1.25 * 2 ** 23,
      offsetLimit: 255 * 2 ** 34,
    });
    // 0.1 and 0.3 are not dyadic; their doubles are, and 3/10·1/10 in exact arithmetic is cut to the quantum below.
    const tenth = projector({ knots: 8, step: 0.1 }, [0.3, 1]);
    const product = integerOf(0.3) * integerOf(0.1); // · 2^2148
    expect(tenth.quantum).toBe(2 ** -35);
    expect(BigInt(tenth.lowest) << 2113n >= product && BigInt(tenth.lowest - 1) << 2113n < product).toBe(true);
    expect(Object.is(projector({ knots: 8, step: 0.1 }, [-0, 1]).lowest, 0)).toBe(true);
  });

  it('has room for offsets of 255 full rises at every number of knots', () => {
    for (let knots = 2; knots <= 1024; knots += 1) {
      const { quantum, offsetLimit, highest } = projector({ knots, step: 1 }, [0, 1]);
      expect(offsetLimit * quantum).toBeGreaterThanOrEqual(255 * knots);
      // Half of 2^53, so that the two sums of step 4 together stay below it.
      expect(knots * (offsetLimit + knots * highest)).toBeLessThanOrEqual(2 ** 52);
    }
  });

  it('works in place', () => {
    const projection = projector({ knots: 33, step: 0.1 }, [-0.1, 1]);
    for (let seed = 0; seed < 50; seed += 1) {
      const c = values(projection.grid, projection, random(seed));
      const expected = projected(projection, c);
      projection.project(c, c);
      expect(c).toEqual(expected);
    }
  });

  it('refuses slopes without room', () => {
    const cases = [
      [1, 1],
      [1, 0],
      [0, 0],
      [NaN, 1],
      [0, NaN],
      [0, Infinity],
      [-Infinity, 0],
      [0, 2 ** 401],
      [0, 2 ** -401],
      [1 + 2 ** -52, 1 + 2 ** -51],
    ];
    for (const [m, L] of cases) {
      expect(() => projector({ knots: 8, step: 0.1 }, [m ?? 0, L ?? 0])).toThrow(/LW305/);
    }
    expect(() => projector({ knots: 8, step: 1 }, [1, 1])).toThrow(/LW305/); // though 1 is a multiple of the quantum
    expect(projector({ knots: 8, step: 2 ** 40 }, [0, 2 ** 400]).quantum).toBe(2 ** 408);
    expect(projector({ knots: 8, step: 2 ** -40 }, [0, 2 ** -400]).quantum).toBe(2 ** -472);
    // One multiple of the quantum is enough.
    expect(projector({ knots: 8, step: 1 }, [1, 1 + 2 ** -52])).toMatchObject({ lowest: 2 ** 31, highest: 2 ** 31 });
  });

  it('refuses unusable grids, lengths and values', () => {
    for (const knots of [1, 0, -3, 2.5, 1025, NaN, Infinity]) {
      expect(() => projector({ knots, step: 1 }, [0, 1])).toThrow(/LW311/);
    }
    for (const step of [0, -1, NaN, Infinity, 2 ** -41, 2 ** 41, 5e-324]) {
      expect(() => projector({ knots: 4, step }, [0, 1])).toThrow(/LW311/);
    }
    const projection = projector({ knots: 4, step: 1 }, [0, 1]);
    const four = new Float64Array(4);
    expect(() => projection.project(new Float64Array(3), four)).toThrow(/LW312/);
    expect(() => projection.project(four, new Float64Array(5))).toThrow(/LW312/);
    expect(() => projection.projectVjp(four, new Float64Array(5), four)).toThrow(/LW312/);
    for (const bad of [NaN, Infinity, -Infinity]) {
      for (let k = 0; k < 4; k += 1) {
        expect(() => projection.project(four.with(k, bad), new Float64Array(4))).toThrow(/LW307/);
      }
    }
  });
});

describe('vector-Jacobian product of the projection', () => {
  /** J entry by entry: out_i = mean(c) + n_i − mean(n), n_i the sum of the passing increments below i. */
  function jacobian(passes: readonly boolean[], knots: number): number[][] {
    const running = Array.from({ length: knots }, (_, i) =>
      Array.from({ length: knots }, (_, j) => {
        let entry = 0;
        for (let k = 0; k < i; k += 1) {
          entry += passes[k] === true ? (j === k + 1 ? 1 : 0) - (j === k ? 1 : 0) : 0;
        }
        return entry;
      }),
    );
    return running.map((row) =>
      row.map((entry, j) => entry + 1 / knots - running.reduce((sum, other) => sum + (other[j] ?? 0), 0) / knots),
    );
  }

  it('is the transposed Jacobian exactly where doubles are exact', () => {
    const stream = random(3);
    for (let run = 0; run < 300; run += 1) {
      const knots = stream.pick([2, 4, 8, 16, 32]);
      const projection = projector({ knots, step: 0.25 }, [-1, 1]);
      const c = Float64Array.from({ length: knots }, () => stream.integer(-3, 3) / 8);
      const g = Float64Array.from({ length: knots }, () => stream.integer(-9, 9));
      const passes = Array.from({ length: knots - 1 }, (_, k) => Math.abs((c[k + 1] ?? 0) - (c[k] ?? 0)) <= 0.25);
      const rows = jacobian(passes, knots);
      const gradIn = new Float64Array(knots);
      projection.projectVjp(c, g, gradIn);
      expect([...gradIn]).toEqual(
        Array.from(c, (_, j) => rows.reduce((sum, row, i) => sum + (row[j] ?? 0) * (g[i] ?? 0), 0)),
      );
      projection.projectVjp(c, g, g);
      expect(g).toEqual(gradIn);
    }
  });

  it('agrees with central differences of the plain projection', () => {
    const plain = (c: Float64Array, step: number, [m, L]: readonly [number, number]): Float64Array => {
      const n = new Float64Array(c.length);
      for (let k = 1; k < c.length; k += 1) {
        n[k] = (n[k - 1] ?? 0) + step * Math.max(m, Math.min(L, ((c[k] ?? 0) - (c[k - 1] ?? 0)) / step));
      }
      const shift = (c.reduce((a, b) => a + b) - n.reduce((a, b) => a + b)) / c.length;
      return n.map((x) => x + shift);
    };
    const slopes = [-0.2, 1.1] as const;
    const h = 1e-5;
    let clipped = 0;
    for (let seed = 0; seed < 300; seed += 1) {
      const stream = random(seed);
      const grid = { knots: stream.integer(2, 40), step: 0.3 };
      const draw = (): Float64Array => Float64Array.from({ length: grid.knots }, () => stream.normal());
      const [c, g, direction] = [draw().map((x) => 0.3 * x), draw(), draw()];
      // Away from the kinks the projection is linear, so only rounding is left of the difference.
      const nearest = Math.min(
        ...Array.from(c.subarray(1), (x, k) => Math.min(...slopes.map((s) => Math.abs(x - (c[k] ?? 0) - s * 0.3)))),
      );
      if (nearest < 20 * h) {
        continue;
      }
      clipped += 1;
      const at = (t: number): Float64Array =>
        plain(
          c.map((x, k) => x + t * (direction[k] ?? 0)),
          grid.step,
          slopes,
        );
      const [above, below] = [at(h), at(-h)];
      const expected = g.reduce((sum, x, k) => sum + (x * ((above[k] ?? 0) - (below[k] ?? 0))) / (2 * h), 0);
      const gradIn = new Float64Array(grid.knots);
      projector(grid, slopes).projectVjp(c, g, gradIn);
      const actual = gradIn.reduce((sum, x, k) => sum + x * (direction[k] ?? 0), 0);
      expect(Math.abs(actual - expected)).toBeLessThan(1e-8 * grid.knots);
    }
    expect(clipped).toBeGreaterThan(200);
  });
});
