import type { Index, Label } from '../base/label.js';
import { indexText, labelText } from '../base/label.js';
import {
  dimensionText,
  identity,
  isOnes,
  isZero,
  number,
  one,
  ones,
  requireSameShape,
  sameDimension,
  shapeClash,
  zero,
} from './atoms.js';
import { monomial, negate, scale, sum, times } from './combination.js';
import { isDiagonal, isMatrix, isNonnegative, isScalar } from './facts.js';
import type { Dimension, Expression, ListNode, Role, Shape, SymbolKind, SymbolNode, UnaryNode } from './node.js';

/**
 * The only constructors of expressions. They keep a canonical form: sums are flat with like terms collected,
 * scalar factors stand in front, products are flat without identities, transposes sit on single symbols, and the
 * linear operations (row sums, diagonal) are carried through sums and scalar factors. Everything that needs an
 * argument beyond linearity is left to the rules.
 */

export { identity, isOnes, isZero, number, ones, sameDimension, zero } from './atoms.js';
export { monomial, negate, scale, subtract, sum, summands, times } from './combination.js';
export type { Monomial } from './combination.js';

export interface SymbolFacts {
  readonly structure?: string | null;
  readonly diagonal?: boolean;
  readonly positive?: boolean;
  readonly other?: Label | null;
  readonly triangular?: boolean;
}

const roleOf = (is: Role | SymbolKind): string => (typeof is === 'string' ? is : is.role);

export function symbol(is: Role | SymbolKind, at: Label, shape: Shape, facts: SymbolFacts = {}): SymbolNode {
  const { rows, columns } = shape;
  const diagonal = facts.diagonal ?? false;
  if (diagonal && !sameDimension(rows, columns)) throw new Error(`diagonal but not square: ${labelText(at)}`);
  const other = facts.other ?? null;
  const role = roleOf(is);
  const key = `${role}:${labelText(at)}${other === null ? '' : `;${labelText(other)}`}`;
  return {
    kind: 'symbol',
    key,
    is,
    role,
    label: at,
    rows,
    columns,
    structure: facts.structure ?? null,
    diagonal,
    positive: facts.positive ?? false,
    other,
    triangular: facts.triangular ?? false,
  };
}

export function scalarSymbol(is: Role | SymbolKind, at: Label, facts: SymbolFacts = {}): SymbolNode {
  return symbol(is, at, { rows: null, columns: null }, facts);
}

/**
 * A number from the author's equations as a scalar factor that arithmetic leaves alone: products of decimals would be
 * rounded, and a verdict must be about the numbers that were written. Small integers multiply exactly and stay numbers.
 */
export function exactFactor(value: number): Expression {
  if (Number.isInteger(value) && Math.abs(value) <= 2 ** 16) return number(value);
  const size = scalarSymbol('constant', { name: String(Math.abs(value)), index: null }, { positive: true });
  return value < 0 ? negate(size) : size;
}

/** Matrix product. */
export function product(items: readonly Expression[]): Expression {
  const factors: Expression[] = [];
  let coefficient = 1;
  const scalars: Expression[] = [];
  let columns: Dimension | undefined;
  let shape: Shape | null = null;
  for (const item of items) {
    if (columns !== undefined && !sameDimension(columns, item.rows)) shapeClash('product', ...items);
    columns = item.columns;
    shape = { rows: shape === null ? item.rows : shape.rows, columns: item.columns };
    const part = monomial(item);
    coefficient *= part.coefficient;
    scalars.push(...part.scalars);
    if (part.body.kind === 'product') factors.push(...part.body.items);
    else if (part.body.kind !== 'identity' && !(isScalar(part.body) && isOnes(part.body))) factors.push(part.body);
  }
  if (shape === null) throw new Error('product of nothing');
  if (factors.some(isZero)) return zero(shape);
  const [only] = factors;
  if (only === undefined) return scale(coefficient, scalars, identity(shape.rows));
  const last = factors[factors.length - 1] ?? only;
  if (factors.length === 2 && last.kind === 'ones') return scale(coefficient, scalars, rowSums(only));
  const body: Expression =
    factors.length === 1
      ? only
      : {
          kind: 'product',
          key: `(${factors.map((item) => item.key).join('·')})`,
          items: factors,
          rows: only.rows,
          columns: last.columns,
        };
  return scale(coefficient, scalars, body);
}

function unary(kind: UnaryNode['kind'], body: Expression, shape: Shape): Expression {
  return { kind, key: `${kind}(${body.key})`, body, rows: shape.rows, columns: shape.columns };
}

/** Applies a linear operation to every summand, in front of which scalar factors stay. */
function linear(node: Expression, shape: Shape, apply: (body: Expression) => Expression): Expression {
  if (node.kind === 'sum')
    return sum(
      node.items.map((item) => linear(item, shape, apply)),
      shape,
    );
  if (node.kind === 'scale') return scale(node.coefficient, node.scalars, linear(node.body, shape, apply));
  if (node.kind === 'range-sum') return rangeSum(linear(node.body, shape, apply), node.from, node.to);
  if (isZero(node)) return zero(shape);
  return apply(node);
}

export function transpose(node: Expression): Expression {
  if (isScalar(node) || isDiagonal(node)) return node;
  return linear(node, { rows: node.columns, columns: node.rows }, (body) => {
    if (body.kind === 'transpose') return body.body;
    if (body.kind === 'product') return product([...body.items].reverse().map(transpose));
    if (isDiagonal(body)) return body;
    return unary('transpose', body, { rows: body.columns, columns: body.rows });
  });
}

/** Elementwise absolute value; `|c X|` and `|X + Y|` are the rules' business unless they are scalars. */
export function abs(node: Expression): Expression {
  if (isNonnegative(node)) return node;
  if (node.kind === 'number') return number(Math.abs(node.value));
  if (node.kind === 'transpose') return transpose(abs(node.body));
  if (node.kind === 'scale' && isScalar(node))
    return scale(Math.abs(node.coefficient), node.scalars.map(abs), abs(node.body));
  if (node.kind === 'diag' && node.body.kind === 'symbol') return diag(abs(node.body));
  // Diagonal matrices multiply entry by entry, so |·| goes through their products.
  if (isDiagonal(node) && node.kind === 'product') return product(node.items.map(abs));
  if (isDiagonal(node) && node.kind === 'scale')
    return scale(Math.abs(node.coefficient), node.scalars.map(abs), abs(node.body));
  return unary('abs', node, node);
}

/** Elementwise square. */
export function square(node: Expression): Expression {
  if (node.kind === 'number') return number(node.value * node.value);
  if (node.kind === 'abs') return square(node.body);
  if (node.kind === 'transpose') return transpose(square(node.body));
  if (node.kind === 'identity' || node.kind === 'ones') return node;
  if (node.kind === 'diag') return unary('square', diag(withoutAbs(node.body)), node);
  return unary('square', node, node);
}

const withoutAbs = (node: Expression): Expression => (node.kind === 'abs' ? node.body : node);

/** Elementwise square root of a nonnegative expression. */
export function sqrt(node: Expression): Expression {
  if (node.kind === 'number' && Number.isInteger(Math.sqrt(node.value))) return number(Math.sqrt(node.value));
  if (node.kind === 'square') return abs(node.body);
  return unary('sqrt', node, node);
}

/** The exponential of a scalar or a vector, entry by entry. */
export function exp(node: Expression): Expression {
  return unary('exp', node, node);
}

/** The inverse of a symbol, which must be diagonal, triangular or positive definite wherever it stands. */
export function inverse(node: Expression): Expression {
  if (node.kind === 'identity') return node;
  if (node.kind === 'inverse') return node.body;
  if (node.kind !== 'symbol' || !sameDimension(node.rows, node.columns)) return shapeClash('inverse', node);
  return unary('inverse', node, node);
}

/** Blocks of one matrix; `shape` names the stacked dimensions. A single block is itself. */
export function stack(blocks: readonly (readonly Expression[])[], shape: Shape): Expression {
  const [only] = blocks[0] ?? [];
  if (only === undefined) throw new Error('a stack of nothing');
  if (blocks.length === 1 && blocks[0]?.length === 1) return only;
  const key = `[${blocks.map((row) => row.map((block) => block.key).join(',')).join(';')}]`;
  return { kind: 'stack', key, blocks, rows: shape.rows, columns: shape.columns };
}

/** The block of `body` after the dimensions listed; the whole matrix is itself. */
export function slice(
  body: Expression,
  shape: Shape,
  above: readonly Dimension[],
  before: readonly Dimension[],
): Expression {
  if (sameDimension(body.rows, shape.rows) && sameDimension(body.columns, shape.columns)) return body;
  const texts = (dimensions: readonly Dimension[]): string => dimensions.map(dimensionText).join(',');
  const size = `${dimensionText(shape.rows)}×${dimensionText(shape.columns)}`;
  const key = `slice(${body.key};${texts(above)};${texts(before)};${size})`;
  return { kind: 'slice', key, body, above, before, rows: shape.rows, columns: shape.columns };
}

/** The diagonal of a square matrix, as a vector. */
export function diag(node: Expression): Expression {
  if (isScalar(node)) return node;
  if (!isMatrix(node) || !sameDimension(node.rows, node.columns)) return shapeClash('diag', node);
  return linear(node, { rows: node.rows, columns: null }, (body) => {
    if (body.kind === 'identity') return ones(body.rows);
    if (isDiagonal(body) && body.kind === 'product') return hadamard(body.items.map(diag));
    if (isDiagonal(body) && body.kind === 'square') return square(diag(body.body));
    return unary('diag', body, { rows: body.rows, columns: null });
  });
}

/** The matrix with its diagonal set to zero. */
export function offDiagonal(node: Expression): Expression {
  return linear(node, node, (body) => (isDiagonal(body) ? zero(body) : unary('off-diagonal', body, body)));
}

/** Row sums of a matrix, as a vector. */
export function rowSums(node: Expression): Expression {
  return linear(node, { rows: node.rows, columns: null }, (body) => {
    // The row sums of |D + E| wait for the triangle inequality.
    const isOpen = body.kind === 'abs' && body.body.kind === 'sum';
    if (isDiagonal(body) && !isOpen) return diag(body);
    return unary('row-sums', body, { rows: body.rows, columns: null });
  });
}

function list(kind: 'hadamard' | 'min' | 'max', items: readonly Expression[], shape: Shape): ListNode {
  const key = `${kind}(${items
    .map((item) => item.key)
    .sort()
    .join(';')})`;
  return { kind, key, items, rows: shape.rows, columns: shape.columns };
}

/** Elementwise product of expressions of one shape. */
export function hadamard(items: readonly Expression[]): Expression {
  const first = requireSameShape('elementwise product', items);
  if (isScalar(first)) return scale(1, items, one);
  let coefficient = 1;
  const scalars: Expression[] = [];
  const factors: Expression[] = [];
  for (const item of items) {
    const part = monomial(item);
    coefficient *= part.coefficient;
    scalars.push(...part.scalars);
    if (part.body.kind === 'hadamard') factors.push(...part.body.items);
    else if (!isOnes(part.body)) factors.push(part.body);
  }
  if (factors.some(isZero)) return zero(first);
  const distinct = pairsToSquares(factors);
  const [only] = distinct;
  if (only === undefined) return scale(coefficient, scalars, ones(first.rows));
  return scale(coefficient, scalars, distinct.length === 1 ? only : list('hadamard', distinct, only));
}

/** x ∘ x is written as the elementwise square of x. */
function pairsToSquares(factors: readonly Expression[]): readonly Expression[] {
  const counts = new Map<string, { readonly factor: Expression; count: number }>();
  for (const factor of factors) {
    const known = counts.get(factor.key);
    if (known === undefined) counts.set(factor.key, { factor, count: 1 });
    else known.count += 1;
  }
  return [...counts.values()].flatMap(({ factor, count }) => [
    ...Array.from({ length: Math.floor(count / 2) }, () => square(factor)),
    ...(count % 2 === 1 ? [factor] : []),
  ]);
}

/** Elementwise quotient. */
export function quotient(numerator: Expression, denominator: Expression): Expression {
  requireSameShape('quotient', [numerator, denominator]);
  if (isOnes(denominator) || isZero(numerator)) return numerator;
  const below = monomial(denominator);
  if (below.scalars.length === 0 && isOnes(below.body)) return scale(1 / below.coefficient, [], numerator);
  const above = monomial(numerator);
  const key = `(${above.body.key})/(${denominator.key})`;
  return scale(above.coefficient, above.scalars, {
    kind: 'quotient',
    key,
    numerator: above.body,
    denominator,
    rows: numerator.rows,
    columns: numerator.columns,
  });
}

function extremum(kind: 'min' | 'max', items: readonly Expression[]): Expression {
  const first = requireSameShape(kind, items);
  const distinct = [...new Map(items.map((item) => [item.key, item])).values()];
  return distinct.length === 1 ? first : list(kind, distinct, first);
}

export const minimum = (items: readonly Expression[]): Expression => extremum('min', items);
export const maximum = (items: readonly Expression[]): Expression => extremum('max', items);

/** Σ_{l = from}^{to} body; a sum under the sign becomes a sum of such sums. */
export function rangeSum(body: Expression, from: Index, to: Index): Expression {
  if (isZero(body)) return body;
  if (body.kind === 'sum')
    return sum(
      body.items.map((item) => rangeSum(item, from, to)),
      body,
    );
  // The number goes in front, so that equal sums with other numbers are like terms.
  const { coefficient, scalars, body: rest } = monomial(body);
  const inner = scale(1, scalars, rest);
  const key = `Σ[${indexText(from)},${indexText(to)}](${inner.key})`;
  return scale(coefficient, [], {
    kind: 'range-sum',
    key,
    from,
    to,
    body: inner,
    rows: body.rows,
    columns: body.columns,
  });
}

/** The vector all of whose entries are the scalar. */
export const fill = (scalar: Expression, size: Dimension): Expression => times(scalar, ones(size));
