import { addProduct } from './product.js';

/** Squarings after the first Gram matrix. */
export const SQUARINGS = 9;

/** Of the Gram matrix whose trace is taken. */
const POWER = 2 ** SQUARINGS + 1;

/** How many numbers `gramNormInto` needs to work on. */
export function gramNormWork(rows: number, columns: number): number {
  const order = Math.min(rows, columns);
  return rows * columns + 3 * order * order;
}

/**
 * An upper bound of ‖a‖₂, the largest singular value of a rows × columns matrix (row major), by Gram iteration
 * (Delattre, Barthélemy, Araujo and Allauzen, ICML 2023, arXiv 2305.16173): with G the smaller of a aᵀ and aᵀa, f₀ =
 * ‖G‖_F and S ← (S / f)² from S = G on, f its norm again, ‖a‖₂² = λ_max(G) ≤ tr(G^513)^(1/513) = f₀ q (τ/q)^(1/513)
 * with q = Π_k f_k^(2⁻ᵏ), k = 1 … 8, and τ = tr(G S₉)/f₀. The bound is at most rank^(1/1026) times the norm, below 0.7
 * % at rank 1024, and exact for rank 1. Its gradient holds G^512, which is there. It holds up to the rounding of the
 * operations, about inner · 2⁻⁵³ relative; `spectralNormAbove` is the one to prove things with.
 *
 * `work` holds `gramNormWork` numbers; a stays as it is. 0
 * exactly for the zero matrix, NaN if an entry is not finite; no entry is too large or too small, since the largest is
 * scaled to 1.
 */
export function gramNormInto(work: Float64Array, a: Float64Array, rows: number, columns: number): number {
  let largest = 0;
  for (let i = 0; i < rows * columns; i += 1) largest = Math.max(largest, Math.abs(a[i]!));
  if (largest === 0) return 0;
  if (!(largest < Infinity)) return NaN;
  // The scaled matrix stands upright: its columns are the fewer.
  const [long, order] = rows < columns ? [columns, rows] : [rows, columns];
  const [rowStep, columnStep] = rows < columns ? [1, rows] : [columns, 1];
  for (let i = 0; i < rows; i += 1) {
    for (let j = 0; j < columns; j += 1) work[i * rowStep + j * columnStep] = a[i * columns + j]! / largest;
  }
  const size = order * order;
  const gram = rows * columns;
  gramColumns(work, gram, 0, long, order);
  const first = normalize(work, gram, size);
  let from = gram;
  let into = gram + size;
  let other = into + size;
  let share = 1;
  for (let k = 1; k <= SQUARINGS; k += 1) {
    gramColumns(work, into, from, order, order);
    if (k < SQUARINGS) {
      let root = normalize(work, into, size);
      for (let r = 0; r < k; r += 1) root = Math.sqrt(root);
      share *= root;
    }
    from = into;
    into = other;
    other = from;
  }
  let trace = 0;
  for (let i = 0; i < size; i += 1) trace += work[gram + i]! * work[from + i]!;
  return largest * Math.sqrt(first * share * (trace / share) ** (1 / POWER));
}

/**
 * out = adjoint times the gradient of `gramNormInto` at a, with the same `work`: a multiple of a G^512, which the norm
 * leaves there, and which one is told by Euler's theorem, ⟨gradient, a⟩ being the norm. 0 for the zero matrix.
 */
export function gramNormAdjointInto(
  out: Float64Array,
  a: Float64Array,
  adjoint: number,
  rows: number,
  columns: number,
  work: Float64Array,
): void {
  const norm = gramNormInto(work, a, rows, columns);
  const length = rows * columns;
  for (let i = 0; i < length; i += 1) out[i] = 0;
  if (norm === 0) return;
  const order = Math.min(rows, columns);
  const power = length + (SQUARINGS % 2 === 1 ? 1 : 2) * order * order;
  if (rows < columns) addProduct(out, 0, columns, work, power, order, 1, a, 0, columns, rows, columns, order, 1);
  else addProduct(out, 0, columns, a, 0, columns, 1, work, power, order, rows, columns, order, 1);
  let total = 0;
  for (let i = 0; i < length; i += 1) total += out[i]! * (a[i]! / norm);
  const factor = adjoint / total;
  for (let i = 0; i < length; i += 1) out[i] = out[i]! * factor;
}

/** XᵀX of the rows × order matrix at `from`, into `into`; half of it is computed and mirrored. */
function gramColumns(work: Float64Array, into: number, from: number, rows: number, order: number): void {
  for (let i = into; i < into + order * order; i += 1) work[i] = 0;
  for (let i = 0; i < order; i += 4) {
    addProduct(
      work,
      into + i * order + i,
      order,
      work,
      from + i,
      1,
      order,
      work,
      from + i,
      order,
      Math.min(4, order - i),
      order - i,
      rows,
      1,
    );
  }
  for (let i = 0; i < order; i += 1) {
    for (let j = 0; j < i; j += 1) work[into + i * order + j] = work[into + j * order + i]!;
  }
}

/** Divides by the Frobenius norm, which it returns: between 1/order and order · rows, so nothing can overflow. */
function normalize(work: Float64Array, at: number, size: number): number {
  let total = 0;
  for (let i = at; i < at + size; i += 1) total += work[i]! * work[i]!;
  const norm = Math.sqrt(total);
  for (let i = at; i < at + size; i += 1) work[i] = work[i]! / norm;
  return norm;
}
