import { SingularValueDecomposition } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { gramNormInto, gramNormWork } from '../../../src/runtime/js/gram-norm.js';
import { generator } from '../../../src/numeric/random.js';
import { integers, normals, wrap } from './dense-cases.js';

/** The bound; the matrix must stay as it is, and the work array is exactly as long as it says. */
function bound(a: Float64Array, rows: number, columns: number): number {
  const before = a.slice();
  const length = gramNormWork(rows, columns);
  const work = new Float64Array(length + 3).fill(Number.NaN);
  const value = gramNormInto(work, a, rows, columns);
  expect(a).toEqual(before);
  expect(work.subarray(length).every(Number.isNaN)).toBe(true);
  return value;
}

describe('gramNormInto', () => {
  it('lies between the norm and rank^(1/1026) times it', () => {
    const random = generator(1);
    const shapes = [
      [1, 1],
      [1, 9],
      [9, 1],
      [2, 2],
      [3, 5],
      [5, 3],
      [7, 7],
      [20, 6],
      [6, 20],
      [33, 40],
      [64, 64],
    ] as const;
    for (const [rows, columns] of shapes) {
      for (const make of [normals, integers]) {
        const a = make(random, rows * columns);
        const svd = new SingularValueDecomposition(wrap(a, rows, columns), { autoTranspose: true });
        const value = bound(a, rows, columns);
        expect(value).toBeGreaterThanOrEqual(svd.norm2 * (1 - 1e-13));
        expect(value).toBeLessThanOrEqual(svd.norm2 * svd.rank ** (1 / 1026) * (1 + 1e-13));
      }
    }
  });

  it('sees rank, not size: u vᵀ gives ‖u‖ ‖v‖', () => {
    const random = generator(2);
    for (const [rows, columns] of [
      [2, 2],
      [13, 30],
      [30, 13],
    ] as const) {
      const [u, v] = [normals(random, rows), normals(random, columns)];
      const a = Float64Array.from(
        { length: rows * columns },
        (_, at) => (u[Math.floor(at / columns)] ?? 0) * (v[at % columns] ?? 0),
      );
      const exact = Math.hypot(...u) * Math.hypot(...v);
      expect(Math.abs(bound(a, rows, columns) / exact - 1)).toBeLessThan(1e-14 * (rows + columns));
    }
  });

  it('is at its loosest, n^(1/1026), where all singular values are equal', () => {
    for (const n of [1, 2, 5, 16, 100]) {
      const identity = Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? 3 : 0));
      expect(Math.abs(bound(identity, n, n) / (3 * n ** (1 / 1026)) - 1)).toBeLessThan(1e-14);
    }
  });

  it('is homogeneous to the last bit over the whole range of doubles', () => {
    const a = integers(generator(3), 42);
    const value = bound(a, 6, 7);
    for (const exponent of [-1060, -900, -500, -1, 1, 500, 900, 1010]) {
      const factor = 2 ** exponent;
      const scaled = bound(
        a.map((entry) => entry * factor),
        6,
        7,
      );
      if (exponent > -1000) expect(scaled).toBe(value * factor);
      else expect(Math.abs(scaled / factor - value)).toBeLessThanOrEqual(2 ** -14);
    }
    expect(Math.abs(bound(Float64Array.of(3e150, 4e150, 3e-150, 4e-150), 2, 2) / 5e150 - 1)).toBeLessThan(1e-15);
  });

  it('is 0 for zero alone, and no number where an entry is not finite', () => {
    expect(bound(new Float64Array(12), 3, 4)).toBe(0);
    expect(bound(Float64Array.of(0, Number.MIN_VALUE), 1, 2)).toBe(Number.MIN_VALUE);
    for (const bad of [Number.NaN, Infinity, -Infinity]) expect(bound(Float64Array.of(1, bad, 0, 2), 2, 2)).toBeNaN();
  });
});
