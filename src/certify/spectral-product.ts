import type { Constrained } from '../5-emit/index.js';
import type { AffineLayer, Program } from '../model/program.js';
import { fail } from '../base/diagnostic.js';
import { spectralNormAboveInPieces } from '../numeric/spectral-norm.js';
import type { Work } from '../numeric/work.js';
import { finish } from '../numeric/work.js';

/** Room for the roundings of a product and a sum. */
const above = 1 + 2 ** -40;

/**
 * The bound that layer-wise norms give: the product of spectral norms and max(|m|, |L|) along a chain; on other graphs
 * bound(l) = max(|m|, |L|) · Σ ‖C_{l,j}‖ bound(j) over the signals j that l reads (triangle inequality). Rounded upwards,
 * but for underflow. The LMI's own optimum is never above it.
 */
export function spectralProduct(program: Program, values: Constrained): number {
  return finish(spectralProductInPieces(program, values));
}

/** The same in pieces. */
export function* spectralProductInPieces(program: Program, values: Constrained): Work<number> {
  const weights = new Map(program.weights.map(({ name, structure, buffer }) => [buffer, { diagonal: structure !== 'dense', data: values.weights[name] ?? missing(name) }]));
  const bounds: number[] = [1];
  const normOf = function* (weight: number | null, columns: number): Work<number> {
    if (weight === null) return 1;
    const { diagonal, data } = weights.get(weight) ?? missing(`the weight ${weight}`);
    if (diagonal) return data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return yield* spectralNormAboveInPieces(data, data.length / columns, columns);
  };
  const affine = function* ({ terms }: AffineLayer): Work<number> {
    let total = 0;
    for (const { coefficient, weight, signal } of terms) {
      const width = values.widths[program.signals[signal]?.name ?? ''] ?? missing(`the width of signal ${signal}`);
      total = (total + Math.abs(coefficient) * (yield* normOf(weight, width)) * (bounds[signal] ?? Number.NaN) * above) * above;
    }
    return total;
  };
  for (const [at, layer] of program.layers.entries()) {
    const [m, L] = values.slopes[at] ?? missing(`slopes of layer ${at + 1}`);
    bounds[layer.signal] = (yield* affine(layer)) * Math.max(Math.abs(m), Math.abs(L)) * above;
  }
  return yield* affine(program.last);
}

/** Nothing is made up for a bound. */
const missing = (what: string): never => fail('LW312', `no ${what}`, 'the values of the whole network');
