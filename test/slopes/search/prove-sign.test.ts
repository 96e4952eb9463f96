import { describe, expect, it } from 'vitest';
import { point } from '../../../src/numeric/interval.js';
import { generator } from '../../../src/numeric/random.js';
import * as build from '../../../src/slopes/scalar/build.js';
import { encloser } from '../../../src/slopes/scalar/enclose.js';
import type { Scalar } from '../../../src/slopes/scalar/node.js';
import type { Side } from '../../../src/slopes/scalar/obligation.js';
import { scalarText } from '../../../src/slopes/scalar/print.js';
import type { SignProof } from '../../../src/slopes/search/prove-sign.js';
import { proveSign } from '../../../src/slopes/search/prove-sign.js';
import * as q from '../../../src/slopes/scalar/rational.js';
import { anyFunction } from '../random-function.js';

const { absolute, call, negate, number, one, power, product, sum, variable: v } = build;
const n = (text: string): Scalar => number(q.fromDecimal(text));
const square = (u: Scalar): Scalar => power(u, q.rational(2));
const minus = (a: Scalar, b: Scalar): Scalar => build.subtract(a, b);
const above = (guard: Scalar, closed = false): Side => ({ guard, positive: true, closed });
const below = (guard: Scalar, closed = false): Side => ({ guard, positive: false, closed });
const third = minus(v, number(q.rational(1, 3)));
const cubic = minus(power(v, q.rational(3)), n('2'));
const bernoulli = sum([call('exp', v), n('-1'), negate(v)]);

type Row = readonly [string, Scalar, 'positive' | 'nonnegative' | 'nonzero', readonly Side[]];

const proven: readonly Row[] = [
  ['1 + v^2', sum([one, square(v)]), 'positive', []],
  ['v^2 − v + 1, by halving', sum([one, square(v), negate(v)]), 'positive', []],
  ['1 + |v|', sum([one, absolute(v)]), 'nonzero', []],
  ['1 + e^v', sum([one, call('exp', v)]), 'nonzero', []],
  ['e^v − 1 − v ≥ 0, a double zero', bernoulli, 'nonnegative', []],
  ['v − tanh v where v > 0, a triple zero', minus(v, call('tanh', v)), 'nonnegative', [above(v)]],
  ['v where v > 0', v, 'positive', [above(v)]],
  ['v where v < 0', v, 'nonzero', [below(v)]],
  ['e^v − 1 where v > 0: zero at the open end only', minus(call('exp', v), one), 'positive', [above(v)]],
  ['v where v ≥ 0', v, 'nonnegative', [above(v, true)]],
  [
    'v (4 − v) where v ≥ 0 and v ≤ 4',
    product([v, minus(n('4'), v)]),
    'nonnegative',
    [above(v, true), below(minus(v, n('4')), true)],
  ],
  ['3v − 1 where v > 1/3', sum([product([n('3'), v]), n('-1')]), 'positive', [above(third)]],
  ['v^3 − 2 where v < 1', cubic, 'nonzero', [below(minus(v, one))]],
  ['1 + sin v', sum([one, call('sin', v)]), 'nonnegative', []],
  [
    '2.3 + 2 sin v + cos v, over a period',
    sum([n('2.3'), product([n('2'), call('sin', v)]), call('cos', v)]),
    'positive',
    [],
  ],
  ['√(v^2 + 1) − v, by its square', minus(build.squareRoot(sum([one, square(v)])), v), 'positive', []],
  ['log(1 + v^2) + v^4', sum([call('log', sum([one, square(v)])), power(v, q.rational(4))]), 'nonnegative', []],
];

const refuted: readonly (readonly [...Row, number | null])[] = [
  ['v', v, 'nonzero', [], 0],
  ['v where v ≥ 0', v, 'positive', [above(v, true)], 0],
  ['v^2', square(v), 'positive', [], 0],
  ['e^v − 1 − v', bernoulli, 'positive', [], 0],
  ['v^3 − 2: an irrational zero', cubic, 'nonzero', [], 2 ** (1 / 3)],
  ['v − tanh v', minus(v, call('tanh', v)), 'nonnegative', [], null],
  ['v − 10^9', minus(n('1e9'), v), 'positive', [], null],
];

describe('signs', () => {
  for (const [text, e, demand, where] of proven) {
    it(`${text} is ${demand}`, () => {
      expect(proveSign(e, demand, where)).toEqual({ kind: 'proven' });
    });
  }

  for (const [text, e, demand, where, at] of refuted) {
    it(`${text} is not ${demand}`, () => {
      const found = proveSign(e, demand, where);
      expect(found.kind).toBe('refuted');
      if (found.kind === 'refuted' && at !== null) expect(found.at).toBeCloseTo(at, 12);
    });
  }

  it('says that it does not know: zeros that touch, between doubles', () => {
    expect(proveSign(sum([one, call('sin', v)]), 'nonzero', [])).toMatchObject({
      kind: 'unknown',
      near: expect.closeTo(-Math.PI / 2, 3) as number,
    });
    const touching = sum([square(v), product([number(q.rational(-2, 3)), v]), number(q.rational(1, 9))]);
    expect(proveSign(touching, 'nonnegative', [])).toMatchObject({
      kind: 'unknown',
      near: expect.closeTo(1 / 3, 3) as number,
    });
  });
});

describe('random functions: no answer is contradicted by a value', () => {
  const grid = Array.from({ length: 2_001 }, (_, at) => Math.sinh((at - 1_000) / 150));

  /** A value that the answer does not allow; sides and values count only where their enclosures are clear of 0. */
  function contradiction(e: Scalar, demand: Row[2], guard: Scalar, found: SignProof): string | null {
    const enclose = encloser([e, guard]);
    const signAt = (x: number): number => {
      const [value, side] = enclose(point(x)).ranges;
      return value === undefined || side === undefined || side.lo <= 0 ? 0 : value.lo > 0 ? 1 : value.hi < 0 ? -1 : 0;
    };
    const text = `${scalarText(e)} where ${scalarText(guard)} > 0, ${demand}: ${found.kind}`;
    if (found.kind === 'proven') {
      const signs = grid.map(signAt);
      if (demand !== 'nonzero') return signs.includes(-1) ? text : null;
      // Between signs that differ lies a zero, or a part of the line that the guard excludes.
      return guard === one && signs.includes(1) && signs.includes(-1) ? text : null;
    }
    return found.kind === 'refuted' && signAt(found.at) > 0 && demand !== 'nonzero' ? text : null;
  }

  it('300 functions and demands', () => {
    const tally: Record<string, number> = {};
    const wrong: string[] = [];
    for (let at = 0; at < 300; at += 1) {
      const random = generator(70_000 + at);
      const e = sum([anyFunction(random, random.integer(1, 2)), number(random.pick([0, 1, 3]))]);
      const demand = random.pick(['positive', 'nonnegative', 'nonzero'] as const);
      const guard = random.pick([one, one, sum([v, number(random.integer(-2, 2))]), sum([square(v), number(-1)])]);
      const found = proveSign(e, demand, guard === one ? [] : [above(guard)]);
      tally[found.kind] = (tally[found.kind] ?? 0) + 1;
      const objection = contradiction(e, demand, guard, found);
      if (objection !== null) wrong.push(objection);
    }
    expect(wrong).toEqual([]);
    expect(tally['proven'] ?? 0).toBeGreaterThan(50);
    expect(tally['refuted'] ?? 0).toBeGreaterThan(50);
  });
});
