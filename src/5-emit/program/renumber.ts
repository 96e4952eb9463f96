import type { FreeSlot, Operand, Operation, Size, Tree } from '../../model/program.js';
import { withLeaves } from '../../model/tree.js';
import type { Renumbering } from '../../network/renumber.js';
import { renumberSize, renumberSlot } from '../../network/renumber.js';
import { programRulesOf } from '../operations/index.js';

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

export const renumberOperation = (operation: Operation, by: Renumbering): Operation =>
  programRulesOf(operation).renumber(operation, {
    ...by,
    tree: (tree: Tree) => renumberTree(tree, by),
    size: (size: Size) => renumberSize(size, by),
    operand: <T extends Operand>(operand: T): T =>
      'buffer' in operand ? { ...operand, buffer: by.buffer(operand.buffer) } : operand,
  });
