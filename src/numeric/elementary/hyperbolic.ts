import {
  addDown,
  addUp,
  divideDown,
  divideUp,
  down,
  multiplyDown,
  multiplyUp,
  sqrtDown,
  sqrtUp,
  up,
} from './directed.js';
import { expDown, expm1Down, expm1Up, expUp } from './exp.js';
import { atanhDown, atanhUp, logDown, logUp } from './log.js';
import { ln2 } from './constants.js';
import type { Interval } from '../interval.js';

/** A lower bound of tanh x = t / (t + 2), t = e^2x − 1, for x ≥ 0. The quotient grows with t. */
function tanhDown(x: number): number {
  if (x < 2 ** -30) {
    return Math.max(0, down(x)); // x − x³/3 ≤ tanh x ≤ x
  }
  if (x > 20) {
    return x === Infinity ? 1 : down(1); // 1 − tanh x < 2 e^-2x < 2^-53
  }
  const t = expm1Down(2 * x);
  return divideDown(t, addUp(t, 2));
}

/** An upper bound of tanh x for x ≥ 0. */
function tanhUp(x: number): number {
  if (x < 2 ** -30) {
    return x;
  }
  if (x > 20) {
    return 1;
  }
  const t = expm1Up(2 * x);
  return Math.min(1, divideUp(t, addDown(t, 2)));
}

/** All tanh x, within [−1, 1] and 7e-15 relatively; tanh 0 = 0, tanh ±∞ = ±1. */
export function tanh(a: Interval): Interval {
  return {
    lo: a.lo >= 0 ? tanhDown(a.lo) : -tanhUp(-a.lo),
    hi: a.hi >= 0 ? tanhUp(a.hi) : 0 - tanhDown(-a.hi),
  };
}

/** A lower bound of 2t / (1 + t²), t = e^-x, for x ≥ 0. The quotient grows with t ≤ 1. */
function sechDown(x: number): number {
  const t = expDown(-x);
  return divideDown(2 * t, addUp(1, multiplyUp(t, t)));
}

/** An upper bound of sech x for x ≥ 0. */
function sechUp(x: number): number {
  const t = expUp(-x);
  return Math.min(1, divideUp(2 * t, addDown(1, multiplyDown(t, t))));
}

/** All 1 / cosh x, within [0, 1] and 3e-15 relatively as long as that is normal; sech 0 = 1, sech ±∞ = 0. */
export function sech(a: Interval): Interval {
  const near = a.lo > 0 ? a.lo : a.hi < 0 ? -a.hi : 0;
  return { lo: sechDown(Math.max(-a.lo, a.hi)), hi: sechUp(near) };
}

/** A lower bound of asinh x for x ≥ 0. */
function asinhDown(x: number): number {
  if (x < 2 ** -30) {
    return Math.max(0, down(x)); // x − x³/6 ≤ asinh x ≤ x
  }
  if (x < 0.35) {
    return atanhDown(divideDown(x, sqrtUp(addUp(1, multiplyUp(x, x)))));
  }
  if (x > 2 ** 30) {
    return addDown(logDown(x), ln2); // ln2 is the double below ln 2
  }
  return logDown(addDown(x, sqrtDown(addDown(1, multiplyDown(x, x)))));
}

/** An upper bound of asinh x for x ≥ 0. */
function asinhUp(x: number): number {
  if (x < 2 ** -30) {
    return x;
  }
  if (x < 0.35) {
    return atanhUp(divideUp(x, sqrtDown(addDown(1, multiplyDown(x, x)))));
  }
  if (x > 2 ** 30) {
    return addUp(logUp(x), up(ln2)); // asinh x − log 2x < 1/4x² < 2^-62, less than up(ln2) − ln 2
  }
  return logUp(addUp(x, sqrtUp(addUp(1, multiplyUp(x, x)))));
}

/** All asinh x, within 7e-15 relatively; asinh 0 = 0, asinh ±∞ = ±∞. */
export function asinh(a: Interval): Interval {
  return {
    lo: a.lo >= 0 ? asinhDown(a.lo) : -asinhUp(-a.lo),
    hi: a.hi >= 0 ? asinhUp(a.hi) : 0 - asinhDown(-a.hi),
  };
}
