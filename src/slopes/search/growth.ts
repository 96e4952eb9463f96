import { exp, realPower } from '../../numeric/elementary/index.js';
import type { Interval } from '../../numeric/interval.js';
import { add, divide, integerPower, multiply, point } from '../../numeric/interval.js';
import { rationalInterval } from '../scalar/enclose.js';
import type { Rational } from '../scalar/rational.js';
import * as q from '../scalar/rational.js';

/** The scale e^(rate·t) · t^power for t → ∞. */
export interface Growth {
  readonly rate: Rational;
  readonly power: Rational;
}

export const bounded: Growth = { rate: q.ZERO, power: q.ZERO };
export const linear: Growth = { rate: q.ZERO, power: q.ONE };

export const times = (a: Growth, b: Growth): Growth => ({
  rate: q.plus(a.rate, b.rate),
  power: q.plus(a.power, b.power),
});
export const raise = (a: Growth, exponent: Rational): Growth => ({
  rate: q.times(a.rate, exponent),
  power: q.times(a.power, exponent),
});
/** 1 if the scale tends to ∞, −1 if it tends to 0. */
export const signOf = ({ rate, power }: Growth): -1 | 0 | 1 => q.signOf(rate) || q.signOf(power);

/** 2^k as a point. */
export const start = (k: number): Interval => integerPower(point(2), k);

/** All values that the scale takes for t ≥ 2^k, k ≥ 0. */
export function valuesBeyond(growth: Growth, k: number): Interval {
  const sign = signOf(growth);
  if (sign === 0) return point(1);
  const { rate, power } = growth;
  // d/dt log = rate + power/t, which at 2^k has the sign of rate·2^k + power, and keeps the sign of `rate` from its
  // root on.
  const slope = q.signOf(q.plus(q.times(rate, q.rational(1n << BigInt(k))), power));
  if (slope === sign || slope === 0) {
    const first = valueAt(growth, k);
    return sign > 0 ? { lo: first.lo, hi: Infinity } : { lo: 0, hi: first.hi };
  }
  if (sign > 0) return { lo: 0, hi: Infinity };
  // The greatest value, at t = −power/rate: (−power / (rate·e))^power.
  const peak = divide(rationalInterval(q.negated(q.over(power, rate))), exp(point(1)));
  return { lo: 0, hi: realPower(peak, Number(power.numerator), Number(power.denominator)).hi };
}

/** The scale at t = 2^k. */
export function valueAt({ rate, power }: Growth, k: number): Interval {
  const x = start(k);
  return multiply(
    exp(multiply(rationalInterval(rate), x)),
    realPower(x, Number(power.numerator), Number(power.denominator)),
  );
}

/** e^(c·t^p) ≤ scale · factor.hi for all t ≥ 2^k (c < 0), or ≥ scale · factor.lo (c > 0). */
export function exponentialScale(
  c: number,
  p: Rational,
  k: number,
): { readonly growth: Growth; readonly factor: Interval } {
  const sign = c > 0 ? 1 : -1;
  const x = start(k);
  const top = multiply(point(c), realPower(x, Number(p.numerator), Number(p.denominator)));
  // c·p·2^kp is t · d/dt of the exponent at the start; what the scale takes of it must leave the rest of that sign
  // there, and c·p·t^(p−1) keeps growing only for p ≥ 1, so otherwise the rate has to be 0.
  const budget = multiply(rationalInterval(p), top);
  const steepness = Math.min(sign > 0 ? budget.lo : -budget.hi, 1e6);
  const rate =
    q.compareRationals(p, q.ONE) < 0 ? 0 : Math.floor(Math.min(steepness / 2 / 2 ** k, 300 / 2 ** k, 16) * 8) / 8;
  const power = Math.max(
    0,
    Math.min(64, Math.floor((steepness - rate * 2 ** k) * 0.999), Math.floor(900 / Math.max(1, k))),
  );
  const growth = { rate: q.rational(BigInt(rate * 8 * sign), 8n), power: q.rational(power * sign) };
  const spare = add(top, multiply(point(-sign * rate), x));
  const factor = multiply(exp(spare), integerPower(x, -sign * power));
  return { growth, factor: sign > 0 ? { lo: factor.lo, hi: Infinity } : { lo: 0, hi: factor.hi } };
}
