import type { ReverseOperation } from '../../model/adjoint.js';
import type { Buffer, Parameter, Program, Slot } from '../../model/program.js';
import type { Renumbering } from '../../network/renumber.js';
import { renumberSize } from '../../network/renumber.js';
import { buffersIn, renumberOperation } from '../program/renumber.js';
import type { Loop, Piece, Visitor } from './loop.js';
import { roll } from './roll.js';

/** An operation with what is said of it, and the buffers that it reads or writes. */
export interface Line<O extends ReverseOperation> {
  /** Texts that belong before the operation. */
  readonly notes: readonly string[];
  readonly operation: O;
  readonly buffers: readonly Buffer[];
  /** What else must be the same of the buffers in all iterations. */
  readonly marks: readonly string[];
}

/** Indices are out of `width`, `layer`, `budget` and, in texts, `text`. */
export const renumbering = ({ value, index, text }: Visitor): Renumbering => ({
  buffer: value,
  width: (at) => index('width', at),
  layer: (at) => index('layer', at),
  name: text,
  parameter: (parameter): Parameter => {
    if ('layer' in parameter) return { ...parameter, layer: index('layer', parameter.layer) };
    return parameter.kind === 'budget' ? { kind: 'budget', budget: index('budget', parameter.budget) } : parameter;
  },
});

/** A line with other mentions. */
export function visitLine<O extends ReverseOperation>(
  { notes, operation, buffers, marks }: Line<O>,
  by: Visitor,
): Line<O> {
  const names = renumbering(by);
  return {
    notes: notes.map(by.text),
    operation: renumberOperation(operation, { ...names, text: by.text }),
    buffers: buffers.map(({ id, rows, columns }) => ({
      id: by.value(id),
      rows: renumberSize(rows, names),
      columns: renumberSize(columns, names),
    })),
    marks,
  };
}

const outOf = (operation: ReverseOperation): number | null => ('out' in operation ? operation.out : null);

/**
 * Operations with their stretches rolled. `kept` are the buffers that are read when all is done, and `buffers` has every
 * buffer at its number. Buffers with other marks are never one buffer of a loop. A demand makes nothing.
 */
export function rollLines<O extends ReverseOperation>({
  operations,
  buffers,
  notes = [],
  kept,
  mark = () => '',
}: {
  readonly operations: readonly O[];
  readonly buffers: readonly Buffer[];
  readonly notes?: Program['notes'];
  readonly kept: Iterable<number>;
  readonly mark?: (buffer: number) => string;
}): readonly Piece<Line<O>>[] {
  const texts = new Map<number, string[]>();
  for (const { at, text } of notes) {
    const known = texts.get(at);
    if (known === undefined) texts.set(at, [text]);
    else known.push(text);
  }
  const items = operations.map((operation, at): Line<O> => {
    const used = buffersIn(operation).flatMap((id) => buffers[id] ?? []);
    return { notes: texts.get(at) ?? [], operation, buffers: used, marks: used.map(({ id }) => mark(id)) };
  });
  return roll({
    items,
    visit: visitLine,
    makes: ({ operation }) => outOf(operation),
    begins: (line) => line.notes.length > 0,
    // Signals may share widths as their author likes.
    counts: (of) => of !== 'width',
    kept,
    // A loop of two lines and its head is no shorter than four lines.
    least: 4,
  });
}

type Rolled = Pick<Program, 'operations' | 'buffers' | 'notes' | 'weights' | 'biases' | 'multipliers'>;

/** The buffers of what a program gives. */
export const resultsOf = ({
  weights,
  biases,
  multipliers,
}: Omit<Rolled, 'operations' | 'buffers' | 'notes'>): readonly number[] =>
  [weights, biases, multipliers].flatMap((slots: readonly Slot[]) => slots.map(({ buffer }) => buffer));

/** A program's operations. */
export const rollProgram = (
  program: Rolled,
  mark?: (buffer: number) => string,
): readonly Piece<Line<Program['operations'][number]>>[] => {
  const { operations, buffers, notes } = program;
  return rollLines({ operations, buffers, notes, kept: resultsOf(program), ...(mark === undefined ? {} : { mark }) });
};

/** The buffers of a loop's body: the one of number k is that of the entry k of its values, its sizes are over `indices`. */
export function buffersOfBody<O extends ReverseOperation>({ body }: Loop<Line<O>>): readonly Buffer[] {
  const found: Buffer[] = [];
  for (const { buffers } of body) for (const buffer of buffers) found[buffer.id] = buffer;
  return found;
}
