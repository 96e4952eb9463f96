import { addProduct, divideRow, takeRow } from '../runtime/js/product.js';
import type { Work } from '../numeric/work.js';
import { piece } from '../numeric/work.js';

/**
 * A matrix by the nonzero entries of its rows: those of row i are `columns` and `values` from starts[i] to starts[i +
 * 1].
 */
export interface SparseRows {
  readonly count: number;
  readonly starts: Int32Array;
  /** Ascending within a row. */
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

/**
 * `count` rows of length `width`, each as `fill` makes it out of zeros: it is called twice for each row, and what is
 * not 0 is kept. One row at a time is dense.
 */
export function rowsFrom(count: number, fill: (row: Float64Array, i: number) => void, width: number): SparseRows {
  const row = new Float64Array(width);
  const made = (i: number): Float64Array => {
    row.fill(0);
    fill(row, i);
    return row;
  };
  const starts = new Int32Array(count + 1);
  for (let i = 0; i < count; i += 1)
    starts[i + 1] = (starts[i] ?? 0) + made(i).reduce((total, value) => total + (value === 0 ? 0 : 1), 0);
  const entries = starts[count] ?? 0;
  const rows = { count, starts, columns: new Int32Array(entries), values: new Float64Array(entries) };
  let at = 0;
  for (let i = 0; i < count; i += 1) {
    made(i).forEach((value, j) => {
      if (value === 0) return;
      rows.columns[at] = j;
      rows.values[at] = value;
      at += 1;
    });
  }
  return rows;
}

/** The same matrix with every entry changed; entries stay where they are. */
export function mapRows(rows: SparseRows, change: (value: number, row: number, column: number) => number): SparseRows {
  const values = new Float64Array(rows.values.length);
  for (let i = 0; i < rows.count; i += 1) {
    for (let at = rows.starts[i] ?? 0; at < (rows.starts[i + 1] ?? 0); at += 1)
      values[at] = change(rows.values[at] ?? 0, i, rows.columns[at] ?? 0);
  }
  return { ...rows, values };
}

/** Some rows i … of the matrix times a vector, into out[0] …: out_r = Σ_j a_{i+r,j} x_j. */
export function timesVector(out: Float64Array, rows: SparseRows, x: Float64Array, from = 0, to = rows.count): void {
  const { starts, columns, values } = rows;
  for (let i = from; i < to; i += 1) {
    let sum = 0;
    for (let at = starts[i] ?? 0; at < (starts[i + 1] ?? 0); at += 1)
      sum += (values[at] ?? 0) * (x[columns[at] ?? 0] ?? 0);
    out[i - from] = sum;
  }
}

/** x += factor · row i. */
export function addRow(x: Float64Array, rows: SparseRows, i: number, factor: number): void {
  const { starts, columns, values } = rows;
  for (let at = starts[i] ?? 0; at < (starts[i + 1] ?? 0); at += 1) {
    const j = columns[at] ?? 0;
    x[j] = (x[j] ?? 0) + factor * (values[at] ?? 0);
  }
}

/**
 * out = rows[from … to) · matrix, the first `width` columns of it. `matrix` has rows of length `stride`, `out` of
 * length `width`. Four entries of a row at a time, so that each load and store of `out` serves four products.
 */
export function* timesMatrix(
  out: Float64Array,
  rows: SparseRows,
  matrix: Float64Array,
  stride: number,
  width: number,
  from = 0,
  to = rows.count,
): Work<void> {
  const { starts, columns, values } = rows;
  out.fill(0, 0, (to - from) * width);
  let spent = 0;
  for (let i = from; i < to; i += 1) {
    const target = (i - from) * width;
    const end = starts[i + 1] ?? 0;
    let at = starts[i] ?? 0;
    spent += (end - at) * width;
    for (; at + 3 < end; at += 4) {
      const [a0, a1, a2, a3] = [values[at] ?? 0, values[at + 1] ?? 0, values[at + 2] ?? 0, values[at + 3] ?? 0];
      const p0 = (columns[at] ?? 0) * stride;
      const p1 = (columns[at + 1] ?? 0) * stride;
      const p2 = (columns[at + 2] ?? 0) * stride;
      const p3 = (columns[at + 3] ?? 0) * stride;
      for (let j = 0; j < width; j += 1) {
        out[target + j] =
          (out[target + j] ?? 0) +
          (a0 * (matrix[p0 + j] ?? 0) +
            a1 * (matrix[p1 + j] ?? 0) +
            (a2 * (matrix[p2 + j] ?? 0) + a3 * (matrix[p3 + j] ?? 0)));
      }
    }
    for (; at < end; at += 1) {
      const a = values[at] ?? 0;
      const p = (columns[at] ?? 0) * stride;
      for (let j = 0; j < width; j += 1) out[target + j] = (out[target + j] ?? 0) + a * (matrix[p + j] ?? 0);
    }
    if (spent < piece) continue;
    yield spent;
    spent = 0;
  }
  yield spent;
}

/**
 * out += MᵀM on and below the diagonal, M count × width with rows of length `stride`, out with rows of length
 * `outStride`. `lowerTriangular`: M is, and what lies above its diagonal is not read.
 */
export function* addGram(
  out: Float64Array,
  outStride: number,
  m: Float64Array,
  stride: number,
  count: number,
  width: number,
  lowerTriangular = false,
): Work<void> {
  let spent = 0;
  for (let i = 0; i < width; i += 1) {
    const target = i * outStride;
    let k = lowerTriangular ? i : 0;
    spent += (count - k) * (i + 1);
    for (; k + 3 < count; k += 4) {
      const p0 = k * stride;
      const p1 = p0 + stride;
      const p2 = p1 + stride;
      const p3 = p2 + stride;
      const [a0, a1, a2, a3] = [m[p0 + i] ?? 0, m[p1 + i] ?? 0, m[p2 + i] ?? 0, m[p3 + i] ?? 0];
      for (let j = 0; j <= i; j += 1) {
        out[target + j] =
          (out[target + j] ?? 0) +
          (a0 * (m[p0 + j] ?? 0) + a1 * (m[p1 + j] ?? 0) + (a2 * (m[p2 + j] ?? 0) + a3 * (m[p3 + j] ?? 0)));
      }
    }
    for (; k < count; k += 1) {
      const p = k * stride;
      const a = m[p + i] ?? 0;
      for (let j = 0; j <= i; j += 1) out[target + j] = (out[target + j] ?? 0) + a * (m[p + j] ?? 0);
    }
    if (spent < piece) continue;
    yield spent;
    spent = 0;
  }
  yield spent;
}

/** x = L⁻¹ x for x with n rows of length `columns`, L the lower triangle of n × n. Four rows at a time. */
export function* forwardSolve(x: Float64Array, l: Float64Array, n: number, columns: number): Work<void> {
  let spent = 0;
  for (let from = 0; from < n; from += 4) {
    const count = Math.min(4, n - from);
    if (from > 0) addProduct(x, from * columns, columns, l, from * n, n, 1, x, 0, columns, count, columns, from, -1);
    for (let i = from; i < from + count; i += 1) {
      for (let k = from; k < i; k += 1) takeRow(x, i * columns, l[i * n + k] ?? Number.NaN, k * columns, columns);
      divideRow(x, i * columns, l[i * n + i] ?? Number.NaN, columns);
    }
    spent += count * (from + count) * columns;
    if (spent < piece) continue;
    yield spent;
    spent = 0;
  }
  yield spent;
}

/** out = a b, all n × n. */
export function* squareProduct(out: Float64Array, a: Float64Array, b: Float64Array, n: number): Work<void> {
  out.fill(0);
  const rows = Math.max(4, 4 * Math.floor(piece / (4 * n * n)));
  for (let i = 0; i < n; i += rows) {
    const count = Math.min(rows, n - i);
    addProduct(out, i * n, n, a, i * n, n, 1, b, 0, n, count, n, n, 1);
    yield count * n * n;
  }
}

/**
 * The inverse of a positive definite matrix from its lower factor L, symmetric and whole, into `out`; `work` is
 * overwritten. Both n × n.
 */
export function* inverseFromFactor(out: Float64Array, l: Float64Array, n: number, work: Float64Array): Work<void> {
  let spent = 0;
  // L⁻¹ row by row: row i is (e_i − Σ_{k<i} l_ik row_k) / l_ii, and row k ends at column k.
  for (let i = 0; i < n; i += 1) {
    const row = i * n;
    work.fill(0, row, row + n);
    let k = 0;
    for (; k + 3 < i; k += 4) {
      const [a0, a1, a2, a3] = [l[row + k] ?? 0, l[row + k + 1] ?? 0, l[row + k + 2] ?? 0, l[row + k + 3] ?? 0];
      const p0 = k * n;
      const p1 = p0 + n;
      const p2 = p1 + n;
      const p3 = p2 + n;
      // What lies beyond the end of a row is 0.
      for (let j = 0; j <= k + 3; j += 1) {
        work[row + j] =
          (work[row + j] ?? 0) -
          (a0 * (work[p0 + j] ?? 0) + a1 * (work[p1 + j] ?? 0) + (a2 * (work[p2 + j] ?? 0) + a3 * (work[p3 + j] ?? 0)));
      }
    }
    for (; k < i; k += 1) {
      const a = l[row + k] ?? 0;
      for (let j = 0; j <= k; j += 1) work[row + j] = (work[row + j] ?? 0) - a * (work[k * n + j] ?? 0);
    }
    const pivot = 1 / (l[row + i] ?? 0);
    for (let j = 0; j < i; j += 1) work[row + j] = (work[row + j] ?? 0) * pivot;
    work[row + i] = pivot;
    spent += (i * i) / 2;
    if (spent < piece) continue;
    yield spent;
    spent = 0;
  }
  yield spent;
  out.fill(0);
  yield* addGram(out, n, work, n, n, n, true);
  for (let i = 0; i < n; i += 1) for (let j = 0; j < i; j += 1) out[j * n + i] = out[i * n + j] ?? 0;
}
