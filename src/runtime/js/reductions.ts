/** out_i = Σ_j M_ij, the rows of a rows × columns matrix, row major. */
export function totalRowsInto(out: Float64Array, m: Float64Array, rows: number, columns: number): void {
  for (let i = 0, at = 0; i < rows; i += 1) {
    let total = 0;
    for (let j = 0; j < columns; j += 1, at += 1) total += m[at]!;
    out[i] = total;
  }
}

/** out_j = Σ_i M_ij */
export function totalColumnsInto(out: Float64Array, m: Float64Array, rows: number, columns: number): void {
  out.fill(0);
  for (let i = 0, at = 0; i < rows; i += 1) {
    for (let j = 0; j < columns; j += 1, at += 1) out[j] = out[j]! + m[at]!;
  }
}

/** out_i = M_ii of an M with so many columns. */
export function diagonalOfInto(out: Float64Array, m: Float64Array, columns: number): void {
  for (let i = 0; i < out.length; i += 1) out[i] = m[i * columns + i]!;
}

/** out = the lower triangle of the n × n matrix M, its diagonal times `diagonal`, zeros above. */
export function lowerInto(out: Float64Array, m: Float64Array, n: number, diagonal: number): void {
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < n; j += 1) out[i * n + j] = j < i ? m[i * n + j]! : j === i ? diagonal * m[i * n + j]! : 0;
  }
}

/** out_i = Σ_j |M_ij| v_j; null stands for v = 1. */
export function absRowsInto(
  out: Float64Array,
  m: Float64Array,
  rows: number,
  columns: number,
  v: Float64Array | null,
): void {
  for (let i = 0, at = 0; i < rows; i += 1) {
    let total = 0;
    if (v === null) for (let j = 0; j < columns; j += 1, at += 1) total += Math.abs(m[at]!);
    else for (let j = 0; j < columns; j += 1, at += 1) total += Math.abs(m[at]!) * v[j]!;
    out[i] = total;
  }
}

/** out_j = Σ_i |M_ij| v_i; null stands for v = 1. */
export function absColumnsInto(
  out: Float64Array,
  m: Float64Array,
  rows: number,
  columns: number,
  v: Float64Array | null,
): void {
  out.fill(0);
  for (let i = 0, at = 0; i < rows; i += 1) {
    const weight = v === null ? 1 : v[i]!;
    for (let j = 0; j < columns; j += 1, at += 1) out[j]! += Math.abs(m[at]!) * weight;
  }
}

/** out_i = Σ_j M_ij² v_j; null stands for v = 1. */
export function squareRowsInto(
  out: Float64Array,
  m: Float64Array,
  rows: number,
  columns: number,
  v: Float64Array | null,
): void {
  for (let i = 0, at = 0; i < rows; i += 1) {
    let total = 0;
    if (v === null) for (let j = 0; j < columns; j += 1, at += 1) total += m[at]! * m[at]!;
    else for (let j = 0; j < columns; j += 1, at += 1) total += m[at]! * m[at]! * v[j]!;
    out[i] = total;
  }
}

/** out_j = Σ_i M_ij² v_i; null stands for v = 1. */
export function squareColumnsInto(
  out: Float64Array,
  m: Float64Array,
  rows: number,
  columns: number,
  v: Float64Array | null,
): void {
  out.fill(0);
  for (let i = 0, at = 0; i < rows; i += 1) {
    const weight = v === null ? 1 : v[i]!;
    for (let j = 0; j < columns; j += 1, at += 1) out[j]! += m[at]! * m[at]! * weight;
  }
}

/** The largest entry, −Infinity if there is none. */
export function greatestOf(v: Float64Array): number {
  let greatest = -Infinity;
  for (let i = 0; i < v.length; i += 1) greatest = Math.max(greatest, v[i]!);
  return greatest;
}

/** The least entry, Infinity if there is none. */
export function leastOf(v: Float64Array): number {
  let least = Infinity;
  for (let i = 0; i < v.length; i += 1) least = Math.min(least, v[i]!);
  return least;
}

/** out_i = the least v_j over the j with M_ij ≠ 0, and at most 1. */
export function supportLeastInto(
  out: Float64Array,
  m: Float64Array,
  rows: number,
  columns: number,
  v: Float64Array,
): void {
  for (let i = 0, at = 0; i < rows; i += 1) {
    let least = 1;
    for (let j = 0; j < columns; j += 1, at += 1) if (m[at] !== 0) least = Math.min(least, v[j]!);
    out[i] = least;
  }
}
