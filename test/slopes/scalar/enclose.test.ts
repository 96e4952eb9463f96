import { describe, expect, it } from 'vitest';
import type { Interval } from '../../../src/numeric/interval.js';
import { intersect, point } from '../../../src/numeric/interval.js';
import { generator } from '../../../src/numeric/random.js';
import * as build from '../../../src/slopes/scalar/build.js';
import { differentiate } from '../../../src/slopes/scalar/differentiate.js';
import { encloseConstant, encloser } from '../../../src/slopes/scalar/enclose.js';
import { numericFunction } from '../../../src/slopes/scalar/evaluate.js';
import { gather } from '../../../src/slopes/search/gather.js';
import type { Scalar } from '../../../src/slopes/scalar/node.js';
import { periodOf } from '../../../src/slopes/search/period.js';
import { scalarText } from '../../../src/slopes/scalar/print.js';
import * as q from '../../../src/slopes/scalar/rational.js';
import { tighten } from '../../../src/slopes/search/tighten.js';
import { encloses } from '../known-slopes.js';
import { anyFunction, boundedSlopes } from '../random-function.js';

const { call, number, one, power, product, sum, variable: v } = build;
const square = (u: Scalar): Scalar => power(u, q.rational(2));
const on = (
  node: Scalar,
  lo: number,
  hi: number,
): { readonly range: Interval | undefined; readonly crossed: boolean; readonly defined: boolean } => {
  const { ranges, crossed, defined } = encloser([node])({ lo, hi });
  return { range: ranges[0], crossed, defined };
};

describe('constants, to the digits of mpmath', () => {
  const half = q.rational(1, 2);
  const table: readonly (readonly [Scalar, string])[] = [
    [number(q.rational(1, 3)), '0.33333333333333333333333333333333'],
    [power(build.pi, q.rational(-1, 2)), '0.56418958354775628694807945156077'],
    [power(number(2), half), '1.4142135623730950488016887242097'],
    [call('log', number(2)), '0.69314718055994530941723212145818'],
    [
      sum([
        number(half),
        product([number(half), call('erf', one)]),
        product([call('exp', number(-1)), power(build.pi, q.rational(-1, 2))]),
      ]),
      '1.1289041451851547863407444422621',
    ],
    [power(number(q.rational(7, 5)), q.rational(2, 3)), '1.2514649491351947118030829951592'],
  ];
  for (const [node, digits] of table) {
    it(scalarText(node), () => {
      const found = encloseConstant(node);
      expect(encloses(found, digits)).toBe(true);
      expect(found.hi - found.lo).toBeLessThan(1e-14);
    });
  }

  it('exact where doubles allow it; nothing but constants', () => {
    expect(encloseConstant(number(q.rational(3, 8)))).toEqual({ lo: 0.375, hi: 0.375 });
    expect(() => encloseConstant(v)).toThrow(RangeError);
    expect(() => encloser([build.parameter('a')])).toThrow(RangeError);
  });
});

describe('boxes', () => {
  it('settles case distinctions where the guard keeps its sign, also up to 0', () => {
    const relu = build.maximum(v, build.zero);
    const step = differentiate(relu);
    expect(on(step, 0, 3)).toEqual({ range: { lo: 1, hi: 1 }, crossed: false, defined: true });
    expect(on(step, -3, 0)).toEqual({ range: { lo: 0, hi: 0 }, crossed: false, defined: true });
    expect(on(step, -1, 1)).toEqual({ range: { lo: 0, hi: 1 }, crossed: true, defined: true });
    // Neither side is known to be the one beside a point.
    expect(on(step, 0, 0)).toMatchObject({ range: { lo: 0, hi: 1 }, crossed: true });
  });

  it('knows that max, min and abs choose the larger, smaller and positive', () => {
    expect(on(build.maximum(v, product([number(-2), v])), -1, 1).range).toEqual({ lo: -1, hi: 2 });
    expect(on(build.minimum(v, number(q.rational(1, 2))), -1, 1).range).toEqual({ lo: -1, hi: 0.5 });
    expect(on(build.absolute(v), -1, 2).range).toEqual({ lo: 0, hi: 2 });
    expect(on(power(sum([one, build.absolute(call('sin', v))]), q.MINUS_ONE), -9, 9).range).toEqual({ lo: 0.5, hi: 1 });
  });

  it('tells where a part is undefined, but only where it matters', () => {
    expect(on(power(v, q.MINUS_ONE), -1, 1)).toMatchObject({ defined: false });
    expect(on(power(v, q.MINUS_ONE), 0, 1)).toMatchObject({ range: { lo: 1, hi: Infinity }, defined: false });
    expect(on(power(v, q.MINUS_ONE), 1, 2).defined).toBe(true);
    // Bounded, and yet it jumps.
    expect(on(call('atan', power(v, q.MINUS_ONE)), -1, 1).defined).toBe(false);
    const xlogx = build.select(v, product([v, call('log', v)]), build.zero);
    expect(on(xlogx, -2, -1)).toEqual({ range: { lo: 0, hi: 0 }, crossed: false, defined: true });
    expect(on(xlogx, 1, 2).defined).toBe(true);
    expect(on(xlogx, -1, 1)).toMatchObject({ crossed: true, defined: false });
    expect(on(build.squareRoot(v), -2, -1)).toEqual({
      range: { lo: -Infinity, hi: Infinity },
      crossed: false,
      defined: false,
    });
  });

  it('several roots share a tape; runs do not disturb one another', () => {
    const both = encloser([square(v), call('exp', v), v]);
    expect(both({ lo: 0, hi: 1 }).ranges[0]).toEqual({ lo: 0, hi: 1 });
    expect(both({ lo: -2, hi: 1 }).ranges).toMatchObject([{ lo: 0, hi: 4 }, {}, { lo: -2, hi: 1 }]);
  });

  it('contains the values at points inside, for random functions', () => {
    for (let seed = 0; seed < 150; seed += 1) {
      const random = generator(seed);
      const f = seed % 2 === 0 ? anyFunction(random, 3) : boundedSlopes(random, 3);
      const enclose = encloser([f]);
      const plain = numericFunction(f);
      for (let at = 0; at < 20; at += 1) {
        const lo = 5 * random.normal();
        const hi = lo + 10 ** (4 * random.uniform() - 3);
        const range = enclose({ lo, hi }).ranges[0];
        for (let inner = 0; inner < 20; inner += 1) {
          const x = Math.min(hi, lo + (hi - lo) * random.uniform());
          const value = enclose(point(x)).ranges[0];
          if (range === undefined || value === undefined) throw new Error('no range');
          // Both contain the true value at x.
          expect(intersect(range, value)).not.toBeNull();
          const rounded = plain(x);
          if (Number.isFinite(rounded) && value.hi - value.lo < 1e-6)
            expect(Math.abs(rounded - value.lo)).toBeLessThan(1e-5 * (1 + Math.abs(rounded)));
        }
      }
    }
  });
});

describe('rewriting', () => {
  it('gather: a common denominator where terms cancel', () => {
    const root = build.squareRoot(sum([square(v), number(4)]));
    expect(gather(differentiate(differentiate(root))).key).toBe(
      product([number(4), power(sum([square(v), number(4)]), q.rational(-3, 2))]).key,
    );
    const fraction = build.divide(v, sum([one, v]));
    expect(gather(differentiate(fraction)).key).toBe(power(sum([one, v]), q.rational(-2)).key);
    const three = sum([number(3), build.divide(product([number(-3), v]), sum([one, v]))]);
    expect(gather(three).key).toBe(build.divide(number(3), sum([one, v])).key);
  });

  it('gather and tighten keep the function: both enclosures at a point contain its value', () => {
    let changed = 0;
    for (let seed = 0; seed < 400; seed += 1) {
      const random = generator(100_000 + seed);
      const base = random.pick([anyFunction, boundedSlopes])(random, 2);
      const f = differentiate(
        random.pick([
          base,
          build.divide(base, sum([one, square(base)])),
          build.squareRoot(sum([square(base), one])),
          differentiate(base),
        ]),
      );
      for (const other of [gather(f), tighten(f)]) {
        if (other.key === f.key) continue;
        changed += 1;
        const [a, b] = [encloser([f]), encloser([other])];
        for (let at = 0; at < 30; at += 1) {
          const x = point(3 * random.normal());
          const [first, second] = [a(x).ranges[0], b(x).ranges[0]];
          if (first === undefined || second === undefined) throw new Error('no range');
          expect(intersect(first, second), `${scalarText(f)} and ${scalarText(other)} at ${x.lo}`).not.toBeNull();
        }
      }
    }
    expect(changed).toBeGreaterThan(100);
  });

  it('periods', () => {
    const sin = (frequency: Scalar): Scalar => call('sin', product([frequency, v]));
    const digits = (node: Scalar, text: string): boolean => {
      const found = periodOf(node);
      return found !== null && encloses(found, text) && found.hi - found.lo < 1e-13;
    };
    expect(digits(sin(one), '6.283185307179586476925286766559')).toBe(true);
    expect(
      digits(
        sum([sin(number(q.rational(2, 3))), square(sin(number(q.rational(1, 2)))), number(7)]),
        '37.699111843077518861551720599354',
      ),
    ).toBe(true);
    expect(digits(call('exp', sum([sin(build.pi), sin(product([number(3), build.pi]))])), '2')).toBe(true);
    expect(periodOf(sum([sin(one), sin(power(number(2), q.rational(1, 2)))]))).toBeNull();
    expect(periodOf(sum([v, sin(one)]))).toBeNull();
    expect(periodOf(call('sin', square(v)))).toBeNull();
    expect(periodOf(number(3))).toBeNull();
  });
});
