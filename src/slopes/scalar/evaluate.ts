import type { ElementaryName, Scalar } from './node.js';
import { approximate } from './rational.js';

/** Plain doubles, by the platform's functions: for running networks and for sampling, never for a verdict. */
export const elementary: Readonly<Record<ElementaryName, (u: number) => number>> = {
  exp: Math.exp,
  log: Math.log,
  sin: Math.sin,
  cos: Math.cos,
  atan: Math.atan,
  tanh: Math.tanh,
  sech: (u) => 2 / (Math.exp(u) + Math.exp(-u)),
  sigmoid: (u) => (u >= 0 ? 1 / (1 + Math.exp(-u)) : Math.exp(u) / (1 + Math.exp(u))),
  softplus: (u) => Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u))),
  erf: errorFunction,
  asinh: Math.asinh,
};

/**
 * erf to about 1e-16: 2/√π e^−u² Σ 2ⁿ u^(2n+1) / (2n+1)!!, all of one sign, for |u| < 3, beyond it the continued
 * fraction of erfc (Abramowitz & Stegun 7.1.14).
 */
export function errorFunction(u: number): number {
  const x = Math.abs(u);
  const gauss = Math.exp(-x * x) / Math.sqrt(Math.PI);
  if (x < 3) {
    let term = x;
    let total = x;
    for (let n = 1; term > total * 1e-17; n += 1) {
      term *= (2 * x * x) / (2 * n + 1);
      total += term;
    }
    return Math.sign(u) * 2 * gauss * total;
  }
  let fraction = x;
  for (let k = 60; k >= 1; k -= 1) fraction = x + k / 2 / fraction;
  return Math.sign(u) * (1 - gauss / fraction);
}

/** f as a function of doubles. @throws RangeError if a parameter has no value */
export function numericFunction(
  root: Scalar,
  parameters: ReadonlyMap<string, number> = new Map(),
): (v: number) => number {
  const compile = (node: Scalar): ((v: number) => number) => {
    switch (node.kind) {
      case 'rational': {
        const value = approximate(node.value);
        return () => value;
      }
      case 'pi':
        return () => Math.PI;
      case 'variable':
        return (v) => v;
      case 'parameter': {
        const value = parameters.get(node.name);
        if (value === undefined) throw new RangeError(`no value for ${node.name}`);
        return () => value;
      }
      case 'sum': {
        const items = node.items.map(compile);
        return (v) => items.reduce((total, item) => total + item(v), 0);
      }
      case 'product': {
        const items = node.items.map(compile);
        const coefficient = approximate(node.coefficient);
        return (v) => items.reduce((total, item) => total * item(v), coefficient);
      }
      case 'power': {
        const base = compile(node.base);
        const exponent = approximate(node.exponent);
        return exponent === 0.5 ? (v) => Math.sqrt(base(v)) : (v) => base(v) ** exponent;
      }
      case 'function': {
        const argument = compile(node.argument);
        const apply = elementary[node.name];
        return (v) => apply(argument(v));
      }
      case 'select': {
        const [guard, positive, negative] = [compile(node.guard), compile(node.positive), compile(node.negative)];
        return (v) => (guard(v) > 0 ? positive(v) : negative(v));
      }
    }
  };
  return compile(root);
}
