import { bitLength, normalize, sign } from './dyadic.js';
import type { Dyadic } from './dyadic.js';
import { outside } from '../base/outside.js';

export type Definiteness = 'definite' | 'semidefinite' | 'indefinite';

/**
 * The negative definiteness of a symmetric matrix of order n, row major (only the upper triangle is read), decided
 * exactly: 'definite' ⇔ M ≺ 0; 'semidefinite' ⇔ M ≼ 0 but singular; 'indefinite' ⇔ not M ≼ 0. The empty matrix is
 * definite.
 *
 * LDLᵀ of −M in integers: a power-of-two congruence makes the diagonal alike and the entries integers, then
 * fraction-free elimination (Bareiss, Math. Comp. 22 (1968)) keeps every intermediate value a minor. The pivot at
 * step k has the sign of the k-th Schur complement's corner, all earlier ones being positive. A zero pivot is allowed
 * only with a zero row, which then drops out; the first negative pivot ends the matter.
 */
export function exactDefiniteness(entries: readonly Dyadic[], n: number): Definiteness {
  const diagonal = Array.from({ length: n }, (_, i) => entries[i * n + i] ?? outside());
  if (diagonal.some((entry) => sign(entry) > 0)) {
    return 'indefinite';
  }
  const rows = scaledIntegers(entries, n);
  return isMinorViolated(rows, n) ? 'indefinite' : eliminate(rows, n);
}

/** Rows of the upper triangle (row i holds j ≥ i) of −T M T · 2^common, T diagonal with powers of two. */
function scaledIntegers(entries: readonly Dyadic[], n: number): bigint[][] {
  const shifts = Array.from({ length: n }, (_, i) => {
    const { mantissa, exponent } = entries[i * n + i] ?? outside();
    return -Math.floor((exponent + bitLength(mantissa)) / 2);
  });
  let common = Infinity;
  const scaled: Dyadic[][] = [];
  for (let i = 0; i < n; i += 1) {
    const row: Dyadic[] = [];
    for (let j = i; j < n; j += 1) {
      const { mantissa, exponent } = normalize(entries[i * n + j] ?? outside());
      const place = exponent + (shifts[i] ?? outside()) + (shifts[j] ?? outside());
      row.push({ mantissa: -mantissa, exponent: place });
      common = mantissa === 0n ? common : Math.min(common, place);
    }
    scaled.push(row);
  }
  return scaled.map((row) =>
    row.map(({ mantissa, exponent }) => (mantissa === 0n ? 0n : mantissa << BigInt(exponent - common))),
  );
}

/** Whether some m_ij² > m_ii m_jj: a quick no for matrices of hostile scales, before the integers grow. */
function isMinorViolated(rows: readonly (readonly bigint[])[], n: number): boolean {
  for (let i = 0; i < n; i += 1) {
    const corner = rows[i]?.[0] ?? outside();
    for (let j = i + 1; j < n; j += 1) {
      const value = rows[i]?.[j - i] ?? outside();
      if (value !== 0n && value * value > corner * (rows[j]?.[0] ?? outside())) {
        return true;
      }
    }
  }
  return false;
}

function eliminate(rows: bigint[][], n: number): Definiteness {
  let previous = 1n;
  let singular = false;
  for (let k = 0; k < n; k += 1) {
    const top = rows[k] ?? outside();
    const pivot = top[0] ?? outside();
    if (pivot < 0n || (pivot === 0n && top.some((value) => value !== 0n))) {
      return 'indefinite';
    }
    if (pivot === 0n) {
      singular = true;
      continue;
    }
    for (let i = k + 1; i < n; i += 1) {
      const row = rows[i] ?? outside();
      const multiplier = top[i - k] ?? outside();
      for (let j = i; j < n; j += 1) {
        const kept = pivot * (row[j - i] ?? outside());
        const other = top[j - k] ?? outside();
        const value = multiplier === 0n || other === 0n ? kept : kept - multiplier * other;
        row[j - i] = previous === 1n ? value : value / previous;
      }
      if ((row[0] ?? outside()) < 0n) {
        return 'indefinite';
      }
    }
    previous = pivot;
  }
  return singular ? 'semidefinite' : 'definite';
}
