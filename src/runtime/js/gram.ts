/**
 * out_i = Σ_j |(XᵀDY)_ij| v_j, the summand j = i left out if told so; null stands for D = I and v = 1. X is inner ×
 * rows, Y inner × columns, row major; `line` holds a row of columns numbers. Four summands at a time, in every target.
 */
export function gramRowsInto(
  out: Float64Array,
  x: Float64Array,
  d: Float64Array | null,
  y: Float64Array,
  inner: number,
  rows: number,
  columns: number,
  v: Float64Array | null,
  skipDiagonal: boolean,
  line: Float64Array,
): void {
  const symmetric = x === y && v === null;
  if (symmetric) out.fill(0);
  for (let i = 0; i < rows; i += 1) {
    // Of a symmetric product half is enough.
    const from = symmetric ? i : 0;
    for (let j = from; j < columns; j += 1) line[j] = 0;
    let k = 0;
    for (; k + 4 <= inner; k += 4) {
      const a = k * rows + i;
      const b = k * columns;
      const f0 = d === null ? x[a]! : x[a]! * d[k]!;
      const f1 = d === null ? x[a + rows]! : x[a + rows]! * d[k + 1]!;
      const f2 = d === null ? x[a + 2 * rows]! : x[a + 2 * rows]! * d[k + 2]!;
      const f3 = d === null ? x[a + 3 * rows]! : x[a + 3 * rows]! * d[k + 3]!;
      for (let j = from; j < columns; j += 1)
        line[j]! +=
          f0 * y[b + j]! + f1 * y[b + columns + j]! + f2 * y[b + 2 * columns + j]! + f3 * y[b + 3 * columns + j]!;
    }
    for (; k < inner; k += 1) {
      const factor = d === null ? x[k * rows + i]! : x[k * rows + i]! * d[k]!;
      for (let j = from; j < columns; j += 1) line[j]! += factor * y[k * columns + j]!;
    }
    if (skipDiagonal) line[i] = 0;
    let total = 0;
    if (symmetric) {
      total = Math.abs(line[i]!);
      for (let j = i + 1; j < columns; j += 1) {
        const entry = Math.abs(line[j]!);
        total += entry;
        out[j]! += entry;
      }
      out[i]! += total;
    } else {
      for (let j = 0; j < columns; j += 1) total += v === null ? Math.abs(line[j]!) : Math.abs(line[j]!) * v[j]!;
      out[i] = total;
    }
  }
}
