import { fail } from '../base/diagnostic.js';
import { checkGrid, checkLength, knotPosition } from './spline.js';
import { bendSign } from './spline-variation.js';
import type { SplineGrid } from './spline.js';

/**
 * A linear spline on some of the knots of a grid, the first and the last always among them, with linear extrapolation
 * outside. Its knots are t_k for k in `indices`; the slope between two of them is (Δvalue)/(Δindex · T).
 */
export interface SparseSpline {
  readonly grid: SplineGrid;
  /** Ascending, from 0 to K−1. */
  readonly indices: readonly number[];
  /** The doubles nearest to the knots. */
  readonly knots: readonly number[];
  readonly values: readonly number[];
  /** How many knots change the slope: all but the two ends, which only carry the values to extrapolate from. */
  readonly knotCount: number;
}

/**
 * Leaves out the inner knots whose slope change |s_{k+1} − s_k| is at most the tolerance (in units of slope). The
 * values at all other knots stay, so every new slope is the mean of the slopes that it replaces: no slope leaves the
 * interval of the original slopes, in exact arithmetic on the doubles, whatever the tolerance.
 *
 * With tolerance 0 only exact straight lines are joined and the function is the same. Otherwise, where n segments are
 * joined, the error between the outer knots is at most tolerance·T·n²/8 (the second difference of the error is at most
 * tolerance·T and it vanishes at both ends; i(n − i)/2 is the extreme solution), and beyond them it grows by at most
 * tolerance·(n − 1)/2 for each unit of v. The comparison with a positive tolerance rounds, by a few parts in 2⁵³ of the
 * slopes.
 *
 * Fails with LW311 on an unusable grid or a tolerance that is not finite and ≥ 0, with LW312 on a wrong length.
 */
export function sparsify(grid: SplineGrid, c: Float64Array, tolerance: number): SparseSpline {
  checkGrid(grid);
  checkLength(grid, c, 'spline values');
  if (!(tolerance >= 0 && tolerance < Infinity)) {
    fail('LW311', `the tolerance ${tolerance}`, 'a finite slope change of at least 0');
  }
  const indices = [0];
  for (let k = 1; k < grid.knots - 1; k += 1) {
    const [before, at, after] = [c[k - 1] ?? 0, c[k] ?? 0, c[k + 1] ?? 0];
    const isSmall = tolerance > 0 && Math.abs(after - at - (at - before)) <= tolerance * grid.step;
    if (!isSmall && bendSign(before, at, after) !== 0) {
      indices.push(k);
    }
  }
  indices.push(grid.knots - 1);
  return {
    grid,
    indices,
    knots: indices.map((k) => knotPosition(grid, k)),
    values: indices.map((k) => c[k] ?? 0),
    knotCount: indices.length - 2,
  };
}

/** The value at v, by the same operations as `evaluate` of the full spline: a knot's double gives its value itself. */
export function evaluateSparse({ grid, indices, knots, values }: SparseSpline, v: number): number {
  let low = 0; // the largest j with knots[j] ≤ v, or 0, lies in low … high
  let high = knots.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((knots[middle] ?? Infinity) <= v) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  const j = Math.min(low, knots.length - 2);
  const width = ((indices[j + 1] ?? 0) - (indices[j] ?? 0)) * grid.step;
  return (values[low] ?? 0) + (((values[j + 1] ?? 0) - (values[j] ?? 0)) / width) * (v - (knots[low] ?? 0));
}
