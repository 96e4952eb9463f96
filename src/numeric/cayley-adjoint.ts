import { multiplyInto } from './dense.js';
import { blockInto } from './shapes.js';

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
  const [w, ofW, ofA, product] = [0, 1, 2, 3].map((k) => part(4 * tall + k * square, square));
  if (w === undefined || ofW === undefined || ofA === undefined || product === undefined) return;
  blockInto(upright, 0, order, z, 0, columns, wide, long, order);
  blockInto(ofQ, 0, order, given, 0, columns, wide, long, order);
  blockInto(w, 0, order, q, 0, columns, wide, order, order);
  for (let i = 0; i < order; i += 1)
    for (let j = 0; j < order; j += 1) w[i * order + j] = ((w[i * order + j] ?? 0) + (i === j ? 1 : 0)) / 2;
  const [lower, ofLower] = [upright.subarray(square), ofQ.subarray(square)];
  multiplyInto(product, lower, true, ofLower, false, order, order, long - order);
  for (let k = 0; k < square; k += 1) ofW[k] = 2 * (ofQ[k] ?? 0) - 2 * (product[k] ?? 0);
  multiplyInto(product, w, true, ofW, false, order, order, order);
  multiplyInto(ofA, product, false, w, true, order, order, order);
  // −Ā stands in ofA; product becomes −(Ā + Āᵀ).
  for (let i = 0; i < order; i += 1) {
    for (let j = 0; j < order; j += 1) {
      const [here, there] = [ofA[i * order + j] ?? 0, ofA[j * order + i] ?? 0];
      result[i * order + j] = there - here;
      product[i * order + j] = here + there;
    }
  }
  const bottom = result.subarray(square);
  multiplyInto(bottom, ofLower, false, w, true, long - order, order, order);
  multiplyInto(spare, lower, false, product, false, long - order, order, order);
  for (let k = 0; k < bottom.length; k += 1) bottom[k] = -2 * (bottom[k] ?? 0) - (spare[k] ?? 0);
  blockInto(out, 0, columns, result, 0, order, wide, rows, columns);
}
