import type { Constrained } from '../5-emit/index.js';
import type { AffineLayer, LayerActivation, LoweredNetwork } from '../model/lowered-network.js';
import { bv2NormAbove } from '../numeric/spline-variation.js';
import { spectralNormAbove } from '../numeric/spectral-norm.js';

/** At least a · b: more than its roundings, and no less than 0 where it underflows; what is 0 stays 0. */
function timesAbove(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : a * b * (1 + 2 ** -40) + Number.MIN_VALUE;
}

const plusAbove = (a: number, b: number): number => (a + b) * (1 + 2 ** -40);

/**
 * The global bound of Aziznejad et al. (IEEE TSP 68 (2020)), Π ‖W_l‖ · ‖σ_l‖_BV⁽²⁾ on a chain, sums over the reads on
 * other graphs: what layer-wise norms give without any LMI. Spectral norms, a layer's largest BV⁽²⁾ norm over its
 * neurons, and max(|m|, |L|) for activations that are no splines; rounded upwards, so itself a certificate.
 */
export function normBound(program: LoweredNetwork, values: Constrained): number {
  const matrices = new Map(
    program.weights.map(({ name, structure, buffer }) => [
      buffer,
      { structure, data: values.weights[name] ?? new Float64Array(0) },
    ]),
  );
  const bounds: number[] = [1];
  const affine = ({ terms }: AffineLayer): number =>
    terms.reduce((total, { coefficient, weight, signal }) => {
      const width = values.widths[program.signals[signal]?.name ?? ''] ?? Number.NaN;
      const norm = weight === null ? 1 : normOf(matrices.get(weight), width);
      return plusAbove(total, timesAbove(timesAbove(Math.abs(coefficient), norm), bounds[signal] ?? Number.NaN));
    }, 0);
  program.layers.forEach((layer, at) => {
    bounds[layer.signal] = timesAbove(
      affine(layer),
      steepness(layer.activation, values.slopes[at] ?? [0, 1], matrices),
    );
  });
  return affine(program.last);
}

interface Matrix {
  readonly structure: string;
  readonly data: Float64Array;
}

function normOf(matrix: Matrix | undefined, columns: number): number {
  if (matrix === undefined) return 1;
  const { structure, data } = matrix;
  if (structure === 'diagonal') return data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return spectralNormAbove(data, data.length / columns, columns);
}

function steepness(
  activation: LayerActivation,
  [m, L]: readonly [number, number],
  matrices: ReadonlyMap<number, Matrix>,
): number {
  if (activation.kind !== 'spline') return Math.max(Math.abs(m), Math.abs(L));
  const { coefficients, knots, step } = activation;
  const data = matrices.get(coefficients)?.data ?? new Float64Array(0);
  let most = 0;
  for (let start = 0; start < data.length; start += knots)
    most = Math.max(most, bv2NormAbove({ knots, step }, data.subarray(start, start + knots)));
  return most;
}
