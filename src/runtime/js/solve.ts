import { addProduct, addProductTransposed, divideRow, takeRow } from './product.js';

/**
 * Triangular systems with many right sides. L is lower triangular, n × n row major; its strict upper triangle is not
 * read. Each unknown is its right side with the products of the unknowns before it taken off, nearest the start of the
 * substitution first, over the pivot. Zero pivots give infinities and NaN, as in scalar arithmetic. Nothing is
 * allocated.
 */

/** out = L⁻¹ b, or L⁻ᵀ b if `transposed`. b and out are n × columns; out may be b. */
export function solveLowerInto(
  out: Float64Array,
  l: Float64Array,
  b: Float64Array,
  n: number,
  columns: number,
  transposed: boolean,
): void {
  for (let i = 0; i < n * columns; i += 1) out[i] = b[i]!;
  if (transposed) {
    const last = n - 1;
    for (let to = n; to > 0; to -= 4) {
      const from = Math.max(to - 4, 0);
      if (to < n)
        addProduct(
          out,
          from * columns,
          columns,
          l,
          last * n + from,
          1,
          -n,
          out,
          last * columns,
          -columns,
          to - from,
          columns,
          n - to,
          -1,
        );
      for (let i = to - 1; i >= from; i -= 1) {
        for (let k = to - 1; k > i; k -= 1) takeRow(out, i * columns, l[k * n + i]!, k * columns, columns);
        divideRow(out, i * columns, l[i * n + i]!, columns);
      }
    }
    return;
  }
  for (let from = 0; from < n; from += 4) {
    const to = Math.min(from + 4, n);
    if (from > 0)
      addProduct(out, from * columns, columns, l, from * n, n, 1, out, 0, columns, to - from, columns, from, -1);
    for (let i = from; i < to; i += 1) {
      for (let k = from; k < i; k += 1) takeRow(out, i * columns, l[i * n + k]!, k * columns, columns);
      divideRow(out, i * columns, l[i * n + i]!, columns);
    }
  }
}

/** out = b L⁻¹, or b L⁻ᵀ if `transposed`. b and out are rows × n; out may be b. */
export function solveRightInto(
  out: Float64Array,
  l: Float64Array,
  b: Float64Array,
  rows: number,
  n: number,
  transposed: boolean,
): void {
  for (let i = 0; i < rows * n; i += 1) out[i] = b[i]!;
  if (transposed) {
    for (let from = 0; from < n; from += 4) {
      const to = Math.min(from + 4, n);
      if (from > 0) addProductTransposed(out, from, n, out, 0, n, 1, l, from * n, n, rows, to - from, from, -1);
      for (let row = 0; row < rows * n; row += n) {
        for (let j = from; j < to; j += 1) {
          let s = out[row + j]!;
          for (let k = from; k < j; k += 1) s -= out[row + k]! * l[j * n + k]!;
          out[row + j] = s / l[j * n + j]!;
        }
      }
    }
    return;
  }
  for (let to = n; to > 0; to -= 4) {
    const from = Math.max(to - 4, 0);
    for (let row = 0; row < rows * n; row += n) {
      for (let j = to - 1; j >= from; j -= 1) {
        let s = out[row + j]!;
        for (let k = to - 1; k > j; k -= 1) s -= out[row + k]! * l[k * n + j]!;
        out[row + j] = s / l[j * n + j]!;
      }
    }
    // The columns to the left lose what these four stand for.
    if (from > 0) addProduct(out, 0, n, out, to - 1, n, -1, l, (to - 1) * n, -n, rows, from, to - from, -1);
  }
}
