import { erf, sech, sigmoid, softplus } from '../../runtime/js/scalars.js';
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
  sech,
  sigmoid,
  softplus,
  erf,
  asinh: Math.asinh,
};

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
