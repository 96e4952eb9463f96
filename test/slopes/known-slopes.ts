import * as build from '../../src/slopes/scalar/build.js';
import type { ElementaryName, Scalar } from '../../src/slopes/scalar/node.js';
import * as q from '../../src/slopes/scalar/rational.js';

const { divide, number, one, pi, product, squareRoot, sum, variable: v } = build;
const f = (name: ElementaryName, u: Scalar): Scalar => build.call(name, u);
const n = (text: string): Scalar => number(q.fromDecimal(text));
const square = (u: Scalar): Scalar => build.power(u, q.rational(2));
const half = n('0.5');

export interface KnownSlopes {
  readonly name: string;
  readonly f: Scalar;
  /** inf and sup of the slopes: 30 digits by mpmath (root of f'' by findroot, f' there) unless they are rational. */
  readonly m: string;
  readonly L: string;
}

const gaussCdf = product([half, sum([one, f('erf', divide(v, squareRoot(n('2'))))])]);
const tanhCdf = product([
  half,
  sum([
    one,
    f(
      'tanh',
      product([squareRoot(divide(n('2'), pi)), sum([v, product([n('0.044715'), build.power(v, q.rational(3))])])]),
    ),
  ]),
]);

export const knownSlopes: readonly KnownSlopes[] = [
  { name: 'ReLU', f: build.maximum(v, build.zero), m: '0', L: '1' },
  // sup = 1/2 + erf(1)/2 + e^−1/√π, at √2.
  {
    name: 'GELU',
    f: product([v, gaussCdf]),
    m: '-0.12890414518515478634074444226197',
    L: '1.128904145185154786340744442262',
  },
  {
    name: 'SiLU',
    f: product([v, f('sigmoid', v)]),
    m: '-0.099839320128866916958184924320571',
    L: '1.0998393201288669169581849243206',
  },
  {
    name: 'Mish',
    f: product([v, f('tanh', f('softplus', v))]),
    m: '-0.11252612238946255640732790114855',
    L: '1.0884981612517278612282936273921',
  },
  {
    name: 'tanh-GELU',
    f: product([v, tanhCdf]),
    m: '-0.12899306865877176545590447039955',
    L: '1.1289930686587717654559044703996',
  },
  { name: 'softplus', f: f('softplus', v), m: '0', L: '1' },
  { name: 'log-sigmoid', f: build.negate(f('softplus', build.negate(v))), m: '0', L: '1' },
  { name: 'tanhshrink', f: build.subtract(v, f('tanh', v)), m: '0', L: '1' },
  {
    name: 'Hardswish',
    f: product([v, build.minimum(build.maximum(sum([v, n('3')]), build.zero), n('6')), number(q.rational(1, 6))]),
    m: '-0.5',
    L: '1.5',
  },
  { name: 'sin', f: f('sin', v), m: '-1', L: '1' },
  { name: 'v + sin(v)^2', f: sum([v, square(f('sin', v))]), m: '0', L: '2' },
  { name: 'snake', f: sum([v, product([n('0.2'), square(f('sin', product([n('5'), v])))])]), m: '0', L: '2' },
  { name: 'squareplus', f: product([half, sum([v, squareRoot(sum([square(v), n('4')]))])]), m: '0', L: '1' },
  // inf = −2 e^(−3/2), at √(3/2).
  {
    name: 'v exp(-v^2)',
    f: product([v, f('exp', build.negate(square(v)))]),
    m: '-0.44626032029685965786656094152803',
    L: '1',
  },
  {
    name: 'v atan(v)',
    f: product([v, f('atan', v)]),
    m: '-1.5707963267948966192313216916398',
    L: '1.5707963267948966192313216916398',
  },
  {
    name: 'ELU, alpha = 1.5',
    f: build.select(v, v, product([n('1.5'), build.subtract(f('exp', v), one)])),
    m: '0',
    L: '1.5',
  },
  { name: 'max(v, tanh(2v))', f: build.maximum(v, f('tanh', product([n('2'), v]))), m: '0', L: '2' },
  {
    name: 'cos(v) / (1 + v^2)',
    f: divide(f('cos', v), sum([one, square(v)])),
    m: '-0.95430253606474504477137797975022',
    L: '0.95430253606474504477137797975022',
  },
  { name: 'softsign', f: divide(v, sum([one, build.absolute(v)])), m: '0', L: '1' },
  {
    name: 'serf',
    f: product([v, f('erf', f('softplus', v))]),
    m: '-0.12696858905790538753923421827092',
    L: '1.0861254441509971533756673384551',
  },
  { name: 'v sech(v)^2', f: product([v, square(f('sech', v))]), m: '-0.32099024759462736606051251648231', L: '1' },
  {
    name: 'if(v > 0, v, v gelu(v))',
    f: build.select(v, v, product([square(v), gaussCdf])),
    m: '-0.22112042161068676754117566474062',
    L: '1',
  },
  { name: 'log(1 + v^2)', f: f('log', sum([one, square(v)])), m: '-1', L: '1' },
  {
    name: 'Mish by exponentials',
    f: divide(
      product([v, sum([square(sum([one, f('exp', v)])), n('-1')])]),
      sum([square(sum([one, f('exp', v)])), one]),
    ),
    m: '-0.11252612238946255640732790114855',
    L: '1.0884981612517278612282936273921',
  },
  { name: 'sin(v) sigmoid(v)', f: product([f('sin', v), f('sigmoid', v)]), m: '-1', L: '1' },
  {
    name: 'max(v/3 − 1/7, 0)',
    f: build.maximum(sum([product([number(q.rational(1, 3)), v]), number(q.rational(-1, 7))]), build.zero),
    m: '0',
    L: '0.33333333333333333333333333333333333',
  },
];

/** Whether the interval's double ends enclose the number that the decimal says, exactly compared. */
export function encloses({ lo, hi }: { readonly lo: number; readonly hi: number }, decimal: string): boolean {
  const value = q.fromDecimal(decimal);
  return (
    (lo === -Infinity || q.compareRationals(ofDouble(lo), value) <= 0) &&
    (hi === Infinity || q.compareRationals(value, ofDouble(hi)) <= 0)
  );
}

/** The double's own value, digit by digit: multiplying by 2 is exact. */
export function ofDouble(value: number): q.Rational {
  let scale = 1n;
  let integer = value;
  while (!Number.isInteger(integer)) {
    integer *= 2;
    scale *= 2n;
  }
  return q.rational(BigInt(integer), scale);
}
