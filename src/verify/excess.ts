import type { Table } from './instance.js';

const steps = 200;

/**
 * How far a symmetric matrix is from M ≼ 0: xᵀMx at a unit vector x that power iteration on M + s I has turned towards
 * its largest eigenvalue, with s so large that it is positive. In doubles, never above the largest eigenvalue but for
 * rounding; null where it is no matrix of numbers.
 */
export function excessOf(matrix: Table): number | null {
  const rows = matrix.map((row) => row.map(Number));
  const n = rows.length;
  if (n === 0 || rows.some((row) => row.length !== n || !row.every(Number.isFinite))) return null;
  const shift = Math.max(...rows.map((row) => row.reduce((sum, value) => sum + Math.abs(value), 0)));
  const times = (x: readonly number[]): readonly number[] =>
    rows.map((row) => row.reduce((sum, value, j) => sum + value * (x[j] ?? Number.NaN), 0));
  const unit = (x: readonly number[]): readonly number[] => {
    const length = Math.hypot(...x);
    return x.map((value) => value / length);
  };
  // No eigenvector of anything in particular.
  let x = unit(rows.map((_row, i) => 1 + i / (3 * n)));
  for (let step = 0; step < steps && shift > 0; step += 1) {
    const product = times(x);
    x = unit(x.map((value, i) => shift * value + (product[i] ?? Number.NaN)));
  }
  const quotient = times(x).reduce((sum, value, i) => sum + value * (x[i] ?? Number.NaN), 0);
  return Number.isFinite(quotient) ? quotient : null;
}
