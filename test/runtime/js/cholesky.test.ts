import { CholeskyDecomposition } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { choleskyInto } from '../../../src/runtime/js/cholesky.js';
import { generator } from '../../../src/numeric/random.js';
import type { Random } from '../../../src/numeric/random.js';
import { guarded, integerFactor, list, normals, sizes, wrap } from './dense-cases.js';
import { integerOf } from '../../numeric/oracle.js';

/** L D Lᵀ of integers, exactly; the upper triangle is poisoned, since nobody may read it. */
function product(factor: Float64Array, n: number, signs: readonly number[] = []): Float64Array {
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let total = 0;
    for (let k = 0; k <= j; k += 1) total += (factor[i * n + k] ?? 0) * (signs[k] ?? 1) * (factor[j * n + k] ?? 0);
    return j > i ? Number.NaN : total;
  });
}

/** Positive definite: X Xᵀ + I. */
function definite(random: Random, n: number): Float64Array {
  const X = wrap(normals(random, n * n), n, n);
  const gram = X.mmul(X.transpose());
  return Float64Array.from(
    { length: n * n },
    (_, at) =>
      gram.get(Math.max(Math.floor(at / n), at % n), Math.min(Math.floor(at / n), at % n)) +
      (Math.floor(at / n) === at % n ? 1 : 0),
  );
}

describe('choleskyInto', () => {
  it('gives back the integer factor exactly, into another matrix or in place', () => {
    const random = generator(1);
    for (const n of sizes) {
      const { clean } = integerFactor(random, n);
      const a = product(clean, n);
      const before = a.slice();
      const out = guarded(n * n);
      expect(choleskyInto(out.data, a, n)).toBe(-1);
      expect(list(out.data, n * n)).toEqual(list(clean));
      expect(out.intact()).toBe(true);
      expect(a).toEqual(before);
      expect(choleskyInto(a, a, n)).toBe(-1);
      expect(list(a)).toEqual(list(clean));
    }
  });

  it(
    'has the backward error of its kind: |L Lᵀ − A| ≤ γ_{n+1} |L| |Lᵀ| (Higham, 2002, theorem ' +
      '10.3), exactly evaluated',
    () => {
      const random = generator(2);
      for (const n of [1, 3, 4, 6, 13, 22]) {
        const a = definite(random, n);
        const out = new Float64Array(n * n);
        expect(choleskyInto(out, a, n)).toBe(-1);
        const l = Array.from(out, integerOf);
        for (let i = 0; i < n; i += 1) {
          for (let j = 0; j <= i; j += 1) {
            let [total, size] = [0n, 0n];
            for (let k = 0; k <= j; k += 1) {
              const term = (l[i * n + k] ?? 0n) * (l[j * n + k] ?? 0n);
              total += term;
              size += term < 0n ? -term : term;
            }
            const error = total - (integerOf(a[i * n + j] ?? Number.NaN) << 1074n);
            expect((error < 0n ? -error : error) * 1000n * 2n ** 53n <= size * 1001n * BigInt(n + 1)).toBe(true);
          }
        }
      }
    },
  );

  it('agrees with ml-matrix at 130', () => {
    const n = 130;
    const a = definite(generator(3), n);
    const out = new Float64Array(n * n);
    expect(choleskyInto(out, a, n)).toBe(-1);
    const expected = new CholeskyDecomposition(wrap(a, n, n)).lowerTriangularMatrix.to1DArray();
    const largest = Math.max(...expected.map(Math.abs));
    expected.forEach((value, at) => expect(Math.abs((out[at] ?? Number.NaN) - value)).toBeLessThan(1e-12 * largest));
  });

  it('tells the first pivot that is not positive', () => {
    const random = generator(4);
    for (const n of [1, 2, 4, 5, 8, 11, 18]) {
      const { clean } = integerFactor(random, n);
      for (let bad = 0; bad < n; bad += 1) {
        for (const sign of [-1, 0]) {
          const signs = Array.from({ length: n }, (_, k) => (k === bad ? sign : k > bad ? random.pick([-1, 0, 1]) : 1));
          expect(choleskyInto(new Float64Array(n * n), product(clean, n, signs), n), `${n}, ${bad}`).toBe(bad);
        }
      }
    }
    expect(choleskyInto(new Float64Array(1), Float64Array.of(0), 1)).toBe(0);
    expect(choleskyInto(new Float64Array(1), Float64Array.of(-0), 1)).toBe(0);
    expect(choleskyInto(new Float64Array(0), new Float64Array(0), 0)).toBe(-1);
  });

  it('fails at the row of a NaN', () => {
    const n = 11;
    const { clean } = integerFactor(generator(5), n);
    for (let i = 0; i < n; i += 1) {
      for (let j = 0; j <= i; j += 1) {
        const a = product(clean, n);
        a[i * n + j] = Number.NaN;
        expect(choleskyInto(new Float64Array(n * n), a, n)).toBe(i);
      }
    }
  });
});
