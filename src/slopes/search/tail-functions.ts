import { exp, log, sigmoid } from '../../numeric/elementary/index.js';
import type { Interval } from '../../numeric/interval.js';
import { divide, integerPower, magnitude, multiply, negate, point, ratio, subtract } from '../../numeric/interval.js';
import { elementaryEnclosures, rationalInterval } from '../scalar/enclose.js';
import type { Growth } from './growth.js';
import { exponentialScale, linear, signOf, start, valueAt } from './growth.js';
import type { ElementaryName } from '../scalar/node.js';
import type { Rational } from '../scalar/rational.js';
import * as q from '../scalar/rational.js';
import type { Tail } from './tail.js';
import { addTails, boundedTail, makeTail, multiplyTails, powerTail } from './tail.js';

/** u written as slope · t + rest; what exponentials need to cancel one another exactly. */
export interface Split {
  readonly whole: Tail;
  readonly slope: Rational;
  readonly rest: Tail;
}

const negateTail = (u: Tail): Tail => multiplyTails(boundedTail(u.k, point(-1)), u);
const negateSplit = ({ whole, slope, rest }: Split): Split => ({
  whole: negateTail(whole),
  slope: q.negated(slope),
  rest: negateTail(rest),
});

const scaled = (u: Tail, factor: Interval): Tail => multiplyTails(boundedTail(u.k, factor), u);

/** The sign of u where |u| grows on the tail. */
export const direction = (u: Tail): -1 | 0 | 1 =>
  signOf(u.growth) <= 0 ? 0 : u.factor.lo > 0 ? 1 : u.factor.hi < 0 ? -1 : 0;

/** |u| ≥ c · t^p with p > 0, for a u that grows. */
function leastGrowth(u: Tail): { readonly c: number; readonly p: Rational } {
  const c = u.factor.lo > 0 ? u.factor.lo : -u.factor.hi;
  const { rate, power } = u.growth;
  if (q.signOf(rate) === 0) return { c, p: power };
  // scale(t) / t grows from where rate·t + power ≥ 1 on. What the range says of |u| at the start says nothing of its
  // growth.
  const isSteep = q.compareRationals(q.plus(q.times(rate, q.rational(1n << BigInt(u.k))), power), q.ONE) >= 0;
  return { c: isSteep ? multiply(point(c), divide(valueAt(u.growth, u.k), start(u.k))).lo : 0, p: q.ONE };
}

function exponentialTail(u: Split): Tail {
  const { whole, slope, rest } = u;
  const { k } = whole;
  const range = exp(whole.range);
  const diverges = whole.diverges > 0 ? 1 : 0;
  if (rest.range.lo > -Infinity && rest.range.hi < Infinity) {
    return makeTail(k, { rate: slope, power: q.ZERO }, exp(rest.range), range, diverges);
  }
  const sign = direction(whole);
  const { c, p } = sign === 0 ? { c: 0, p: q.ONE } : leastGrowth(whole);
  if (c <= 0) return boundedTail(k, range, diverges);
  const { growth, factor } = exponentialScale(sign * Math.min(c, 1e300), p, k);
  return makeTail(k, growth, factor, range, diverges);
}

/** ln t = t^(1/4) · [0, s] for t ≥ 2^k. */
const logGrowth: Growth = { rate: q.ZERO, power: q.rational(1, 4) };

function logArgumentTail(k: number): Tail {
  // t^(−1/4) ln t is greatest at t = e^4, where it is 4/e, and falls from there on.
  const x = start(k);
  const most = k >= 6 ? divide(log(x), exp(divide(log(x), point(4)))) : divide(point(4), exp(point(1)));
  return makeTail(k, logGrowth, { lo: 0, hi: most.hi }, { lo: log(x).lo, hi: Infinity }, 1);
}

function logTail(u: Tail): Tail {
  const { k, growth, factor } = u;
  const range = u.range.hi > 0 ? log(u.range) : null;
  if (range === null || factor.lo <= 0 || factor.hi === Infinity)
    return range === null
      ? boundedTail(k, { lo: -Infinity, hi: Infinity })
      : boundedTail(k, range, u.diverges > 0 ? 1 : 0);
  const lines = scaled(makeTail(k, linear, point(1)), rationalInterval(growth.rate));
  const powers = scaled(logArgumentTail(k), rationalInterval(growth.power));
  const total = addTails(addTails(lines, powers), boundedTail(k, log(factor)));
  return makeTail(
    k,
    total.growth,
    total.factor,
    intersectRange(total.range, range),
    u.diverges > 0 ? 1 : total.diverges,
  );
}

const intersectRange = (a: Interval, b: Interval): Interval => ({ lo: Math.max(a.lo, b.lo), hi: Math.min(a.hi, b.hi) });

/** ln(u + √(u² + 1)) for u → ∞. */
function asinhTail(u: Tail): Tail {
  const root = powerTail(addTails(powerTail(u, q.rational(2)), boundedTail(u.k, point(1))), q.rational(1, 2));
  return logTail(addTails(u, root));
}

/**
 * f(u) / u ∈ f'(0) · [1 − c·u², 1] for |u| < 1, all these f being odd and bending towards the axis: by their series.
 */
const nearZero: Readonly<Partial<Record<ElementaryName, { readonly slope: Interval; readonly bend: Interval }>>> = {
  sin: { slope: point(1), bend: ratio(1n, 6n) },
  tanh: { slope: point(1), bend: ratio(1n, 3n) },
  atan: { slope: point(1), bend: ratio(1n, 3n) },
  asinh: { slope: point(1), bend: ratio(1n, 6n) },
  erf: { slope: { lo: 1.1283791670955126, hi: 1.1283791670955128 }, bend: ratio(1n, 3n) },
};

function nearZeroTail(name: ElementaryName, u: Tail): Tail | null {
  const series = nearZero[name];
  const size = magnitude(u.range);
  if (series === undefined || size >= 1) return null;
  const { lo } = subtract(point(1), multiply(series.bend, integerPower(point(size), 2)));
  return scaled(u, multiply(series.slope, { lo, hi: 1 }));
}

/** e^u / (1 + e^u) for u → −∞. */
const sigmoidTail = (u: Split): Tail =>
  multiplyTails(exponentialTail(u), boundedTail(u.whole.k, sigmoid(negate(u.whole.range))));

/** ln(1 + x) ∈ x · [1 − x/2, 1] with x = e^u. */
function softplusTail(u: Split): Tail {
  const { hi } = exp({ lo: u.whole.range.hi, hi: u.whole.range.hi });
  return multiplyTails(
    exponentialTail(u),
    boundedTail(u.whole.k, { lo: Math.max(0, subtract(point(1), multiply(point(hi), point(0.5))).lo), hi: 1 }),
  );
}

/** 2 e^−u / (1 + e^−2u) for u → ∞. */
const sechTail = (u: Split): Tail =>
  multiplyTails(
    exponentialTail(negateSplit(u)),
    boundedTail(u.whole.k, multiply(point(2), sigmoid(multiply(point(2), u.whole.range)))),
  );

export function functionTail(name: ElementaryName, u: Split): Tail {
  const { whole } = u;
  const { k } = whole;
  if (name === 'exp') return exponentialTail(u);
  if (name === 'log') return logTail(whole);
  const range = elementaryEnclosures[name](whole.range);
  const sign = direction(whole);
  const plain = boundedTail(k, range);
  const refined = (tail: Tail): Tail =>
    makeTail(k, tail.growth, tail.factor, intersectRange(tail.range, range), tail.diverges);
  if (name === 'sigmoid') return sign < 0 ? refined(sigmoidTail(u)) : plain;
  if (name === 'sech') return sign === 0 ? plain : refined(sechTail(sign > 0 ? u : negateSplit(u)));
  if (name === 'softplus') {
    if (sign > 0)
      return refined(
        addTails(whole, boundedTail(k, { lo: 0, hi: exp(negate({ lo: whole.range.lo, hi: whole.range.lo })).hi })),
      );
    return sign < 0 ? refined(softplusTail(u)) : { ...plain, diverges: whole.diverges > 0 ? 1 : 0 };
  }
  if (name === 'asinh') {
    if (sign > 0) return refined(asinhTail(whole));
    if (sign < 0) return refined(negateTail(asinhTail(negateTail(whole))));
    if (whole.diverges !== 0) return { ...plain, diverges: whole.diverges };
  }
  const small = signOf(whole.growth) < 0 ? nearZeroTail(name, whole) : null;
  return small === null ? plain : refined(small);
}
