import { coefficientsIn, factorize } from './algebra.js';
import * as build from '../scalar/build.js';
import type { PowerNode, Scalar } from '../scalar/node.js';
import type { Prover } from './prover.js';
import * as q from '../scalar/rational.js';
import { NEGATIVE, never, POSITIVE, ZERO } from './signs.js';
import { dependsOnVariable } from '../scalar/visit.js';

/**
 * Real roots of the factors that are polynomials of degree 1 or 2 in v; coefficients may hold parameters. Not all
 * roots.
 */
export function polynomialRoots(node: Scalar, prover: Prover): readonly Scalar[] {
  const bases = factorize(node)
    .map((factor) => (factor.kind === 'power' ? factor.base : factor))
    .filter(dependsOnVariable);
  return [...new Map(bases.flatMap((base) => rootsOf(base, prover)).map((root) => [root.key, root] as const)).values()];
}

function rootsOf(node: Scalar, prover: Prover): readonly Scalar[] {
  const [c, b, a, more] = coefficientsIn(node, build.variable) ?? [];
  if (c === undefined || b === undefined || more !== undefined) return [];
  if (a === undefined) return never(prover.judge(b), ZERO) ? [build.divide(build.negate(c), b)] : [];
  if (!never(prover.judge(a), ZERO)) return [];
  if (b.key === build.zero.key) {
    const square = build.divide(build.negate(c), a);
    if (!never(prover.judge(square), NEGATIVE)) return [];
    const root = halved(square);
    return [build.negate(root), root];
  }
  const discriminant = build.subtract(build.power(b, q.rational(2)), build.product([build.number(4), a, c]));
  const signs = prover.judge(discriminant);
  if (!never(signs, NEGATIVE)) return [];
  const root = signs === POSITIVE ? build.squareRoot(discriminant) : build.zero;
  if (signs !== POSITIVE && !never(signs, POSITIVE)) return [];
  return [build.negate(root), root].map((shift) =>
    build.divide(build.subtract(shift, b), build.product([build.number(2), a])),
  );
}

/** r with r² = square, of either sign: b²c gives b √c. */
function halved(square: Scalar): Scalar {
  const items = square.kind === 'product' ? [build.number(square.coefficient), ...square.items] : [square];
  const isSquare = (item: Scalar): item is PowerNode =>
    item.kind === 'power' && q.isInteger(item.exponent) && item.exponent.numerator % 2n === 0n;
  const outside = items
    .filter(isSquare)
    .map(({ base, exponent }) => build.power(base, q.times(exponent, q.rational(1, 2))));
  return build.product([...outside, build.squareRoot(build.product(items.filter((item) => !isSquare(item))))]);
}
