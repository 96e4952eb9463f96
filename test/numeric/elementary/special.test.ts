import { describe, expect, it } from 'vitest';
import * as elementary from '../../../src/numeric/elementary/index.js';
import { contains, interval, point, whole } from '../../../src/numeric/interval.js';
import { generator } from '../../../src/numeric/random.js';
import { integerOf } from '../oracle.js';
import { anySize } from './points.js';
import type { Interval } from '../../../src/numeric/interval.js';

const { asinh, atan, cos, erf, exp, log, pi, realPower, sech, sigmoid, sin, softplus, tanh } = elementary;

describe('exact values', () => {
  it('at special points', () => {
    expect(exp(point(0))).toEqual(point(1));
    expect(log(point(1))).toEqual(point(0));
    expect(sin(point(0))).toEqual(point(0));
    expect(cos(point(0))).toEqual(point(1));
    expect(atan(point(0))).toEqual(point(0));
    expect(tanh(point(0))).toEqual(point(0));
    expect(sech(point(0))).toEqual(point(1));
    expect(sigmoid(point(0))).toEqual(point(0.5));
    expect(erf(point(0))).toEqual(point(0));
    expect(asinh(point(0))).toEqual(point(0));
    expect(exp(point(-0))).toEqual(point(1));
    expect(tanh(point(-0))).toEqual(point(0));
  });

  it('limits at infinite ends', () => {
    const far = [point(-Infinity), point(Infinity)] as const;
    const limits = (f: (a: Interval) => Interval): readonly Interval[] => far.map(f);
    expect(limits(exp)).toEqual([point(0), point(Infinity)]);
    expect(limits(tanh)).toEqual([point(-1), point(1)]);
    expect(limits(erf)).toEqual([point(-1), point(1)]);
    expect(limits(sech)).toEqual([point(0), point(0)]);
    expect(limits(sigmoid)).toEqual([point(0), point(1)]);
    expect(limits(softplus)).toEqual([point(0), point(Infinity)]);
    expect(limits(asinh)).toEqual([point(-Infinity), point(Infinity)]);
    expect(log(point(Infinity))).toEqual(point(Infinity));
    expect(atan(point(Infinity))).toEqual(interval(pi.lo / 2, pi.hi / 2));
    expect(atan(point(-Infinity))).toEqual(interval(-pi.hi / 2, -pi.lo / 2));
    expect(sin(whole)).toEqual(interval(-1, 1));
    expect(cos(interval(0, Infinity))).toEqual(interval(-1, 1));
    expect(sigmoid(whole)).toEqual(interval(0, 1));
    expect(exp(whole)).toEqual(interval(0, Infinity));
  });

  it('of ranges', () => {
    expect(sech(interval(-3, 2)).hi).toBe(1);
    expect(sin(interval(0, 7))).toEqual(interval(-1, 1));
    expect(sin(interval(1, 2)).hi).toBe(1);
    expect(sin(interval(1, 2)).lo).toBeGreaterThan(0.84);
    expect(cos(interval(-1, 1)).hi).toBe(1);
    expect(cos(interval(3, 4)).lo).toBe(-1);
    expect(cos(interval(3, 4)).hi).toBeLessThan(-0.65);
    expect(cos(interval(3.2, 4)).lo).toBeGreaterThan(-1);
    expect(sin(interval(1e15, 1e15))).toEqual(interval(-1, 1));
  });

  it('overflow and underflow', () => {
    expect(exp(point(710))).toEqual(interval(Number.MAX_VALUE, Infinity));
    expect(exp(point(1e300))).toEqual(interval(Number.MAX_VALUE, Infinity));
    expect(exp(point(-1e300))).toEqual(interval(0, Number.MIN_VALUE));
    expect(sech(point(1e300)).lo).toBe(0);
    expect(sech(point(1e300)).hi).toBeLessThanOrEqual(4 * Number.MIN_VALUE);
    expect(sigmoid(point(-1e300)).hi).toBeLessThanOrEqual(4 * Number.MIN_VALUE);
    expect(tanh(point(1e300))).toEqual(interval(1 - 2 ** -53, 1));
    expect(erf(point(-1e300))).toEqual(interval(-1, -1 + 2 ** -53));
    expect(tanh(point(Number.MIN_VALUE))).toEqual(interval(0, Number.MIN_VALUE));
    expect(softplus(point(1e300)).lo).toBe(1e300);
  });

  it('logarithms of what is not positive', () => {
    expect(() => log(interval(-2, 0))).toThrow(RangeError);
    expect(log(interval(-1, 1))).toEqual(interval(-Infinity, 0));
    expect(log(interval(0, 1))).toEqual(interval(-Infinity, 0));
  });
});

describe('realPower', () => {
  /** The sign of end^q − x^p for positive doubles, in integers: both sides times 2^(1074 · (q + |p|)). */
  function compare(end: number, x: number, p: number, q: number): -1 | 0 | 1 {
    const unit = (power: number): bigint => 1n << BigInt(1074 * power);
    const left = integerOf(end) ** BigInt(q) * (p < 0 ? integerOf(x) ** BigInt(-p) : unit(p));
    const right = p < 0 ? unit(q - p) : integerOf(x) ** BigInt(p) * unit(q);
    return left < right ? -1 : left > right ? 1 : 0;
  }

  it('encloses roots of powers, by exact comparison', () => {
    const random = generator(3);
    for (let run = 0; run < 1500; run += 1) {
      const x = Math.abs(anySize(random, -20, 20));
      const [p, q] = [random.integer(-5, 5), random.integer(1, 6)];
      const { lo, hi } = realPower(point(x), p, q);
      expect(compare(lo, x, p, q), `${x}^(${p}/${q}) ≥ ${lo}`).not.toBe(1);
      expect(compare(hi, x, p, q), `${x}^(${p}/${q}) ≤ ${hi}`).not.toBe(-1);
      expect(hi - lo).toBeLessThanOrEqual(1e-12 * hi);
      // The same comparison sees an end on the wrong side.
      expect([compare(lo * (1 + 1e-11), x, p, q), compare(hi * (1 - 1e-11), x, p, q)]).toEqual([1, -1]);
    }
  });

  it('keeps exact results', () => {
    expect(realPower(point(9), 1, 2)).toEqual(point(3));
    expect(realPower(point(9), 3, 2)).toEqual(point(27));
    expect(realPower(point(9), -6, -4)).toEqual(point(27));
    expect(realPower(point(16), -1, 4)).toEqual(point(0.5));
    expect(realPower(point(5), 2, 1)).toEqual(point(25));
    expect(realPower(point(5), 0, 3)).toEqual(point(1));
    expect(realPower(point(1), 1, 3)).toEqual(point(1));
  });

  it('takes the part of the base that is not negative', () => {
    expect(realPower(interval(-4, 4), 1, 2)).toEqual(interval(0, 2));
    expect(realPower(interval(-4, 4), 3, 1)).toEqual(interval(0, 64));
    expect(realPower(interval(-4, 0), 2, 3)).toEqual(point(0));
    expect(realPower(interval(0, 8), 1, 3).lo).toBe(0);
    expect(contains(realPower(interval(0, 8), 1, 3), 2)).toBe(true);
    expect(realPower(interval(0, 4), -1, 2)).toEqual(interval(0.5, Infinity));
    expect(realPower(interval(0, 1), -1, 3)).toEqual(interval(1, Infinity));
    expect(realPower(interval(0, 0), -1, 3)).toEqual(interval(0, Infinity));
    expect(realPower(interval(4, Infinity), 1, 2)).toEqual(interval(2, Infinity));
  });

  it('refuses what has no value', () => {
    expect(() => realPower(interval(-2, -1), 1, 2)).toThrow(RangeError);
    expect(() => realPower(point(2), 1, 0)).toThrow(RangeError);
    expect(() => realPower(point(2), 0.5, 1)).toThrow(RangeError);
    expect(() => realPower(point(2), NaN, 1)).toThrow(RangeError);
  });
});
