import { fail } from '../../base/diagnostic.js';
import type { AdjointOperation, ReverseOperation } from '../../model/adjoint.js';
import type { Buffer, MatrixOperand, Operation, Program, Size, Tree } from '../../model/program.js';
import { withLeaves } from '../../model/tree.js';
import { differentiateTree } from './tree.js';

type Along = Extract<AdjointOperation, { kind: 'total' }>['along'];

/**
 * The reverse sweep while it is written: which buffers matter, what has been added to their adjoints, and operations so
 * far.
 */
export class Tape {
  readonly buffers: Buffer[] = [];
  readonly operations: ReverseOperation[] = [];
  private readonly program: Program;
  private readonly active: ReadonlySet<number>;
  private readonly shares = new Map<number, number[]>();

  /** `active`: the buffers that depend on the free parameters; the others have no adjoint. */
  constructor(program: Program, active: ReadonlySet<number>) {
    this.program = program;
    this.active = active;
  }

  isActive(buffer: number): boolean {
    return this.active.has(buffer);
  }

  shape(id: number): Buffer {
    const known = this.program.buffers[id] ?? this.buffers[id - this.program.buffers.length];
    return known ?? fail('LW401', `buffer ${id}`, 'a buffer of the program');
  }

  buffer(rows: Size, columns: Size): number {
    const id = this.program.buffers.length + this.buffers.length;
    this.buffers.push({ id, rows, columns });
    return id;
  }

  /** A buffer for the adjoint of another, to be given from outside. */
  seed(of: number): number {
    const { rows, columns } = this.shape(of);
    const given = this.buffer(rows, columns);
    this.add(of, given);
    return given;
  }

  add(to: number, share: number): void {
    if (!this.active.has(to)) return;
    const known = this.shares.get(to);
    if (known === undefined) this.shares.set(to, [share]);
    else known.push(share);
  }

  /** The sum of what was added to a buffer's adjoint, nothing being added afterwards; null is 0. */
  adjointOf(buffer: number): number | null {
    const [first, ...rest] = this.shares.get(buffer) ?? [];
    if (first === undefined) return null;
    if (rest.length === 0) return first;
    const total = this.entries(buffer, { kind: 'add', items: [first, ...rest].map((share) => leaf(share)) });
    this.shares.set(buffer, [total]);
    return total;
  }

  push(operation: Operation): void {
    this.operations.push(operation);
  }

  /** The tree at every entry of a buffer shaped as `like`. */
  entries(like: number, tree: Tree): number {
    const { rows, columns } = this.shape(like);
    const out = this.buffer(rows, columns);
    // One loop is enough for a vector.
    if (columns === null) this.push({ kind: 'map', out, tree: flat(tree) });
    else this.operations.push({ kind: 'entries', out, tree });
    return out;
  }

  total(matrix: number, along: Along): number {
    const { rows, columns } = this.shape(matrix);
    if (along === 'rows' && columns === null) return matrix;
    if (along === 'all' && rows === null) return matrix;
    const out = this.buffer(along === 'all' ? null : along === 'columns' ? columns : rows, null);
    this.operations.push({ kind: 'total', out, matrix, along });
    return out;
  }

  multiply(left: MatrixOperand, right: MatrixOperand): number {
    const [a, b] = [this.shape(left.buffer), this.shape(right.buffer)];
    const out = this.buffer(left.transposed ? a.columns : a.rows, right.transposed ? b.rows : b.columns);
    this.push({ kind: 'multiply', out, left, right });
    return out;
  }

  scale(matrix: number, factor: number, along: 'rows' | 'columns' | 'all'): number {
    const { rows, columns } = this.shape(matrix);
    const out = this.buffer(rows, columns);
    this.push({ kind: 'scale', out, matrix, factor, along });
    return out;
  }

  lower(matrix: number, diagonal: number): number {
    const { rows, columns } = this.shape(matrix);
    const out = this.buffer(rows, columns);
    this.operations.push({ kind: 'lower', out, matrix, diagonal });
    return out;
  }

  /** factor · M, or of its transpose. */
  multiple(factor: Tree, { buffer, transposed }: MatrixOperand): number {
    const { rows, columns } = this.shape(buffer);
    const out = transposed ? this.buffer(columns, rows) : this.buffer(rows, columns);
    this.push({ kind: 'combine', out, terms: [{ factor, operand: { kind: 'matrix', buffer, transposed } }] });
    return out;
  }

  pushAdjoint(operation: AdjointOperation): void {
    this.operations.push(operation);
  }

  /**
   * Adds the shares of a tree's leaves, the tree being taken at every row of `over`, a vector or scalar with that
   * adjoint.
   */
  addTree(tree: Tree, over: number, adjoint: Tree): void {
    const shares = new Map<number, Tree[]>();
    differentiateTree(tree, adjoint, ({ buffer }, share) => {
      if (!this.active.has(buffer)) return;
      const known = shares.get(buffer);
      if (known === undefined) shares.set(buffer, [share]);
      else known.push(share);
    });
    for (const [buffer, [first, ...rest]] of shares) {
      if (first === undefined) continue;
      const sum = this.entries(over, rest.length === 0 ? first : { kind: 'add', items: [first, ...rest] });
      this.add(buffer, this.shape(buffer).rows === null ? this.total(sum, 'all') : sum);
    }
  }
}

export const leaf = (buffer: number, along?: 'rows' | 'columns'): Tree => ({
  kind: 'buffer',
  buffer,
  ...(along === undefined ? {} : { along }),
});
export const plain = (buffer: number, transposed = false): MatrixOperand => ({ kind: 'matrix', buffer, transposed });

/** In a loop over a vector every leaf is read at its index. */
const flat = (tree: Tree): Tree =>
  withLeaves(tree, (leaf) => (leaf.kind === 'buffer' ? { kind: 'buffer', buffer: leaf.buffer } : leaf));
