/**
 * Products of dense matrices, row major. Every kernel of the dense family adds the summands of an entry one by one, in
 * the order of the inner index, to what the entry held: tiling changes which entries are worked on together and never a
 * result. Nothing is allocated.
 *
 * V8 neither vectorizes nor hoists bounds checks: what counts is how many products each checked load feeds. Tiles of
 * 4 × 4 coefficients against streamed rows feed sixteen from twelve; blocking for caches on top of it gained nothing up
 * to 1024.
 */

/**
 * out_ij += sign · Σ_k a_ik b_kj for i < rows, j < columns, k = 0 … inner − 1 in this order; sign is 1 or −1.
 * a_ik stands at aAt + i aRow + k aStep, b_kj at bAt + k bStep + j, out_ij at outAt + i outStep + j; steps may be
 * negative. `out` may be `a` or `b` as long as the entries written are not among those read.
 */
export function addProduct(
  out: Float64Array,
  outAt: number,
  outStep: number,
  a: Float64Array,
  aAt: number,
  aRow: number,
  aStep: number,
  b: Float64Array,
  bAt: number,
  bStep: number,
  rows: number,
  columns: number,
  inner: number,
  sign: number,
): void {
  const wholeRows = rows - (rows % 4);
  const wholeInner = inner - (inner % 4);
  for (let i = 0; i < wholeRows; i += 4) {
    const o0 = outAt + i * outStep;
    const o1 = o0 + outStep;
    const o2 = o1 + outStep;
    const o3 = o2 + outStep;
    let p0 = aAt + i * aRow;
    let q0 = bAt;
    for (let k = 0; k < wholeInner; k += 4) {
      const p1 = p0 + aStep;
      const p2 = p1 + aStep;
      const p3 = p2 + aStep;
      const r2 = 2 * aRow;
      const r3 = r2 + aRow;
      const f00 = sign * a[p0]!;
      const f01 = sign * a[p1]!;
      const f02 = sign * a[p2]!;
      const f03 = sign * a[p3]!;
      const f10 = sign * a[p0 + aRow]!;
      const f11 = sign * a[p1 + aRow]!;
      const f12 = sign * a[p2 + aRow]!;
      const f13 = sign * a[p3 + aRow]!;
      const f20 = sign * a[p0 + r2]!;
      const f21 = sign * a[p1 + r2]!;
      const f22 = sign * a[p2 + r2]!;
      const f23 = sign * a[p3 + r2]!;
      const f30 = sign * a[p0 + r3]!;
      const f31 = sign * a[p1 + r3]!;
      const f32 = sign * a[p2 + r3]!;
      const f33 = sign * a[p3 + r3]!;
      const q1 = q0 + bStep;
      const q2 = q1 + bStep;
      const q3 = q2 + bStep;
      for (let j = 0; j < columns; j += 1) {
        const y0 = b[q0 + j]!;
        const y1 = b[q1 + j]!;
        const y2 = b[q2 + j]!;
        const y3 = b[q3 + j]!;
        out[o0 + j] = out[o0 + j]! + f00 * y0 + f01 * y1 + f02 * y2 + f03 * y3;
        out[o1 + j] = out[o1 + j]! + f10 * y0 + f11 * y1 + f12 * y2 + f13 * y3;
        out[o2 + j] = out[o2 + j]! + f20 * y0 + f21 * y1 + f22 * y2 + f23 * y3;
        out[o3 + j] = out[o3 + j]! + f30 * y0 + f31 * y1 + f32 * y2 + f33 * y3;
      }
      p0 += 4 * aStep;
      q0 += 4 * bStep;
    }
  }
  // What the tiles leave: the last inner indices of their rows, and the last rows.
  for (let i = wholeInner < inner ? 0 : wholeRows; i < rows; i += 1) {
    const o = outAt + i * outStep;
    let k = i < wholeRows ? wholeInner : 0;
    let p = aAt + i * aRow;
    let q0 = bAt;
    if (k > 0) {
      // Never 0 times a negative step: −0 is no small integer to V8.
      p += k * aStep;
      q0 += k * bStep;
    }
    for (; k + 4 <= inner; k += 4) {
      const f0 = sign * a[p]!;
      const f1 = sign * a[p + aStep]!;
      const f2 = sign * a[p + 2 * aStep]!;
      const f3 = sign * a[p + 3 * aStep]!;
      const q1 = q0 + bStep;
      const q2 = q1 + bStep;
      const q3 = q2 + bStep;
      for (let j = 0; j < columns; j += 1) {
        out[o + j] = out[o + j]! + f0 * b[q0 + j]! + f1 * b[q1 + j]! + f2 * b[q2 + j]! + f3 * b[q3 + j]!;
      }
      p += 4 * aStep;
      q0 += 4 * bStep;
    }
    for (; k < inner; k += 1) {
      const f = sign * a[p]!;
      for (let j = 0; j < columns; j += 1) out[o + j] = out[o + j]! + f * b[q0 + j]!;
      p += aStep;
      q0 += bStep;
    }
  }
}

/**
 * The same with b transposed: out_ij += sign · Σ_k a_ik b_jk, where b_jk stands at bAt + j bRow + k. Inner products,
 * two columns against four rows at a time.
 */
export function addProductTransposed(
  out: Float64Array,
  outAt: number,
  outStep: number,
  a: Float64Array,
  aAt: number,
  aRow: number,
  aStep: number,
  b: Float64Array,
  bAt: number,
  bRow: number,
  rows: number,
  columns: number,
  inner: number,
  sign: number,
): void {
  const wholeRows = rows - (rows % 4);
  const wholeColumns = columns - (columns % 2);
  for (let i = 0; i < wholeRows; i += 4) {
    for (let j = 0; j < wholeColumns; j += 2) {
      const o0 = outAt + i * outStep + j;
      const o1 = o0 + outStep;
      const o2 = o1 + outStep;
      const o3 = o2 + outStep;
      // −(−s + x y) is s − x y, but for the sign of a zero.
      let s00 = sign * out[o0]!;
      let s01 = sign * out[o0 + 1]!;
      let s10 = sign * out[o1]!;
      let s11 = sign * out[o1 + 1]!;
      let s20 = sign * out[o2]!;
      let s21 = sign * out[o2 + 1]!;
      let s30 = sign * out[o3]!;
      let s31 = sign * out[o3 + 1]!;
      let p0 = aAt + i * aRow;
      let p1 = p0 + aRow;
      let p2 = p1 + aRow;
      let p3 = p2 + aRow;
      const q0 = bAt + j * bRow;
      const q1 = q0 + bRow;
      for (let k = 0; k < inner; k += 1) {
        const y0 = b[q0 + k]!;
        const y1 = b[q1 + k]!;
        const x0 = a[p0]!;
        s00 += x0 * y0;
        s01 += x0 * y1;
        const x1 = a[p1]!;
        s10 += x1 * y0;
        s11 += x1 * y1;
        const x2 = a[p2]!;
        s20 += x2 * y0;
        s21 += x2 * y1;
        const x3 = a[p3]!;
        s30 += x3 * y0;
        s31 += x3 * y1;
        p0 += aStep;
        p1 += aStep;
        p2 += aStep;
        p3 += aStep;
      }
      out[o0] = sign * s00;
      out[o0 + 1] = sign * s01;
      out[o1] = sign * s10;
      out[o1 + 1] = sign * s11;
      out[o2] = sign * s20;
      out[o2 + 1] = sign * s21;
      out[o3] = sign * s30;
      out[o3 + 1] = sign * s31;
    }
  }
  // What the tiles leave: the last column of their rows, and the last rows.
  for (let i = wholeColumns < columns ? 0 : wholeRows; i < rows; i += 1) {
    for (let j = i < wholeRows ? wholeColumns : 0; j < columns; j += 1) {
      const o = outAt + i * outStep + j;
      const q = bAt + j * bRow;
      let p = aAt + i * aRow;
      let s = sign * out[o]!;
      for (let k = 0; k < inner; k += 1) {
        s += a[p]! * b[q + k]!;
        p += aStep;
      }
      out[o] = sign * s;
    }
  }
}

/**
 * out = op(a) op(b), rows × columns. a is rows × inner, or inner × rows if transposed; b is inner × columns, or
 * columns × inner if transposed. Each entry is Σ_k in ascending order from 0. `out` must be neither a nor b.
 */
export function multiplyInto(
  out: Float64Array,
  a: Float64Array,
  aTransposed: boolean,
  b: Float64Array,
  bTransposed: boolean,
  rows: number,
  columns: number,
  inner: number,
): void {
  const aRow = aTransposed ? 1 : inner;
  const aStep = aTransposed ? rows : 1;
  for (let i = 0; i < rows * columns; i += 1) out[i] = 0;
  if (bTransposed) addProductTransposed(out, 0, columns, a, 0, aRow, aStep, b, 0, inner, rows, columns, inner, 1);
  else addProduct(out, 0, columns, a, 0, aRow, aStep, b, 0, columns, rows, columns, inner, 1);
}

/** out_{at + j} −= factor · out_{from + j} for j < columns: the small steps inside a block. */
export function takeRow(out: Float64Array, at: number, factor: number, from: number, columns: number): void {
  for (let j = 0; j < columns; j += 1) out[at + j] = out[at + j]! - factor * out[from + j]!;
}

/** out_{at + j} /= pivot for j < columns. */
export function divideRow(out: Float64Array, at: number, pivot: number, columns: number): void {
  for (let j = at; j < at + columns; j += 1) out[j] = out[j]! / pivot;
}
