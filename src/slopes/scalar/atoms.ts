import type { Scalar } from './node.js';
import type { Rational } from './rational.js';
import * as q from './rational.js';

/** Nodes as they stand: leaves, and products and powers whose parts are collected already. */

export const number = (value: Rational | number | bigint): Scalar => {
  const exact = typeof value === 'object' ? value : q.rational(value);
  return {
    kind: 'rational',
    value: exact,
    key: exact.denominator === 1n ? String(exact.numerator) : `${exact.numerator}/${exact.denominator}`,
  };
};

export const zero = number(0);
export const one = number(1);
export const pi: Scalar = { kind: 'pi', key: 'π' };
/** The activation's argument. */
export const variable: Scalar = { kind: 'variable', key: 'v' };
export const parameter = (name: string): Scalar => ({ kind: 'parameter', name, key: `$${name}` });

/** coefficient · rest, the rest without a rational factor. */
export function splitCoefficient(node: Scalar): { readonly coefficient: Rational; readonly rest: Scalar } {
  if (node.kind === 'rational') return { coefficient: node.value, rest: one };
  if (node.kind === 'product') return { coefficient: node.coefficient, rest: rawProduct(q.ONE, node.items) };
  return { coefficient: q.ONE, rest: node };
}

export function rawProduct(coefficient: Rational, items: readonly Scalar[]): Scalar {
  const [first, second] = items;
  if (first === undefined) return number(coefficient);
  if (second === undefined && q.isEqual(coefficient, q.ONE)) return first;
  const scale = number(coefficient).key;
  return {
    kind: 'product',
    coefficient,
    items,
    key: `(${[...(scale === '1' ? [] : [scale]), ...items.map(({ key }) => key)].join('·')})`,
  };
}

export const byKey = (a: Scalar, b: Scalar): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

/** coefficient · rest for a rest without rational factor that is no sum. */
export function scaled(coefficient: Rational, rest: Scalar): Scalar {
  if (rest.kind === 'rational') return number(q.times(coefficient, rest.value));
  return rawProduct(coefficient, rest.kind === 'product' ? rest.items : [rest]);
}

export function rawPower(base: Scalar, exponent: Rational): Scalar {
  if (q.isEqual(exponent, q.ONE)) return base;
  if (q.signOf(exponent) === 0) return one;
  return { kind: 'power', base, exponent, key: `${base.key}^${number(exponent).key}` };
}
