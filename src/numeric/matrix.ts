/** A dense matrix of doubles, row major. Vectors have one column, scalars one row and one column. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

export function matrix(rows: number, columns: number, entry: (row: number, column: number) => number): Matrix {
  const data = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i += 1) {
    for (let j = 0; j < columns; j += 1) data[i * columns + j] = entry(i, j);
  }
  return { rows, columns, data };
}

export const at = (of: Matrix, row: number, column: number): number => of.data[row * of.columns + column] ?? Number.NaN;
