import { describe, expect, it } from 'vitest';
import { noAssumptions } from '../../../src/slopes/scalar/assumptions.js';
import type { Assumptions } from '../../../src/slopes/scalar/assumptions.js';
import * as build from '../../../src/slopes/scalar/build.js';
import { differentiate } from '../../../src/slopes/scalar/differentiate.js';
import { limitAt, limitAtInfinity } from '../../../src/slopes/exact/limit.js';
import type { Limit } from '../../../src/slopes/exact/limit.js';
import type { Scalar } from '../../../src/slopes/scalar/node.js';
import { scalarText } from '../../../src/slopes/scalar/print.js';
import { Prover } from '../../../src/slopes/exact/prover.js';
import * as q from '../../../src/slopes/scalar/rational.js';
import { alpha, beta, celu, elu, fraction, gelu, mish, silu, softplus, square } from '../activations.js';

const { call, divide, negate, number, one, pi, power, product, squareRoot, subtract, sum, variable: v, zero } = build;

const prover = new Prover(noAssumptions());
const text = (limit: Limit): string =>
  limit.kind === 'finite' ? scalarText(limit.value) : limit.kind === 'infinite' ? (limit.sign > 0 ? '∞' : '−∞') : '?';
const both = (f: Scalar, judge = prover.judge): readonly string[] => [
  text(limitAtInfinity(f, -1, judge)),
  text(limitAtInfinity(f, 1, judge)),
];

// exp(−v²) and its like, v / √(v² + 4), …: limits as any calculus book has them.
const cases: readonly (readonly [string, Scalar, string, string])[] = [
  ['tanh', call('tanh', v), '-1', '1'],
  ['sigmoid(−2v)', call('sigmoid', product([number(-2), v])), '1', '0'],
  ['v exp(−v²)', product([v, call('exp', negate(square(v)))]), '0', '0'],
  ['v³ sech v', product([power(v, q.rational(3)), call('sech', v)]), '0', '0'],
  ['exp(v) sech(v)', product([call('exp', v), call('sech', v)]), '0', '2'],
  ['v² sigmoid(−v)', product([square(v), call('sigmoid', negate(v))]), '∞', '0'],
  ['atan', call('atan', v), '-0.5 * pi', '0.5 * pi'],
  ['erf(v) + 1', sum([call('erf', v), one]), '0', '2'],
  ['v (1 + erf v)', product([v, sum([call('erf', v), one])]), '0', '∞'],
  ['v / √(v² + 4)', divide(v, squareRoot(sum([square(v), number(4)]))), '-1', '1'],
  [
    '(3v² + v) / (2v² − 5)',
    divide(sum([product([number(3), square(v)]), v]), subtract(product([number(2), square(v)]), number(5))),
    '1.5',
    '1.5',
  ],
  [
    '1/(1 + v) − v/(1 + v)²',
    subtract(power(sum([one, v]), q.MINUS_ONE), product([v, power(sum([one, v]), q.rational(-2))])),
    '0',
    '0',
  ],
  ['asinh', call('asinh', v), '−∞', '∞'],
  ['asinh(v) / √(1 + v²)', divide(call('asinh', v), squareRoot(sum([one, square(v)]))), '0', '0'],
  ['log(1 + v²)', call('log', sum([one, square(v)])), '∞', '∞'],
  ['v sin(1 / v)', product([v, call('sin', power(v, q.MINUS_ONE))]), '1', '1'],
  ['v atan(v)', product([v, call('atan', v)]), '∞', '∞'],
  ['softplus(v) − v', subtract(call('softplus', v), v), '∞', '0'],
  ['exp', call('exp', v), '0', '∞'],
  ['v − exp v', subtract(v, call('exp', v)), '−∞', '−∞'],
  ['sin(v) / v', divide(call('sin', v), v), '0', '0'],
  ['exp(sin v) exp(−v²)', product([call('exp', call('sin', v)), call('exp', negate(square(v)))]), '0', '0'],
  ["GELU'", differentiate(gelu), '0', '1'],
  ["SiLU'", differentiate(silu), '0', '1'],
  ["Mish'", differentiate(mish), '0', '1'],
];

describe('limits at infinity', () => {
  it.each(cases)('%s', (_, f, low, high) => {
    expect(both(f)).toEqual([low, high]);
  });

  it.each([
    ['sin', call('sin', v)],
    ['v sin v', product([v, call('sin', v)])],
    ['√(v² + v) − v', subtract(squareRoot(sum([square(v), v])), v)],
    ['log(exp(v) + v²)', call('log', sum([call('exp', v), square(v)]))],
    ['alpha v', product([alpha, v])],
    ['exp(alpha v)', call('exp', product([alpha, v]))],
    ['(v − alpha v) / (1 + v²)^(1/2) to a power', power(subtract(v, product([alpha, v])), q.rational(-1))],
  ])('%s: not known', (_, f) => {
    expect(both(f)[1]).toBe('?');
  });

  it('holds for all parameters that are allowed', () => {
    const positive: Assumptions = { ...noAssumptions(), positive: [beta] };
    const { judge } = new Prover(positive);
    expect(both(differentiate(softplus(beta)), judge)).toEqual(['0', '1']);
    expect(both(product([v, call('exp', product([number(-1), beta, square(v)]))]), judge)).toEqual(['0', '0']);
    expect(
      both(call('tanh', product([beta, v])), new Prover({ ...noAssumptions(), positive: [negate(beta)] }).judge),
    ).toEqual(['1', '-1']);
    expect(both(differentiate(elu(alpha)))).toEqual(['?', '?']);
    expect(both(differentiate(celu(number(2))))).toEqual(['?', '?']);
  });
});

describe('one-sided limits', () => {
  const at = (f: Scalar, place: Scalar): readonly string[] => [
    text(limitAt(f, place, -1, prover.judge)),
    text(limitAt(f, place, 1, prover.judge)),
  ];

  it.each([
    ['exp at 0', call('exp', v), zero, '1', '1'],
    ['1 / v', power(v, q.MINUS_ONE), zero, '−∞', '∞'],
    ['1 / (v − 2)²', power(subtract(v, number(2)), q.rational(-2)), number(2), '∞', '∞'],
    ['sin(v) / v', divide(call('sin', v), v), zero, '1', '1'],
    ['tanh(3v) / v', divide(call('tanh', product([number(3), v])), v), zero, '3', '3'],
    ['exp(1 / v)', call('exp', power(v, q.MINUS_ONE)), zero, '0', '∞'],
    ['atan(1 / v)', call('atan', power(v, q.MINUS_ONE)), zero, '-0.5 * pi', '0.5 * pi'],
    ['exp(−v²) at √2', call('exp', negate(square(v))), squareRoot(number(2)), 'exp(-2)', 'exp(-2)'],
    ['π v at 1/2', product([pi, v]), fraction(1, 2), '0.5 * pi', '0.5 * pi'],
  ] as const)('%s', (_, f, place, below, above) => {
    expect(at(f, place)).toEqual([below, above]);
  });

  it('of √v from above', () => {
    expect(text(limitAt(differentiate(squareRoot(v)), zero, 1, prover.judge))).toBe('∞');
    expect(text(limitAt(call('log', v), zero, 1, prover.judge))).toBe('−∞');
    expect(text(limitAt(product([v, call('log', v)]), zero, 1, prover.judge))).toBe('0');
  });

  it('is not known where the order of a zero is not', () => {
    expect(text(limitAt(power(subtract(call('exp', v), one), q.MINUS_ONE), zero, 1, prover.judge))).toBe('?');
    expect(text(limitAt(power(sum([v, alpha]), q.MINUS_ONE), one, 1, prover.judge))).toBe('?');
  });
});
