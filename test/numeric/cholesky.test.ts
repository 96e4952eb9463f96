import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { cholesky, choleskyInPieces, choleskySolve } from '../../src/numeric/cholesky.js';
import { generator } from '../../src/numeric/random.js';
import { integerOf } from './oracle.js';
import type { Random } from '../../src/numeric/random.js';
import { piece } from '../../src/numeric/work.js';

function gram(random: Random, n: number, inner: number, ridge: number): Float64Array {
  const g = Float64Array.from({ length: n * inner }, () => random.normal());
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n].sort((a, b) => a - b);
    let sum = i === j ? ridge : 0;
    for (let k = 0; k < inner; k += 1) {
      sum += (g[k * n + (i ?? 0)] ?? 0) * (g[k * n + (j ?? 0)] ?? 0);
    }
    return sum;
  });
}

function lower(a: Float64Array, n: number): number[][] {
  return Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (__, j) => (j <= i ? (a[i * n + j] ?? NaN) : 0)),
  );
}

describe('cholesky', () => {
  it('returns the factor itself where arithmetic is exact', () => {
    const random = generator(1);
    for (let n = 1; n <= 23; n += 1) {
      const factor = Array.from({ length: n }, (_, i) =>
        Array.from({ length: n }, (__, j) => (j < i ? random.integer(-4, 4) : j === i ? 2 ** random.integer(0, 2) : 0)),
      );
      const product = new Matrix(factor).mmul(new Matrix(factor).transpose());
      const a = Float64Array.from(product.to1DArray());
      expect(cholesky(a, n)).toBe(true);
      expect(lower(a, n)).toEqual(factor);
    }
  });

  it('agrees with ml-matrix', () => {
    const random = generator(2);
    for (const n of [1, 2, 3, 4, 5, 6, 7, 8, 13, 31, 64, 65]) {
      const a = gram(random, n, n, 1);
      const expected = new CholeskyDecomposition(new Matrix(lowerToFull(a, n))).lowerTriangularMatrix;
      expect(cholesky(a, n)).toBe(true);
      const difference = Matrix.sub(new Matrix(lower(a, n)), expected).norm('frobenius');
      expect(difference).toBeLessThan(1e-13 * n * expected.norm('frobenius'));
    }
  });

  it('errs by no more than the theorem that the verdict rests on, entry by entry and exactly', () => {
    // Higham, theorem 10.3: |LLᵀ − A| ≤ γ_{n+1} |L||Lᵀ|, with γ_k ≤ 1.001 k u here.
    const random = generator(3);
    for (let run = 0; run < 40; run += 1) {
      const n = random.integer(1, 14);
      const a = gram(random, n, n, run % 2 === 0 ? 1e-8 : 1);
      const factor = a.slice();
      expect(cholesky(factor, n)).toBe(true);
      const l = lower(factor, n).map((row) => row.map(integerOf));
      for (let i = 0; i < n; i += 1) {
        for (let j = 0; j <= i; j += 1) {
          let product = 0n;
          let size = 0n;
          for (let k = 0; k <= j; k += 1) {
            const term = (l[i]?.[k] ?? 0n) * (l[j]?.[k] ?? 0n);
            product += term;
            size += term < 0n ? -term : term;
          }
          const error = product - (integerOf(a[i * n + j] ?? NaN) << 1074n);
          const magnified = (error < 0n ? -error : error) * 1000n * 2n ** 53n;
          expect(magnified <= size * 1001n * BigInt(n + 1)).toBe(true);
        }
      }
    }
  });

  it('stops at a pivot that is not positive and finite', () => {
    const random = generator(4);
    for (const n of [1, 2, 4, 5, 9, 16]) {
      for (let bad = 0; bad < n; bad += 1) {
        for (const value of [0, -1, NaN, Infinity, -Infinity]) {
          const a = gram(random, n, n, 1);
          a[bad * n + bad] = value;
          expect(cholesky(a, n)).toBe(false);
        }
      }
      for (let bad = 1; bad < n; bad += 1) {
        for (const value of [-1e9, 1e200, NaN, Infinity, -Infinity]) {
          const a = gram(random, n, n, 1);
          a[bad * n] = value;
          expect(cholesky(a, n)).toBe(false);
        }
      }
    }
    expect(cholesky(new Float64Array(0), 0)).toBe(true);
    expect(cholesky(Float64Array.of(1, 9, 2, 1), 2)).toBe(false); // the lower triangle decides
    expect(cholesky(Float64Array.of(1, 2, 0, 1), 2)).toBe(true);
  });

  it('solves', () => {
    const random = generator(5);
    const n = 19;
    const a = gram(random, n, n, 1);
    const x = Array.from({ length: n }, () => random.normal());
    const b = Float64Array.from(new Matrix(lowerToFull(a, n)).mmul(Matrix.columnVector(x)).to1DArray());
    cholesky(a, n);
    choleskySolve(a, n, b);
    x.forEach((value, i) => expect(b[i]).toBeCloseTo(value, 8));
  });
});

describe('zeros that rows begin with', () => {
  /**
   * A chain of blocks, the first of them diagonal: each block reads the one before. Integers, so that the factor is
   * exact.
   */
  function chain(random: Random, widths: readonly number[]): { readonly factor: number[][]; readonly a: Float64Array } {
    const n = widths.reduce((total, width) => total + width, 0);
    const block = widths.flatMap((width, at) => Array.from({ length: width }, () => at));
    const factor = Array.from({ length: n }, (_, i) =>
      Array.from({ length: n }, (__, j) => {
        const [own = 0, other = 0] = [block[i], block[j]];
        if (i === j) return 2 ** random.integer(0, 2);
        return j > i || own - other > 1 || own === 0 ? 0 : random.integer(-3, 3);
      }),
    );
    return { factor, a: Float64Array.from(new Matrix(factor).mmul(new Matrix(factor).transpose()).to1DArray()) };
  }
  const driven = (a: Float64Array, n: number): { readonly done: boolean; readonly pieces: number[] } => {
    const pieces: number[] = [];
    const work = choleskyInPieces(a, n);
    for (;;) {
      const { done, value } = work.next();
      if (done === true) return { done: value, pieces };
      pieces.push(value);
    }
  };

  it('change no entry, wherever the blocks end', () => {
    const random = generator(6);
    for (let round = 0; round < 200; round += 1) {
      const widths = Array.from({ length: random.integer(1, 6) }, () => random.integer(1, 9));
      const { factor, a } = chain(random, widths);
      expect(cholesky(a, factor.length)).toBe(true);
      expect(lower(a, factor.length)).toEqual(factor);
    }
  });

  it('hide no NaN, no infinity and no indefinite corner', () => {
    const random = generator(7);
    for (let round = 0; round < 200; round += 1) {
      const { factor, a } = chain(random, [5, 3, 4, 6]);
      const n = factor.length;
      const [i, j] = [random.integer(0, n - 1), random.integer(0, n - 1)].sort((one, other) => other - one);
      a[(i ?? 0) * n + (j ?? 0)] = random.pick([NaN, Infinity, -Infinity, -1e9]);
      expect(cholesky(a, n)).toBe(false);
    }
  });

  it('cost nothing: a chain ten times as long costs ten times as much', () => {
    const cost = (layers: number): number => {
      const { factor, a } = chain(generator(8), [60, ...new Array<number>(layers).fill(8)]);
      return driven(a, factor.length).pieces.reduce((total, value) => total + value, 0);
    };
    expect(cost(40) / cost(4)).toBeLessThan(11);
  });

  it('it yields at least once in a piece, and few times in all', () => {
    const n = 700;
    const a = gram(generator(9), n, 1, 1);
    const { done, pieces } = driven(a, n);
    expect(done).toBe(true);
    expect(Math.max(...pieces)).toBeLessThan(piece + 2 * n * n + 1);
    expect(pieces.reduce((total, value) => total + value, 0)).toBeGreaterThan(n ** 3 / 6);
    expect(pieces.length).toBeLessThan(n);
  });
});

function lowerToFull(a: Float64Array, n: number): number[][] {
  const rows = lower(a, n);
  return rows.map((row, i) => row.map((_, j) => rows[Math.max(i, j)]?.[Math.min(i, j)] ?? NaN));
}
