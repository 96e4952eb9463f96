import type { Count, Network } from './network.js';
import { refuse } from './refuse.js';
import { gatherInto } from './shapes.js';
import type { Constrained, Values } from './types.js';

/** A weight, bias or multiplier. */
export function valueOf(values: Values, name: string): Float64Array {
  return values[name] ?? refuse('LW312', `no ${name}`, 'all weights, biases and multipliers');
}

/** A matrix row by row, or its diagonal. */
export interface Matrix {
  readonly rows: number;
  readonly isDiagonal: boolean;
  readonly data: Float64Array;
}

/** How many, of an R × C matrix. */
export const countIn = ({ rows, columns, plus }: Count, R: number, C: number): number => plus + rows * R + columns * C;

/** The matrix that a term reads `columns` numbers with: the transpose of one with `rows` columns, if it says so. */
export function matrixOfTerm(
  network: Network,
  weights: Pick<Constrained, 'weights'>,
  { weight, isTransposed }: { readonly weight: string; readonly isTransposed: boolean },
  rows: number,
  columns: number,
): Matrix {
  if (!isTransposed) return matrixOf(network, weights, weight, columns);
  const { isDiagonal, data } = matrixOf(network, weights, weight, rows);
  if (isDiagonal) return { rows, isDiagonal, data };
  const turned = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i += 1) for (let j = 0; j < columns; j += 1) turned[i * columns + j] = data[j * rows + i]!;
  return { rows, isDiagonal, data: turned };
}

/** The matrix of a weight with so many columns. */
export function matrixOf(
  network: Network,
  { weights }: Pick<Constrained, 'weights'>,
  name: string,
  columns: number,
): Matrix {
  const data = valueOf(weights, name);
  const slot = network.weights.find((each) => each.name === name);
  if (slot?.shared === undefined) {
    const isDiagonal = slot?.columns === null;
    return { rows: isDiagonal ? columns : data.length / columns, isDiagonal, data };
  }
  const { row, column, first, length } = slot.shared;
  // Square where the length does not tell.
  const rows = length.rows === 0 ? columns : (data.length - countIn(length, 0, columns)) / length.rows;
  const spread = new Float64Array(rows * columns);
  gatherInto(spread, data, rows, columns, row, column, countIn(first, rows, columns));
  return { rows, isDiagonal: false, data: spread };
}
