import type { Random } from '../../src/numeric/random.js';
import * as build from '../../src/slopes/scalar/build.js';
import type { ElementaryName, Scalar } from '../../src/slopes/scalar/node.js';
import * as q from '../../src/slopes/scalar/rational.js';

const { call, number, one, power, product, sum, variable: v } = build;
const squareOf = (u: Scalar): Scalar => power(u, q.rational(2));

function coefficient(random: Random): Scalar {
  return number(q.rational(random.integer(-12, 12) || 1, random.pick([1, 2, 3, 4, 10])));
}

const contractions: readonly ElementaryName[] = [
  'tanh',
  'sigmoid',
  'softplus',
  'erf',
  'atan',
  'sin',
  'cos',
  'asinh',
  'sech',
];

/** Continuous on ℝ with bounded slopes, by construction; smooth pieces and kinks. */
export function boundedSlopes(random: Random, depth: number): Scalar {
  if (depth === 0) return sum([product([coefficient(random), v]), coefficient(random)]);
  const next = (): Scalar => boundedSlopes(random, depth - 1);
  switch (random.integer(0, 8)) {
    case 0:
      return sum([next(), next()]);
    case 1:
      return build.maximum(next(), next());
    case 2:
      return build.minimum(next(), coefficient(random));
    case 3:
      return build.squareRoot(sum([squareOf(next()), number(q.rational(random.integer(1, 5)))]));
    case 4: {
      // u · g(u) with u·g'(u) bounded.
      const u = next();
      const g = random.pick([
        call('sigmoid', u),
        call('tanh', u),
        call('exp', build.negate(squareOf(u))),
        call('atan', u),
        call('erf', u),
        call('sech', u),
      ]);
      return product([u, g]);
    }
    case 5: {
      const u = next();
      return product([u, power(sum([one, build.absolute(u)]), q.MINUS_ONE)]);
    }
    case 6:
      return sum([product([coefficient(random), v]), call(random.pick(contractions), next())]);
    default:
      return call(random.pick(contractions), next());
  }
}

/** Continuous on ℝ, slopes bounded or not. */
export function anyFunction(random: Random, depth: number): Scalar {
  if (depth === 0)
    return random.pick([v, sum([product([coefficient(random), v]), coefficient(random)]), coefficient(random)]);
  const next = (): Scalar => anyFunction(random, depth - 1);
  switch (random.integer(0, 9)) {
    case 0:
    case 1:
      return sum([next(), next()]);
    case 2:
    case 3:
      return product([next(), next()]);
    case 4:
      return build.maximum(next(), next());
    case 5:
      return build.divide(next(), sum([one, squareOf(next())]));
    case 6:
      return call('exp', random.pick([build.negate(squareOf(next())), call('tanh', next())]));
    case 7:
      return call('log', sum([one, squareOf(next())]));
    case 8:
      return power(build.absolute(next()), q.rational(random.pick([1, 3]), 2));
    default:
      return call(random.pick(contractions), next());
  }
}
