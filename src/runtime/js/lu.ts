import { addProduct, divideRow, takeRow } from './product.js';

/** Columns that are eliminated before the rest of the matrix hears of it. */
const PANEL = 4;

/**
 * out = a⁻¹ b by elimination with partial pivoting (of equal candidates the first). a is n × n, b and out n × columns,
 * all row major; out may be b, a stays as it is; `work` holds n² numbers. False if a pivot is 0 or NaN, out being half
 * done then: with a NaN in a it always is. Entries lose their products in ascending order of the pivots, unknowns in
 * descending.
 */
export function luSolveInto(
  out: Float64Array,
  a: Float64Array,
  b: Float64Array,
  n: number,
  columns: number,
  work: Float64Array,
): boolean {
  for (let i = 0; i < n * n; i += 1) work[i] = a[i]!;
  for (let i = 0; i < n * columns; i += 1) out[i] = b[i]!;
  for (let from = 0; from < n; from += PANEL) {
    const to = Math.min(from + PANEL, n);
    for (let k = from; k < to; k += 1) {
      let best = k;
      for (let i = k + 1; i < n; i += 1) if (Math.abs(work[i * n + k]!) > Math.abs(work[best * n + k]!)) best = i;
      const pivot = work[best * n + k]!;
      if (!(Math.abs(pivot) > 0)) return false;
      if (best !== k) {
        swapRows(work, k * n, best * n, n);
        swapRows(out, k * columns, best * columns, columns);
      }
      for (let i = k + 1; i < n; i += 1) {
        const factor = work[i * n + k]! / pivot;
        work[i * n + k] = factor;
        takeRow(work, i * n + k + 1, factor, k * n + k + 1, to - k - 1);
      }
    }
    const right = n - to;
    for (let i = from + 1; i < to; i += 1) {
      for (let k = from; k < i; k += 1) {
        takeRow(work, i * n + to, work[i * n + k]!, k * n + to, right);
        takeRow(out, i * columns, work[i * n + k]!, k * columns, columns);
      }
    }
    if (right === 0) break;
    addProduct(work, to * n + to, n, work, to * n + from, n, 1, work, from * n + to, n, right, right, to - from, -1);
    addProduct(
      out,
      to * columns,
      columns,
      work,
      to * n + from,
      n,
      1,
      out,
      from * columns,
      columns,
      right,
      columns,
      to - from,
      -1,
    );
  }
  for (let to = n; to > 0; to -= 4) {
    const from = Math.max(to - 4, 0);
    if (to < n)
      addProduct(
        out,
        from * columns,
        columns,
        work,
        from * n + n - 1,
        n,
        -1,
        out,
        (n - 1) * columns,
        -columns,
        to - from,
        columns,
        n - to,
        -1,
      );
    for (let i = to - 1; i >= from; i -= 1) {
      for (let k = to - 1; k > i; k -= 1) takeRow(out, i * columns, work[i * n + k]!, k * columns, columns);
      divideRow(out, i * columns, work[i * n + i]!, columns);
    }
  }
  return true;
}

function swapRows(data: Float64Array, first: number, second: number, length: number): void {
  for (let j = 0; j < length; j += 1) {
    const kept = data[first + j]!;
    data[first + j] = data[second + j]!;
    data[second + j] = kept;
  }
}
