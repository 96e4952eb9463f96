import { SingularValueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { generator } from '../../src/numeric/random.js';
import type { Random } from '../../src/numeric/random.js';
import { spectralNormAbove } from '../../src/numeric/spectral-norm.js';
import { integerOf } from './oracle.js';

/** The largest singular value by ml-matrix, of the matrix times a power of two that brings it to about 1. */
function bySvd(data: Float64Array, rows: number, columns: number): number {
  const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0) return 0;
  const scale = 2 ** Math.max(-1022, Math.min(1023, Math.floor(Math.log2(largest))));
  const matrix = new Matrix(
    Array.from({ length: rows }, (_, i) =>
      Array.from(data.subarray(i * columns, (i + 1) * columns), (value) => value / scale),
    ),
  );
  return Math.max(...new SingularValueDecomposition(matrix, { autoTranspose: true }).diagonal) * scale;
}

const fills: readonly ((random: Random, rows: number, columns: number) => Float64Array)[] = [
  (random, rows, columns) => Float64Array.from({ length: rows * columns }, () => random.normal()),
  (random, rows, columns) => Float64Array.from({ length: rows * columns }, () => random.uniform()),
  // Rank one, and nearly so.
  (random, rows, columns) => {
    const [u, v] = [
      Array.from({ length: rows }, () => random.normal()),
      Array.from({ length: columns }, () => random.normal()),
    ];
    return Float64Array.from(
      { length: rows * columns },
      (_, at) => (u[Math.floor(at / columns)] ?? 0) * (v[at % columns] ?? 0),
    );
  },
  // Equal singular values, or nearly: a permutation with signs.
  (random, rows, columns) =>
    Float64Array.from({ length: rows * columns }, (_, at) =>
      Math.floor(at / columns) === at % columns ? random.pick([1, -1]) * (1 - 1e-9 * random.uniform()) : 0,
    ),
  // Sparse, entries of very different size.
  (random, rows, columns) =>
    Float64Array.from({ length: rows * columns }, () =>
      random.integer(0, 3) === 0 ? random.normal() * 10 ** random.integer(-12, 0) : 0,
    ),
  // The start vector of a power iteration with positive entries lies in the kernel, all but.
  (random, rows, columns) =>
    Float64Array.from(
      { length: rows * columns },
      (_, at) => (at % columns === 0 ? 1 : -1 / Math.max(1, columns - 1)) * (1 + 1e-3 * random.normal()),
    ),
];

describe('spectralNormAbove', () => {
  it('is at least the largest singular value, and mostly within 1e-6 of it', () => {
    const random = generator(51);
    let close = 0;
    let total = 0;
    for (let round = 0; round < 900; round += 1) {
      const [rows, columns] = [random.integer(1, 12), random.integer(1, 12)];
      const data = random.pick(fills)(random, rows, columns);
      const [bound, truth] = [spectralNormAbove(data, rows, columns), bySvd(data, rows, columns)];
      expect(bound).toBeGreaterThanOrEqual(truth * (1 - 1e-12));
      expect(bound).toBeLessThanOrEqual(truth * (1 + 2 ** -5));
      total += 1;
      if (bound <= truth * (1 + 1e-6)) close += 1;
    }
    expect(close / total).toBeGreaterThan(0.97);
  });

  it.each([
    [64, 64],
    [40, 120],
    [120, 40],
    [1, 200],
    [200, 1],
  ])('of %i × %i normal entries is within 1e-6', (rows, columns) => {
    const random = generator(52);
    const data = Float64Array.from({ length: rows * columns }, () => random.normal());
    const bound = spectralNormAbove(data, rows, columns);
    const truth = bySvd(data, rows, columns);
    expect(bound).toBeGreaterThanOrEqual(truth * (1 - 1e-12));
    expect(bound).toBeLessThanOrEqual(truth * (1 + 1e-6));
  });

  it('is exact enough where the norm has a closed form', () => {
    const near = (data: readonly number[], rows: number, columns: number, truth: number): void => {
      const bound = spectralNormAbove(Float64Array.from(data), rows, columns);
      expect(bound).toBeGreaterThanOrEqual(truth);
      expect(bound).toBeLessThanOrEqual(truth * (1 + 1e-8));
    };
    near([3, 4], 1, 2, 5);
    near([3, 4], 2, 1, 5);
    near([-7], 1, 1, 7);
    near([2, 0, 0, -3], 2, 2, 3);
    near([1, 1, 1, 1], 2, 2, 2);
    // The shear [[1, 1], [0, 1]]: the golden ratio.
    near([1, 1, 0, 1], 2, 2, (1 + Math.sqrt(5)) / 2 - 2 ** -52);
    near(
      Array.from({ length: 30 * 20 }, () => 1),
      30,
      20,
      Math.sqrt(600) - 2 ** -47,
    );
  });

  it('of zero is zero, and of nothing else', () => {
    for (const [rows, columns] of [
      [1, 1],
      [3, 4],
      [0, 0],
    ] as const)
      expect(spectralNormAbove(new Float64Array(rows * columns), rows, columns)).toBe(0);
    expect(spectralNormAbove(Float64Array.of(0, 0, 5e-324), 1, 3)).toBeGreaterThanOrEqual(5e-324);
  });

  it('moves with powers of two from end to end of the range', () => {
    const random = generator(53);
    const data = Float64Array.from({ length: 12 }, () => random.normal());
    const plain = spectralNormAbove(data, 3, 4);
    for (const exponent of [-900, -500, -30, 40, 500, 1000]) {
      expect(
        spectralNormAbove(
          data.map((value) => value * 2 ** exponent),
          3,
          4,
        ),
      ).toBe(plain * 2 ** exponent);
    }
  });

  it('is a bound among denormals and near overflow, where squares leave the range', () => {
    const random = generator(54);
    for (const scale of [5e-324, 3e-323, 1e-320, 1e-310, 1e-300, 1e-200, 1e200, 1e300, 1.2e308, 1.79e308]) {
      for (let round = 0; round < 20; round += 1) {
        const [rows, columns] = [random.integer(1, 4), random.integer(1, 4)];
        const data = Float64Array.from({ length: rows * columns }, () => random.pick([1, -1, 0.3, 0]) * scale);
        const bound = spectralNormAbove(data, rows, columns);
        expect(Number.isNaN(bound)).toBe(false);
        // bound² ≥ (Σ a_i²) for the longest row and the longest column, in integers: norms of parts are at most the
        // norm.
        if (bound === Infinity) continue;
        const squared = (part: Float64Array): bigint => part.reduce((sum, value) => sum + integerOf(value) ** 2n, 0n);
        const columnAt = (j: number): Float64Array =>
          Float64Array.from({ length: rows }, (_, i) => data[i * columns + j] ?? 0);
        for (let i = 0; i < rows; i += 1)
          expect(integerOf(bound) ** 2n >= squared(data.subarray(i * columns, (i + 1) * columns))).toBe(true);
        for (let j = 0; j < columns; j += 1) expect(integerOf(bound) ** 2n >= squared(columnAt(j))).toBe(true);
        expect(bound).toBeLessThanOrEqual(
          Math.max(bySvd(data, rows, columns) * 1.001, 2e-323 + bySvd(data, rows, columns)),
        );
      }
    }
  });

  it('is Infinity where an entry is not finite or the norm overflows, and a number otherwise', () => {
    for (const bad of [Number.NaN, Infinity, -Infinity])
      expect(spectralNormAbove(Float64Array.of(1, bad), 1, 2)).toBe(Infinity);
    expect(spectralNormAbove(new Float64Array(4).fill(1.7e308), 2, 2)).toBe(Infinity);
    expect(spectralNormAbove(Float64Array.of(1.7e308), 1, 1)).toBeLessThan(Infinity);
    expect(spectralNormAbove(Float64Array.of(1.5e308, 0, 0, 5e-324), 2, 2) / 1.5e308).toBeLessThan(1 + 1e-8);
  });

  it('takes matrices with more entries than a call has arguments', () => {
    const size = 400;
    const bound = spectralNormAbove(
      Float64Array.from({ length: size * size }, (_, at) => (Math.floor(at / size) === at % size ? 1 : 0)),
      size,
      size,
    );
    expect(bound).toBeGreaterThanOrEqual(1);
    expect(bound).toBeLessThan(1 + 1e-8);
  });
});
