import { labelText } from '../base/label.js';
import type { Dimension, Expression, Shape } from './node.js';

/** Dimensions, and the expressions that are made of nothing but them and numbers. */

export const dimensionText = (at: Dimension): string => (at === null ? '1' : labelText(at));
export const sameDimension = (a: Dimension, b: Dimension): boolean => dimensionText(a) === dimensionText(b);

/** A mistake in our own code, not in a user's file: shapes are checked before expressions are built. */
export function shapeClash(what: string, ...nodes: readonly Expression[]): never {
  const shapes = nodes.map((node) => `${node.key}: ${dimensionText(node.rows)}×${dimensionText(node.columns)}`);
  throw new Error(`${what}: ${shapes.join(', ')}`);
}

export function requireSameShape(what: string, items: readonly Expression[]): Expression {
  const [first, ...rest] = items;
  if (first === undefined) throw new Error(`${what} of nothing`);
  for (const item of rest) {
    if (!sameDimension(first.rows, item.rows) || !sameDimension(first.columns, item.columns))
      shapeClash(what, first, item);
  }
  return first;
}

export function number(value: number): Expression {
  const normal = value === 0 ? 0 : value;
  return { kind: 'number', key: String(normal), value: normal, rows: null, columns: null };
}

export const one = number(1);

export function identity(size: Dimension): Expression {
  return size === null ? one : { kind: 'identity', key: `I(${dimensionText(size)})`, rows: size, columns: size };
}

export function ones(size: Dimension): Expression {
  return size === null ? one : { kind: 'ones', key: `ones(${dimensionText(size)})`, rows: size, columns: null };
}

export function zero(shape: Shape): Expression {
  if (shape.rows === null && shape.columns === null) return number(0);
  const { rows, columns } = shape;
  return { kind: 'zero', key: `zero(${dimensionText(rows)}×${dimensionText(columns)})`, rows, columns };
}

export const isZero = (node: Expression): boolean =>
  node.kind === 'zero' || (node.kind === 'number' && node.value === 0);
export const isOnes = (node: Expression): boolean =>
  node.kind === 'ones' || (node.kind === 'number' && node.value === 1);
