import { integerOf } from '../oracle.js';
import type { Interval } from '../../../src/numeric/interval.js';

/**
 * Elementary functions in fixed-point BigInt arithmetic: series and reductions other than the library's wherever there
 * is a choice, and enough places that a double argument is exact and a small result keeps 200 binary digits.
 */

/** The true value times 2^places is within `value` ± `error`. */
export interface Bracket {
  readonly value: bigint;
  readonly error: bigint;
  readonly places: number;
}

const guard = 64;

export function bitLength(value: bigint): number {
  return value === 0n ? 0 : (value < 0n ? -value : value).toString(2).length;
}

function times(a: bigint, b: bigint, places: number): bigint {
  return (a * b) >> BigInt(places);
}

/** Newton's iteration for ⌊√n⌋. */
export function integerRoot(n: bigint): bigint {
  if (n < 2n) {
    return n;
  }
  for (let x = 1n << BigInt((bitLength(n) + 1) >> 1); ;) {
    const y = (x + n / x) >> 1n;
    if (y >= x) {
      return x;
    }
    x = y;
  }
}

/** Σ signⁿ s^(2n+1) / (2n+1): atanh for sign 1, atan for −1. */
function oddSeries(s: bigint, sign: bigint, places: number): bigint {
  const square = times(s, s, places) * sign;
  let power = s;
  let sum = 0n;
  for (let n = 1n; power > 1n || power < -1n; n += 2n) {
    sum += power / n;
    power = times(power, square, places);
  }
  return sum;
}

/** Enough for every argument and result here; fewer places are a shift away. */
const most = 3200;
const unit = 1n << BigInt(most);

/** ln 2 = 2 atanh 1/3. */
const ln2Digits = 2n * oddSeries(unit / 3n, 1n, most);

/** Machin: π = 16 atan 1/5 − 4 atan 1/239. */
const piDigits = 16n * oddSeries(unit / 5n, -1n, most) - 4n * oddSeries(unit / 239n, -1n, most);

const twoOverRootPiDigits = (2n * unit * unit) / integerRoot(piDigits * unit);

function shortened(digits: bigint, places: number): bigint {
  if (places > most - 20) {
    throw new Error(`${places} places are too many`);
  }
  return digits >> BigInt(most - places);
}

export function ln2(places: number): bigint {
  return shortened(ln2Digits, places);
}

export function pi(places: number): bigint {
  return shortened(piDigits, places);
}

/** 2/√π. */
export function twoOverRootPi(places: number): bigint {
  return shortened(twoOverRootPiDigits, places);
}

/** e^x, relative error 2^-(places − 20) at least; Taylor's series after k ln 2 is taken out. */
function expOf(x: bigint, places: number): bigint {
  let k = x / ln2(places);
  if (k * ln2(places) > x) {
    k -= 1n;
  }
  const r = x - k * ln2(places);
  let term = 1n << BigInt(places);
  let sum = 0n;
  for (let n = 1n; term !== 0n; n += 1n) {
    sum += term;
    term = times(term, r, places) / n;
  }
  return k >= 0n ? sum << k : sum >> -k;
}

/** log y for y > 0. */
function logOf(y: bigint, places: number): bigint {
  const one = 1n << BigInt(places);
  const k = bitLength(y) - 1 - places;
  const m = k >= 0 ? y >> BigInt(k) : y << BigInt(-k);
  return BigInt(k) * ln2(places) + 2n * oddSeries(((m - one) << BigInt(places)) / (m + one), 1n, places);
}

/** Euler: atan x = Σ 2^2n (n!)² / (2n+1)! · x^(2n+1) / (1 + x²)^(n+1), for |x| ≤ 1; reciprocals beyond. */
function atanOf(x: bigint, places: number): bigint {
  const one = 1n << BigInt(places);
  if (x < 0n) {
    return -atanOf(-x, places);
  }
  if (x > one) {
    return pi(places) / 2n - atanOf((one * one) / x, places);
  }
  const square = times(x, x, places);
  const factor = (square << BigInt(places)) / (one + square);
  let term = (x << BigInt(places)) / (one + square);
  let sum = 0n;
  for (let n = 1n; term !== 0n; n += 1n) {
    sum += term;
    term = (times(term, factor, places) * (2n * n)) / (2n * n + 1n);
  }
  return sum;
}

/** sin x, by Taylor's series for x modulo 2π. */
function sinOf(x: bigint, places: number): bigint {
  const turn = 2n * pi(places);
  const r = x - ((2n * x + turn) / (2n * turn)) * turn;
  const square = times(r, r, places);
  let term = r;
  let sum = 0n;
  for (let n = 1n; term !== 0n && term !== -1n; n += 2n) {
    sum += term;
    term = -times(term, square, places) / ((n + 1n) * (n + 2n));
  }
  return sum;
}

/** Maclaurin's series 2/√π Σ (−1)ⁿ x^(2n+1) / (n! (2n+1)), |x| ≤ 7. */
function erfOf(x: bigint, places: number): bigint {
  const square = times(x, x, places);
  let power = x;
  let sum = 0n;
  for (let n = 1n; power !== 0n && power !== -1n; n += 1n) {
    sum += power / (2n * n - 1n);
    power = -times(power, square, places) / n;
  }
  return times(sum, twoOverRootPi(places), places);
}

/** Places for which x is an integer and |x|, or a result e^-|decay|, has 200 binary digits left. */
function placesFor(x: number, decay: number): number {
  const exponent = x === 0 ? 0 : bitLength(integerOf(Math.abs(x))) - 1075;
  return 260 + Math.max(0, -exponent) + Math.ceil(1.5 * decay);
}

function evaluate(x: number, decay: number, f: (x: bigint, places: number, one: bigint) => bigint): Bracket {
  const places = placesFor(x, decay);
  const inner = places + guard;
  const exact = (integerOf(x) << BigInt(inner)) >> 1074n;
  const value = f(exact, inner, 1n << BigInt(inner)) >> BigInt(guard);
  // Thousands of truncations of one unit each come to less than 2^32 units, relative where e^x is large.
  return { value, error: 4n + ((value < 0n ? -value : value) >> BigInt(inner - 32)), places };
}

/** ±1 up to 2^-64, for arguments where more cannot be told from ±1. */
function saturated(x: number): Bracket {
  const value = (x < 0 ? -1n : 1n) << 200n;
  return { value, error: 1n << 136n, places: 200 };
}

export const oracle = {
  exp: (x: number) => evaluate(x, Math.max(0, -x), (t, p) => expOf(t, p)),
  log: (x: number) => evaluate(x, 0, (t, p) => logOf(t, p)),
  sin: (x: number) => evaluate(x, 0, (t, p) => sinOf(t, p)),
  cos: (x: number) => evaluate(x, 0, (t, p) => sinOf(t + pi(p) / 2n, p)),
  atan: (x: number) => evaluate(x, 0, (t, p) => atanOf(t, p)),
  tanh: (x: number) =>
    Math.abs(x) > 40
      ? saturated(x)
      : evaluate(x, 0, (t, p, one) => {
          const e = expOf(2n * t, p);
          return ((e - one) << BigInt(p)) / (e + one);
        }),
  sech: (x: number) => evaluate(x, Math.abs(x), (t, p) => (1n << BigInt(2 * p + 1)) / (expOf(t, p) + expOf(-t, p))),
  sigmoid: (x: number) => evaluate(x, Math.abs(x), (t, p, one) => (one * one) / (one + expOf(-t, p))),
  softplus: (x: number) => evaluate(x, Math.abs(x), (t, p, one) => logOf(one + expOf(t, p), p)),
  asinh: (x: number) =>
    evaluate(x, 0, (t, p, one) => {
      const size = t < 0n ? -t : t;
      const result = logOf(size + integerRoot(size * size + one * one), p);
      return t < 0n ? -result : result;
    }),
  expm1: (x: number) => evaluate(x, 0, (t, p, one) => expOf(t, p) - one),
  log1p: (x: number) => evaluate(x, 0, (t, p, one) => logOf(one + t, p)),
  atanh: (x: number) => evaluate(x, 0, (t, p) => oddSeries(t, 1n, p)),
  erf: (x: number) => (Math.abs(x) > 7 ? saturated(x) : evaluate(x, 2 * x * x, (t, p) => erfOf(t, p))),
};

/**
 * Whether `end`, a finite double, is certainly above (1) or below (−1) the true value; 0 if the bracket cannot tell.
 */
export function side(end: number, { value, error, places }: Bracket): -1 | 0 | 1 {
  const shifted = integerOf(end) << BigInt(places);
  return shifted > (value + error) << 1074n ? 1 : shifted < (value - error) << 1074n ? -1 : 0;
}

/** Whether the true value certainly lies outside the interval. */
export function misses(a: Interval, truth: Bracket): boolean {
  const below = a.lo !== -Infinity && (a.lo === Infinity || side(a.lo, truth) === 1);
  const above = a.hi !== Infinity && (a.hi === -Infinity || side(a.hi, truth) === -1);
  return below || above || !(a.lo <= a.hi);
}

/** The double next to the bracket's value, within an ulp or so; 0 where that underflows. */
export function approximately({ value, places }: Bracket): number {
  const drop = Math.max(0, bitLength(value) - 60);
  const exponent = drop - places;
  const half = Math.trunc(exponent / 2);
  return Number(value >> BigInt(drop)) * 2 ** half * 2 ** (exponent - half);
}
