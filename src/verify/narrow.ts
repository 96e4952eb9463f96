import type { Constrained, Values } from '../5-emit/index.js';
import type { LmiTerm, Program } from '../model/program.js';
import { choleskyInPieces } from '../numeric/cholesky.js';
import { decideInPieces } from '../numeric/definiteness.js';
import { addProductTransposed } from '../numeric/dense-product.js';
import { fromNumber } from '../numeric/dyadic.js';
import type { Work } from '../numeric/work.js';
import { piece } from '../numeric/work.js';

/** By how much more than rounding asks for R Rᵀ may be above W Wᵀ, tried in turn; relative to the squares of W's rows. */
const rooms = [1, 2 ** 6, 2 ** 14];

/**
 * Values of a narrower network whose M ≼ 0 implies M ≼ 0 for these, whatever the multipliers and 𝓛, which are the same; null
 * if there are none, or none is proven.
 *
 * Let the input x occur in M only as W x, W the matrices that read it one above the other, and in −𝓛²‖x‖². If W has
 * fewer rows than columns, let R be square with R Rᵀ ≽ W Wᵀ, decided rigorously. For any x put z = R⁻¹ W x. Then
 * R z = W x, and ‖z‖² = xᵀ Wᵀ (R Rᵀ)⁻¹ W x ≤ ‖x‖², as W Wᵀ ≼ R Rᵀ means ‖R⁻¹ W‖ ≤ 1. So with R in the place of W
 *
 *     (x, w)ᵀ M (x, w) = q(W x, w) − 𝓛²‖x‖² ≤ q(R z, w) − 𝓛²‖z‖² = (z, w)ᵀ M′ (z, w) ≤ 0.
 *
 * R is W's triangular factor (W = R Q, Q Qᵀ = I) but for the room that rounding asks for, about 1e-9: nothing else is lost.
 */
export function* narrowed(program: Program, values: Constrained): Work<Constrained | null> {
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
  const factor = yield* factorAbove(stacked, rows, columns);
  if (factor === null) return null;
  const weights: Record<string, Float64Array> = { ...values.weights };
  let from = 0;
  for (const { name, data } of readers) {
    const to = from + (data.length / columns) * rows;
    weights[name] = factor.slice(from, to);
    from = to;
  }
  return { ...values, widths: { ...values.widths, [input.name]: rows }, weights: weights satisfies Values };
}

interface Reader {
  readonly name: string;
  readonly data: Float64Array;
}

/** The dense weights through which alone the LMI knows the input; null if it knows it otherwise. */
function readersOfInput(program: Program, values: Constrained): readonly Reader[] | null {
  const [ofInput, elsewhere] = [new Set<number>(), new Set<number>()];
  for (const term of program.lmi) {
    if (isBudget(term)) continue;
    for (const [signal, factor] of [[term.row, term.left], [term.column, term.right]] as const) {
      if (signal === 0 && factor === null) return null;
      if (factor !== null) (signal === 0 ? ofInput : elsewhere).add(factor);
    }
  }
  const readers: Reader[] = [];
  for (const buffer of ofInput) {
    const slot = program.weights.find((weight) => weight.buffer === buffer);
    const data = slot === undefined ? undefined : values.weights[slot.name];
    if (slot?.structure !== 'dense' || data === undefined || elsewhere.has(buffer)) return null;
    readers.push({ name: slot.name, data });
  }
  return readers;
}

/** −c 𝓛² I on the input itself. */
const isBudget = ({ row, column, coefficient, parameters, left, middle, right }: LmiTerm): boolean =>
  row === 0 && column === 0 && left === null && middle === null && right === null && coefficient < 0 && parameters.length === 2 && parameters.every(({ kind }) => kind === 'lipschitz');

/** R, rows × rows and lower triangular, with R Rᵀ ≽ W Wᵀ proven. */
function* factorAbove(w: Float64Array, rows: number, columns: number): Work<Float64Array | null> {
  const lengths = Float64Array.from({ length: rows }, (_, i) => Math.hypot(norm(w, i * columns, columns), Number.MIN_VALUE));
  if (!lengths.every((length) => length > 2 ** -500 && length < 2 ** 500)) return null;
  const gram = yield* gramOf(w.map((value, at) => value / (lengths[Math.floor(at / columns)] ?? Number.NaN)), rows, columns);
  const transposed = transpose(w, rows, columns);
  // What the radius of the assembly below can come to, for rows that all point one way.
  const rounding = 2 ** -51 * rows * (columns + rows + 6);
  for (const room of rooms) {
    const factor = gram.slice();
    for (let i = 0; i < rows; i += 1) factor[i * rows + i] = (gram[i * rows + i] ?? Number.NaN) + room * rounding;
    if (!(yield* choleskyInPieces(factor, rows))) continue;
    for (let i = 0; i < rows; i += 1) for (let j = 0; j < rows; j += 1) factor[i * rows + j] = j > i ? 0 : (factor[i * rows + j] ?? Number.NaN) * (lengths[i] ?? Number.NaN);
    if (yield* covers(factor, transposed, rows, columns)) return factor;
  }
  return null;
}

/** W Wᵀ − R Rᵀ ≼ 0, R given by its rows and W by its columns. */
function* covers(factor: Float64Array, transposed: Float64Array, rows: number, columns: number): Work<boolean> {
  const block = { row: 0, column: 0, rows, columns: rows, middle: null };
  const W = { kind: 'dense', rows: columns, columns: rows, data: transposed } as const;
  const R = { kind: 'dense', rows, columns: rows, data: transpose(factor, rows, rows) } as const;
  const terms = [{ ...block, scalar: fromNumber(1), left: W, right: W }, { ...block, scalar: fromNumber(-1), left: R, right: R }];
  const { negativeSemidefinite } = yield* decideInPieces({ size: rows, terms }, { margin: false, disproof: false });
  return negativeSemidefinite === true;
}

/** W Wᵀ on and below the diagonal, and a little above it. */
function* gramOf(w: Float64Array, rows: number, columns: number): Work<Float64Array> {
  const gram = new Float64Array(rows * rows);
  const step = Math.max(8, 8 * Math.floor(piece / (8 * rows * columns)));
  for (let i = 0; i < rows; i += step) {
    const count = Math.min(step, rows - i);
    addProductTransposed(gram, i * rows, rows, w, i * columns, columns, 1, w, 0, columns, count, i + count, columns, 1);
    yield count * (i + count) * columns;
  }
  return gram;
}

function norm(data: Float64Array, from: number, count: number): number {
  let square = 0;
  for (let j = from; j < from + count; j += 1) square += (data[j] ?? Number.NaN) ** 2;
  return Math.sqrt(square);
}

function transpose(data: Float64Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(data.length);
  for (let i = 0; i < rows; i += 1) for (let j = 0; j < columns; j += 1) out[j * rows + i] = data[i * columns + j] ?? Number.NaN;
  return out;
}
