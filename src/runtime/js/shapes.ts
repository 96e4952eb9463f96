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
      const value = factor * m[i * rowStep + j * columnStep]!;
      out[at] = added ? out[at]! + value : value;
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
  for (let i = 0; i < rows; i += 1) out[i * rows + i] = out[i * rows + i]! + factor * (d === null ? 1 : d[i]!);
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
    for (let j = 0; j < columns; j += 1) out[at + i * step + j] = m[from + i * rowStep + j * columnStep]!;
  }
}

/** out_ij = v[row · i + column · j + first] */
export function gatherInto(
  out: Float64Array,
  v: Float64Array,
  rows: number,
  columns: number,
  row: number,
  column: number,
  first: number,
): void {
  for (let i = 0, at = 0; i < rows; i += 1) {
    for (let j = 0; j < columns; j += 1, at += 1) out[at] = v[row * i + column * j + first]!;
  }
}

/** The adjoint of it: out[row · i + column · j + first] is the sum of all such M_ij. */
export function scatterInto(
  out: Float64Array,
  m: Float64Array,
  rows: number,
  columns: number,
  row: number,
  column: number,
  first: number,
): void {
  out.fill(0);
  for (let i = 0, at = 0; i < rows; i += 1) {
    for (let j = 0; j < columns; j += 1, at += 1) {
      const to = row * i + column * j + first;
      out[to] = out[to]! + m[at]!;
    }
  }
}

/** out_ij = M_ij f_i */
export function scaleRowsInto(
  out: Float64Array,
  m: Float64Array,
  rows: number,
  columns: number,
  f: Float64Array,
): void {
  for (let i = 0, at = 0; i < rows; i += 1) {
    const factor = f[i]!;
    for (let j = 0; j < columns; j += 1, at += 1) out[at] = m[at]! * factor;
  }
}

/** out_ij = M_ij f_j */
export function scaleColumnsInto(
  out: Float64Array,
  m: Float64Array,
  rows: number,
  columns: number,
  f: Float64Array,
): void {
  let idle = true;
  for (let j = 0; j < columns; j += 1) if (f[j] !== 1) idle = false;
  if (idle) {
    out.set(m);
    return;
  }
  for (let i = 0, at = 0; i < rows; i += 1) {
    for (let j = 0; j < columns; j += 1, at += 1) out[at] = m[at]! * f[j]!;
  }
}

/** out = factor · M */
export function scaleAllInto(out: Float64Array, m: Float64Array, factor: number): void {
  for (let i = 0; i < out.length; i += 1) out[i] = m[i]! * factor;
}

/** out_ij = M_ij clipped to [−bound, bound] */
export function clampInto(out: Float64Array, m: Float64Array, bound: number): void {
  for (let i = 0; i < out.length; i += 1) out[i] = Math.min(Math.max(m[i]!, -bound), bound);
}

/** out = M rounded to float32, to the largest of its numbers where M is beyond them */
export function singleInto(out: Float64Array, m: Float64Array): void {
  const largest = (2 - 2 ** -23) * 2 ** 127;
  for (let i = 0; i < out.length; i += 1) out[i] = Math.fround(Math.max(-largest, Math.min(largest, m[i]!)));
}
