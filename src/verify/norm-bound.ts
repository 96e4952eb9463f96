import type { Constrained } from '../5-emit/index.js';
import { fail } from '../base/diagnostic.js';
import type { AffineLayer, LayerActivation, LoweredNetwork, Slot } from '../model/lowered-network.js';
import { matrixOf } from '../network/kept.js';
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
    program.weights.map((slot) => [slot.buffer, { slot, data: values.weights[slot.name] ?? missing(slot.name) }]),
  );
  const bounds: number[] = [1];
  const affine = ({ terms, signal: target }: AffineLayer): number =>
    terms.reduce((total, { coefficient, weight, signal, isTransposed }) => {
      const columns = isTransposed === true ? target : signal;
      const width = values.widths[program.signals[columns]?.name ?? missing(`signal ${columns}`)] ?? Number.NaN;
      const norm = weight === null ? 1 : normOf(matrices.get(weight) ?? missing(`weight ${weight}`), width);
      return plusAbove(total, timesAbove(timesAbove(Math.abs(coefficient), norm), bounds[signal] ?? Number.NaN));
    }, 0);
  const layerOf = new Map(program.layers.map(({ signal }, at) => [signal, at]));
  const defined = [...program.layers, ...program.affine].sort((a, b) => a.signal - b.signal);
  for (const each of defined) {
    const at = layerOf.get(each.signal);
    const layer = at === undefined ? undefined : program.layers[at];
    bounds[each.signal] =
      at === undefined || layer === undefined
        ? affine(each)
        : timesAbove(
            affine(layer),
            steepness(layer.activation, values.slopes[at] ?? missing(`slopes of layer ${at}`), matrices),
          );
  }
  return affine(program.last);
}

/** A bound is made of nothing that is not there. */
const missing = (what: string): never => fail('LW312', `no ${what}`, 'the values of the whole network');

interface Kept {
  readonly slot: Slot;
  readonly data: Float64Array;
}

function normOf({ slot, data: kept }: Kept, width: number): number {
  const { kind, rows, columns, data } = matrixOf(slot, kept, width);
  if (kind === 'diagonal') return data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return spectralNormAbove(data, rows, columns);
}

function steepness(
  activation: LayerActivation,
  [m, L]: readonly [number, number],
  matrices: ReadonlyMap<number, Kept>,
): number {
  if (activation.kind !== 'spline') return Math.max(Math.abs(m), Math.abs(L));
  const { coefficients, knots, step } = activation;
  const { data } = matrices.get(coefficients) ?? missing('values of a spline');
  let most = 0;
  for (let start = 0; start < data.length; start += knots)
    most = Math.max(most, bv2NormAbove({ knots, step }, data.subarray(start, start + knots)));
  return most;
}
