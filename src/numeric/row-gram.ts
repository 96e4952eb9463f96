import { addProductTransposed } from '../runtime/js/product.js';
import type { Work } from './work.js';
import { piece } from './work.js';

/** W Wᵀ of a rows × columns matrix (row major), rows × rows: on and below the diagonal, and a little above it. */
export function* rowGram(w: Float64Array, rows: number, columns: number): Work<Float64Array> {
  const gram = new Float64Array(rows * rows);
  const step = Math.max(8, 8 * Math.floor(piece / (8 * rows * columns)));
  for (let i = 0; i < rows; i += step) {
    const count = Math.min(step, rows - i);
    addProductTransposed(gram, i * rows, rows, w, i * columns, columns, 1, w, 0, columns, count, i + count, columns, 1);
    yield count * (i + count) * columns;
  }
  return gram;
}

/** Euclidean length of each row; 0 or Infinity where squares leave the range of doubles. */
export function rowLengths(w: Float64Array, rows: number, columns: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => {
    let square = 0;
    for (let j = i * columns; j < (i + 1) * columns; j += 1) square += (w[j] ?? Number.NaN) ** 2;
    return Math.sqrt(square);
  });
}
