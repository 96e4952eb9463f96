import type { Assignment, Label } from '../base/label.js';
import { constant, substituteIndex, substituteLabel } from '../base/label.js';
import * as build from './build.js';
import type { Dimension, Expression, SymbolNode } from './node.js';

/** The direct parts of a node. */
export function children(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case 'symbol':
    case 'number':
    case 'identity':
    case 'ones':
    case 'zero':
      return [];
    case 'sum':
    case 'product':
    case 'hadamard':
    case 'min':
    case 'max':
      return node.items;
    case 'scale':
      return [...node.scalars, node.body];
    case 'quotient':
      return [node.numerator, node.denominator];
    case 'stack':
      return node.blocks.flat();
    default:
      return [node.body];
  }
}

/** The same node over changed parts, made again by the constructors (which may simplify it); itself if none changed. */
export function rebuild(node: Expression, change: (part: Expression) => Expression): Expression {
  const parts = children(node);
  const changed = new Map(parts.map((part) => [part, change(part)]));
  if (parts.every((part) => changed.get(part) === part)) return node;
  return remake(node, (part) => changed.get(part) ?? part);
}

function remake(node: Expression, change: (part: Expression) => Expression): Expression {
  switch (node.kind) {
    case 'symbol':
    case 'number':
    case 'identity':
    case 'ones':
    case 'zero':
      return node;
    case 'sum':
      return build.sum(node.items.map(change), node);
    case 'product':
      return build.product(node.items.map(change));
    case 'hadamard':
      return build.hadamard(node.items.map(change));
    case 'min':
      return build.minimum(node.items.map(change));
    case 'max':
      return build.maximum(node.items.map(change));
    case 'scale':
      return build.scale(node.coefficient, node.scalars.map(change), change(node.body));
    case 'quotient':
      return build.quotient(change(node.numerator), change(node.denominator));
    case 'transpose':
      return build.transpose(change(node.body));
    case 'abs':
      return build.abs(change(node.body));
    case 'square':
      return build.square(change(node.body));
    case 'sqrt':
      return build.sqrt(change(node.body));
    case 'exp':
      return build.exp(change(node.body));
    case 'inverse':
      return build.inverse(change(node.body));
    case 'stack':
      return build.stack(
        node.blocks.map((row) => row.map(change)),
        node,
      );
    case 'slice':
      return build.slice(change(node.body), node, node.above, node.before);
    case 'diag':
      return build.diag(change(node.body));
    case 'off-diagonal':
      return build.offDiagonal(change(node.body));
    case 'row-sums':
      return build.rowSums(change(node.body));
    case 'range-sum':
      return build.rangeSum(change(node.body), node.from, node.to);
  }
}

/** Replaces from the top: where `replace` answers, its answer stands and is not looked into again. */
export function substitute(node: Expression, replace: (node: Expression) => Expression | null): Expression {
  return replace(node) ?? rebuild(node, (part) => substitute(part, replace));
}

export function* symbols(node: Expression): Generator<SymbolNode> {
  if (node.kind === 'symbol') yield node;
  else for (const part of children(node)) yield* symbols(part);
}

export function some(node: Expression, test: (node: Expression) => boolean): boolean {
  return test(node) || children(node).some((part) => some(part, test));
}

export const mentions = (node: Expression, key: string): boolean => some(node, (part) => part.key === key);

/**
 * Gives the loop letter and the depth their values in every label and dimension; sums over a range are written
 * out once both ends are numbers. `alias` maps dimensions (`w[0]` is `x`).
 */
export function instantiate(
  node: Expression,
  assignment: Assignment,
  alias: (at: Label) => Label = (at) => at,
): Expression {
  const dimension = (at: Dimension): Dimension => (at === null ? null : alias(substituteLabel(at, assignment)));
  return substitute(node, (part) => {
    const shape = { rows: dimension(part.rows), columns: dimension(part.columns) };
    if (part.kind === 'symbol') {
      const moved = (at: Label): Label => alias(substituteLabel(at, assignment));
      // What belongs to two signals is labelled by signals, and they may have aliases; other labels are the layers'
      // own.
      const [at, other] =
        part.other === null ? [substituteLabel(part.label, assignment), null] : [moved(part.label), moved(part.other)];
      return build.symbol(part.is, at, shape, { ...part, other });
    }
    if (part.kind === 'identity') return build.identity(shape.rows);
    if (part.kind === 'ones') return build.ones(shape.rows);
    if (part.kind === 'zero') return build.zero(shape);
    if (part.kind !== 'range-sum') return null;
    // The body's letter is bound by the sum: an outer letter must not reach it.
    const from = substituteIndex(part.from, assignment);
    const to = substituteIndex(part.to, assignment);
    if (from.base !== 'constant' || to.base !== 'constant') {
      return build.rangeSum(instantiate(part.body, { loop: null, depth: assignment.depth }, alias), from, to);
    }
    const count = Math.max(0, to.offset - from.offset + 1);
    const items = Array.from({ length: count }, (_all, step) =>
      instantiate(part.body, { loop: constant(from.offset + step), depth: assignment.depth }, alias),
    );
    return build.sum(items, shape);
  });
}
