import type { Factor } from './assembly.js';
import { decideInPieces } from './definiteness.js';
import { fromNumber, multiply, negate } from './dyadic.js';
import { finish } from './work.js';
import type { Work } from './work.js';

/** Relative steps above the estimate that are tried in turn. */
const rooms = [2 ** -30, 2 ** -20, 2 ** -12, 2 ** -6];
/** Multiplications that the power iteration may spend. */
const work = 2 ** 25;
/** It ends when a step raises the estimate by less than this part: neighbouring singular values make progress slow. */
const progress = 2 ** -42;

/**
 * A proven upper bound of ‖W‖₂, the largest singular value of a rows × columns matrix (row major), mostly within 1e-8
 * of it: power iteration guesses s, and s² I − WᵀW ≽ 0 is decided rigorously. Where that fails, the Frobenius norm
 * rounded up. 0 only for W = 0; Infinity where the bound leaves the range of doubles or an entry is not finite.
 */
export function spectralNormAbove(data: Float64Array, rows: number, columns: number): number {
  return finish(spectralNormAboveInPieces(data, rows, columns));
}

/** The same in pieces. */
export function* spectralNormAboveInPieces(data: Float64Array, rows: number, columns: number): Work<number> {
  if (!data.every(Number.isFinite)) return Infinity;
  const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0) return 0;
  // To a largest entry in [1/2, 2], by a power of two: exact but for entries that vanish beside it, less than 2⁻¹⁰⁷⁴
  // each.
  const exponent = Math.max(-1022, Math.min(1023, Math.round(Math.log2(largest))));
  const scaled = data.map((value) => value / 2 ** exponent);
  // ‖W‖ = ‖Wᵀ‖: the matrix to decide on is of the smaller order.
  const bound =
    columns <= rows
      ? yield* boundOfScaled(scaled, rows, columns)
      : yield* boundOfScaled(transposed(scaled, rows, columns), columns, rows);
  // Vanished entries, and rounding where the scale leads among denormals.
  return bound * (1 + 2 ** -50) * 2 ** exponent + (exponent < -900 ? Number.MIN_VALUE : 0);
}

/**
 * The same in one pass over the entries, and looser: the smaller of the Frobenius norm and √(‖W‖₁ ‖W‖_∞) (largest sums
 * of columns and of rows), rounded up. For up to 2²⁴ entries.
 */
export function* quickNormAboveInPieces(data: Float64Array, rows: number, columns: number): Work<number> {
  if (!data.every(Number.isFinite)) return Infinity;
  const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0) return 0;
  const columnSums = new Float64Array(columns);
  let [square, largestRow] = [0, 0];
  for (let i = 0; i < rows; i += 1) {
    let rowSum = 0;
    for (let j = 0; j < columns; j += 1) {
      // Of size 1 and below: squares that vanish are less than the room.
      const size = Math.abs((data[i * columns + j] ?? Number.NaN) / largest);
      square += size * size;
      rowSum += size;
      columnSums[j] = (columnSums[j] ?? Number.NaN) + size;
    }
    largestRow = Math.max(largestRow, rowSum);
  }
  yield 3 * data.length;
  const largestColumn = columnSums.reduce((most, sum) => Math.max(most, sum), 0);
  return largest * Math.sqrt(Math.min(square, largestRow * largestColumn)) * (1 + 2 ** -20) + Number.MIN_VALUE;
}

function transposed(data: Float64Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(data.length);
  for (let i = 0; i < rows; i += 1)
    for (let j = 0; j < columns; j += 1) out[j * rows + i] = data[i * columns + j] ?? Number.NaN;
  return out;
}

function* boundOfScaled(scaled: Float64Array, rows: number, columns: number): Work<number> {
  const estimate = yield* largestSingularValue(scaled, rows, columns);
  const W: Factor = { kind: 'dense', rows, columns, data: scaled };
  for (const room of rooms) {
    const bound = estimate * (1 + room);
    const square = multiply(fromNumber(bound), fromNumber(bound));
    const gram = { row: 0, column: 0, rows: columns, columns, scalar: fromNumber(1), left: W, middle: null, right: W };
    const identity = {
      row: 0,
      column: 0,
      rows: columns,
      columns,
      scalar: negate(square),
      left: null,
      middle: null,
      right: null,
    };
    if (
      (yield* decideInPieces({ size: columns, terms: [gram, identity] }, { margin: false, disproof: false }))
        .negativeSemidefinite === true
    )
      return bound;
  }
  return frobeniusAbove(scaled);
}

/** For entries of size about 1 and up to 2²⁴ of them: each sum is off by a factor of at most 1 ± 2⁻²⁸. */
function frobeniusAbove(scaled: Float64Array): number {
  return Math.sqrt(scaled.reduce((total, value) => total + value * value, 0)) * (1 + 2 ** -20);
}

/** A guess from below, by power iteration on WᵀW from a fixed start. */
function* largestSingularValue(data: Float64Array, rows: number, columns: number): Work<number> {
  let v = Float64Array.from({ length: columns }, (_, j) => 1 + 0.1 * Math.sin(j + 1));
  let norm = 0;
  const steps = Math.max(60, Math.min(5000, work / (2 * rows * columns)));
  for (let step = 0; step < steps; step += 1) {
    const u = new Float64Array(rows);
    for (let i = 0; i < rows; i += 1)
      for (let j = 0; j < columns; j += 1)
        u[i] = (u[i] ?? Number.NaN) + (data[i * columns + j] ?? Number.NaN) * (v[j] ?? Number.NaN);
    const next = new Float64Array(columns);
    for (let i = 0; i < rows; i += 1)
      for (let j = 0; j < columns; j += 1)
        next[j] = (next[j] ?? Number.NaN) + (data[i * columns + j] ?? Number.NaN) * (u[i] ?? Number.NaN);
    const length = norm2(next);
    if (length === 0) return norm;
    const estimate = norm2(u) / norm2(v);
    if (step >= 20 && estimate <= norm * (1 + progress)) return Math.max(estimate, norm);
    norm = estimate;
    yield 2 * rows * columns;
    v = next.map((value) => value / length);
  }
  return norm;
}

const norm2 = (v: Float64Array): number => Math.sqrt(v.reduce((total, value) => total + value * value, 0));
