import { describe, expect, it } from 'vitest';
import { intersect, point } from '../../../src/numeric/interval.js';
import { generator } from '../../../src/numeric/random.js';
import * as build from '../../../src/slopes/scalar/build.js';
import { differentiate } from '../../../src/slopes/scalar/differentiate.js';
import { encloser } from '../../../src/slopes/scalar/enclose.js';
import { exponentialScale, valuesBeyond } from '../../../src/slopes/search/growth.js';
import type { Scalar } from '../../../src/slopes/scalar/node.js';
import { scalarText } from '../../../src/slopes/scalar/print.js';
import * as q from '../../../src/slopes/scalar/rational.js';
import type { Tail } from '../../../src/slopes/search/tail.js';
import { encloseTail } from '../../../src/slopes/search/tail-evaluate.js';
import { knownSlopes } from '../known-slopes.js';
import { anyFunction, boundedSlopes } from '../random-function.js';
import { substitute } from '../../../src/slopes/scalar/visit.js';

const { call, number, one, power, product, sum, variable: v } = build;
const square = (u: Scalar): Scalar => power(u, q.rational(2));
const mirrored = (node: Scalar): Scalar => substitute(node, { variable: build.negate(v) });
const range = (node: Scalar, k: number): readonly [number, number] => {
  const { range: found } = encloseTail(node, k);
  return [found.lo, found.hi];
};

describe('tails of what interval arithmetic calls ∞ · 0', () => {
  const decaying: readonly (readonly [string, Scalar])[] = [
    ['v exp(−v²/2)', product([v, call('exp', product([number(q.rational(-1, 2)), square(v)]))])],
    ['v^5 exp(−v)', product([power(v, q.rational(5)), call('exp', build.negate(v))])],
    ['v sigmoid(−v)', product([v, call('sigmoid', build.negate(v))])],
    ['v sech(v)²', product([v, square(call('sech', v))])],
    ['v softplus(−√2 v)', product([v, call('softplus', product([number(-1), build.squareRoot(number(2)), v]))])],
    ['v (1 − tanh v)', product([v, sum([one, build.negate(call('tanh', v))])])],
    ['v² (1 − erf v)', product([square(v), sum([one, build.negate(call('erf', v))])])],
    ['e^v (softplus(−2v))', product([call('exp', v), call('softplus', product([number(-2), v]))])],
    ['e^v / (e^2v + 2)', build.divide(call('exp', v), sum([call('exp', product([number(2), v])), number(2)]))],
  ];
  for (const [text, node] of decaying) {
    it(`${text} → 0`, () => {
      const [lo, hi] = range(node, 6);
      expect(lo).toBeGreaterThanOrEqual(-1e-12);
      expect(hi).toBeLessThan(1e-9);
      expect(hi).toBeGreaterThan(0);
    });
  }

  it('limits are met within 1e-12 by some tail, for the slopes of the usual activations', () => {
    const limits: Record<string, readonly [number, number]> = {
      GELU: [0, 1],
      SiLU: [0, 1],
      Mish: [0, 1],
      'tanh-GELU': [0, 1],
      softplus: [0, 1],
      tanhshrink: [1, 1],
      squareplus: [0, 1],
      'v atan(v)': [-Math.PI / 2, Math.PI / 2],
      softsign: [0, 0],
      serf: [0, 1],
      'Mish by exponentials': [0, 1],
      'ELU, alpha = 1.5': [0, 1],
    };
    for (const { name, f } of knownSlopes) {
      const ends = limits[name];
      if (ends === undefined) continue;
      for (const [at, slope] of [mirrored(differentiate(f)), differentiate(f)].entries()) {
        const best = [4, 6, 10, 20, 40, 60]
          .map((k) => encloseTail(slope, k).range)
          .find(({ lo, hi }) => hi - lo <= 1e-12);
        expect(best, name).toBeDefined();
        expect(Math.abs((best?.lo ?? 9) - (ends[at] ?? 9)), name).toBeLessThan(2e-12);
      }
    }
  });

  it('proves that functions grow without bound, and never that bounded ones do', () => {
    const sign = (node: Scalar): Tail['diverges'] => encloseTail(node, 6).diverges;
    expect(sign(v)).toBe(1);
    expect(sign(product([number(-3), v, call('sigmoid', v)]))).toBe(-1);
    expect(sign(call('exp', v))).toBe(1);
    expect(sign(call('log', sum([one, square(v)])))).toBe(1);
    expect(sign(sum([call('log', v), number(-100), call('sin', v)]))).toBe(1);
    expect(sign(call('asinh', build.negate(v)))).toBe(-1);
    expect(sign(build.divide(square(v), sum([one, v])))).toBe(1);
    expect(sign(product([v, call('sin', v)]))).toBe(0);
    expect(sign(product([v, call('sigmoid', build.negate(v))]))).toBe(0);
    expect(sign(sum([v, build.negate(v), call('tanh', v)]))).toBe(0);
    // Equal leading terms: nothing is known.
    expect(sign(sum([build.squareRoot(sum([square(v), one])), build.negate(v)]))).toBe(0);
  });
});

describe('scales', () => {
  it('values of e^(rt) t^p beyond 2^k', () => {
    const at = (rate: number, power: number, k: number): readonly [number, number] => {
      const { lo, hi } = valuesBeyond({ rate: q.rational(rate), power: q.rational(power) }, k);
      return [lo, hi];
    };
    expect(at(0, 0, 4)).toEqual([1, 1]);
    expect(at(0, 2, 4)).toEqual([256, Infinity]);
    expect(at(0, -2, 4)).toEqual([0, 2 ** -8]);
    expect(at(-1, 2, 0)[1]).toBeCloseTo((2 / Math.E) ** 2, 12);
    expect(at(-1, 2, 2)[1]).toBeCloseTo(Math.exp(-4) * 16, 12);
    expect(at(1, -2, 0)[0]).toBe(0);
    expect(at(1, -2, 2)[0]).toBeCloseTo(Math.exp(4) / 16, 10);
  });

  it('exponentials are on the right side of their scales', () => {
    for (const [c, p, k] of [
      [-1, 1, 4],
      [-0.5, 2, 4],
      [-3, 0.5, 6],
      [1, 1, 4],
      [0.01, 2, 6],
      [2, 0.5, 6],
    ] as const) {
      const { growth, factor } = exponentialScale(c, q.rational(p * 2, 2), k);
      for (const t of [2 ** k, 1.5 * 2 ** k, 3 * 2 ** k, 10 * 2 ** k]) {
        const logScale = q.approximate(growth.rate) * t + q.approximate(growth.power) * Math.log(t);
        const bound = c < 0 ? factor.hi : factor.lo;
        expect(Math.sign(c) * (c * t ** p - logScale - Math.log(bound))).toBeGreaterThanOrEqual(
          -1e-9 * Math.abs(c * t ** p),
        );
      }
    }
  });
});

describe('random functions', () => {
  it('values far out lie in the range, and divergence is seen in values', () => {
    let bounded = 0;
    let diverging = 0;
    for (let seed = 0; seed < 400; seed += 1) {
      const random = generator(300_000 + seed);
      const base = random.pick([anyFunction, boundedSlopes])(random, random.integer(1, 3));
      const f = random.pick([base, differentiate(base), mirrored(differentiate(base))]);
      const k = random.pick([0, 4, 6, 10]);
      const tail = encloseTail(f, k);
      if (tail.range.hi < Infinity && tail.range.lo > -Infinity) bounded += 1;
      if (tail.diverges !== 0) diverging += 1;
      const value = encloser([f]);
      for (const factor of [1, 1 + random.uniform(), 2 + 10 * random.uniform(), 10 ** random.integer(2, 6)]) {
        const t = 2 ** k * factor;
        const { ranges, defined } = value(point(t));
        const found = ranges[0];
        if (found === undefined || !defined) continue;
        expect(intersect(tail.range, found), `${scalarText(f)} at ${t}`).not.toBeNull();
      }
      if (tail.diverges === 0) continue;
      const sizes = [1e3, 1e60]
        .map((t) => value(point(t)).ranges[0])
        .map((found) => (found === undefined ? 0 : tail.diverges > 0 ? found.hi : -found.lo));
      expect(sizes[1] ?? 0, scalarText(f)).toBeGreaterThan(1);
    }
    expect(bounded).toBeGreaterThan(100);
    expect(diverging).toBeGreaterThan(50);
  });
});
