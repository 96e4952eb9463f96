import { elementary } from './evaluate.js';
import type { ElementaryName, Scalar } from './node.js';
import { approximate } from './rational.js';

/** A value and its derivative with respect to v, carried along together (forward-mode automatic differentiation). */
export interface Dual {
  readonly value: number;
  readonly slope: number;
}

/**
 * dg/du of each elementary function from textbook identities. On purpose not the forms that `differentiate` uses: the
 * two are compared with each other.
 */
const slopes: Readonly<Record<ElementaryName, (u: number, value: number) => number>> = {
  exp: (_u, value) => value,
  log: (u) => 1 / u,
  sin: (u) => Math.cos(u),
  cos: (u) => -Math.sin(u),
  atan: (u) => 1 / (1 + u * u),
  tanh: (u) => 1 / Math.cosh(u) ** 2,
  sech: (u) => -Math.sinh(u) / Math.cosh(u) ** 2,
  sigmoid: (u) => 1 / (2 * Math.cosh(u / 2)) ** 2,
  softplus: (u) => 1 / (1 + Math.exp(-u)),
  erf: (u) => (2 / Math.sqrt(Math.PI)) * Math.exp(-u * u),
  asinh: (u) => 1 / Math.hypot(1, u),
};

/** f(v) and f'(v) in doubles, without any symbolic derivative. @throws RangeError for a parameter */
export function dualAt(root: Scalar, v: number): Dual {
  const done = new Map<string, Dual>();
  const visit = (node: Scalar): Dual => {
    const known = done.get(node.key);
    if (known !== undefined) return known;
    const result = rule(node, v, visit);
    done.set(node.key, result);
    return result;
  };
  return visit(root);
}

function rule(node: Scalar, v: number, visit: (node: Scalar) => Dual): Dual {
  switch (node.kind) {
    case 'rational':
      return { value: approximate(node.value), slope: 0 };
    case 'pi':
      return { value: Math.PI, slope: 0 };
    case 'variable':
      return { value: v, slope: 1 };
    case 'parameter':
      throw new RangeError(`no value for ${node.name}`);
    case 'sum':
      return node.items.map(visit).reduce((a, b) => ({ value: a.value + b.value, slope: a.slope + b.slope }));
    case 'product':
      return node.items
        .map(visit)
        .reduce((a, b) => ({ value: a.value * b.value, slope: a.slope * b.value + a.value * b.slope }), {
          value: approximate(node.coefficient),
          slope: 0,
        });
    case 'power': {
      const base = visit(node.base);
      const exponent = approximate(node.exponent);
      return {
        value: base.value ** exponent,
        slope: base.slope === 0 ? 0 : exponent * base.value ** (exponent - 1) * base.slope,
      };
    }
    case 'function': {
      const argument = visit(node.argument);
      const value = elementary[node.name](argument.value);
      return { value, slope: argument.slope === 0 ? 0 : slopes[node.name](argument.value, value) * argument.slope };
    }
    case 'select':
      return visit(node.guard).value > 0 ? visit(node.positive) : visit(node.negative);
  }
}
