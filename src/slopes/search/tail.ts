import type { Interval } from '../../numeric/interval.js';
import { add, contains, intersect, multiply, point, whole } from '../../numeric/interval.js';
import { enclosePower } from '../scalar/enclose.js';
import type { Growth } from './growth.js';
import { bounded, raise, signOf, start, times, valuesBeyond, linear } from './growth.js';
import type { Rational } from '../scalar/rational.js';
import * as q from '../scalar/rational.js';

/**
 * A function e on a tail t ≥ 2^k: e(t) ∈ scale(t) · factor, where scale is e^(rate·t) · t^power, and e(t) ∈ range. The
 * scale is what interval arithmetic on [2^k, ∞] lacks: there t · e^−t is ∞ · 0.
 */
export interface Tail {
  readonly k: number;
  readonly growth: Growth;
  readonly factor: Interval;
  readonly range: Interval;
  /** ±1 where e(t) → ±∞ is proved. */
  readonly diverges: -1 | 0 | 1;
}

const isBounded = ({ lo, hi }: Interval): boolean => lo > -Infinity && hi < Infinity;
const excludesZero = ({ lo, hi }: Interval): boolean => lo > 0 || hi < 0;

/** Each of factor and range tightened by the other. Every tail is made here. */
export function makeTail(
  k: number,
  growth: Growth,
  factor: Interval,
  range: Interval = whole,
  diverges: -1 | 0 | 1 = 0,
): Tail {
  const inside = intersect(range, multiply(valuesBeyond(growth, k), factor)) ?? range;
  const grows = signOf(growth) > 0 && excludesZero(factor) ? (factor.lo > 0 ? 1 : -1) : diverges;
  // A bound without growth is better than one that grows, and than none.
  if (signOf(growth) === 0 || (isBounded(inside) && (signOf(growth) > 0 || !isBounded(factor)))) {
    return { k, growth: bounded, factor: inside, range: inside, diverges: grows };
  }
  const signed = {
    lo: inside.lo >= 0 ? Math.max(0, factor.lo) : factor.lo,
    hi: inside.hi <= 0 ? Math.min(0, factor.hi) : factor.hi,
  };
  return { k, growth, factor: signed.lo <= signed.hi ? signed : factor, range: inside, diverges: grows };
}

export const boundedTail = (k: number, range: Interval, diverges: -1 | 0 | 1 = 0): Tail =>
  makeTail(k, bounded, range, range, diverges);

/** t itself. */
export const argumentTail = (k: number): Tail => makeTail(k, linear, point(1), { lo: start(k).lo, hi: Infinity });

export function addTails(a: Tail, b: Tail): Tail {
  const relative = times(b.growth, raise(a.growth, q.MINUS_ONE));
  if (signOf(relative) > 0) return addTails(b, a);
  const factor = add(a.factor, multiply(b.factor, valuesBeyond(relative, a.k)));
  const diverges =
    a.diverges !== 0 && staysAbove(b, a.diverges)
      ? a.diverges
      : b.diverges !== 0 && staysAbove(a, b.diverges)
        ? b.diverges
        : 0;
  return makeTail(a.k, a.growth, factor, add(a.range, b.range), diverges);
}

/** Whether sign · e has a lower bound. */
const staysAbove = ({ range }: Tail, sign: -1 | 1): boolean => (sign > 0 ? range.lo > -Infinity : range.hi < Infinity);

export function multiplyTails(a: Tail, b: Tail): Tail {
  const [x, y] = [awayFromZero(a), awayFromZero(b)];
  const diverges = (a.diverges !== 0 && y !== 0) || (b.diverges !== 0 && x !== 0) ? (x === y ? 1 : -1) : 0;
  return makeTail(a.k, times(a.growth, b.growth), multiply(a.factor, b.factor), multiply(a.range, b.range), diverges);
}

/** The sign of e for large t where |e| is bounded away from 0 there. */
const awayFromZero = ({ range, diverges }: Tail): -1 | 0 | 1 => diverges || (range.lo > 0 ? 1 : range.hi < 0 ? -1 : 0);

/** e^exponent; a root is taken where e ≥ 0, since elsewhere the function is not defined. */
export function powerTail(a: Tail, exponent: Rational): Tail {
  const range = enclosePower(a.range, exponent);
  if (q.signOf(exponent) < 0 && contains(a.factor, 0) && !contains(a.range, 0)) return boundedTail(a.k, range);
  const even = q.isInteger(exponent) && exponent.numerator % 2n === 0n;
  const diverges = q.signOf(exponent) <= 0 || a.diverges === 0 ? 0 : even ? 1 : a.diverges;
  return makeTail(a.k, raise(a.growth, exponent), enclosePower(a.factor, exponent), range, diverges);
}
