import { addProduct, divideRow, takeRow } from './product.js';

/**
 * out = L with a = L Lᵀ, n × n row major, the strict upper triangle 0; only the lower triangle of a is read and `out`
 * may be `a`. Returns −1 when done, else the index of the first pivot a_jj − Σ_k l_jk² that is not > 0 or is NaN; `out`
 * is then half done. Each entry is a_ij with l_ik l_jk taken off for k = 0 … j − 1 in this order, over l_jj (or its
 * root).
 *
 * `cholesky` in `cholesky.ts` is the one with an error analysis behind it; this one is for computing with, and feeds
 * more products from each load.
 */
export function choleskyInto(out: Float64Array, a: Float64Array, n: number): number {
  // The upper triangle holds Lᵀ while it grows, since products stream along rows.
  for (let i = 0; i < n; i += 1) {
    for (let j = i; j < n; j += 1) out[i * n + j] = a[j * n + i]!;
  }
  for (let from = 0; from < n; from += 4) {
    const to = Math.min(from + 4, n);
    if (from > 0) addProduct(out, from * n + from, n, out, from, 1, n, out, from, n, to - from, n - from, from, -1);
    for (let i = from; i < to; i += 1) {
      const at = i * n + i;
      for (let k = from; k < i; k += 1) takeRow(out, at, out[k * n + i]!, k * n + i, n - i);
      const pivot = out[at]!;
      if (!(pivot > 0)) return i;
      const root = Math.sqrt(pivot);
      out[at] = root;
      divideRow(out, at + 1, root, n - i - 1);
    }
  }
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < i; j += 1) {
      out[i * n + j] = out[j * n + i]!;
      out[j * n + i] = 0;
    }
  }
  return -1;
}

/**
 * out = L with a = Lᵀ L, n × n row major, the strict upper triangle 0; only the lower triangle of a is read and `out`
 * may be `a`. Returns −1 when done, else how many pivots from the end were > 0.
 */
export function choleskyFromEndInto(out: Float64Array, a: Float64Array, n: number): number {
  mirror(out, a, n);
  const failed = choleskyInto(out, out, n);
  if (failed < 0) mirror(out, out, n);
  return failed;
}

/** The lower triangle of a, mirrored at the other diagonal: entry (i, j) becomes (n − 1 − j, n − 1 − i). */
function mirror(out: Float64Array, a: Float64Array, n: number): void {
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j <= Math.min(i, n - 1 - i); j += 1) {
      const [at, image] = [i * n + j, (n - 1 - j) * n + n - 1 - i];
      const entry = a[at]!;
      out[at] = a[image]!;
      out[image] = entry;
    }
  }
}
