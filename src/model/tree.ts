import type { Tree } from './program.js';

/** The parts of a tree, in the order in which they are evaluated; none of a leaf. */
export function partsOf(tree: Tree): readonly Tree[] {
  switch (tree.kind) {
    case 'number':
    case 'parameter':
    case 'buffer':
      return [];
    case 'divide':
      return [tree.numerator, tree.denominator];
    case 'abs':
    case 'sqrt':
    case 'exp':
      return [tree.body];
    case 'select':
      return [tree.guard, tree.positive, tree.otherwise];
    default:
      return tree.items;
  }
}

type Leaf = Extract<Tree, { kind: 'number' | 'parameter' | 'buffer' }>;

/** The same tree with other leaves. */
export function withLeaves(tree: Tree, put: (leaf: Leaf) => Tree): Tree {
  const inner = (part: Tree): Tree => withLeaves(part, put);
  switch (tree.kind) {
    case 'number':
    case 'parameter':
    case 'buffer':
      return put(tree);
    case 'divide':
      return { kind: 'divide', numerator: inner(tree.numerator), denominator: inner(tree.denominator) };
    case 'abs':
    case 'sqrt':
    case 'exp':
      return { kind: tree.kind, body: inner(tree.body) };
    case 'select': {
      const { guard, positive, otherwise } = tree;
      return { kind: 'select', guard: inner(guard), positive: inner(positive), otherwise: inner(otherwise) };
    }
    default:
      return { kind: tree.kind, items: tree.items.map(inner) };
  }
}

/** The buffers that a tree reads, from left to right, as often as it does. */
export const buffersOf = (tree: Tree): readonly number[] =>
  tree.kind === 'buffer' ? [tree.buffer] : partsOf(tree).flatMap(buffersOf);
