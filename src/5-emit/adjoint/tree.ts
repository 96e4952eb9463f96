import type { Tree } from '../../model/program.js';

type Leaf = Extract<Tree, { kind: 'buffer' }>;

const number = (value: number): Tree => ({ kind: 'number', value });
const one = number(1);
const zero = number(0);

/** A product without its factors 1. */
export function product(...items: readonly Tree[]): Tree {
  const factors = items.filter((item) => item.kind !== 'number' || item.value !== 1);
  const [only] = factors;
  if (factors.length > 1) return { kind: 'multiply', items: factors };
  return only ?? one;
}

export const select = (guard: Tree, positive: Tree, otherwise: Tree): Tree => ({
  kind: 'select',
  guard,
  positive,
  otherwise,
});
const negative = (tree: Tree): Tree => (tree.kind === 'number' ? number(-tree.value) : product(number(-1), tree));
const quotient = (numerator: Tree, denominator: Tree): Tree => ({ kind: 'divide', numerator, denominator });
export const difference = (a: Tree, b: Tree): Tree => ({ kind: 'add', items: [a, negative(b)] });
export const absolute = (body: Tree): Tree => ({ kind: 'abs', body });

/** −1, 0 or 1: the derivative of |v| that is 0 at 0. */
export const sign = (tree: Tree): Tree => select(tree, one, select(negative(tree), number(-1), zero));

/**
 * Reverse-mode derivatives of elementwise arithmetic: calls `found` for every leaf with its share of the tree's
 * adjoint. Where a tree has a kink one of the one-sided derivatives is taken (0 for |v| and √v at 0), so that all are
 * finite.
 */
export function differentiateTree(tree: Tree, adjoint: Tree, found: Found): void {
  const inner = (part: Tree, share: Tree): void => differentiateTree(part, share, found);
  switch (tree.kind) {
    case 'number':
    case 'parameter':
      return;
    case 'buffer':
      found(tree, adjoint);
      return;
    case 'add':
      for (const item of tree.items) inner(item, adjoint);
      return;
    case 'multiply':
      tree.items.forEach((item, at) => {
        inner(item, product(adjoint, ...tree.items.filter((_other, other) => other !== at)));
      });
      return;
    case 'divide':
      inner(tree.numerator, quotient(adjoint, tree.denominator));
      // Quotients first: the square of a denominator may be out of range.
      inner(tree.denominator, negative(quotient(product(adjoint, tree), tree.denominator)));
      return;
    case 'abs':
      inner(tree.body, product(adjoint, sign(tree.body)));
      return;
    case 'sqrt':
      where(tree, true, tree.body, quotient(adjoint, product(number(2), tree)), found);
      return;
    case 'exp':
      inner(tree.body, product(adjoint, tree));
      return;
    case 'min':
    case 'max':
      extremum(tree.kind, tree.items, adjoint, found);
      return;
    case 'select':
      where(tree.guard, true, tree.positive, adjoint, found);
      where(tree.guard, false, tree.otherwise, adjoint, found);
  }
}

type Found = (leaf: Leaf, adjoint: Tree) => void;

/**
 * The part counts where the guard is positive (or is not): the choice stands outside, so that what is infinite
 * elsewhere is not multiplied by 0.
 */
function where(guard: Tree, positive: boolean, part: Tree, adjoint: Tree, found: Found): void {
  differentiateTree(part, adjoint, (leaf, share) =>
    found(leaf, positive ? select(guard, share, zero) : select(guard, zero, share)),
  );
}

/** The last item against the extremum of those before it; on a tie the last one counts. */
function extremum(kind: 'min' | 'max', items: readonly Tree[], adjoint: Tree, found: Found): void {
  const [first] = items;
  const last = items[items.length - 1];
  if (first === undefined || last === undefined) return;
  if (items.length === 1) {
    differentiateTree(first, adjoint, found);
    return;
  }
  const before = items.slice(0, -1);
  const rest: Tree = before.length === 1 ? first : { kind, items: before };
  const restWins = kind === 'min' ? difference(last, rest) : difference(rest, last);
  where(restWins, false, last, adjoint, found);
  where(restWins, true, rest, adjoint, found);
}
