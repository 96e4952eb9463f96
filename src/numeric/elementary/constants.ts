import { powerOfTwo } from '../dyadic.js';
import type { Interval } from '../interval.js';

/** ln 2 = ln2High + ln2Low + δ, |δ| < 2^-101; 42 digits in the first, so that k · ln2High is exact for |k| < 2^11. */
export const ln2High = 0.6931471805598903;
export const ln2Low = 5.497923018708371e-14;

/** The double next to ln 2, below it. */
export const ln2 = 0.6931471805599453;

/** π/2 = the sum + δ, |δ| < 2^-121; 33 digits in the first two, so that n times either is exact for |n| ≤ 2^20. */
export const halfPiFirst = 1.5707963267341256;
export const halfPiSecond = 6.077100506303966e-11;
export const halfPiThird = 2.0222662487959506e-21;

/** The doubles around π. */
export const pi: Interval = Object.freeze({ lo: 3.141592653589793, hi: 3.1415926535897936 });

/** The doubles around 2/√π. */
export const twoOverRootPi: Interval = Object.freeze({ lo: 1.1283791670955126, hi: 1.1283791670955128 });

/** 2^(i − 1074) at i, for all exponents that a double has. */
const powers: readonly number[] = Array.from({ length: 2098 }, (_, i) => powerOfTwo(i - 1074));

/** x · 2^k for x in [1/2, 2) and −1100 ≤ k ≤ 1100: rounded once if the result is denormal, else exact or Infinity. */
export function scale(x: number, k: number): number {
  const half = k >> 1;
  // x · 2^half is a normal number for these k, hence exact.
  return x * (powers[half + 1074] ?? Number.NaN) * (powers[k - half + 1074] ?? Number.NaN);
}
