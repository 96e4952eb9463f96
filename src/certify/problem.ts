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

/** Where signals stand in one vector, and what is read of it. */
interface Reader {
  readonly widths: readonly number[];
  readonly offsets: readonly number[];
  readonly order: number;
  /** Row i of what a layer reads, added to `row`, and what biases make of it to an entry behind the last one. */
  readonly addAffine: (row: Float64Array, layer: AffineLayer, i: number) => void;
}

function readerOf(program: LoweredNetwork, values: Constrained): Reader {
  const widths = program.signals.map(({ name }) => values.widths[name] ?? outside());
  // Affine signals have no place of their own: they are rows over the others.
  const sums = new Map<number, readonly Float64Array[]>();
  const isSum = new Set(program.affine.map(({ signal }) => signal));
  const own = widths.map((width, at) => (isSum.has(at) ? 0 : width));
  const offsets = own.map((_width, at) => own.slice(0, at).reduce((total, width) => total + width, 0));
  const order = own.reduce((total, width) => total + width, 0);
  const shapes = shapesOf(program);
  const width = sizeIn(program, values.widths);
  const weights = new Map(
    program.weights.flatMap((slot) => {
      const shape = shapes.get(slot.buffer);
      const data = values.weights[slot.name];
      return shape === undefined || data === undefined
        ? []
        : [[slot.buffer, matrixOf(slot, data, width(shape.columns))] as const];
    }),
  );
  const biases = new Map(program.biases.map(({ buffer, name }) => [buffer, values.biases[name]]));
  const addAffine = (row: Float64Array, { terms, biases: constants }: AffineLayer, i: number): void => {
    if (row.length > order)
      for (const { coefficient, bias } of constants)
        row[order] = (row[order] ?? Number.NaN) + coefficient * (biases.get(bias)?.[i] ?? outside());
    for (const { coefficient, weight, signal, isTransposed } of terms) {
      const offset = offsets[signal] ?? Number.NaN;
      const sum = sums.get(signal);
      const add = (j: number, value: number): void => {
        if (sum === undefined) row[offset + j] = (row[offset + j] ?? Number.NaN) + coefficient * value;
        else if (value !== 0) addTo(row, sum[j] ?? outside(), coefficient * value);
      };
      const matrix = weight === null ? null : weights.get(weight);
      if (matrix === null) add(i, 1);
      else if (matrix === undefined || matrix.kind === 'diagonal') add(i, matrix?.data[i] ?? Number.NaN);
      else {
        const { columns, data } = matrix;
        for (let j = 0; j < (widths[signal] ?? outside()); j += 1)
          add(j, data[isTransposed === true ? j * columns + i : i * columns + j] ?? Number.NaN);
      }
    }
  };
  for (const sum of program.affine) {
    const rows = Array.from({ length: widths[sum.signal] ?? outside() }, () => new Float64Array(order + 1));
    rows.forEach((row, i) => {
      addAffine(row, sum, i);
    });
    sums.set(sum.signal, rows);
  }
  return { widths, offsets, order, addAffine };
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
  const { widths, offsets, order, addAffine } = readerOf(program, values);
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

/** The biases of all hidden neurons, with what those of affine signals come to. */
export function biasesOf(program: LoweredNetwork, values: Constrained): Float64Array {
  const { widths, order, addAffine } = readerOf(program, values);
  return Float64Array.from(
    program.layers.flatMap((layer) =>
      Array.from({ length: widths[layer.signal] ?? outside() }, (_, i) => {
        const row = new Float64Array(order + 1);
        addAffine(row, layer, i);
        return row[order] ?? outside();
      }),
    ),
  );
}

function addTo(row: Float64Array, other: Float64Array, factor: number): void {
  for (let j = 0; j < row.length; j += 1) row[j] = (row[j] ?? Number.NaN) + factor * (other[j] ?? Number.NaN);
}
