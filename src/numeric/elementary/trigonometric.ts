import { halfPiFirst, halfPiSecond, halfPiThird } from './constants.js';
import { down, sumError, up } from './directed.js';
import { horner, inverseFactorials } from './polynomial.js';
import type { Interval } from '../interval.js';

const u = 2 ** -53;

/** The double next to 2/π; only a guess is needed. */
const twoOverPi = 0.6366197723675814;

/** Larger arguments are not reduced: sine and cosine may be anything there. */
const limit = 2 ** 20;

const whole: Interval = Object.freeze({ lo: -1, hi: 1 });

/** −1/3!, 1/5!, … 1/17!. */
const sineCoefficients = [3, 5, 7, 9, 11, 13, 15, 17].map(
  (n) => (n % 4 === 3 ? -1 : 1) * (inverseFactorials[n] ?? Number.NaN),
);

/** 1/2!, −1/4!, … 1/18!. */
const cosineCoefficients = [2, 4, 6, 8, 10, 12, 14, 16, 18].map(
  (n) => (n % 4 === 0 ? -1 : 1) * (inverseFactorials[n] ?? Number.NaN),
);

/** x = quarter · π/2 + rest. */
interface Reduced {
  readonly quarter: number;
  readonly rest: number;
}

/**
 * Takes out the nearest multiple of π/2, |x| ≤ 2^20: |rest| < 0.786 is off by less than u|rest| + 2^-95, and exact if
 * quarter is 0. The two first products are exact (20 + 33 digits), and so is the first difference,
 * a multiple of 2^-53 below 1; the third product is off by 2^-99, the constant's rest times quarter by 2^-101, and the
 * two small terms, below 2^-45, round by 2^-98 when they are added.
 */
function reduce(x: number): Reduced {
  const quarter = Math.round(x * twoOverPi);
  if (quarter === 0) {
    return { quarter, rest: x };
  }
  const first = x - quarter * halfPiFirst;
  const second = quarter * halfPiSecond;
  const sum = first - second;
  return { quarter, rest: sum + (sumError(first, -second, sum) - quarter * halfPiThird) };
}

/**
 * sin r for |r| < 0.786, with a relative error below 2u beside that of r, which becomes no larger: the terms r³/3!,
 * r⁵/5!, … meet 5, 8, … roundings, which is 0.7u of the result; the terms after r^17 are nothing, the last sum adds u.
 */
function sine(r: number): number {
  const z = r * r;
  return r + r * (z * horner(sineCoefficients, z));
}

/**
 * cos r ≥ 0.7 with a relative error below 3u, to which r's own adds 0.8u at most: the terms r²/2, r⁴/4!, … meet
 * 4, 7, … roundings, at most 4u · 0.309 + 7u · 0.016 + … < 1.4u, and the last sum rounds by u/2.
 */
function cosine(r: number): number {
  const z = r * r;
  return 1 - z * horner(cosineCoefficients, z);
}

/** A bound of sin(x + shift · π/2). Outside the first quarter an argument that is off by 2^-95 counts too. */
function bound({ quarter, rest }: Reduced, shift: number, above: boolean): number {
  const place = (quarter + shift) & 3;
  const size = place % 2 === 0 ? sine(rest) : cosine(rest);
  const value = place < 2 ? size : -size;
  const slack = Math.abs(value) * (6 * u) + (quarter === 0 ? 0 : 2 ** -94);
  return above ? Math.min(1, up(value + slack)) : Math.max(-1, down(value - slack));
}

/** All sin(x + shift · π/2). */
function wave(a: Interval, shift: number): Interval {
  if (!(a.lo >= -limit && a.hi <= limit)) {
    return whole;
  }
  const left = reduce(a.lo);
  const right = a.hi === a.lo ? left : reduce(a.hi);
  // The multiples m·π/2 between the ends. One that may lie a hair outside is counted: the bounds stay right.
  const first = left.quarter + (left.rest > 2 ** -90 ? 1 : 0);
  const last = right.quarter - (right.rest < -(2 ** -90) ? 1 : 0);
  // sin is 1 where m + shift = 1 and −1 where m + shift = 3, modulo 4.
  const hasMaximum = first + ((5 - shift - first) & 3) <= last;
  const hasMinimum = first + ((7 - shift - first) & 3) <= last;
  return {
    lo: hasMinimum ? -1 : Math.min(bound(left, shift, false), bound(right, shift, false)) + 0,
    hi: hasMaximum ? 1 : Math.max(bound(left, shift, true), bound(right, shift, true)) + 0,
  };
}

/** All sin x, within 2e-15 relatively plus 2^-93 for |x| ≤ 2^20; beyond, [−1, 1]. sin 0 = 0. */
export function sin(a: Interval): Interval {
  return a.lo === 0 && a.hi === 0 ? { lo: 0, hi: 0 } : wave(a, 0);
}

/** All cos x, within 2e-15 relatively plus 2^-93 for |x| ≤ 2^20; beyond, [−1, 1]. cos 0 = 1. */
export function cos(a: Interval): Interval {
  return a.lo === 0 && a.hi === 0 ? { lo: 1, hi: 1 } : wave(a, 1);
}
