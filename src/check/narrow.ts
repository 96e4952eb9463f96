import type { NetworkValues, Values } from '../model/lowered-network.js';
import type { LmiTerm, LoweredNetwork } from '../model/lowered-network.js';
import { isTable } from '../model/lowered-network.js';
import { choleskyInPieces } from '../numeric/cholesky.js';
import { decideInPieces } from '../numeric/definiteness.js';
import { fromNumber } from '../numeric/dyadic.js';
import { rowGram, rowLengths } from '../numeric/row-gram.js';
import type { Work } from '../numeric/work.js';

/**
 * By how much more than rounding asks for R Rᵀ may be above W Wᵀ, tried in turn; relative to the squares of W's rows.
 */
const rooms = [1, 2 ** 6, 2 ** 14];

/** A narrower network that proves something about another one, and how much of that it may give away. */
export interface Narrowed {
  readonly values: NetworkValues;
  /**
   * The room, as a part of the smallest pivot of W Wᵀ (rows of length 1): about by what part 𝓛² may be larger here than
   * there. An estimate, by which to choose what is decided; no claim rests on it.
   */
  readonly loss: number;
}

/**
 * Values of a narrower network whose M ≼ 0 implies M ≼ 0 for these, whatever the multipliers and 𝓛, which are the same;
 * null if there are none, or none is proven. The converse does not hold: see `loss`.
 *
 * Let the input x occur in M only as W x, W the matrices that read it one above the other, and in −𝓛²‖x‖². If W has
 * fewer rows than columns, let R be square with R Rᵀ ≽ W Wᵀ, decided rigorously. Then W = R Z for some Z with ‖Z‖ ≤ 1
 * (Douglas, Proc. AMS 17 (1966), theorem 1). So for any x and z = Z x: R z = W x and ‖z‖ ≤ ‖x‖, and with R in the place
 * of W
 *
 *     (x, w)ᵀ M (x, w) = q(W x, w) − 𝓛²‖x‖² ≤ q(R z, w) − 𝓛²‖z‖² = (z, w)ᵀ M′ (z, w) ≤ 0.
 *
 * R is W's triangular factor (W = R Q, Q Qᵀ = I) but for the room that rounding asks for, 1e-9 of the squares of W's
 * rows or less. That is lost in every direction: little where the rows lie well apart, much where M reads differences
 * of rows that nearly agree.
 */
export function* narrowed(program: LoweredNetwork, values: NetworkValues): Work<Narrowed | null> {
  const readers = readersOfInput(program, values);
  const [input] = program.signals;
  if (readers === null || input === undefined) return null;
  const columns = values.widths[input.name] ?? Number.NaN;
  const rows = readers.reduce((total, { data }) => total + data.length / columns, 0);
  if (!(rows > 0 && rows < columns)) return null;
  const stacked = new Float64Array(rows * columns);
  let offset = 0;
  for (const { data } of readers) {
    stacked.set(data, offset);
    offset += data.length;
  }
  const above = yield* factorAbove(stacked, rows, columns);
  if (above === null) return null;
  const { factor, loss } = above;
  const weights: Record<string, Float64Array> = { ...values.weights };
  let from = 0;
  for (const { name, data } of readers) {
    const to = from + (data.length / columns) * rows;
    weights[name] = factor.slice(from, to);
    from = to;
  }
  return {
    values: { ...values, widths: { ...values.widths, [input.name]: rows }, weights: weights satisfies Values },
    loss,
  };
}

interface Reader {
  readonly name: string;
  readonly data: Float64Array;
}

/** The dense weights through which alone the LMI knows the input; null if it knows it otherwise. */
function readersOfInput(program: LoweredNetwork, values: NetworkValues): readonly Reader[] | null {
  const [ofInput, elsewhere] = [new Set<number>(), new Set<number>()];
  const places = [
    ...program.lmi
      .filter((term) => !isBudget(term))
      .flatMap(({ row, column, left, right }) => [
        { signal: row, factor: left },
        { signal: column, factor: right },
      ]),
    // The rows of a transposed weight are none of W: what reads the input so reads it otherwise.
    ...program.affine.flatMap(({ terms }) =>
      terms.flatMap(({ signal, weight, isTransposed }) =>
        isTransposed === true
          ? [
              { signal, factor: signal === 0 ? null : weight },
              { signal: -1, factor: weight },
            ]
          : [{ signal, factor: weight }],
      ),
    ),
  ];
  for (const { signal, factor } of places) {
    if (signal === 0 && factor === null) return null;
    if (factor !== null) (signal === 0 ? ofInput : elsewhere).add(factor);
  }
  const readers: Reader[] = [];
  for (const buffer of ofInput) {
    const slot = program.weights.find((weight) => weight.buffer === buffer);
    const data = slot === undefined ? undefined : values.weights[slot.name];
    if (slot === undefined || !isTable(slot) || data === undefined || elsewhere.has(buffer)) return null;
    readers.push({ name: slot.name, data });
  }
  return readers;
}

/** −c 𝓛² I on the input itself. */
const isBudget = ({ row, column, coefficient, parameters, left, middle, right }: LmiTerm): boolean =>
  row === 0 &&
  column === 0 &&
  left === null &&
  middle === null &&
  right === null &&
  coefficient < 0 &&
  parameters.length === 2 &&
  parameters.every(({ kind }) => kind === 'lipschitz');

/** R, rows × rows and lower triangular, with R Rᵀ ≽ W Wᵀ proven. */
function* factorAbove(
  w: Float64Array,
  rows: number,
  columns: number,
): Work<{ readonly factor: Float64Array; readonly loss: number } | null> {
  const lengths = rowLengths(w, rows, columns);
  if (!lengths.every((length) => length > 2 ** -500 && length < 2 ** 500)) return null;
  const gram = yield* rowGram(
    w.map((value, at) => value / (lengths[Math.floor(at / columns)] ?? Number.NaN)),
    rows,
    columns,
  );
  const transposed = transpose(w, rows, columns);
  // What the radius of the assembly below can come to, for rows that all point one way.
  const rounding = 2 ** -51 * rows * (columns + rows + 6);
  for (const room of rooms) {
    const factor = gram.slice();
    for (let i = 0; i < rows; i += 1) factor[i * rows + i] = (gram[i * rows + i] ?? Number.NaN) + room * rounding;
    if (!(yield* choleskyInPieces(factor, rows))) continue;
    let pivot = 1;
    for (let i = 0; i < rows; i += 1) pivot = Math.min(pivot, (factor[i * rows + i] ?? Number.NaN) ** 2);
    for (let i = 0; i < rows; i += 1)
      for (let j = 0; j < rows; j += 1)
        factor[i * rows + j] = j > i ? 0 : (factor[i * rows + j] ?? Number.NaN) * (lengths[i] ?? Number.NaN);
    if (yield* covers(factor, transposed, rows, columns)) return { factor, loss: (room * rounding) / pivot };
  }
  return null;
}

/** W Wᵀ − R Rᵀ ≼ 0, R given by its rows and W by its columns. */
function* covers(factor: Float64Array, transposed: Float64Array, rows: number, columns: number): Work<boolean> {
  const block = { row: 0, column: 0, rows, columns: rows, middle: null };
  const W = { kind: 'dense', rows: columns, columns: rows, data: transposed } as const;
  const R = { kind: 'dense', rows, columns: rows, data: transpose(factor, rows, rows) } as const;
  const terms = [
    { ...block, scalar: fromNumber(1), left: W, right: W },
    { ...block, scalar: fromNumber(-1), left: R, right: R },
  ];
  const { negativeSemidefinite } = yield* decideInPieces({ size: rows, terms }, { margin: false, disproof: false });
  return negativeSemidefinite === true;
}

function transpose(data: Float64Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(data.length);
  for (let i = 0; i < rows; i += 1)
    for (let j = 0; j < columns; j += 1) out[j * rows + i] = data[i * columns + j] ?? Number.NaN;
  return out;
}
