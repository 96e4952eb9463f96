import * as build from '../scalar/build.js';
import type { Scalar } from '../scalar/node.js';
import type { Obligation } from '../scalar/obligation.js';
import * as q from '../scalar/rational.js';

const { call, divide, one, product, subtract, sum } = build;

/**
 * What a function may ask for while it is written out: that an expression made of argument `of` meets a demand, or a
 * case distinction.
 */
export interface Site {
  readonly demand: (
    demand: Obligation['demand'],
    expression: Scalar,
    of: number,
    around?: (argument: string) => string,
  ) => void;
  readonly choose: (guard: Scalar, positive: Scalar, negative: Scalar) => Scalar;
}

/** A function that expressions may call, written out in the functions that are differentiated and enclosed. */
export interface KnownFunction {
  /** How it is called, for messages. */
  readonly usage: string;
  readonly least: number;
  readonly most: number;
  readonly apply: (args: readonly Scalar[], site: Site) => Scalar;
}

const unary = (name: string, apply: (u: Scalar, site: Site) => Scalar): readonly [string, KnownFunction] => [
  name,
  { usage: `${name}(u)`, least: 1, most: 1, apply: ([u = build.zero], site) => apply(u, site) },
];

const elementary = (['exp', 'sin', 'cos', 'atan', 'tanh', 'sech', 'sigmoid', 'softplus', 'erf', 'asinh'] as const).map(
  (name) => unary(name, (u) => call(name, u)),
);

function logarithm(u: Scalar, site: Site): Scalar {
  site.demand('positive', u, 0);
  return call('log', u);
}

const hyperbolic = (u: Scalar, sign: 1 | -1): Scalar =>
  product([
    build.number(q.rational(1, 2)),
    sum([call('exp', u), product([build.number(sign), call('exp', build.negate(u))])]),
  ]);

const [larger, smaller] = [build.maximum, build.minimum].map(
  (extreme) =>
    ([first = build.zero, ...others]: readonly Scalar[]): Scalar =>
      others.reduce(extreme, first),
);

/** Besides, `if(condition, a, b)` is grammar, and activations that are declared may be called by their names. */
export const knownFunctions: ReadonlyMap<string, KnownFunction> = new Map<string, KnownFunction>([
  ...elementary,
  unary('log', logarithm),
  unary('log2', (u, site) => divide(logarithm(u, site), call('log', build.number(2)))),
  unary('log10', (u, site) => divide(logarithm(u, site), call('log', build.number(10)))),
  unary('log1p', (u, site) => {
    const shifted = sum([one, u]);
    site.demand('positive', shifted, 0, (argument) => `1 + ${/^[\w.]+$/.test(argument) ? argument : `(${argument})`}`);
    return call('log', shifted);
  }),
  unary('expm1', (u) => subtract(call('exp', u), one)),
  unary('erfc', (u) => subtract(one, call('erf', u))),
  unary('sinh', (u) => hyperbolic(u, -1)),
  unary('cosh', (u) => hyperbolic(u, 1)),
  unary('sqrt', (u, site) => {
    site.demand('nonnegative', u, 0);
    return build.squareRoot(u);
  }),
  unary('abs', build.absolute),
  unary('relu', (u) => build.maximum(u, build.zero)),
  unary('sign', (u, site) => (u.key === build.zero.key ? u : site.choose(u, one, build.number(-1)))),
  ['max', { usage: 'max(a, b, …)', least: 2, most: 32, apply: (args) => larger?.(args) ?? build.zero }],
  ['min', { usage: 'min(a, b, …)', least: 2, most: 32, apply: (args) => smaller?.(args) ?? build.zero }],
  [
    'clamp',
    {
      usage: 'clamp(u, lo, hi)',
      least: 3,
      most: 3,
      apply: ([u = build.zero, lo = u, hi = u]) => build.minimum(build.maximum(u, lo), hi),
    },
  ],
]);

/** Functions that people ask for and that are none of ours, with what to write instead. */
export const instead: ReadonlyMap<string, string> = new Map([
  ['ln', 'log(u), which is the natural logarithm'],
  ['pow', 'base^exponent'],
  ['arctan', 'atan(u)'],
  ['arcsinh', 'asinh(u)'],
  ['fabs', 'abs(u)'],
  ['logistic', 'sigmoid(u)'],
  ['sgn', 'sign(u)'],
  ['square', 'u^2'],
  ['cbrt', 'u^(1/3) for u >= 0: the root of negative numbers is another function'],
  ['tan', 'sin(u) / cos(u), where cos(u) is never 0'],
  ['floor', 'a function without jumps'],
  ['ceil', 'a function without jumps'],
  ['round', 'a function without jumps'],
  ['step', 'a function without jumps'],
  ['heaviside', 'a function without jumps'],
  ['random', 'a function of v'],
]);
