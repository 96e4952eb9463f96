import * as build from './build.js';
import type { Scalar } from './node.js';
import { parts } from './node.js';

/** The same kind of node over other parts. */
export function rebuild(node: Scalar, next: (part: Scalar) => Scalar): Scalar {
  switch (node.kind) {
    case 'sum':
      return build.sum(node.items.map(next));
    case 'product':
      return build.product([build.number(node.coefficient), ...node.items.map(next)]);
    case 'power':
      return build.power(next(node.base), node.exponent);
    case 'function':
      return build.call(node.name, next(node.argument));
    case 'select':
      return build.select(next(node.guard), next(node.positive), next(node.negative));
    default:
      return node;
  }
}

/** Replaces every node for which `replace` gives another, outermost first; equal parts are visited once. */
export function rewrite(node: Scalar, replace: (node: Scalar) => Scalar | null): Scalar {
  const done = new Map<string, Scalar>();
  const visit = (part: Scalar): Scalar => {
    const known = done.get(part.key);
    if (known !== undefined) return known;
    const result = replace(part) ?? rebuild(part, visit);
    done.set(part.key, result);
    return result;
  };
  return visit(node);
}

/** v and parameters replaced by other functions. */
export function substitute(
  node: Scalar,
  values: { readonly variable?: Scalar; readonly parameters?: ReadonlyMap<string, Scalar> },
): Scalar {
  return rewrite(node, (part) => {
    if (part.kind === 'variable') return values.variable ?? null;
    return part.kind === 'parameter' ? (values.parameters?.get(part.name) ?? null) : null;
  });
}

/** Every distinct node once, parts before what they are part of. */
export function nodes(root: Scalar): readonly Scalar[] {
  const seen = new Set<string>();
  const found: Scalar[] = [];
  const visit = (node: Scalar): void => {
    if (seen.has(node.key)) return;
    seen.add(node.key);
    for (const part of parts(node)) visit(part);
    found.push(node);
  };
  visit(root);
  return found;
}

export const dependsOnVariable = (node: Scalar): boolean => nodes(node).some(({ kind }) => kind === 'variable');

export const parameterNames = (node: Scalar): readonly string[] => [
  ...new Set(nodes(node).flatMap((part) => (part.kind === 'parameter' ? [part.name] : []))),
];

/** The guards of all case distinctions, each once. */
export const guards = (root: Scalar): readonly Scalar[] => [
  ...new Map(
    nodes(root).flatMap((node) => (node.kind === 'select' ? [[node.guard.key, node.guard] as const] : [])),
  ).values(),
];

/** Case distinctions settled wherever `sign` knows the guard's sign. */
export function resolve(node: Scalar, sign: (guard: Scalar) => 1 | -1 | null): Scalar {
  return rewrite(node, (part) => {
    if (part.kind !== 'select') return null;
    const known = sign(part.guard);
    return known === null ? null : resolve(known > 0 ? part.positive : part.negative, sign);
  });
}
