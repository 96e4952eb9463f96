/**
 * What reverse-mode derivatives need beside products and solves; `src/5-emit/js/adjoint-kernels.ts` prints the same.
 * Row major.
 */

/** out_i = Σ_j M_ij */
export function totalRowsInto(out: Float64Array, m: Float64Array, rows: number, columns: number): void {
  for (let i = 0, at = 0; i < rows; i += 1) {
    let total = 0;
    for (let j = 0; j < columns; j += 1, at += 1) total += m[at] ?? 0;
    out[i] = total;
  }
}

/** out_j = Σ_i M_ij */
export function totalColumnsInto(out: Float64Array, m: Float64Array, rows: number, columns: number): void {
  out.fill(0);
  for (let i = 0, at = 0; i < rows; i += 1) {
    for (let j = 0; j < columns; j += 1, at += 1) out[j] = (out[j] ?? 0) + (m[at] ?? 0);
  }
}

/** out_i = M_ii of an M with so many columns. */
export function diagonalOfInto(out: Float64Array, m: Float64Array, columns: number): void {
  for (let i = 0; i < out.length; i += 1) out[i] = m[i * columns + i] ?? 0;
}

/** out = the lower triangle of the n × n matrix M, its diagonal times `diagonal`, zeros above. */
export function lowerInto(out: Float64Array, m: Float64Array, n: number, diagonal: number): void {
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < n; j += 1)
      out[i * n + j] = j < i ? (m[i * n + j] ?? 0) : j === i ? diagonal * (m[i * n + j] ?? 0) : 0;
  }
}
