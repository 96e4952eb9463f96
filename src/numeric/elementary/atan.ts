import { pi } from './constants.js';
import { addDown, addUp, divideDown, divideUp, down, multiplyDown, multiplyUp, sqrtDown, sqrtUp } from './directed.js';
import { atanSeries } from './log.js';
import type { Interval } from '../interval.js';

const u = 2 ** -53;

/** A lower bound of tan(α/2) = t / (1 + √(1 + t²)) for t = tan α ≥ 0. The quotient grows with t. */
function halfDown(t: number): number {
  return divideDown(t, addUp(1, sqrtUp(addUp(1, multiplyUp(t, t)))));
}

/** An upper bound of the same. */
function halfUp(t: number): number {
  return divideUp(t, addDown(1, sqrtDown(addDown(1, multiplyDown(t, t)))));
}

/** A lower bound of atan x for x ≥ 0: two halvings bring [0, 1] below 0.2, reciprocals bring the rest to [0, 1]. */
function atanDown(x: number): number {
  if (x < 2 ** -30) {
    return Math.max(0, down(x)); // x − x³/3 ≤ atan x ≤ x
  }
  if (x > 1) {
    return addDown(pi.lo / 2, -atanUp(divideUp(1, x)));
  }
  return 4 * atanSeries(halfDown(halfDown(x))) * (1 - 4 * u);
}

/** An upper bound of atan x for x ≥ 0. */
function atanUp(x: number): number {
  if (x < 2 ** -30) {
    return x;
  }
  if (x > 1) {
    return addUp(pi.hi / 2, -atanDown(divideDown(1, x)));
  }
  return 4 * atanSeries(halfUp(halfUp(x))) * (1 + 4 * u);
}

/** All atan x, within 7e-15 relatively; atan 0 = 0, atan ±∞ the doubles around ±π/2. */
export function atan(a: Interval): Interval {
  return {
    lo: a.lo >= 0 ? atanDown(a.lo) : -atanUp(-a.lo),
    hi: a.hi >= 0 ? atanUp(a.hi) : 0 - atanDown(-a.hi),
  };
}
