import { Matrix } from 'ml-matrix';
import type { Random } from '../../../src/numeric/random.js';

/** Sizes around the tiles of four and two, one beside many, and more than a hundred. */
export const sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 16, 17, 31, 33, 64, 101] as const;

export const integers = (random: Random, length: number, most = 9): Float64Array =>
  Float64Array.from({ length }, () => random.integer(-most, most));
export const normals = (random: Random, length: number): Float64Array =>
  Float64Array.from({ length }, () => random.normal());

export const wrap = (data: ArrayLike<number>, rows: number, columns: number): Matrix =>
  Matrix.from1DArray(rows, columns, Array.from(data));

/** Room for `length` numbers with garbage in it, and NaN behind it that must stay. */
export function guarded(length: number): { readonly data: Float64Array; readonly intact: () => boolean } {
  const data = new Float64Array(length + 5).fill(1e300, 0, length).fill(Number.NaN, length);
  return { data, intact: () => data.subarray(length).every(Number.isNaN) };
}

/** The first numbers as a list; −0 becomes 0. */
export const list = (data: Float64Array, length = data.length): readonly number[] =>
  Array.from(data.subarray(0, length), (value) => value + 0);

/**
 * A lower triangular matrix with small integers, powers of two on the diagonal, and NaN above it where nobody may look:
 * factoring L Lᵀ or solving with L for an integer unknown is exact in doubles.
 */
export function integerFactor(
  random: Random,
  n: number,
): { readonly poisoned: Float64Array; readonly clean: Float64Array } {
  const clean = new Float64Array(n * n);
  const poisoned = new Float64Array(n * n).fill(Number.NaN);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j <= i; j += 1)
      poisoned[i * n + j] = clean[i * n + j] = i === j ? random.pick([1, 2, 4]) : random.integer(-3, 3);
  }
  return { poisoned, clean };
}
