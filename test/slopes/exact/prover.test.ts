import { describe, expect, it } from 'vitest';
import { generator } from '../../../src/numeric/random.js';
import type { Random } from '../../../src/numeric/random.js';
import { coefficientsIn, expand, factorize, isSame } from '../../../src/slopes/exact/algebra.js';
import type { Assumptions } from '../../../src/slopes/scalar/assumptions.js';
import { anyReal, noAssumptions } from '../../../src/slopes/scalar/assumptions.js';
import * as build from '../../../src/slopes/scalar/build.js';
import { numericFunction } from '../../../src/slopes/scalar/evaluate.js';
import type { ElementaryName, Scalar } from '../../../src/slopes/scalar/node.js';
import { scalarText } from '../../../src/slopes/scalar/print.js';
import { Prover } from '../../../src/slopes/exact/prover.js';
import * as q from '../../../src/slopes/scalar/rational.js';
import { NEGATIVE, POSITIVE, ZERO } from '../../../src/slopes/exact/signs.js';
import { alpha, beta, fraction, hi, lo, square } from '../activations.js';

const { call, divide, negate, number, one, pi, power, product, squareRoot, subtract, sum, variable: v, zero } = build;
const text = (signs: number): string =>
  [
    [NEGATIVE, '−'],
    [ZERO, '0'],
    [POSITIVE, '+'],
  ]
    .map(([bit, sign]) => ((signs & Number(bit)) === 0 ? '' : sign))
    .join('');
const sigmoid = (u: Scalar): Scalar => call('sigmoid', u);

describe('signs of functions of v', () => {
  it.each([
    ['v', v, zero, null, '+'],
    ['1 − 2 σ(v)', subtract(one, product([number(2), sigmoid(v)])), zero, null, '−'],
    ['1 − v²/2', subtract(one, divide(square(v), number(2))), zero, squareRoot(number(2)), '+'],
    ['1 − v²/2 beyond', subtract(one, divide(square(v), number(2))), squareRoot(number(2)), null, '−'],
    [
      'a common factor',
      subtract(product([square(v), call('exp', negate(v))]), product([number(3), v, call('exp', negate(v))])),
      zero,
      number(3),
      '−',
    ],
    ['v² − v + 1', sum([square(v), negate(v), one]), null, null, '+'],
    ['v² − 2v + 1', sum([square(v), product([number(-2), v]), one]), null, null, '0+'],
    ['v − tanh v', subtract(v, call('tanh', v)), zero, null, '+'],
    ['v − tanh v below', subtract(v, call('tanh', v)), null, zero, '−'],
    ['atan v − v', subtract(call('atan', v), v), zero, null, '−'],
    ['v − softplus v', subtract(v, call('softplus', v)), null, null, '−'],
    ['exp(v) − 1', subtract(call('exp', v), one), null, zero, '−'],
    ['log v', call('log', v), one, null, '+'],
    [
      '1/(1 + v) − v/(1 + v)²',
      subtract(power(sum([one, v]), q.MINUS_ONE), product([v, power(sum([one, v]), q.rational(-2))])),
      zero,
      null,
      '+',
    ],
    ['v³', power(v, q.rational(3)), null, zero, '−'],
    ['2 + cos v', sum([number(2), call('cos', v)]), null, null, '+'],
    ['1 + cos v', sum([one, call('cos', v)]), null, null, '0+'],
    ['π − 2 atan v', subtract(pi, product([number(2), call('atan', v)])), null, null, '+'],
    ['sech v − 1', subtract(call('sech', v), one), zero, null, '−'],
  ] as const)('%s', (_, node, from, to, expected) => {
    expect(text(new Prover(noAssumptions()).on({ from, to }).signs(node))).toBe(expected);
  });

  it.each([
    ['sin', call('sin', v), zero, null],
    ['v − 1', subtract(v, one), zero, null],
    ['α v', product([alpha, v]), zero, null],
    ['2 σ(v) + v (…)', subtract(number(2), product([v, call('tanh', v)])), zero, null],
  ] as const)('%s: both are possible', (_, node, from, to) => {
    expect(text(new Prover(noAssumptions()).on({ from, to }).signs(node))).toBe('−0+');
  });
});

describe('signs of functions of parameters', () => {
  const given: Assumptions = {
    parameters: new Map([
      ['alpha', { ...anyReal, from: q.ZERO, to: q.ONE }],
      ['beta', { ...anyReal, from: q.ONE, fromOpen: false }],
    ]),
    positive: [subtract(hi, lo)],
  };

  it.each([
    ['α', alpha, '+'],
    ['1 − α', subtract(one, alpha), '+'],
    ['β − 1', subtract(beta, one), '0+'],
    ['β − α', subtract(beta, alpha), '+'],
    ['lo − hi', subtract(lo, hi), '−'],
    ['2 hi − 2 lo + α', sum([product([number(2), hi]), product([number(-2), lo]), alpha]), '+'],
    ['α β − β', subtract(product([alpha, beta]), beta), '−'],
    ['α² − 2αβ + β² + 1/9', sum([square(subtract(alpha, beta)), fraction(1, 9)]), '+'],
    ['hi', hi, '−0+'],
    ['erf(1) + e⁻¹ − 1', sum([call('erf', one), call('exp', number(-1)), number(-1)]), '+'],
  ] as const)('%s', (_, node, expected) => {
    expect(text(new Prover(given).judge(node))).toBe(expected);
  });

  it('notes what it could not decide', () => {
    const prover = new Prover(noAssumptions());
    prover.judge(subtract(alpha, one));
    expect(prover.undecided.map(scalarText)).toEqual(['alpha', '1 - alpha']);
  });
});

/** Smooth functions of v without poles. */
function smooth(random: Random, depth: number): Scalar {
  if (depth === 0)
    return random.pick([
      v,
      one,
      number(q.rational(random.integer(-4, 4), 2)),
      product([number(random.pick([-2, -1, 1, 2])), v]),
    ]);
  const next = (): Scalar => smooth(random, depth - 1);
  const names: readonly ElementaryName[] = [
    'exp',
    'tanh',
    'sigmoid',
    'softplus',
    'erf',
    'atan',
    'sech',
    'asinh',
    'sin',
    'cos',
  ];
  switch (random.integer(0, 4)) {
    case 0:
    case 1:
      return sum([next(), next()]);
    case 2:
      return product([next(), next()]);
    case 3:
      return random.pick([square(next()), power(sum([one, square(next())]), q.rational(random.pick([-2, -1, 1]), 2))]);
    default:
      return call(random.pick(names), next());
  }
}

describe('random functions', () => {
  it('a sign that is left out never occurs', () => {
    const random = generator(11);
    let decided = 0;
    for (let n = 0; n < 600; n += 1) {
      const node = smooth(random, 1 + (n % 3));
      const [from, to] = random.pick([
        [zero, null],
        [null, zero],
        [one, number(3)],
        [number(-1), one],
        [null, null],
      ] as const);
      const signs = new Prover(noAssumptions()).on({ from, to }).signs(node);
      if (signs !== (NEGATIVE | ZERO | POSITIVE)) decided += 1;
      const f = numericFunction(node);
      for (let k = 0; k < 60; k += 1) {
        const u = random.uniform();
        const x =
          from === null && to === null
            ? Math.tan(3 * (u - 0.5))
            : from === null
              ? -u / (1 - u)
              : to === null
                ? u / (1 - u)
                : numericFunction(from)(0) * (1 - u) + numericFunction(to)(0) * u;
        const y = f(x);
        // Rounding may turn a tiny value's sign.
        if (!Number.isFinite(y) || Math.abs(y) < 1e-9) continue;
        expect(signs & (y > 0 ? POSITIVE : NEGATIVE), `${scalarText(node)} at ${x}`).not.toBe(0);
      }
    }
    expect(decided).toBeGreaterThan(200);
  });

  it('factors multiply to what they are factors of', () => {
    const random = generator(12);
    for (let n = 0; n < 300; n += 1) {
      const node = smooth(random, 1 + (n % 3));
      const [f, g, h] = [node, build.product(factorize(node)), expand(node)].map((form) => numericFunction(form));
      for (const x of [-2.3, -0.7, 0.4, 1.9]) {
        const y = f?.(x) ?? 0;
        if (!Number.isFinite(y) || Math.abs(y) > 1e6) continue;
        expect(Math.abs((g?.(x) ?? 0) - y)).toBeLessThan(1e-7 * Math.max(1, Math.abs(y)));
        expect(Math.abs((h?.(x) ?? 0) - y)).toBeLessThan(1e-7 * Math.max(1, Math.abs(y)));
      }
    }
  });
});

describe('algebra', () => {
  it('takes a quotient over one divisor', () => {
    const node = subtract(power(sum([one, v]), q.MINUS_ONE), product([v, power(sum([one, v]), q.rational(-2))]));
    expect(factorize(node).map(scalarText)).toEqual(['1 / (v + 1)^2', '1']);
  });

  it('knows polynomials', () => {
    const node = sum([product([alpha, square(sum([v, one]))]), negate(v)]);
    expect(coefficientsIn(node, v)?.map(scalarText)).toEqual(['alpha', '2 * alpha - 1', 'alpha']);
    expect(coefficientsIn(call('exp', v), v)).toBeNull();
    expect(coefficientsIn(power(v, q.MINUS_ONE), v)).toBeNull();
  });

  it('sees equal functions', () => {
    expect(isSame(square(sum([v, one])), sum([square(v), product([number(2), v]), one]))).toBe(true);
    expect(isSame(square(sum([v, one])), sum([square(v), one]))).toBe(false);
  });
});
