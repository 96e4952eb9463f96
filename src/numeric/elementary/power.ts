import { divide, integerPower, multiply, point, sqrt } from '../interval.js';
import { exp } from './exp.js';
import { log } from './log.js';
import type { Interval } from '../interval.js';

/**
 * All x^(numerator/denominator) for the members x ≥ 0, by roots of roots and products if the denominator is a power of
 * two, which keeps exact results exact, else by exp(p/q · log x), whose relative width grows with |p/q · log x|.
 * 0 to a negative power counts as ∞ beside other members. Throws a RangeError if there is no member ≥ 0, or unless
 * both numbers are integers and the denominator is not 0.
 */
export function realPower(a: Interval, numerator: number, denominator: number): Interval {
  if (!Number.isSafeInteger(numerator) || !Number.isSafeInteger(denominator) || denominator === 0) {
    throw new RangeError(`the exponent ${numerator}/${denominator} is not a ratio of integers`);
  }
  if (a.hi < 0) {
    throw new RangeError(`no real power on [${a.lo}, ${a.hi}]`);
  }
  const common = greatestCommonDivisor(Math.abs(numerator), Math.abs(denominator)) * Math.sign(denominator);
  const p = numerator / common;
  let q = denominator / common;
  let base: Interval = { lo: Math.max(0, a.lo), hi: a.hi };
  if (base.hi === 0 && p < 0) {
    return { lo: 0, hi: Infinity };
  }
  if (base.hi === 0 && p > 0) {
    return { lo: 0, hi: 0 };
  }
  while (q % 2 === 0) {
    base = sqrt(base);
    q /= 2;
  }
  return q === 1 || p === 0 ? integerPower(base, p) : exp(multiply(divide(point(p), point(q)), log(base)));
}

function greatestCommonDivisor(a: number, b: number): number {
  return a === 0 ? b : greatestCommonDivisor(b % a, a);
}
