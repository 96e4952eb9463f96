import { twoOverRootPi } from './constants.js';
import { addDown, addUp, divideDown, divideUp, down, multiplyDown, multiplyUp, productError, up } from './directed.js';
import { expDown, expUp } from './exp.js';
import type { Interval } from '../interval.js';

const u = 2 ** -53;

/** Up to here the power series, from here on the continued fraction. */
const turn = 2;

/** From here on 1 − erf x < e^-x² / (x√π) is below 2^-53. */
const far = 6;

/** A lower bound of e^-x² for 2^-30 ≤ x ≤ 6: the rounding error e of x² is known, and 1 − e ≤ exp(−e). */
function gaussDown(x: number): number {
  const square = x * x;
  return multiplyDown(expDown(-square), addDown(1, -productError(x, x, square)));
}

/** An upper bound of e^-x²; exp(−e) ≤ 1 − e + e² with e² < 2^-96. */
function gaussUp(x: number): number {
  const square = x * x;
  return multiplyUp(expUp(-square), up(addUp(1, -productError(x, x, square))));
}

/**
 * Σ 2ⁿ x^2n / (1·3·5···(2n + 1)) for 2^-30 ≤ x ≤ 2, by w = 2x² and S_n = 1 + w/(2n + 3) · S_(n+1), all terms positive.
 * The remainder S_N lies in [1, 1/(1 − w/(2N + 3))]: it starts at 1, with all of w/(2N + 1) as its error. The error of
 * S_n is that of S_(n+1) times t/S_(n+1), and 3u·t for the three roundings of t = w/(2n + 3) · S_(n+1), and u·S_n;
 * `error` adds this up in units of u, its own 4N roundings being covered by the factor at the end.
 */
function seriesBound(x: number, above: boolean): number {
  const w = 2 * x * x;
  const last = Math.ceil(8 + 11 * x);
  let sum = 1;
  // 1/(1 − q) − 1 ≤ 2q for q ≤ 1/2
  let error = (2 * w) / (2 * last + 3) / u;
  for (let n = last - 1; n >= 0; n -= 1) {
    const weight = w / (2 * n + 3);
    const term = (sum * w) / (2 * n + 3);
    sum = 1 + term;
    error = error * weight + 3 * term + sum;
  }
  const slack = (error + 1) * (u * 1.01);
  return above ? up(sum + slack) : down(sum - slack);
}

/**
 * T_1 of Laplace's continued fraction erfc x = e^-x² / (√π T_1), T_n = x + (n/2) / T_(n+1), for x ≥ 2. Here
 * T_n = iⁿ⁻²erfc x / (2 iⁿ⁻¹erfc x) > 0 by the recurrence of the repeated integrals (DLMF 7.18.7), so T_n > x and
 * T_N < x + N/2x: both ends are carried down from there. A factor 1 ± 4u covers the two roundings of a step.
 */
function fractionBound(x: number, above: boolean): number {
  const depth = Math.ceil(180 / (x * x)); // leaves erf x less than 2^-52 of doubt
  let lo = x;
  let hi = (x + depth / x) * (1 + 4 * u);
  for (let n = depth - 1; n >= 1; n -= 1) {
    const next = (x + (0.5 * n) / hi) * (1 - 4 * u);
    hi = (x + (0.5 * n) / lo) * (1 + 4 * u);
    lo = next;
  }
  return above ? hi : lo;
}

/** A lower bound of erf x for x ≥ 0. */
function erfDown(x: number): number {
  if (x >= far) {
    return x === Infinity ? 1 : down(1);
  }
  if (x >= turn) {
    const scaled = divideUp(gaussUp(x), 2 * fractionBound(x, false));
    return addDown(1, -multiplyUp(twoOverRootPi.hi, scaled));
  }
  if (x < 2 ** -30) {
    return Math.max(0, down(multiplyDown(twoOverRootPi.lo, x))); // erf x ≥ 2/√π (x − x³/3)
  }
  return multiplyDown(multiplyDown(twoOverRootPi.lo, x), multiplyDown(gaussDown(x), seriesBound(x, false)));
}

/** An upper bound of erf x for x ≥ 0. */
function erfUp(x: number): number {
  if (x >= far) {
    return 1;
  }
  if (x >= turn) {
    const scaled = divideDown(gaussDown(x), 2 * fractionBound(x, true));
    return addUp(1, -multiplyDown(twoOverRootPi.lo, scaled));
  }
  if (x < 2 ** -30) {
    return multiplyUp(twoOverRootPi.hi, x);
  }
  return multiplyUp(multiplyUp(twoOverRootPi.hi, x), multiplyUp(gaussUp(x), seriesBound(x, true)));
}

/** All erf x, within [−1, 1] and 9e-15 relatively; erf 0 = 0, erf ±∞ = ±1. */
export function erf(a: Interval): Interval {
  return {
    lo: a.lo >= 0 ? erfDown(a.lo) : -erfUp(-a.lo),
    hi: a.hi >= 0 ? erfUp(a.hi) : 0 - erfDown(-a.hi),
  };
}
