import { product, transpose } from './build.js';
import { isDiagonal, isNonnegative } from './facts.js';
import type { Expression, SymbolNode } from './node.js';
import { symbols } from './visit.js';

/** X and D of a product XᵀDX with D diagonal (null: the identity), which is symmetric with a diagonal of one sign. */
export interface Gram {
  readonly factor: Expression;
  readonly middle: Expression | null;
}

export function asGram(node: Expression): Gram | null {
  if (node.kind !== 'product') return null;
  const { items } = node;
  const half = Math.floor(items.length / 2);
  const middle = items.length % 2 === 1 ? items[half] : null;
  if (middle === undefined || (middle !== null && !(isDiagonal(middle) && isNonnegative(middle)))) return null;
  const right = items.slice(items.length - half);
  const left = items.slice(0, half);
  if (right.length === 0) return null;
  const factor = product(right);
  return transpose(factor).key === product(left).key ? { factor, middle } : null;
}

/** X of a row sum of absolute values `|X| 1`, the transpose being kept outside of |·|. */
export function absoluteRowSumBody(node: Expression): Expression | null {
  if (node.kind !== 'row-sums') return null;
  const { body } = node;
  if (body.kind === 'abs') return body.body;
  if (body.kind === 'transpose' && body.body.kind === 'abs') return transpose(body.body.body);
  return null;
}

export function weightsOf(node: Expression): readonly SymbolNode[] {
  return distinct(node, 'weight');
}

export function multipliersOf(node: Expression): readonly SymbolNode[] {
  return distinct(node, 'multiplier');
}

function distinct(node: Expression, role: SymbolNode['role']): readonly SymbolNode[] {
  const found = new Map<string, SymbolNode>();
  for (const item of symbols(node)) if (item.role === role) found.set(item.key, item);
  return [...found.values()];
}
