import { outside } from '../base/outside.js';
import type { Work } from './work.js';
import { finish, piece } from './work.js';

/**
 * Cholesky factorization in place. `a` holds a symmetric matrix, n × n row major, of which only the lower triangle
 * is read; on success it holds the lower factor L, the strict upper triangle being left as it was. False as soon as
 * a pivot is not positive and finite (NaN and infinities anywhere in the matrix end so); `a` is then half done.
 *
 * Row-wise (Cholesky–Banachiewicz), tiled: four rows of L at a time against pairs of earlier rows, so that each
 * load feeds several products. Each entry is (a_ij − Σ_{k<j} l_ik l_jk) · fl(1 / l_jj) or √(a_jj − Σ l_jk²), the sum
 * taken in some order: the rounding analysis in `verified-cholesky.ts` relies on exactly that and on nothing else.
 *
 * Zeros that a row begins with stay zeros in L, so products with them are left out: Σ d³ of its block rows for a chain
 * of layers, however many, and a block that is diagonal and comes first costs nothing.
 */
export function cholesky(a: Float64Array, n: number): boolean {
  return finish(choleskyInPieces(a, n));
}

/** The same in pieces. */
export function* choleskyInPieces(a: Float64Array, n: number): Work<boolean> {
  const reciprocals = new Float64Array(n);
  const starts = rowStarts(a, n);
  let spent = 0;
  for (let i = 0; i < n; i += 4) {
    if (!fourRows(a, n, i, starts, reciprocals)) return false;
    const width = i + 4 - (starts[i] ?? outside());
    spent += 2 * width * width;
    if (spent < piece) continue;
    yield spent;
    spent = 0;
  }
  yield spent;
  return true;
}

/**
 * The first column of each row that is not 0 (0 itself leaves nothing out, so that it may stand for a missing one), the
 * same even one for every four rows, which are worked on together.
 */
function rowStarts(a: Float64Array, n: number): Int32Array {
  const starts = new Int32Array(n);
  for (let i = 0; i < n; i += 1) {
    const row = i * n;
    let first = 0;
    while (first < i && a[row + first] === 0) first += 1;
    const group = i - (i % 4);
    const even = Math.min(group, first - (first % 2));
    starts[i] = i === group ? even : Math.min(even, starts[group] ?? outside());
    for (let other = group; other < i; other += 1) starts[other] = starts[i] ?? outside();
  }
  return starts;
}

/** Rows i … i + 3 of L, or as many as there are. False at a pivot that is not positive and finite. */
function fourRows(a: Float64Array, n: number, i: number, starts: Int32Array, reciprocals: Float64Array): boolean {
  const rows = Math.min(4, n - i);
  const start = starts[i] ?? outside();
  if (rows === 4) {
    for (let j = start; j + 1 < i; j += 2) {
      const from = Math.max(start, starts[j] ?? outside());
      tile(a, n, i, j, from, reciprocals[j] ?? Number.NaN, reciprocals[j + 1] ?? Number.NaN);
    }
  } else {
    for (let row = i; row < n; row += 1) {
      for (let j = start; j < i; j += 1) {
        a[row * n + j] =
          remainder(a, n, row, j, Math.max(start, starts[j] ?? outside())) * (reciprocals[j] ?? Number.NaN);
      }
    }
  }
  for (let row = i; row < i + rows; row += 1) {
    for (let j = i; j < row; j += 1) {
      a[row * n + j] = remainder(a, n, row, j, start) * (reciprocals[j] ?? Number.NaN);
    }
    const pivot = remainder(a, n, row, row, start);
    if (!(pivot > 0 && pivot < Infinity)) {
      return false;
    }
    const root = Math.sqrt(pivot);
    a[row * n + row] = root;
    reciprocals[row] = 1 / root;
  }
  return true;
}

/** a_ij − Σ_{from≤k<j} l_ik l_jk. */
function remainder(a: Float64Array, n: number, i: number, j: number, from: number): number {
  const p = i * n;
  const q = j * n;
  let sum = 0;
  for (let k = from; k < j; k += 1) {
    sum += (a[p + k] ?? Number.NaN) * (a[q + k] ?? Number.NaN);
  }
  return (a[p + j] ?? Number.NaN) - sum;
}

/** Columns j and j + 1 of the rows i … i + 3, j even: eight inner products over from ≤ k < j, then the 2 × 2 solve. */
function tile(
  a: Float64Array,
  n: number,
  i: number,
  j: number,
  from: number,
  inverse0: number,
  inverse1: number,
): void {
  const p0 = i * n;
  const p1 = p0 + n;
  const p2 = p1 + n;
  const p3 = p2 + n;
  const q0 = j * n;
  const q1 = q0 + n;
  let s00 = 0;
  let s01 = 0;
  let s10 = 0;
  let s11 = 0;
  let s20 = 0;
  let s21 = 0;
  let s30 = 0;
  let s31 = 0;
  for (let k = from; k < j; k += 1) {
    const y0 = a[q0 + k] ?? Number.NaN;
    const y1 = a[q1 + k] ?? Number.NaN;
    const x0 = a[p0 + k] ?? Number.NaN;
    s00 += x0 * y0;
    s01 += x0 * y1;
    const x1 = a[p1 + k] ?? Number.NaN;
    s10 += x1 * y0;
    s11 += x1 * y1;
    const x2 = a[p2 + k] ?? Number.NaN;
    s20 += x2 * y0;
    s21 += x2 * y1;
    const x3 = a[p3 + k] ?? Number.NaN;
    s30 += x3 * y0;
    s31 += x3 * y1;
  }
  const step = a[q1 + j] ?? Number.NaN; // l_{j+1,j}
  solvePair(a, p0 + j, s00, s01, step, inverse0, inverse1);
  solvePair(a, p1 + j, s10, s11, step, inverse0, inverse1);
  solvePair(a, p2 + j, s20, s21, step, inverse0, inverse1);
  solvePair(a, p3 + j, s30, s31, step, inverse0, inverse1);
}

function solvePair(
  a: Float64Array,
  at: number,
  sum0: number,
  sum1: number,
  step: number,
  inverse0: number,
  inverse1: number,
): void {
  const first = ((a[at] ?? Number.NaN) - sum0) * inverse0;
  a[at] = first;
  a[at + 1] = ((a[at + 1] ?? Number.NaN) - (sum1 + first * step)) * inverse1;
}

/** Solves L Lᵀ x = b in place, L as `cholesky` leaves it. For approximations only: no error bound is claimed. */
export function choleskySolve(factor: Float64Array, n: number, b: Float64Array): void {
  for (let i = 0; i < n; i += 1) {
    let sum = b[i] ?? Number.NaN;
    for (let k = 0; k < i; k += 1) {
      sum -= (factor[i * n + k] ?? Number.NaN) * (b[k] ?? Number.NaN);
    }
    b[i] = sum / (factor[i * n + i] ?? Number.NaN);
  }
  for (let i = n - 1; i >= 0; i -= 1) {
    const value = (b[i] ?? Number.NaN) / (factor[i * n + i] ?? Number.NaN);
    b[i] = value;
    for (let k = 0; k < i; k += 1) {
      b[k] = (b[k] ?? Number.NaN) - (factor[i * n + k] ?? Number.NaN) * value;
    }
  }
}
