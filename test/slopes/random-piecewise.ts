import type { Random } from '../../src/numeric/random.js';
import * as build from '../../src/slopes/scalar/build.js';
import type { ElementaryName, Scalar } from '../../src/slopes/scalar/node.js';
import * as q from '../../src/slopes/scalar/rational.js';
import { substitute } from '../../src/slopes/scalar/visit.js';

const { call, negate, number, one, power, product, subtract, sum, variable: v, zero } = build;
const square = (u: Scalar): Scalar => power(u, q.rational(2));

export const smallNumber = (random: Random): Scalar =>
  number(q.rational(random.integer(-6, 6), random.pick([1, 1, 2, 3])));
const nonzero = (random: Random): Scalar =>
  number(q.rational(random.pick([-3, -2, -1, 1, 1, 2, 3]), random.pick([1, 1, 2])));

/**
 * Mostly of the kinds that have closed forms: saturating functions of affine arguments, kinks, cases that meet or jump.
 */
export function piecewise(random: Random, depth: number): Scalar {
  const affine = (): Scalar =>
    sum([product([nonzero(random), v]), random.uniform() < 0.6 ? zero : smallNumber(random)]);
  const next = (): Scalar => piecewise(random, depth - 1);
  if (depth <= 0) return random.pick([v, affine(), saturating(random, affine())]);
  switch (random.integer(0, 10)) {
    case 0:
      return sum([next(), next()]);
    case 1:
      return product([nonzero(random), next()]);
    case 2:
      return build.maximum(next(), random.pick([zero, next()]));
    case 3:
      return build.minimum(next(), smallNumber(random));
    case 4:
      return build.absolute(next());
    case 5:
      return product([random.pick([v, affine()]), saturating(random, affine())]);
    case 6:
      return build.squareRoot(sum([square(affine()), random.pick([zero, one])]));
    case 7:
      return build.divide(next(), random.pick([sum([one, build.absolute(v)]), sum([one, square(affine())]), affine()]));
    case 8: {
      // Cases that meet at the place, or jump there.
      const [place, above, below] = [smallNumber(random), next(), next()];
      const meets = random.uniform() < 0.7;
      const shift = meets ? gapAt(above, below, place) : zero;
      return build.select(subtract(v, place), sum([above, shift]), below);
    }
    case 9:
      return saturating(random, next());
    default:
      return build.select(affine(), next(), next());
  }
}

function gapAt(above: Scalar, below: Scalar, place: Scalar): Scalar {
  const value = (f: Scalar): Scalar => substitute(f, { variable: place });
  try {
    return subtract(value(below), value(above));
  } catch (error) {
    // Not defined there.
    if (error instanceof RangeError) return zero;
    throw error;
  }
}

function saturating(random: Random, u: Scalar): Scalar {
  const names: readonly ElementaryName[] = [
    'tanh',
    'sigmoid',
    'erf',
    'atan',
    'softplus',
    'asinh',
    'sech',
    'exp',
    'sin',
    'cos',
  ];
  switch (random.integer(0, 5)) {
    case 0:
      return call('exp', negate(square(u)));
    case 1:
      return call('log', sum([one, square(u)]));
    case 2:
      return build.divide(u, sum([one, build.absolute(u)]));
    default:
      return call(random.pick(names), u);
  }
}
