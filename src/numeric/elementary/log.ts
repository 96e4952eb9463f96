import { addDown, addUp, divideDown, divideUp, down } from './directed.js';
import { powerOfTwo } from '../dyadic.js';
import { ln2High, ln2Low } from './constants.js';
import { horner } from './polynomial.js';
import type { Interval } from '../interval.js';

const u = 2 ** -53;

/** 1/3, 1/5, … 1/37. */
const coefficients: readonly number[] = Array.from({ length: 18 }, (_, i) => 1 / (2 * i + 3));

/**
 * atanh s = s (1 + s²/3 + s⁴/5 + …) for |s| ≤ 0.3334 with a relative error below 1.5u: with z's own and the two
 * products that follow, the terms s³/3, s⁵/5, … meet 5, 8, … roundings, at most 5u · 0.0371 + 8u · 0.0025 + … < 0.25u
 * beside s; the last sum gives u, the terms left out u/50.
 */
function atanhSeries(s: number): number {
  const z = s * s;
  return s + s * (z * horner(coefficients, z));
}

/**
 * atan s = s (1 − s²/3 + s⁴/5 − …) for |s| ≤ 0.3334 with a relative error below 1.5u: as above, |atan s| ≥ 0.96 |s|.
 */
export function atanSeries(s: number): number {
  const z = -s * s;
  return s + s * (z * horner(coefficients, z));
}

/** A lower bound of atanh s, 0 ≤ s ≤ 0.3334; |s| below 2^-500 only as 0. */
export function atanhDown(s: number): number {
  return atanhSeries(s) * (1 - 4 * u);
}

/** An upper bound of atanh s, 0 ≤ s ≤ 0.3334; |s| below 2^-500 only as 0. */
export function atanhUp(s: number): number {
  return atanhSeries(s) * (1 + 4 * u);
}

/** 2^512, 2^256, … 2: taking these out where they fit leaves a number in [1/2, 2). */
const shifts = [512, 256, 128, 64, 32, 16, 8, 4, 2, 1].map((shift) => ({
  shift,
  factor: powerOfTwo(shift),
  inverse: powerOfTwo(-shift),
}));

/**
 * log y for 0 < y < ∞ with a relative error below 6u; log 1 = 0. With y = 2^k m, 0.7 ≤ m ≤ 1.42, it is
 * k ln 2 + 2 atanh s, s = (m − 1)/(m + 1). m − 1 is exact, the sum and the quotient make s wrong by 2u, which atanh
 * magnifies by less than 1.05 (|s| < 0.18), the series by 1.5u more: 3.6u, and nothing more if k = 0. Otherwise
 * k·ln2High is exact, |log y| ≥ 0.336 and |log m| < 0.357: (3.6 + 1)u · 0.357/0.336 + u for the two sums.
 */
function approximateLog(y: number): number {
  let m = y;
  let k = 0;
  if (m < 2 ** -1000) {
    m *= 2 ** 60; // denormals become normal, so that every product here is exact
    k = -60;
  }
  for (const { shift, factor, inverse } of shifts) {
    if (m >= factor) {
      m *= inverse;
      k += shift;
    } else if (m < inverse) {
      m *= factor;
      k -= shift;
    }
  }
  if (m < 0.7) {
    m *= 2;
    k -= 1;
  } else if (m > 1.42) {
    m *= 0.5;
    k += 1;
  }
  const part = 2 * atanhSeries((m - 1) / (m + 1));
  return k === 0 ? part : k * ln2High + (k * ln2Low + part);
}

/** A lower bound of log y for y > 0. */
export function logDown(y: number): number {
  if (y === Infinity) {
    return y;
  }
  const value = approximateLog(y);
  return value * (value > 0 ? 1 - 8 * u : 1 + 8 * u);
}

/** An upper bound of log y for y > 0. */
export function logUp(y: number): number {
  if (y === Infinity) {
    return y;
  }
  const value = approximateLog(y);
  return value * (value > 0 ? 1 + 8 * u : 1 - 8 * u);
}

/** A lower bound of log(1 + t) = 2 atanh(t / (2 + t)) for 0 ≤ t ≤ 1. */
export function log1pDown(t: number): number {
  // t − t²/2 ≤ log(1 + t) ≤ t
  return t < 2 ** -60 ? Math.max(0, down(t)) : 2 * atanhDown(divideDown(t, addUp(t, 2)));
}

/** An upper bound of log(1 + t) for 0 ≤ t ≤ 1. */
export function log1pUp(t: number): number {
  return t < 2 ** -60 ? t : 2 * atanhUp(divideUp(t, addDown(t, 2)));
}

/**
 * log of the members > 0: within 2e-15 relatively, near 1 too; log 1 = 0. An interval that reaches 0 gives −∞ below.
 * Throws a RangeError if no member is positive.
 */
export function log(a: Interval): Interval {
  if (!(a.hi > 0)) {
    throw new RangeError(`no logarithm on [${a.lo}, ${a.hi}]`);
  }
  return { lo: a.lo <= 0 ? -Infinity : logDown(a.lo), hi: logUp(a.hi) };
}
