import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { perronScales } from '../../src/numeric/perron.js';
import type { Random } from '../../src/numeric/random.js';
import { generator } from '../../src/numeric/random.js';

/** A symmetric matrix with a negative diagonal; `density` is the part of other entries that are not 0. */
function randomMatrix(random: Random, n: number, density: number): Float64Array {
  const m = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) {
    m[i * n + i] = -(2 ** random.normal());
    for (let j = 0; j < i; j += 1) if (random.uniform() < density) m[i * n + j] = m[j * n + i] = random.normal();
  }
  return m;
}

/** The largest eigenvalue of |diag|^-½ |offdiag| |diag|^-½, which is symmetric and similar to |diag|⁻¹ |offdiag|. */
function spectralRadius(m: Float64Array, n: number): number {
  const entry = (i: number, j: number): number =>
    i === j ? 0 : Math.abs(m[i * n + j] ?? 0) / Math.sqrt((m[i * n + i] ?? 0) * (m[j * n + j] ?? 0));
  const a = new Matrix(Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_all, j) => entry(i, j))));
  return Math.max(...new EigenvalueDecomposition(a, { assumeSymmetric: true }).realEigenvalues);
}

/** max_i (Σ_{j≠i} |m_ij| t_j) / (|m_ii| t_i), as the statement has it. */
function worstRow(m: Float64Array, n: number, t: ArrayLike<number>): number {
  let worst = 0;
  for (let i = 0; i < n; i += 1) {
    let total = 0;
    for (let j = 0; j < n; j += 1) if (j !== i) total += Math.abs(m[i * n + j] ?? 0) * (t[j] ?? NaN);
    if (total > 0) worst = Math.max(worst, total / (Math.abs(m[i * n + i] ?? 0) * (t[i] ?? NaN)));
  }
  return worst;
}

describe('Perron scales', () => {
  it.each([
    [1, 1],
    [2, 1],
    [5, 1],
    [12, 0.5],
    [12, 0.12],
    [40, 0.05],
    [40, 1],
  ])('bracket the spectral radius and attain the upper bound: order %i, density %f', (n, density) => {
    const random = generator(31 * n);
    for (let round = 0; round < 8; round += 1) {
      const m = randomMatrix(random, n, density);
      const { scales, lower, upper } = perronScales(m, n);
      const radius = spectralRadius(m, n);
      expect(lower).toBeLessThanOrEqual(radius * (1 + 1e-12) + 1e-300);
      expect(upper).toBeGreaterThanOrEqual(radius * (1 - 1e-12) - 1e-14);
      expect(upper - lower).toBeLessThanOrEqual(1e-8 * upper);
      expect(scales.every((t) => t > 0 && t <= 1)).toBe(true);
      expect(worstRow(m, n, scales)).toBeLessThanOrEqual(upper * (1 + 1e-12));
      // No other scales are better: the minimum over random ones stays above.
      for (let k = 0; k < 20; k += 1)
        expect(
          worstRow(
            m,
            n,
            scales.map((t) => t * 2 ** (0.1 * random.normal())),
          ),
        ).toBeGreaterThanOrEqual(upper * (1 - 1e-8));
    }
  });

  it('know the textbook cases', () => {
    // |offdiag| of a path with two edges: eigenvalues 0, ±√2, the Perron vector (1, √2, 1); A alone would swing for
    // ever.
    const path = perronScales(Float64Array.of(-1, 1, 0, 1, -1, -1, 0, -1, -1), 3);
    expect(path.upper).toBeCloseTo(Math.SQRT2, 9);
    expect(path.lower).toBeCloseTo(Math.SQRT2, 9);
    expect(Array.from(path.scales)).toEqual([expect.closeTo(Math.SQRT1_2, 8), 1, expect.closeTo(Math.SQRT1_2, 8)]);
    // Badly scaled but dominant once scaled: t = (1, 1/1000).
    const scaled = perronScales(Float64Array.of(-1, 500, 500, -1e6), 2);
    expect([scaled.lower, scaled.upper]).toEqual([expect.closeTo(0.5, 9), expect.closeTo(0.5, 9)]);
    expect((scaled.scales[1] ?? NaN) / (scaled.scales[0] ?? NaN)).toBeCloseTo(1e-3, 10);
  });

  it('take parts that nothing joins one by one', () => {
    // Two blocks with Perron values 0.25 and 3, interleaved, and a row by itself.
    const m = new Float64Array(25);
    const set = (i: number, j: number, value: number): void => {
      m[i * 5 + j] = m[j * 5 + i] = value;
    };
    for (let i = 0; i < 5; i += 1) set(i, i, -2);
    set(0, 2, 0.5);
    set(1, 4, -6);
    const { lower, upper, scales } = perronScales(m, 5);
    expect([lower, upper]).toEqual([3, 3]);
    expect(Array.from(scales)).toEqual([1, 1, 1, 1, 1]);
    expect(perronScales(Float64Array.of(-1, 0, 0, -5), 2)).toMatchObject({ lower: 0, upper: 0 });
    expect(perronScales(new Float64Array(0), 0)).toMatchObject({ lower: 0, upper: 0, iterations: 0 });
  });

  it('say ∞ where no scales help: rows without anything negative on the diagonal, and what is no number', () => {
    for (const m of [
      [-1, 1, 1, 0],
      [-1, 1, 1, 2],
      [1, 0, 0, -1],
      [-1, Infinity, Infinity, -1],
      [-1, NaN, NaN, -1],
      [-5e-324, 1e300, 1e300, -1],
    ]) {
      expect(perronScales(Float64Array.from(m), 2)).toMatchObject({ upper: Infinity, lower: Infinity });
    }
    // A zero row holds as it is.
    expect(perronScales(Float64Array.of(-1, 0, 0, 0), 2)).toMatchObject({ lower: 0, upper: 0 });
  });

  it('stop where they are told to, with bounds that hold', () => {
    const random = generator(5);
    const m = randomMatrix(random, 30, 1);
    const radius = spectralRadius(m, 30);
    const rough = perronScales(m, 30, { iterations: 2 });
    expect(rough.iterations).toBeLessThanOrEqual(2);
    expect(rough.lower).toBeLessThan(radius);
    expect(rough.upper).toBeGreaterThan(radius);
    expect(worstRow(m, 30, rough.scales)).toBeCloseTo(rough.upper, 12);
  });
});
