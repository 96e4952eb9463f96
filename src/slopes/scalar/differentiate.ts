import * as build from './build.js';
import type { ElementaryName, Scalar } from './node.js';
import * as q from './rational.js';

const { call, number, one, power, product, sum } = build;

/**
 * f'(u) for each elementary function, in the form whose factors decay in the tails: tanh' is sech², not 1 − tanh²,
 * and the logistic function's derivative is a product of two logistic functions.
 */
const derivatives: Readonly<Record<ElementaryName, (u: Scalar) => Scalar>> = {
  exp: (u) => call('exp', u),
  log: (u) => power(u, q.MINUS_ONE),
  sin: (u) => call('cos', u),
  cos: (u) => build.negate(call('sin', u)),
  atan: (u) => power(sum([one, power(u, q.rational(2))]), q.MINUS_ONE),
  tanh: (u) => power(call('sech', u), q.rational(2)),
  sech: (u) => product([number(-1), call('sech', u), call('tanh', u)]),
  sigmoid: (u) => product([call('sigmoid', u), call('sigmoid', build.negate(u))]),
  softplus: (u) => call('sigmoid', u),
  erf: (u) =>
    product([number(2), power(build.pi, q.rational(-1, 2)), call('exp', build.negate(power(u, q.rational(2))))]),
  asinh: (u) => power(sum([one, power(u, q.rational(2))]), q.rational(-1, 2)),
};

/** df/dv. Where cases meet it is either side's: the function has to be continuous there. */
export function differentiate(root: Scalar): Scalar {
  const done = new Map<string, Scalar>();
  const visit = (node: Scalar): Scalar => {
    const known = done.get(node.key);
    if (known !== undefined) return known;
    const result = rule(node, visit);
    done.set(node.key, result);
    return result;
  };
  return visit(root);
}

function rule(node: Scalar, d: (node: Scalar) => Scalar): Scalar {
  switch (node.kind) {
    case 'rational':
    case 'pi':
    case 'parameter':
      return build.zero;
    case 'variable':
      return one;
    case 'sum':
      return sum(node.items.map(d));
    case 'product':
      return sum(
        node.items.map((item, at) =>
          product([number(node.coefficient), d(item), ...node.items.filter((_, other) => other !== at)]),
        ),
      );
    case 'power':
      return product([number(node.exponent), power(node.base, q.minus(node.exponent, q.ONE)), d(node.base)]);
    case 'function':
      return product([derivatives[node.name](node.argument), d(node.argument)]);
    case 'select':
      return build.select(node.guard, d(node.positive), d(node.negative));
  }
}
