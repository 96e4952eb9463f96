import { addDown, addUp, divideDown, divideUp } from './directed.js';
import { expDown, expUp } from './exp.js';
import { log1pDown, log1pUp } from './log.js';
import type { Interval } from '../interval.js';

function sigmoidDown(x: number): number {
  if (x > 0) {
    return divideDown(1, addUp(1, expUp(-x)));
  }
  const t = expDown(x);
  return divideDown(t, addUp(1, t));
}

function sigmoidUp(x: number): number {
  if (x > 0) {
    return Math.min(1, divideUp(1, addDown(1, expDown(-x))));
  }
  const t = expUp(x);
  return divideUp(t, addDown(1, t));
}

/** All 1 / (1 + e^-x), within [0, 1] and 3e-15 relatively as long as that is normal; 1/2 at 0, the limits at ±∞. */
export function sigmoid(a: Interval): Interval {
  return { lo: sigmoidDown(a.lo), hi: sigmoidUp(a.hi) };
}

/** All log(1 + e^x) = max(x, 0) + log(1 + e^-|x|), within 5e-15 relatively as long as that is normal. */
export function softplus(a: Interval): Interval {
  const lo = log1pDown(expDown(-Math.abs(a.lo)));
  const hi = log1pUp(expUp(-Math.abs(a.hi)));
  return { lo: a.lo > 0 ? addDown(a.lo, lo) : lo, hi: a.hi > 0 ? addUp(a.hi, hi) : hi };
}
