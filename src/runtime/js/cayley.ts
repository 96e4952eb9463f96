import { luSolveInto } from './lu.js';
import { multiplyInto } from './product.js';
import { blockInto } from './shapes.js';

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
  const part = (k: number): Float64Array => work.subarray(long * order + k * square, long * order + (k + 1) * square);
  const [sum, inverse, unit, spare] = [part(0), part(1), part(2), part(3)];
  const bottom = work.subarray(long * order + 4 * square);
  blockInto(upright, 0, order, z, 0, columns, wide, long, order);
  const lower = upright.subarray(square);
  multiplyInto(sum, lower, true, lower, false, order, order, long - order);
  for (let i = 0; i < order; i += 1) {
    for (let j = 0; j < order; j += 1) {
      sum[i * order + j] =
        sum[i * order + j]! + (upright[i * order + j]! - upright[j * order + i]!) + (i === j ? 1 : 0);
      unit[i * order + j] = i === j ? 1 : 0;
    }
  }
  if (!luSolveInto(inverse, sum, unit, order, order, spare)) return false;
  multiplyInto(bottom, lower, false, inverse, false, long - order, order, order);
  for (let i = 0; i < long; i += 1) {
    for (let j = 0; j < order; j += 1) {
      const value = i < order ? 2 * inverse[i * order + j]! - (i === j ? 1 : 0) : -2 * bottom[(i - order) * order + j]!;
      out[wide ? j * columns + i : i * columns + j] = value;
    }
  }
  return true;
}

/** How many numbers `cayleyAdjointInto` needs to work on. */
export function cayleyAdjointWork(rows: number, columns: number): number {
  const [long, order] = rows < columns ? [columns, rows] : [rows, columns];
  return 4 * long * order + 4 * order * order;
}

/**
 * The adjoint of Z where q = cayley(Z) has the adjoint `given` (all rows × columns, row major). With Z upright = [X;
 * Y], q = [2W − I; −2YW], W = (I + A)⁻¹ and A = X − Xᵀ + YᵀY: W̄ = 2q̄₁ − 2Yᵀq̄₂, Ā = −Wᵀ W̄ Wᵀ, X̄ = Ā − Āᵀ and Ȳ = Y
 * (Ā + Āᵀ) − 2q̄₂Wᵀ. W is read off q.
 */
export function cayleyAdjointInto(
  out: Float64Array,
  z: Float64Array,
  q: Float64Array,
  given: Float64Array,
  rows: number,
  columns: number,
  work: Float64Array,
): void {
  const wide = rows < columns;
  const [long, order] = wide ? [columns, rows] : [rows, columns];
  const [square, tall] = [order * order, long * order];
  const part = (at: number, length: number): Float64Array => work.subarray(at, at + length);
  const [upright, ofQ, result, spare] = [part(0, tall), part(tall, tall), part(2 * tall, tall), part(3 * tall, tall)];
  const [w, ofW] = [part(4 * tall, square), part(4 * tall + square, square)];
  const [ofA, product] = [part(4 * tall + 2 * square, square), part(4 * tall + 3 * square, square)];
  blockInto(upright, 0, order, z, 0, columns, wide, long, order);
  blockInto(ofQ, 0, order, given, 0, columns, wide, long, order);
  blockInto(w, 0, order, q, 0, columns, wide, order, order);
  for (let i = 0; i < order; i += 1)
    for (let j = 0; j < order; j += 1) w[i * order + j] = (w[i * order + j]! + (i === j ? 1 : 0)) / 2;
  const [lower, ofLower] = [upright.subarray(square), ofQ.subarray(square)];
  multiplyInto(product, lower, true, ofLower, false, order, order, long - order);
  for (let k = 0; k < square; k += 1) ofW[k] = 2 * ofQ[k]! - 2 * product[k]!;
  multiplyInto(product, w, true, ofW, false, order, order, order);
  multiplyInto(ofA, product, false, w, true, order, order, order);
  // −Ā stands in ofA; product becomes −(Ā + Āᵀ).
  for (let i = 0; i < order; i += 1) {
    for (let j = 0; j < order; j += 1) {
      const [here, there] = [ofA[i * order + j]!, ofA[j * order + i]!];
      result[i * order + j] = there - here;
      product[i * order + j] = here + there;
    }
  }
  const bottom = result.subarray(square);
  multiplyInto(bottom, ofLower, false, w, true, long - order, order, order);
  multiplyInto(spare, lower, false, product, false, long - order, order, order);
  for (let k = 0; k < bottom.length; k += 1) bottom[k] = -2 * bottom[k]! - spare[k]!;
  blockInto(out, 0, columns, result, 0, order, wide, rows, columns);
}
