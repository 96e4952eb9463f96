import { luSolveInto } from './dense-lu.js';
import { multiplyInto } from './dense-product.js';

/**
 * What matrix programs need beside products and solves; `src/5-emit/js/shape-kernels.ts` prints the same. Row major.
 */

/** out = factor · M or factor · Mᵀ, or added to it; out is rows × columns. */
export function linearInto(
  out: Float64Array,
  m: Float64Array,
  factor: number,
  transposed: boolean,
  rows: number,
  columns: number,
  added: boolean,
): void {
  const [rowStep, columnStep] = transposed ? [1, rows] : [columns, 1];
  for (let i = 0, at = 0; i < rows; i += 1) {
    for (let j = 0; j < columns; j += 1, at += 1) {
      const value = factor * (m[i * rowStep + j * columnStep] ?? 0);
      out[at] = added ? (out[at] ?? 0) + value : value;
    }
  }
}

/** out = factor · diag(d), or added to it; d null is the identity. */
export function diagonalInto(
  out: Float64Array,
  d: Float64Array | null,
  factor: number,
  rows: number,
  added: boolean,
): void {
  if (!added) out.fill(0);
  for (let i = 0; i < rows; i += 1)
    out[i * rows + i] = (out[i * rows + i] ?? 0) + factor * (d === null ? 1 : (d[i] ?? 0));
}

/**
 * Copies rows × columns entries (of Mᵀ if transposed) between blocks of larger matrices, from `from` with `fromStep`
 * numbers a row.
 */
export function blockInto(
  out: Float64Array,
  at: number,
  step: number,
  m: Float64Array,
  from: number,
  fromStep: number,
  transposed: boolean,
  rows: number,
  columns: number,
): void {
  const [rowStep, columnStep] = transposed ? [1, fromStep] : [fromStep, 1];
  for (let i = 0; i < rows; i += 1) {
    for (let j = 0; j < columns; j += 1) out[at + i * step + j] = m[from + i * rowStep + j * columnStep] ?? 0;
  }
}

/** How many numbers `cayleyInto` needs to work on. */
export function cayleyWork(rows: number, columns: number): number {
  const [long, order] = rows < columns ? [columns, rows] : [rows, columns];
  return 2 * long * order + 3 * order * order;
}

/**
 * The Cayley transform of the rows × columns matrix Z: with Z (Zᵀ if it is wide) = [X; Y], X square, A = X − Xᵀ + YᵀY
 * and W = (I + A)⁻¹, out = [2W − I; −2YW], which has orthonormal columns (orthonormal rows if Z is wide); 2W − I = W(I
 * − A). Wang and Manchester, ICML 2023. False if the elimination meets a NaN.
 */
export function cayleyInto(
  out: Float64Array,
  z: Float64Array,
  rows: number,
  columns: number,
  work: Float64Array,
): boolean {
  const wide = rows < columns;
  const [long, order] = wide ? [columns, rows] : [rows, columns];
  const square = order * order;
  const upright = work.subarray(0, long * order);
  // Four squares, and what is left for the part below the square one.
  const [sum, inverse, unit, spare] = [0, 1, 2, 3].map((part) =>
    work.subarray(long * order + part * square, long * order + (part + 1) * square),
  );
  const bottom = work.subarray(long * order + 4 * square);
  if (sum === undefined || inverse === undefined || unit === undefined || spare === undefined) return false;
  blockInto(upright, 0, order, z, 0, columns, wide, long, order);
  const lower = upright.subarray(square);
  multiplyInto(sum, lower, true, lower, false, order, order, long - order);
  for (let i = 0; i < order; i += 1) {
    for (let j = 0; j < order; j += 1) {
      sum[i * order + j] =
        (sum[i * order + j] ?? 0) + ((upright[i * order + j] ?? 0) - (upright[j * order + i] ?? 0)) + (i === j ? 1 : 0);
      unit[i * order + j] = i === j ? 1 : 0;
    }
  }
  if (!luSolveInto(inverse, sum, unit, order, order, spare)) return false;
  multiplyInto(bottom, lower, false, inverse, false, long - order, order, order);
  for (let i = 0; i < long; i += 1) {
    for (let j = 0; j < order; j += 1) {
      const value =
        i < order ? 2 * (inverse[i * order + j] ?? 0) - (i === j ? 1 : 0) : -2 * (bottom[(i - order) * order + j] ?? 0);
      out[wide ? j * columns + i : i * columns + j] = value;
    }
  }
  return true;
}
