import type { Factor } from '../numeric/term.js';
import type { Count, Entries } from './structure.js';

/**
 * The matrix that the kept numbers are, with so many columns. Entries that stand outside the numbers are NaN, which
 * proves nothing.
 */
export function factorOf(entries: Entries, data: Float64Array, columns: number): Factor {
  switch (entries.kind) {
    case 'table':
      return { kind: 'dense', rows: data.length / columns, columns, data };
    case 'diagonal':
      return { kind: 'diagonal', rows: data.length, columns: data.length, data };
    case 'shared': {
      const rows = rowsOf(entries.length, data.length, columns);
      if (!(Number.isInteger(rows) && rows > 0)) return { kind: 'dense', rows: Number.NaN, columns, data };
      const first = countOf(entries.first, rows, columns);
      const spread = new Float64Array(rows * columns);
      for (let i = 0, at = 0; i < rows; i += 1)
        for (let j = 0; j < columns; j += 1, at += 1)
          spread[at] = data[entries.row * i + entries.column * j + first] ?? Number.NaN;
      return { kind: 'dense', rows, columns, data: spread };
    }
  }
}

const countOf = ({ rows, columns, plus }: Count, R: number, C: number): number => plus + rows * R + columns * C;

/** Of a matrix with so many numbers and columns; square where the length does not tell. */
const rowsOf = ({ rows, columns, plus }: Count, length: number, C: number): number =>
  rows === 0 ? C : (length - plus - columns * C) / rows;
