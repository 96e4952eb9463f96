import { excerpt, fail } from '../base/diagnostic.js';
import type { Fold } from '../verify/origin.js';
import type { StoredTensor } from './safetensors.js';

export type Tensors = ReadonlyMap<string, StoredTensor>;

/** Rows to columns; anything but a matrix as it is. */
export function transposed({ shape, data }: StoredTensor): StoredTensor {
  const [rows = 0, columns = 0] = shape;
  if (shape.length !== 2) return { shape, data };
  const result = new Float64Array(data.length);
  for (let i = 0; i < rows; i += 1)
    for (let j = 0; j < columns; j += 1) result[j * rows + i] = data[i * columns + j] ?? Number.NaN;
  return { shape: [columns, rows], data: result };
}

/**
 * Weights and biases (by the author's names, matrices as outputs × inputs) with the normalizations in them. `file`
 * holds the tensors by the file's names. In doubles, each entry by one product, and one difference and one sum for
 * biases: what is proven is proven of the result.
 * @throws LW312 sizes that do not fit, LW307 a variance that is not positive with eps
 */
export function folded(tensors: Tensors, folds: readonly Fold[], file: Tensors): Tensors {
  const result = new Map(tensors);
  for (const fold of folds) {
    const weight = result.get(fold.weight);
    const [rows = 0, columns = 0] = weight?.shape ?? [];
    if (weight?.shape.length !== 2)
      return fail(
        'LW312',
        `no matrix ${excerpt(fold.weight, 40)} for the normalization ${excerpt(fold.mean, 60)}`,
        'a matrix',
      );
    const width = fold.side === 'output' ? rows : columns;
    const { factor, mean, shift } = affine(fold, file, width);
    const bias = Float64Array.from(result.get(fold.bias)?.data ?? new Float64Array(rows));
    const data = Float64Array.from(weight.data);
    for (let i = 0; i < rows; i += 1) {
      for (let j = 0; j < columns; j += 1) {
        const at = fold.side === 'output' ? i : j;
        const entry = data[i * columns + j] ?? Number.NaN;
        // W s (x − mean) + W shift: what the means make of the bias.
        if (fold.side === 'input')
          bias[i] =
            (bias[i] ?? Number.NaN) +
            entry * ((shift[j] ?? Number.NaN) - (factor[j] ?? Number.NaN) * (mean[j] ?? Number.NaN));
        data[i * columns + j] = entry * (factor[at] ?? Number.NaN);
      }
      if (fold.side === 'output')
        bias[i] =
          (factor[i] ?? Number.NaN) * ((bias[i] ?? Number.NaN) - (mean[i] ?? Number.NaN)) + (shift[i] ?? Number.NaN);
    }
    result.set(fold.weight, { shape: weight.shape, data });
    result.set(fold.bias, { shape: [rows], data: bias });
  }
  return result;
}

function affine(
  { mean, variance, scale, shift, eps }: Fold,
  file: Tensors,
  width: number,
): { readonly factor: Float64Array; readonly mean: Float64Array; readonly shift: Float64Array } {
  const read = (name: string | null, otherwise: number): Float64Array => {
    const tensor = name === null ? { shape: [width], data: new Float64Array(width).fill(otherwise) } : file.get(name);
    const fits = tensor?.shape.length === 1 && tensor.data.length === width;
    return fits
      ? tensor.data
      : fail(
          'LW312',
          `${excerpt(name ?? '', 60)} ` +
            (tensor === undefined ? 'missing' : `of shape ${tensor.shape.join('×') || 'none'}`),
          `${width} numbers, as many as the normalization has signals`,
        );
  };
  const scales = read(scale, 1);
  const factor = read(variance, 1).map((value, i) => {
    const spread = value + eps;
    return value >= 0 && spread > 0
      ? (scales[i] ?? Number.NaN) / Math.sqrt(spread)
      : fail(
          'LW307',
          `${value} + ${eps} in ${excerpt(variance, 60)}`,
          'a variance of at least 0, and above 0 with eps',
        );
  });
  return { factor, mean: read(mean, 0), shift: read(shift, 0) };
}
