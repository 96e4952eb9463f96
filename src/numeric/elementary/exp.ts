import { addDown, addUp, down, up } from './directed.js';
import { ln2, ln2High, ln2Low, scale } from './constants.js';
import { horner, inverseFactorials } from './polynomial.js';
import type { Interval } from '../interval.js';

/** 1/2!, 1/3!, … 1/14!. */
const coefficients = inverseFactorials.slice(2, 15);

/** The unit roundoff. */
const u = 2 ** -53;

/**
 * e^r − 1 − r for |r| ≤ 0.347. r is exact, so with the two products that follow term i meets 2i + 4 roundings:
 * 4u · r²/2 + 6u · |r|³/6 + 8u · r⁴/24 + … < 0.3u, or 5u · r²/2. Leaving out r^15/15! … costs 2^-62.
 */
function tail(r: number): number {
  return r * (r * horner(coefficients, r));
}

/**
 * e^x / 2^k for k the integer next to x/ln 2, |x| ≤ 750, with a relative error below 2.1u.
 *
 * x − k·ln2High is exact: the product is (42 + 11 digits), and the difference is a multiple of 2^-54 below 1/2. Then
 * r < 1/2 rounds by u/4, beside 2^-85 for the rest. `tail` is off by 0.3u and r + tail, below 1/2, by another u/4:
 * divided by e^r ≥ 0.707 that is 0.78u, and the last sum adds u.
 */
function mantissa(x: number, k: number): number {
  const r = x - k * ln2High - k * ln2Low;
  return 1 + (r + tail(r));
}

/** A lower bound of e^x. */
export function expDown(x: number): number {
  if (x === 0) {
    return 1;
  }
  if (x > 710) {
    return x === Infinity ? Infinity : Number.MAX_VALUE;
  }
  if (x < -746) {
    return 0;
  }
  const k = Math.round(x / ln2);
  const bound = scale(mantissa(x, k) * (1 - 4 * u), k);
  if (bound < 2 ** -1021) {
    return Math.max(0, down(bound)); // scaling has rounded
  }
  return x > 0 ? Math.min(Number.MAX_VALUE, Math.max(1, bound)) : bound;
}

/** An upper bound of e^x. */
export function expUp(x: number): number {
  if (x === 0) {
    return 1;
  }
  if (x > 710) {
    return Infinity;
  }
  if (x < -746) {
    return x === -Infinity ? 0 : Number.MIN_VALUE;
  }
  const k = Math.round(x / ln2);
  const bound = scale(mantissa(x, k) * (1 + 4 * u), k);
  if (bound < 2 ** -1021) {
    return up(bound);
  }
  return x < 0 ? Math.min(1, bound) : bound;
}

/**
 * A lower bound of e^x − 1 for x ≥ 2^-500, with a small relative error. Below 0.3466 x + tail(x) is off by at most
 * 5u · x²/2 + u · (e^x − 1) < 2u · (e^x − 1).
 */
export function expm1Down(x: number): number {
  return x <= 0.3466 ? (x + tail(x)) * (1 - 4 * u) : addDown(expDown(x), -1);
}

/** An upper bound of e^x − 1 for x ≥ 2^-500. */
export function expm1Up(x: number): number {
  return x <= 0.3466 ? (x + tail(x)) * (1 + 4 * u) : addUp(expUp(x), -1);
}

/** All e^x: within 1e-15 relatively, down to where e^x is denormal; e^0 = 1, e^−∞ = 0, e^∞ = ∞. */
export function exp(a: Interval): Interval {
  return { lo: expDown(a.lo), hi: expUp(a.hi) };
}
