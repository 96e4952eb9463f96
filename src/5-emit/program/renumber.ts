import type { LmiTerm, Operand, Operation, Parameter, Size, Slot, Tree } from '../../model/program.js';

/** A program's numbers in a larger program. */
export interface Renumbering {
  readonly buffer: (id: number) => number;
  readonly width: (at: number) => number;
  readonly parameter: (parameter: Parameter) => Parameter;
  readonly layer: (at: number) => number;
  readonly name: (name: string) => string;
}

export function renumberSize(size: Size, { width }: Renumbering): Size {
  if (size === null) return null;
  if (typeof size === 'number') return width(size);
  return 'fixed' in size ? size : { sum: size.sum.map(width) };
}

export function renumberSlot(slot: Slot, by: Renumbering): Slot {
  const { initial } = slot;
  const own =
    initial !== undefined && 'layer' in initial ? { initial: { ...initial, layer: by.layer(initial.layer) } } : {};
  return {
    ...slot,
    ...own,
    name: by.name(slot.name),
    rows: renumberSize(slot.rows, by),
    columns: renumberSize(slot.columns, by),
    buffer: by.buffer(slot.buffer),
  };
}

export function renumberTerm(term: LmiTerm, by: Renumbering, firstRow: number): LmiTerm {
  const buffer = (id: number | null): number | null => (id === null ? null : by.buffer(id));
  return {
    row: term.row + firstRow,
    column: term.column + firstRow,
    coefficient: term.coefficient,
    parameters: term.parameters.map(by.parameter),
    left: buffer(term.left),
    middle: buffer(term.middle),
    right: buffer(term.right),
  };
}

function renumberTree(tree: Tree, by: Renumbering): Tree {
  const inner = (other: Tree): Tree => renumberTree(other, by);
  switch (tree.kind) {
    case 'number':
      return tree;
    case 'parameter':
      return { kind: 'parameter', parameter: by.parameter(tree.parameter) };
    case 'buffer':
      return { ...tree, buffer: by.buffer(tree.buffer) };
    case 'divide':
      return { kind: 'divide', numerator: inner(tree.numerator), denominator: inner(tree.denominator) };
    case 'abs':
    case 'sqrt':
    case 'exp':
      return { kind: tree.kind, body: inner(tree.body) };
    case 'select':
      return {
        kind: 'select',
        guard: inner(tree.guard),
        positive: inner(tree.positive),
        otherwise: inner(tree.otherwise),
      };
    default:
      return { kind: tree.kind, items: tree.items.map(inner) };
  }
}

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
