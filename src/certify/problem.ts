import type { Constrained } from '../5-emit/index.js';
import { fail } from '../base/diagnostic.js';
import type { AffineLayer, LoweredNetwork } from '../model/lowered-network.js';
import { matrixOf, shapesOf } from '../network/kept.js';
import { sizeIn } from '../network/widths.js';
import { outside } from '../base/outside.js';
import type { SparseRows } from './rows.js';
import { rowsFrom } from './rows.js';

/** One hidden signal: its neurons are `from` … `to` − 1 among the hidden ones. */
export interface HiddenLayer {
  readonly from: number;
  readonly to: number;
  /** m and L. */
  readonly lower: number;
  readonly upper: number;
}

/**
 * A network's numbers without its names. All signals are one vector s of length `order`: the input first, then the
 * hidden neurons in the order of the LMI, so that v_i = Σ_j rows_ij s_j reads earlier entries only and y = output · s.
 */
export interface Problem {
  readonly order: number;
  readonly inputs: number;
  readonly hidden: number;
  readonly rows: SparseRows;
  readonly output: SparseRows;
  readonly layers: readonly HiddenLayer[];
}

/**
 * Several reads of one signal add up in doubles: what is searched for is proven afterwards on the weights themselves.
 * @throws LW401 for the call of a block, whose one multiplier for all entries the search does not know
 */
export function problemOf(program: LoweredNetwork, values: Constrained): Problem {
  const block = program.layers.find(({ activation }) => activation.kind === 'block');
  if (block !== undefined)
    return fail(
      'LW401',
      `a block in the place of an activation (${program.signals[block.signal]?.name ?? '?'})`,
      'activations that act entry by entry',
    );
  const widths = program.signals.map(({ name }) => values.widths[name] ?? outside());
  const offsets = widths.map((_width, at) => widths.slice(0, at).reduce((total, width) => total + width, 0));
  const order = widths.reduce((total, width) => total + width, 0);
  const shapes = shapesOf(program);
  const weights = new Map(
    program.weights.flatMap((slot) => {
      const shape = shapes.get(slot.buffer);
      const data = values.weights[slot.name];
      return shape === undefined || data === undefined
        ? []
        : [[slot.buffer, matrixOf(slot, data, sizeIn(program, values.widths)(shape.columns))] as const];
    }),
  );
  /** Row i of what a layer reads, added to `row`. */
  const addAffine = (row: Float64Array, { terms }: AffineLayer, i: number): void => {
    for (const { coefficient, weight, signal } of terms) {
      const offset = offsets[signal] ?? Number.NaN;
      const add = (j: number, value: number): void =>
        void (row[offset + j] = (row[offset + j] ?? Number.NaN) + coefficient * value);
      const matrix = weight === null ? null : weights.get(weight);
      if (matrix === null) add(i, 1);
      else if (matrix === undefined || matrix.kind === 'diagonal') add(i, matrix?.data[i] ?? Number.NaN);
      else {
        const width = widths[signal] ?? outside();
        for (let j = 0; j < width; j += 1) add(j, matrix.data[i * width + j] ?? Number.NaN);
      }
    }
  };
  const inputs = widths[0] ?? outside();
  const layers = program.layers.map((layer, at): HiddenLayer => {
    const from = (offsets[layer.signal] ?? outside()) - inputs;
    const [lower, upper] = values.slopes[at] ?? [Number.NaN, Number.NaN];
    return { from, to: from + (widths[layer.signal] ?? outside()), lower, upper };
  });
  const reads = layers.flatMap(({ from, to }, at) =>
    Array.from({ length: to - from }, (_, i) => [program.layers[at], i] as const),
  );
  return {
    order,
    inputs,
    hidden: order - inputs,
    rows: rowsFrom(
      order - inputs,
      (row, i) => {
        const [layer, own] = reads[i] ?? [];
        if (layer !== undefined && own !== undefined) addAffine(row, layer, own);
      },
      order,
    ),
    output: rowsFrom(
      values.widths[program.output.name] ?? outside(),
      (row, i) => {
        addAffine(row, program.last, i);
      },
      order,
    ),
    layers,
  };
}
