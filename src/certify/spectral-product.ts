import type { Constrained } from '../5-emit/index.js';
import type { AffineLayer, Program } from '../model/program.js';
import { spectralNormAbove } from '../numeric/spectral-norm.js';

/** Room for the roundings of a product and a sum. */
const above = 1 + 2 ** -40;

/**
 * The bound that layer-wise norms give: the product of spectral norms and max(|m|, |L|) along a chain; on other graphs
 * bound(l) = max(|m|, |L|) · Σ ‖C_{l,j}‖ bound(j) over the signals j that l reads (triangle inequality). Rounded upwards,
 * but for underflow. The LMI's own optimum is never above it.
 */
export function spectralProduct(program: Program, values: Constrained): number {
  const weights = new Map(program.weights.map(({ name, structure, buffer }) => [buffer, { diagonal: structure !== 'dense', data: values.weights[name] ?? new Float64Array(0) }]));
  const bounds: number[] = [1];
  const normOf = (weight: number | null, columns: number): number => {
    const matrix = weight === null ? undefined : weights.get(weight);
    if (matrix === undefined) return 1;
    if (matrix.diagonal) return matrix.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return spectralNormAbove(matrix.data, matrix.data.length / columns, columns);
  };
  const affine = ({ terms }: AffineLayer): number =>
    terms.reduce((total, { coefficient, weight, signal }) => {
      const width = values.widths[program.signals[signal]?.name ?? ''] ?? 0;
      return (total + Math.abs(coefficient) * normOf(weight, width) * (bounds[signal] ?? 0) * above) * above;
    }, 0);
  program.layers.forEach((layer, at) => {
    const [m, L] = values.slopes[at] ?? [0, 1];
    bounds[layer.signal] = affine(layer) * Math.max(Math.abs(m), Math.abs(L)) * above;
  });
  return affine(program.last);
}
