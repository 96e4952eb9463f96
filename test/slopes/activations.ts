import * as build from '../../src/slopes/scalar/build.js';
import type { Scalar } from '../../src/slopes/scalar/node.js';
import * as q from '../../src/slopes/scalar/rational.js';

const {
  call,
  divide,
  maximum,
  minimum,
  negate,
  number,
  one,
  parameter,
  power,
  product,
  select,
  squareRoot,
  subtract,
  sum,
  variable: v,
  zero,
} = build;

export const decimal = (text: string): Scalar => number(q.fromDecimal(text));
export const fraction = (p: number, r: number): Scalar => number(q.rational(p, r));
export const square = (u: Scalar): Scalar => power(u, q.rational(2));
const clamp = (u: Scalar, lo: Scalar, hi: Scalar): Scalar => minimum(maximum(u, lo), hi);
const less = (a: Scalar, b: Scalar, then: Scalar, other: Scalar): Scalar => select(subtract(b, a), then, other);
const expm1 = (u: Scalar): Scalar => subtract(call('exp', u), one);

export const [alpha, beta, lambda, a, lo, hi, threshold, value] = [
  'alpha',
  'beta',
  'lambda',
  'a',
  'lo',
  'hi',
  'threshold',
  'value',
].map(parameter) as [Scalar, Scalar, Scalar, Scalar, Scalar, Scalar, Scalar, Scalar];

export const elu = (scale: Scalar): Scalar => select(v, v, product([scale, expm1(v)]));
export const leaky = (slope: Scalar): Scalar => sum([maximum(zero, v), product([slope, minimum(zero, v)])]);
export const celu = (scale: Scalar): Scalar => select(v, v, product([scale, expm1(divide(v, scale))]));
export const softplus = (rate: Scalar): Scalar =>
  divide(call('log', sum([one, call('exp', product([rate, v]))])), rate);
export const softshrink = (size: Scalar): Scalar =>
  select(subtract(v, size), subtract(v, size), less(v, negate(size), sum([v, size]), zero));
export const hardshrink = (size: Scalar): Scalar => select(subtract(v, size), v, less(v, negate(size), v, zero));
export const hardtanh = (from: Scalar, to: Scalar): Scalar => clamp(v, from, to);
export const thresholded = (from: Scalar, below: Scalar): Scalar => select(subtract(v, from), v, below);

export const relu = maximum(zero, v);
export const tanh = call('tanh', v);
export const gelu = product([divide(v, number(2)), sum([one, call('erf', divide(v, squareRoot(number(2))))])]);
export const silu = divide(v, sum([one, call('exp', negate(v))]));
export const mish = product([v, call('tanh', call('log', sum([one, call('exp', v)])))]);

/** Functions of v, and inf and sup of their slopes from closed forms: digits by mpmath at 40 places. */
export const truths: readonly (readonly [string, Scalar, string, string])[] = [
  ['ReLU', relu, '0', '1'],
  ['ReLU6', clamp(v, zero, number(6)), '0', '1'],
  ['LeakyReLU(0.01)', leaky(decimal('0.01')), '0.01', '1'],
  ['LeakyReLU(3)', leaky(number(3)), '1', '3'],
  ['LeakyReLU(-2)', leaky(number(-2)), '-2', '1'],
  ['ELU', elu(one), '0', '1'],
  ['ELU(1.5)', elu(decimal('1.5')), '0', '1.5'],
  ['ELU(-0.5)', elu(decimal('-0.5')), '-0.5', '1'],
  // 1.0507… · 1.6732…, Klambauer et al. 2017.
  [
    'SELU',
    product([decimal('1.0507009873554804934193349852946'), elu(decimal('1.6732632423543772848170429916717'))]),
    '0',
    '1.75809934084737685994021752081231934206',
  ],
  ['CELU(2)', celu(number(2)), '0', '1'],
  ['tanh', tanh, '0', '1'],
  // At ±√2: 1/2 ± (erf(1)/2 + e⁻¹/√π).
  ['GELU', gelu, '-0.1289041451851547863407444422619733123325', '1.128904145185154786340744442261973312332'],
  ['sigmoid', divide(one, sum([one, call('exp', negate(v))])), '0', '0.25'],
  ['softplus(1)', softplus(one), '0', '1'],
  ['softplus(-3)', softplus(number(-3)), '0', '1'],
  ['LogSigmoid', negate(call('log', sum([one, call('exp', negate(v))]))), '0', '1'],
  [
    'Hardsigmoid',
    clamp(sum([divide(v, number(6)), fraction(1, 2)]), zero, one),
    '0',
    '0.1666666666666666666666666666666666666667',
  ],
  ['Hardswish', divide(product([v, clamp(sum([v, number(3)]), zero, number(6))]), number(6)), '-0.5', '1.5'],
  ['Tanhshrink', subtract(v, tanh), '0', '1'],
  ['Softshrink(1/2)', softshrink(fraction(1, 2)), '0', '1'],
  ['Softshrink(0)', softshrink(zero), '1', '1'],
  ['Hardshrink(-1)', hardshrink(number(-1)), '1', '1'],
  ['Hardtanh(-1, 1)', hardtanh(number(-1), one), '0', '1'],
  ['Softsign', divide(v, sum([one, build.absolute(v)])), '0', '1'],
  ['Threshold(2, 2)', thresholded(number(2), number(2)), '0', '1'],
  ['abs', build.absolute(v), '-1', '1'],
  ['identity', v, '1', '1'],
  ['sqrt(v²)', squareRoot(square(v)), '-1', '1'],
  ['squareplus', divide(sum([v, squareRoot(sum([square(v), number(4)]))]), number(2)), '0', '1'],
  ['asinh', call('asinh', v), '0', '1'],
  ['erf', call('erf', v), '0', '1.128379167095512573896158903121545171688'],
  [
    'v atan(v)',
    product([v, call('atan', v)]),
    '-1.570796326794896619231321691639751442099',
    '1.570796326794896619231321691639751442099',
  ],
  [
    'v erf(v)',
    product([v, call('erf', v)]),
    '-1.257808290370309572681488884523946624665',
    '1.257808290370309572681488884523946624665',
  ],
  // v exp(−v²): −2 e^(−3/2) at √(3/2), 1 at 0.
  ['v exp(−v²)', product([v, call('exp', negate(square(v)))]), '-0.4462603202968596578665609415280250426843', '1'],
  [
    'exp(−v²)',
    call('exp', negate(square(v))),
    '-0.8577638849607067964801896412787724781208',
    '0.8577638849607067964801896412787724781208',
  ],
  [
    '1 / (1 + v²)',
    divide(one, sum([one, square(v)])),
    '-0.6495190528383289850727923780647021376035',
    '0.6495190528383289850727923780647021376035',
  ],
  ['sign(v) log(1 + |v|)', select(v, call('log', sum([one, v])), negate(call('log', subtract(one, v)))), '0', '1'],
];
