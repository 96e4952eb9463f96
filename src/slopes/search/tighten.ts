import * as build from '../scalar/build.js';
import type { Scalar } from '../scalar/node.js';
import type { Rational } from '../scalar/rational.js';
import * as q from '../scalar/rational.js';
import { rebuild } from '../scalar/visit.js';

/**
 * The same function with u / √(a u² + c), c > 0, written as tanh(asinh(√(a/c) u)) / √a: the quotient increases with u,
 * which interval arithmetic cannot know while u stands in it twice.
 */
export function tighten(root: Scalar): Scalar {
  const known = new Map<string, Scalar>();
  const visit = (node: Scalar): Scalar => {
    const found = known.get(node.key);
    if (found !== undefined) return found;
    const inside = rebuild(node, visit);
    const result = inside.kind === 'product' ? tightenProduct(inside) : inside;
    known.set(node.key, result);
    return result;
  };
  return visit(root);
}

function tightenProduct(node: Scalar & { readonly kind: 'product' }): Scalar {
  for (const root of node.items) {
    if (root.kind !== 'power' || root.exponent.denominator !== 2n || root.exponent.numerator >= 0n) continue;
    const square = squarePlusConstant(root.base);
    if (square === null) continue;
    for (const factor of node.items) {
      const ratio = ratioOf(factor, square.u);
      if (ratio === null) continue;
      const { a, c, u } = square;
      const bounded = build.call(
        'tanh',
        build.call('asinh', build.product([build.squareRoot(build.number(q.over(a, c))), u])),
      );
      const others = node.items.filter((item) => item !== root && item !== factor);
      const rest = build.power(root.base, q.plus(root.exponent, q.rational(1, 2)));
      return build.product([
        build.number(q.times(node.coefficient, ratio)),
        build.power(build.number(a), q.rational(-1, 2)),
        bounded,
        rest,
        ...others,
      ]);
    }
  }
  return node;
}

/** a u² + c with c > 0. */
function squarePlusConstant(node: Scalar): { readonly a: Rational; readonly c: Rational; readonly u: Scalar } | null {
  if (node.kind !== 'sum' || node.items.length !== 2) return null;
  const constant = node.items.find((item) => item.kind === 'rational');
  const other = node.items.find((item) => item !== constant);
  if (constant?.kind !== 'rational' || other === undefined || q.signOf(constant.value) <= 0) return null;
  const { coefficient, rest } = build.splitCoefficient(other);
  if (rest.kind !== 'power' || !q.isEqual(rest.exponent, q.rational(2)) || q.signOf(coefficient) <= 0) return null;
  return { a: coefficient, c: constant.value, u: rest.base };
}

/** r for factor = r · u. */
function ratioOf(factor: Scalar, u: Scalar): Rational | null {
  const [a, b] = [factor, u].map(
    (node) => build.splitCoefficient(node.kind === 'sum' ? (node.items[0] ?? node) : node).coefficient,
  );
  if (a === undefined || b === undefined) return null;
  const ratio = q.over(a, b);
  return build.product([build.number(ratio), u]).key === factor.key ? ratio : null;
}
