import { cholesky, choleskySolve } from './cholesky.js';
import { fromNumbers } from './dyadic.js';
import { generator } from './random.js';
import type { Dyadic } from './dyadic.js';
import type { ScaledMatrix } from './verified-cholesky.js';
import { outside } from '../base/outside.js';

/**
 * Candidates x for xᵀMx > 0, most promising first; nothing is claimed of them, the caller evaluates xᵀMx exactly.
 * `matrix` is the computed n × n matrix.
 */
export function cheapCandidates(matrix: Float64Array, n: number): Float64Array[] {
  const candidates: Float64Array[] = [];
  let worst = 0;
  let pair: readonly [number, number] | null = null;
  for (let i = 0; i < n; i += 1) {
    const corner = matrix[i * n + i] ?? Number.NaN;
    if (corner > 0 && candidates.length === 0) {
      candidates.push(unit(n, i));
    }
    for (let j = 0; j < i; j += 1) {
      const entry = Math.abs(matrix[i * n + j] ?? Number.NaN);
      // |m_ij| / √(m_ii m_jj) in logarithms, which neither overflow nor underflow; above 0 the minor is violated.
      const excess =
        2 * Math.log2(entry) - Math.log2(Math.abs(corner)) - Math.log2(Math.abs(matrix[j * n + j] ?? Number.NaN));
      if (entry > 0 && entry < Infinity && excess > worst) {
        worst = excess;
        pair = [i, j];
      }
    }
  }
  if (pair !== null) {
    candidates.push(...pairVectors(matrix, n, pair[0], pair[1]));
  }
  return candidates;
}

function unit(n: number, i: number): Float64Array {
  const x = new Float64Array(n);
  x[i] = 1;
  return x;
}

/**
 * The best combinations of two coordinates: x_j = 1, x_i = −m_ij / m_ii, or far along the one that m_ii = 0 leaves
 * free.
 */
function pairVectors(matrix: Float64Array, n: number, i: number, j: number): Float64Array[] {
  const combine = (a: number, b: number): Float64Array => {
    const corner = matrix[a * n + a] ?? Number.NaN;
    const cross = matrix[a * n + b] ?? Number.NaN;
    const x = unit(n, b);
    x[a] = corner === 0 ? Math.abs(matrix[b * n + b] ?? Number.NaN) / cross || Math.sign(cross) : -cross / corner;
    return x;
  };
  return [combine(i, j), combine(j, i)].filter((x) => x.every(Number.isFinite));
}

/**
 * An approximate eigenvector of the scaled matrix A for its least eigenvalue, in A's coordinates, by inverse iteration
 * on A + σ·diag(A), σ being the smallest of 2⁻⁵⁰ … 2·order for which Cholesky completes. Null if none does.
 */
export function lowestVector(scaled: ScaledMatrix): Float64Array | null {
  const { order, data } = scaled;
  const factorize = (exponent: number): Float64Array | null => {
    const work = data.slice();
    for (let i = 0; i < order; i += 1) {
      work[i * order + i] = (work[i * order + i] ?? Number.NaN) * (1 + 2 ** exponent);
    }
    return cholesky(work, order) ? work : null;
  };
  let low = -50;
  let high = Math.ceil(Math.log2(order)) + 1;
  let factor = factorize(high);
  while (factor !== null && low < high) {
    const middle = Math.floor((low + high) / 2);
    const attempt = factorize(middle);
    factor = attempt ?? factor;
    low = attempt === null ? middle + 1 : low;
    high = attempt === null ? high : middle;
  }
  if (factor === null) {
    return null;
  }
  const random = generator(order);
  const x = new Float64Array(order).map(() => random.normal());
  for (let step = 0; step < 6; step += 1) {
    choleskySolve(factor, order, x);
    const largest = x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    x.forEach((value, i) => {
      x[i] = value / largest;
    });
  }
  return x.every(Number.isFinite) ? x : null;
}

/** The exact vector of length n with entry kept[i] equal to round(x_i) · t_{kept[i]}, x rounded to short fractions. */
export function unscale(x: Float64Array, kept: readonly number[], t: Float64Array, n: number): Dyadic[] {
  const full = new Float64Array(n);
  const exponents = new Int32Array(n);
  kept.forEach((row, i) => {
    // 45 bits below the largest entry: an error of 2⁻⁴⁵ in x changes the form by its square only, x being stationary.
    full[row] = Math.round((x[i] ?? Number.NaN) * 2 ** 45);
    exponents[row] = Math.round(Math.log2(t[row] ?? Number.NaN));
  });
  const { mantissas, exponents: places } = fromNumbers(full);
  return mantissas.map((mantissa, i) => ({
    mantissa,
    exponent: (places[i] ?? outside()) + (exponents[i] ?? outside()),
  }));
}
