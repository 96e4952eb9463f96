import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { Dyadic } from '../../src/numeric/dyadic.js';
import type { Random } from '../../src/numeric/random.js';

/**
 * Exact oracles that share no code with the library: a double becomes an integer by doubling until it is one, and
 * definiteness is read from the signs of the characteristic polynomial instead of from pivots.
 */

/** Every finite double is a multiple of 2^-1074. */
const unit = 1074;

/** x · 2^1074 as an integer. */
export function integerOf(x: number): bigint {
  if (!Number.isFinite(x)) {
    throw new Error(`${x} has no exact value`);
  }
  let value = x;
  let doublings = 0;
  while (!Number.isInteger(value)) {
    value *= 2;
    doublings += 1;
  }
  return BigInt(value) << BigInt(unit - doublings);
}

/** A dyadic times 2^places; throws if that is no integer. */
export function integerOfDyadic({ mantissa, exponent }: Dyadic, places: number): bigint {
  const shift = BigInt(exponent + places);
  if (shift >= 0n) {
    return mantissa << shift;
  }
  if (mantissa % (1n << -shift) !== 0n) {
    throw new Error('not enough places');
  }
  return mantissa >> -shift;
}

/**
 * Faddeev–LeVerrier: the coefficients of det(λI + A) are the elementary symmetric functions of A's eigenvalues. A
 * symmetric A is positive definite iff all are positive, semidefinite iff none is negative (Horn and Johnson, 7.2.P).
 */
export function positivity(a: readonly bigint[], n: number): 'definite' | 'semidefinite' | 'indefinite' {
  let worst: 'definite' | 'semidefinite' = 'definite';
  let power = a.map(() => 0n); // M_k of the recursion
  let coefficient = 1n; // of λ^(n-k) in det(λI − A)
  for (let k = 1; k <= n; k += 1) {
    const next = a.map((_, at) => {
      const i = Math.floor(at / n);
      const j = at % n;
      let sum = i === j ? coefficient : 0n;
      for (let l = 0; l < n; l += 1) {
        sum += (a[i * n + l] ?? 0n) * (power[l * n + j] ?? 0n);
      }
      return sum;
    });
    let trace = 0n;
    for (let i = 0; i < n; i += 1) {
      for (let l = 0; l < n; l += 1) {
        trace += (a[i * n + l] ?? 0n) * (next[l * n + i] ?? 0n);
      }
    }
    power = next;
    coefficient = -trace / BigInt(k);
    const symmetric = k % 2 === 0 ? coefficient : -coefficient;
    if (symmetric < 0n) {
      return 'indefinite';
    }
    worst = symmetric === 0n ? 'semidefinite' : worst;
  }
  return worst;
}

/** The same for negative definiteness of a matrix of doubles. */
export function negativity(matrix: Float64Array, n: number): 'definite' | 'semidefinite' | 'indefinite' {
  return positivity(
    Array.from(matrix, (x) => -integerOf(x)),
    n,
  );
}

export function eigenvalues(matrix: Float64Array, n: number): number[] {
  const rows = Array.from({ length: n }, (_, i) => Array.from(matrix.subarray(i * n, (i + 1) * n)));
  return new EigenvalueDecomposition(new Matrix(rows), { assumeSymmetric: true }).realEigenvalues;
}

/** A double with random bits: any sign, exponent and fraction, denormals and zeros included, never NaN or infinite. */
export function anyDouble(random: Random): number {
  const view = new DataView(new ArrayBuffer(8));
  for (;;) {
    view.setUint32(0, random.integer(0, 0xffffffff));
    view.setUint32(4, random.integer(0, 0xffffffff));
    if (random.integer(0, 9) === 0) {
      view.setUint32(0, view.getUint32(0) & 0x800fffff);
    }
    const value = view.getFloat64(0);
    if (Number.isFinite(value)) {
      return value;
    }
  }
}
