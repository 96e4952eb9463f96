import { fail } from '../../base/diagnostic.js';
import type { Buffer, Operand, Operation, Program, Size, Tree } from '../../model/program.js';
import { withLeaves } from '../../model/tree.js';
import { rulesOf } from '../operations/index.js';
import { buffersIn } from '../program/renumber.js';

/** What is rewritten of a program: every buffer is written once, before it is read. */
export type Body = Pick<Program, 'buffers' | 'operations' | 'notes'>;

/** What a rewriting may look at, and the buffers that it may make. */
export interface Values {
  /** The operation that makes a buffer; undefined for what is given. */
  readonly maker: (buffer: number) => Operation | undefined;
  /** Whether one operation alone reads it: then it goes where that one is rewritten. A matter of cost. */
  readonly isReadOnce: (buffer: number) => boolean;
  readonly isResult: (buffer: number) => boolean;
  readonly shape: (buffer: number) => Buffer;
  readonly buffer: (rows: Size, columns: Size) => number;
}

/** Operations that do the same as one, or null where there is nothing to rewrite. */
export type Rewriting = (operation: Operation, values: Values) => readonly Operation[] | null;

export const outOf = (operation: Operation): number | null => ('out' in operation ? operation.out : null);

/** The buffers that an operation reads, as often as it does. */
export function readsOf(operation: Operation): readonly number[] {
  const out = outOf(operation);
  return buffersIn(operation).filter((buffer) => buffer !== out);
}

/** How many operations read each buffer. */
export function readersOf(operations: readonly Operation[]): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const operation of operations)
    for (const buffer of new Set(readsOf(operation))) found.set(buffer, (found.get(buffer) ?? 0) + 1);
  return found;
}

/** Each operation by what stands for it; notes stay before what they are about. */
export function withEach(body: Body, each: (operation: Operation) => readonly Operation[]): Body {
  const operations: Operation[] = [];
  const places: number[] = [];
  for (const operation of body.operations) {
    places.push(operations.length);
    operations.push(...each(operation));
  }
  return {
    buffers: body.buffers,
    operations,
    notes: body.notes.map(({ at, text }) => ({ at: places[at] ?? operations.length, text })),
  };
}

/** One sweep, first to last; the body itself where nothing was rewritten. */
export function rewritten(given: Body, rewritings: readonly Rewriting[], results: ReadonlySet<number>): Body {
  const makers = new Map<number, Operation>();
  const made: Buffer[] = [];
  const readers = readersOf(given.operations);
  const values: Values = {
    maker: (buffer) => makers.get(buffer),
    isReadOnce: (buffer) => readers.get(buffer) === 1 && !results.has(buffer),
    isResult: (buffer) => results.has(buffer),
    shape: (id) =>
      given.buffers[id] ?? made[id - given.buffers.length] ?? fail('LW401', `buffer ${id}`, 'a buffer of the program'),
    buffer: (rows, columns) => {
      const id = given.buffers.length + made.length;
      made.push({ id, rows, columns });
      return id;
    },
  };
  const note = (operation: Operation): void => {
    const out = outOf(operation);
    if (out !== null) makers.set(out, operation);
  };
  let changes = 0;
  const body = withEach(given, (operation) => {
    let stand: readonly Operation[] = [operation];
    for (const rewriting of rewritings) {
      stand = stand.flatMap((each) => {
        const other = rewriting(each, values);
        if (other === null) return [each];
        changes += 1;
        other.forEach(note);
        return other;
      });
    }
    stand.forEach(note);
    return stand;
  });
  return changes === 0 ? given : { ...body, buffers: [...given.buffers, ...made] };
}

/** An operation that reads other buffers and operands, and has other trees. */
export function reading(
  operation: Operation,
  by: {
    readonly buffer?: (id: number) => number;
    readonly operand?: <T extends Operand>(operand: T) => T;
    readonly tree?: (tree: Tree) => Tree;
  },
): Operation {
  const out = outOf(operation);
  const same = <T>(value: T): T => value;
  const buffer = (id: number): number => (id === out ? id : (by.buffer ?? same)(id));
  return rulesOf(operation).renumber(operation, {
    buffer,
    width: same,
    parameter: same,
    layer: same,
    name: same,
    text: same,
    size: same,
    operand:
      by.operand ??
      (<T extends Operand>(operand: T): T =>
        'buffer' in operand ? { ...operand, buffer: buffer(operand.buffer) } : operand),
    tree:
      by.tree ??
      ((tree) =>
        withLeaves(tree, (leaf) => (leaf.kind === 'buffer' ? { ...leaf, buffer: buffer(leaf.buffer) } : leaf))),
  });
}
