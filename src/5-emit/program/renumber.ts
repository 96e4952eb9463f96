import type { ReverseOperation } from '../../model/adjoint.js';
import type { FreeSlot, Operand, Size, Tree } from '../../model/program.js';
import { withLeaves } from '../../model/tree.js';
import type { Renumbering } from '../../network/renumber.js';
import { renumberSize, renumberSlot } from '../../network/renumber.js';
import { rulesOf } from '../operations/index.js';

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

/** `text`: for what is said where the operation fails, as it is if left out. */
export const renumberOperation = <O extends ReverseOperation>(
  operation: O,
  by: Renumbering & { readonly text?: (text: string) => string },
): O =>
  rulesOf(operation).renumber(operation, {
    text: (text) => text,
    ...by,
    tree: (tree: Tree) => renumberTree(tree, by),
    size: (size: Size) => renumberSize(size, by),
    operand: <T extends Operand>(operand: T): T =>
      'buffer' in operand ? { ...operand, buffer: by.buffer(operand.buffer) } : operand,
  });

/** The buffers that an operation reads or writes, as often as it mentions them. Renumbering comes by every one. */
export function buffersIn(operation: ReverseOperation): readonly number[] {
  const found: number[] = [];
  const same = <T>(value: T): T => value;
  const buffer = (id: number): number => {
    found.push(id);
    return id;
  };
  renumberOperation(operation, { buffer, width: same, parameter: same, layer: same, name: same });
  return found;
}
