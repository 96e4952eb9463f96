import { isOnes, isZero, number, one, requireSameShape, shapeClash, zero } from './atoms.js';
import { isScalar } from './facts.js';
import type { Expression, Shape } from './node.js';

/** Linear combinations: coefficient · scalars · body, and sums of them with like terms collected. */

export interface Monomial {
  readonly coefficient: number;
  readonly scalars: readonly Expression[];
  readonly body: Expression;
}

/** Any node as coefficient · scalars · body. */
export function monomial(node: Expression): Monomial {
  if (node.kind === 'scale') return node;
  if (node.kind === 'number') return { coefficient: node.value, scalars: [], body: one };
  if (isScalar(node) && node.kind !== 'sum') return { coefficient: 1, scalars: [node], body: one };
  return { coefficient: 1, scalars: [], body: node };
}

/** The summands of a node; a node that is no sum is its own only summand. */
export function summands(node: Expression): readonly Expression[] {
  if (isZero(node)) return [];
  return node.kind === 'sum' ? node.items : [node];
}

export function scale(coefficient: number, scalars: readonly Expression[], body: Expression): Expression {
  if (body.kind === 'sum' && (!isScalar(body) || scalars.length === 0)) {
    return sum(
      body.items.map((item) => scale(coefficient, scalars, item)),
      body,
    );
  }
  let factor = coefficient;
  const atoms: Expression[] = [];
  const inner = monomial(body);
  for (const part of [...scalars.map(monomial), inner]) {
    factor *= part.coefficient;
    atoms.push(...part.scalars);
    if (part !== inner && !isOnes(part.body)) atoms.push(part.body);
  }
  // A scalar body (a sum) is one more scalar factor.
  const isFactor = isScalar(inner.body) && inner.body.kind !== 'number';
  if (isFactor) atoms.push(inner.body);
  const rest = isFactor ? one : inner.body;
  if (factor === 0 || isZero(rest)) return zero(body);
  if (atoms.length === 0) {
    if (factor === 1) return rest;
    if (isOnes(rest) && isScalar(rest)) return number(factor);
  }
  if (factor === 1 && atoms.length === 1 && isScalar(rest) && isOnes(rest)) return atoms[0] ?? rest;
  const key = `${factor}*${atoms
    .map((atom) => atom.key)
    .sort()
    .join('*')}*${rest.key}`;
  return {
    kind: 'scale',
    key,
    coefficient: factor,
    scalars: atoms,
    body: rest,
    rows: rest.rows,
    columns: rest.columns,
  };
}

/** `factor · body` for a scalar expression `factor`. */
export function times(factor: Expression, body: Expression): Expression {
  if (!isScalar(factor)) return shapeClash('scalar factor', factor);
  return scale(1, [factor], body);
}

/** Sum with like terms collected; `shape` tells what an empty sum looks like. */
export function sum(items: readonly Expression[], shape?: Shape): Expression {
  const flat = items.flatMap(summands);
  const first = items[0];
  if (first !== undefined) requireSameShape('sum', items);
  const like = new Map<string, { coefficient: number; scalars: readonly Expression[]; body: Expression }>();
  for (const item of flat) {
    const part = monomial(item);
    const key = `${part.scalars
      .map((atom) => atom.key)
      .sort()
      .join('*')}*${part.body.key}`;
    const known = like.get(key);
    if (known === undefined) like.set(key, { ...part });
    else known.coefficient += part.coefficient;
  }
  const terms = [...like.values()]
    .filter((part) => part.coefficient !== 0)
    .map((part) => scale(part.coefficient, part.scalars, part.body));
  const [only] = terms;
  const form = shape ?? first;
  if (only === undefined) {
    if (form === undefined) throw new Error('an empty sum needs a shape');
    return zero(form);
  }
  if (terms.length === 1) return only;
  const key = `(${terms
    .map((term) => term.key)
    .sort()
    .join('+')})`;
  return { kind: 'sum', key, items: terms, rows: only.rows, columns: only.columns };
}

export const negate = (node: Expression): Expression => scale(-1, [], node);
export const subtract = (a: Expression, b: Expression): Expression => sum([a, negate(b)], a);
