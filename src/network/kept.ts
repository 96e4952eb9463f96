import { fail } from '../base/diagnostic.js';
import type { LoweredNetwork, Size, Slot } from '../model/lowered-network.js';
import type { Factor } from '../numeric/assembly.js';
import type { Count, Entries, Structure } from '../structures/index.js';
import { factorOf, structureNamed } from '../structures/index.js';

/** The shape of the numbers that are kept of an R × C weight. @throws LW401 where there are none */
export function keptSlot(
  { name: structure, entries }: Structure,
  rows: Size,
  columns: Size,
): Pick<Slot, 'structure' | 'rows' | 'columns'> {
  switch (entries?.kind) {
    case 'table':
      return { structure, rows, columns };
    case 'diagonal':
      return { structure, rows, columns: null };
    case 'shared':
      return { structure, rows: sizeOf(entries.length, rows, columns), columns: null };
    case undefined:
      return fail('LW401', `a weight with the structure ${structure}`, 'numbers of its own');
  }
}

/** A count in terms of the widths that the shape is made of. @throws LW401 for sizes that are no widths */
export function sizeOf(count: Count, rows: Size, columns: Size): Size {
  const width = (size: Size): number =>
    typeof size === 'number' ? size : fail('LW401', 'a weight beside several signals', 'the widths of two signals');
  const times = (size: Size, multiple: number): readonly number[] =>
    multiple === 0 ? [] : new Array<number>(multiple).fill(width(size));
  return { sum: [...times(rows, count.rows), ...times(columns, count.columns)], plus: count.plus };
}

/** What the numbers of a weight are, behind a comma, where they are not simply its rows or a vector. */
export const numbersOf = ({ structure, columns }: Slot): string =>
  structure === 'vector' || columns !== null ? '' : `, ${structureNamed(structure).numbers}`;

/** The shapes of the matrices of all weights that are read, by their buffers: outputs × inputs. */
export function shapesOf({
  steps,
  signals,
  output,
  locals,
}: Pick<LoweredNetwork, 'steps' | 'signals' | 'output' | 'locals'>): ReadonlyMap<number, MatrixShape> {
  const places = [...signals, output, ...locals];
  const size = (place: number): Size => places[place]?.size ?? fail('LW401', `place ${place}`, 'a signal');
  return new Map(
    // All that is read stands in the forward map, in blocks as well.
    steps.flatMap(({ terms, signal: target }) =>
      terms.flatMap(({ weight, signal, isTransposed }): readonly (readonly [number, MatrixShape])[] => {
        const [rows, columns] = isTransposed === true ? [signal, target] : [target, signal];
        return weight === null ? [] : [[weight, { rows: size(rows), columns: size(columns) }]];
      }),
    ),
  );
}

export interface MatrixShape {
  readonly rows: Size;
  readonly columns: Size;
}

/** Where the entries of a weight stand; null of biases and multipliers. */
export const entriesOf = ({ structure }: Pick<Slot, 'structure'>): Entries | null =>
  structure === 'vector' ? null : structureNamed(structure).entries;

/**
 * The matrix that a term reads with: of a transposed weight with `rows` rows, of another one with `columns` columns.
 */
export function matrixOfTerm(
  slot: Slot,
  data: Float64Array,
  { rows, columns, isTransposed }: { readonly rows: number; readonly columns: number; readonly isTransposed: boolean },
): Factor {
  if (!isTransposed) return matrixOf(slot, data, columns);
  const { kind, data: entries } = matrixOf(slot, data, rows);
  if (kind === 'diagonal') return { kind, rows, columns, data: entries };
  const turned = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i += 1)
    for (let j = 0; j < columns; j += 1) turned[i * columns + j] = entries[j * rows + i] ?? Number.NaN;
  return { kind, rows, columns, data: turned };
}

/** The matrix of a weight with so many columns, out of the numbers that are kept. @throws LW401 for a bias */
export function matrixOf({ name, structure }: Slot, data: Float64Array, columns: number): Factor {
  const entries = entriesOf({ structure });
  return entries === null ? fail('LW401', name, 'a weight') : factorOf(entries, data, columns);
}
