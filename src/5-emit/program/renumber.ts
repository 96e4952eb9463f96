import type { FreeSlot, Operand, Operation, Size, Tree } from '../../model/program.js';
import { withLeaves } from '../../model/tree.js';
import type { Renumbering } from '../../network/renumber.js';
import { renumberSize, renumberSlot } from '../../network/renumber.js';

export function renumberFree(slot: FreeSlot, by: Renumbering): FreeSlot {
  const { initial } = slot;
  const moved = renumberSlot(slot, by);
  return initial !== undefined && 'layer' in initial
    ? { ...moved, initial: { ...initial, layer: by.layer(initial.layer) } }
    : moved;
}

const renumberTree = (tree: Tree, by: Renumbering): Tree =>
  withLeaves(tree, (leaf) => {
    if (leaf.kind === 'parameter') return { kind: 'parameter', parameter: by.parameter(leaf.parameter) };
    return leaf.kind === 'buffer' ? { ...leaf, buffer: by.buffer(leaf.buffer) } : leaf;
  });

export function renumberOperation(operation: Operation, by: Renumbering): Operation {
  const { buffer } = by;
  const tree = (other: Tree): Tree => renumberTree(other, by);
  const size = (other: Size): Size => renumberSize(other, by);
  const operand = <T extends Operand>(other: T): T =>
    'buffer' in other ? { ...other, buffer: buffer(other.buffer) } : other;
  switch (operation.kind) {
    case 'map':
      return { ...operation, out: buffer(operation.out), tree: tree(operation.tree) };
    case 'sums':
      return {
        ...operation,
        out: buffer(operation.out),
        matrix: buffer(operation.matrix),
        vector: operation.vector === null ? null : buffer(operation.vector),
      };
    case 'gram': {
      const { middle, vector } = operation;
      return {
        ...operation,
        out: buffer(operation.out),
        left: buffer(operation.left),
        middle: middle === null ? null : buffer(middle),
        right: buffer(operation.right),
        vector: vector === null ? null : buffer(vector),
      };
    }
    case 'clip':
      return {
        ...operation,
        out: buffer(operation.out),
        matrix: buffer(operation.matrix),
        bound: tree(operation.bound),
        condition: tree(operation.condition),
      };
    case 'scale':
      return {
        ...operation,
        out: buffer(operation.out),
        matrix: buffer(operation.matrix),
        factor: buffer(operation.factor),
      };
    case 'greatest':
    case 'least':
      return { ...operation, out: buffer(operation.out), vector: buffer(operation.vector) };
    case 'support-least':
      return {
        ...operation,
        out: buffer(operation.out),
        matrix: buffer(operation.matrix),
        vector: buffer(operation.vector),
      };
    case 'project-splines':
      return {
        ...operation,
        out: buffer(operation.out),
        matrix: buffer(operation.matrix),
        layer: by.layer(operation.layer),
      };
    case 'multiply':
      return {
        ...operation,
        out: buffer(operation.out),
        left: operand(operation.left),
        right: operand(operation.right),
      };
    case 'combine':
      return {
        ...operation,
        out: buffer(operation.out),
        terms: operation.terms.map((term) => ({ factor: tree(term.factor), operand: operand(term.operand) })),
      };
    case 'stack':
      return {
        ...operation,
        out: buffer(operation.out),
        blocks: operation.blocks.map((block) => ({
          operand: operand(block.operand),
          above: size(block.above),
          before: size(block.before),
        })),
      };
    case 'slice':
      return {
        ...operation,
        out: buffer(operation.out),
        matrix: buffer(operation.matrix),
        above: size(operation.above),
        before: size(operation.before),
      };
    case 'cholesky':
      return {
        ...operation,
        out: buffer(operation.out),
        matrix: buffer(operation.matrix),
        name: by.name(operation.name),
      };
    case 'solve':
      return {
        ...operation,
        out: buffer(operation.out),
        factor: buffer(operation.factor),
        matrix: buffer(operation.matrix),
      };
    case 'clamp':
    case 'keep':
    case 'cayley':
    case 'norm':
      return { ...operation, out: buffer(operation.out), matrix: buffer(operation.matrix) };
    case 'demand':
      return { ...operation, tree: tree(operation.tree), size: size(operation.size) };
  }
}
