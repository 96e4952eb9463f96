import { fail } from '../base/diagnostic.js';

/**
 * The uniform knots t_k = (k − (K−1)/2)·T, k = 0 … K−1, of a linear spline σ (Ducotterd et al., arXiv 2210.16222).
 * Its values c_k are a Float64Array of length K; outside the knots it goes on with its first and last slope. The
 * slopes are s_k = (c_{k+1} − c_k)/T.
 */
export interface SplineGrid {
  /** K, an integer, 2 … 1024. */
  readonly knots: number;
  /** T, a double in [2⁻⁴⁰, 2⁴⁰], in units of the pre-activation. */
  readonly step: number;
}

/** σ(v) = left · c[index] + right · c[index + 1]; left + right is 1 up to rounding. */
export interface SplineWeights {
  readonly index: number;
  readonly left: number;
  readonly right: number;
}

/** Fails with LW311 unless 2 ≤ K ≤ 1024 is an integer and T a double in [2⁻⁴⁰, 2⁴⁰]. */
export function checkGrid({ knots, step }: SplineGrid): void {
  if (!Number.isInteger(knots) || knots < 2 || knots > 1024) {
    fail('LW311', `${knots} knots`, 'an integer number of spline knots, 2 … 1024');
  }
  if (!(step >= 2 ** -40 && step <= 2 ** 40)) {
    fail('LW311', `the knot step ${step}`, 'a finite step between 2^-40 and 2^40');
  }
}

/** Fails with LW312 unless the vector has one entry a knot. */
export function checkLength({ knots }: SplineGrid, vector: Float64Array, what: string): void {
  if (vector.length !== knots) {
    fail('LW312', `${what} of length ${vector.length}`, `one entry for each of ${knots} knots`);
  }
}

/** The double nearest t_k: k − (K−1)/2 is exact, so there is one rounding. */
export function knotPosition({ knots, step }: SplineGrid, k: number): number {
  return (k - (knots - 1) / 2) * step;
}

/**
 * The largest k with knotPosition(k) ≤ v, or 0: monotone in v by its definition. NaN for NaN.
 *
 * The quotient below is off by far less than 1 (its rounding errors are at most 2⁻⁵² of at most 2⁹ where it matters),
 * hence its floor by at most 1, which the comparisons with the knots themselves put right.
 */
function anchor(grid: SplineGrid, v: number): number {
  const last = grid.knots - 1;
  const k = Math.max(0, Math.min(last, Math.floor(v / grid.step + last / 2)));
  if (k > 0 && v < knotPosition(grid, k)) {
    return k - 1;
  }
  return k < last && v >= knotPosition(grid, k + 1) ? k + 1 : k;
}

function slope(grid: SplineGrid, c: Float64Array, k: number): number {
  return ((c[k + 1] ?? Number.NaN) - (c[k] ?? Number.NaN)) / grid.step;
}

/**
 * σ(v): the value at the last knot p at or below v (the first knot, if v lies below all) plus slope · (v − p). A v that
 * is the double nearest to a knot gives c_k itself.
 *
 * Rounding: with s the largest |slope|, |t| the larger size of p and the knot after it, and u = 2⁻⁵³, the result
 * differs from the real σ(v) by at most u·(3s|t| + 4s|v − p| + |σ(v)|)·(1 + 2⁻⁴⁰) unless something underflows: p is
 * rounded, and v may lie between a knot and its double, where the segment is the neighbour's; the slope has two
 * roundings, difference, product and sum one each. Bounds on slopes are statements about the real σ; computed values
 * obey them up to that. Finite wherever slope · (v − p) is. NaN for NaN. c must have K entries.
 */
export function evaluate(grid: SplineGrid, c: Float64Array, v: number): number {
  const k = anchor(grid, v);
  return (c[k] ?? Number.NaN) + slope(grid, c, Math.min(k, grid.knots - 2)) * (v - knotPosition(grid, k));
}

/** σ'(v), the slope of the segment that `evaluate` uses: the right slope at a knot, the outer slopes outside. */
export function derivative(grid: SplineGrid, c: Float64Array, v: number): number {
  return slope(grid, c, Math.min(anchor(grid, v), grid.knots - 2));
}

/**
 * The gradient of σ(v) in the values c: at most two entries are not 0, `left` at `index` and `right` at the next. Both
 * lie in [0, 1] between the knots (up to rounding) and leave it outside, where they grow like |v|/T.
 */
export function coefficientGradient(grid: SplineGrid, v: number): SplineWeights {
  const k = anchor(grid, v);
  const part = (v - knotPosition(grid, k)) / grid.step;
  return k === grid.knots - 1
    ? { index: k - 1, left: -part, right: 1 + part }
    : { index: k, left: 1 - part, right: part };
}
