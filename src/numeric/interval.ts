import { bitLength, powerOfTwo } from './dyadic.js';
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
} from './elementary/directed.js';

export { down, up };

/**
 * The closed set of reals between lo and hi, lo ≤ hi, never NaN; an infinite end leaves that side open. Every operation
 * here returns an interval that contains the exact result for all choices of members of its operands, and relies on
 * nothing but IEEE 754's correctly rounded + − × ÷ √ (Moore, Kearfott and Cloud, Introduction to interval analysis,
 * 2009, chapters 2 and 3). Exact results are not widened. [∞, ∞] and [−∞, −∞] stand for limits.
 */
export interface Interval {
  readonly lo: number;
  readonly hi: number;
}

/** Adding 0 turns −0 into 0, so that equal intervals look equal. */
function make(lo: number, hi: number): Interval {
  return { lo: lo + 0, hi: hi + 0 };
}

export const whole: Interval = Object.freeze({ lo: -Infinity, hi: Infinity });

/** [x, x]. Throws a RangeError on NaN. */
export function point(x: number): Interval {
  return interval(x, x);
}

/** [lo, hi]. Throws a RangeError on NaN or lo > hi. */
export function interval(lo: number, hi: number): Interval {
  if (!(lo <= hi)) {
    throw new RangeError(`[${lo}, ${hi}] is not an interval`);
  }
  return make(lo, hi);
}

/** The least interval that contains both. */
export function hull(a: Interval, b: Interval): Interval {
  return { lo: Math.min(a.lo, b.lo), hi: Math.max(a.hi, b.hi) };
}

/** What both contain; null if that is nothing. */
export function intersect(a: Interval, b: Interval): Interval | null {
  const lo = Math.max(a.lo, b.lo);
  const hi = Math.min(a.hi, b.hi);
  return lo <= hi ? { lo, hi } : null;
}

/** A finite member: near the middle, and for a half-line beyond its end, so that halving again and again gets far. */
export function middle(a: Interval): number {
  if (a.lo === -Infinity) {
    return a.hi > 0 ? 0 : Math.max(2 * a.hi - 1, -Number.MAX_VALUE);
  }
  if (a.hi === Infinity) {
    return a.lo < 0 ? 0 : Math.min(2 * a.lo + 1, Number.MAX_VALUE);
  }
  // Halves first, since the sum of the ends may overflow; with denormal ends the halves may round to the outside.
  return Math.min(a.hi, Math.max(a.lo, a.lo / 2 + a.hi / 2));
}

/** max |x| over the members x. */
export function magnitude(a: Interval): number {
  return Math.max(Math.abs(a.lo), Math.abs(a.hi));
}

/** Whether x is a member; a limit counts as one. */
export function contains(a: Interval, x: number): boolean {
  return a.lo <= x && x <= a.hi;
}

export function add(a: Interval, b: Interval): Interval {
  return make(addDown(a.lo, b.lo), addUp(a.hi, b.hi));
}

export function subtract(a: Interval, b: Interval): Interval {
  return make(addDown(a.lo, -b.hi), addUp(a.hi, -b.lo));
}

export function negate(a: Interval): Interval {
  return make(-a.hi, -a.lo);
}

export function multiply(a: Interval, b: Interval): Interval {
  if (a.lo >= 0) {
    return make(multiplyDown(b.lo >= 0 ? a.lo : a.hi, b.lo), multiplyUp(b.hi >= 0 ? a.hi : a.lo, b.hi));
  }
  if (a.hi <= 0) {
    return make(multiplyDown(b.hi >= 0 ? a.lo : a.hi, b.hi), multiplyUp(b.lo >= 0 ? a.hi : a.lo, b.lo));
  }
  if (b.lo >= 0) {
    return make(multiplyDown(a.lo, b.hi), multiplyUp(a.hi, b.hi));
  }
  if (b.hi <= 0) {
    return make(multiplyDown(a.hi, b.lo), multiplyUp(a.lo, b.lo));
  }
  return make(
    Math.min(multiplyDown(a.lo, b.hi), multiplyDown(a.hi, b.lo)),
    Math.max(multiplyUp(a.lo, b.lo), multiplyUp(a.hi, b.hi)),
  );
}

/**
 * All quotients x / y with y ≠ 0. A divisor with 0 inside gives `whole`; one that ends at 0 gives a half-line if the
 * dividend does not change sign, else `whole`; the divisor [0, 0] gives `whole`.
 */
export function divide(a: Interval, b: Interval): Interval {
  if (b.lo > 0) {
    return make(divideDown(a.lo, a.lo >= 0 ? b.hi : b.lo), divideUp(a.hi, a.hi >= 0 ? b.lo : b.hi));
  }
  if (b.hi < 0) {
    return make(divideDown(a.hi, a.hi >= 0 ? b.hi : b.lo), divideUp(a.lo, a.lo >= 0 ? b.lo : b.hi));
  }
  if (b.lo === 0 && b.hi > 0) {
    return a.lo >= 0
      ? make(divideDown(a.lo, b.hi), Infinity)
      : a.hi <= 0
        ? make(-Infinity, divideUp(a.hi, b.hi))
        : whole;
  }
  if (b.hi === 0 && b.lo < 0) {
    return a.lo >= 0
      ? make(-Infinity, divideUp(a.lo, b.lo))
      : a.hi <= 0
        ? make(divideDown(a.hi, b.lo), Infinity)
        : whole;
  }
  return whole;
}

/** All x^n; x^0 is 1, and a negative n divides 1 by x^|n|. Throws a RangeError unless n is an integer. */
export function integerPower(a: Interval, n: number): Interval {
  if (!Number.isSafeInteger(n)) {
    throw new RangeError(`the exponent ${n} is not an integer`);
  }
  if (n < 0) {
    return divide({ lo: 1, hi: 1 }, integerPower(a, -n));
  }
  if (n === 0) {
    return { lo: 1, hi: 1 };
  }
  if (n === 1) {
    return a;
  }
  if (a.lo >= 0) {
    return make(raise(a.lo, n, multiplyDown), raise(a.hi, n, multiplyUp));
  }
  if (n % 2 !== 0) {
    return make(-raise(-a.lo, n, multiplyUp), a.hi >= 0 ? raise(a.hi, n, multiplyUp) : -raise(-a.hi, n, multiplyDown));
  }
  return make(a.hi >= 0 ? 0 : raise(-a.hi, n, multiplyDown), raise(magnitude(a), n, multiplyUp));
}

/** x^n for x ≥ 0 and n ≥ 1 by squaring, every product rounded the same way. */
function raise(x: number, n: number, times: (a: number, b: number) => number): number {
  let result = 1;
  let square = x;
  for (let rest = n; ; square = times(square, square)) {
    if (rest % 2 === 1) {
      result = times(result, square);
    }
    rest = Math.floor(rest / 2);
    if (rest === 0) {
      return result;
    }
  }
}

/** The square roots of the members ≥ 0. Throws a RangeError if there are none. */
export function sqrt(a: Interval): Interval {
  if (a.hi < 0) {
    throw new RangeError(`no square root on [${a.lo}, ${a.hi}]`);
  }
  return make(a.lo > 0 ? sqrtDown(a.lo) : 0, sqrtUp(a.hi));
}

export function absolute(a: Interval): Interval {
  return a.lo >= 0 ? a : make(a.hi <= 0 ? -a.hi : 0, magnitude(a));
}

/** All max(x, y). */
export function maximum(a: Interval, b: Interval): Interval {
  return { lo: Math.max(a.lo, b.lo), hi: Math.max(a.hi, b.hi) };
}

/** All min(x, y). */
export function minimum(a: Interval, b: Interval): Interval {
  return { lo: Math.min(a.lo, b.lo), hi: Math.min(a.hi, b.hi) };
}

/** The least interval with ends in the doubles that contains numerator / denominator. Throws a RangeError on 0. */
export function ratio(numerator: bigint, denominator: bigint): Interval {
  if (denominator === 0n) {
    throw new RangeError('a ratio needs a denominator other than 0');
  }
  const n = numerator < 0n ? -numerator : numerator;
  const d = denominator < 0n ? -denominator : denominator;
  // floor(log2(n/d)) is either this or one less, so the quotient below has 53 or 54 digits, or lies on the denormals'
  // grid.
  const top = bitLength(n) - bitLength(d);
  let unit = Math.max(top - 53, -1074);
  let quotient = scaled(n, -unit) / scaled(d, unit);
  if (bitLength(quotient) > 53) {
    unit += 1;
    quotient = scaled(n, -unit) / scaled(d, unit);
  }
  const exact = quotient * scaled(d, unit) === scaled(n, -unit);
  // At most 53 digits times a power of two: exact, unless it overflows.
  const lo = unit > 971 ? Infinity : Number(quotient) * powerOfTwo(unit);
  const hi = exact ? lo : unit > 971 ? Infinity : Number(quotient + 1n) * powerOfTwo(unit);
  const size = make(lo === Infinity ? Number.MAX_VALUE : lo, hi);
  return numerator < 0n === denominator < 0n ? size : negate(size);
}

/** value · 2^shift for shift > 0, else value itself. */
function scaled(value: bigint, shift: number): bigint {
  return shift > 0 ? value << BigInt(shift) : value;
}
