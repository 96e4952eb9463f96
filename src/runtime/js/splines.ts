/** a · b − fl(a · b), exactly (Dekker, Numerische Mathematik 18 (1971)); p is fl(a · b). */
export function productError(a: number, b: number, p: number): number {
  const [s, t] = [134217729 * a, 134217729 * b];
  const [x, y] = [s - (s - a), t - (t - b)];
  return (a - x) * (b - y) - (p - x * y - (a - x) * y - x * (b - y));
}

/** The largest integer ≤ slope · step / quantum, whatever the rounding of the product. */
export function floorRise(slope: number, step: number, quantum: number): number {
  const rise = slope * step;
  const quotient = rise / quantum;
  if (quotient === 0) return slope < 0 ? -1 : 0;
  return Number.isInteger(quotient) && productError(slope, step, rise) < 0 ? quotient - 1 : Math.floor(quotient);
}

/**
 * Each row of `knots` values of a linear spline with knots `step` apart: slopes clipped to [m, L] and integrated from
 * the value that keeps the mean, on a grid of quanta with so many binary digits, so that the bounds hold exactly. False
 * where [m, L] has no room for a quantum.
 */
export function projectSplinesInto(
  out: Float64Array,
  c: Float64Array,
  knots: number,
  step: number,
  m: number,
  L: number,
  digits: number,
): boolean {
  const steepest = Math.max(Math.abs(m), Math.abs(L));
  if (!(m < L && steepest >= 2 ** -400)) return false;
  const rise = steepest * step;
  let unit = 2 ** Math.ceil(Math.log2(rise));
  while (unit < rise) unit *= 2;
  while (unit / 2 >= rise) unit /= 2;
  if (unit === rise && productError(steepest, step, rise) > 0) unit *= 2;
  const quantum = unit / 2 ** digits;
  const [lowest, highest] = [-floorRise(-m, step, quantum), floorRise(L, step, quantum)];
  if (!(lowest <= highest)) return false;
  const limit = Math.floor(2 ** 52 / knots);
  const start = limit - knots * 2 ** digits;
  for (let row = 0; row < c.length; row += knots) {
    let running = 0;
    let values = 0;
    let rises = 0;
    for (let k = row; k < row + knots; k += 1) {
      values += Math.floor(Math.max(-limit, Math.min(limit, c[k]! / quantum)) + 0.5);
      if (k > row) running += Math.floor(Math.max(lowest, Math.min(highest, (c[k]! - c[k - 1]!) / quantum)) + 0.5);
      rises += running;
      out[k] = running;
    }
    const offset = Math.floor(Math.max(-start, Math.min(start, (values - rises) / knots)) + 0.5);
    for (let k = row; k < row + knots; k += 1) out[k] = quantum * (offset + out[k]!);
  }
  return true;
}

/** The adjoint of free spline values: what their mean and the increments that were not clipped to [m, L] pass on. */
export function projectSplinesAdjointInto(
  out: Float64Array,
  c: Float64Array,
  adjoint: Float64Array,
  knots: number,
  step: number,
  m: number,
  L: number,
): void {
  for (let row = 0; row < c.length; row += knots) {
    let mean = 0;
    for (let k = row; k < row + knots; k += 1) mean += adjoint[k]!;
    mean /= knots;
    let suffix = 0;
    let above = 0;
    for (let k = row + knots - 1; k > row; k -= 1) {
      suffix += adjoint[k]! - mean;
      const slope = (c[k]! - c[k - 1]!) / step;
      const below = slope >= m && slope <= L ? suffix : 0;
      out[k] = mean + below - above;
      above = below;
    }
    out[row] = mean - above;
  }
}

/**
 * The linear spline with values c[start] … on the knots (k − (knots − 1) / 2) step at v, continued by its outer slopes:
 * the value at the last knot at or below v (the first, if v lies below all) plus the slope there times the way from it.
 */
export function splineAt(c: Float64Array, start: number, knots: number, step: number, v: number): number {
  const last = knots - 1;
  const knot = (k: number): number => (k - last / 2) * step;
  let k = Math.max(0, Math.min(last, Math.floor(v / step + last / 2)));
  if (k > 0 && v < knot(k)) k -= 1;
  else if (k < last && v >= knot(k + 1)) k += 1;
  const piece = start + Math.min(k, last - 1);
  return c[start + k]! + ((c[piece + 1]! - c[piece]!) / step) * (v - knot(k));
}
