import { toNumber } from './dyadic.js';
import { imageRadius, throughImage } from './image.js';
import { termsRadius } from './rounding-radius.js';
import { hasImage, isDense, upperTerms, written } from './term.js';
import type { Assembly, Factor, UpperTerm } from './term.js';
import type { Work } from './work.js';
import { finish, piece } from './work.js';

export type { Assembly, AssemblyTerm, Factor, ImageTerm } from './term.js';
export { assembleExact } from './exact-assembly.js';

/**
 * The matrix in floating point, `size × size` row major and exactly symmetric: the upper triangle is accumulated
 * term by term straight into the result, then mirrored. `roundingRadius` bounds its error; overflow shows as
 * infinities or NaN in the result. Fails with LW303 if shapes clash.
 */
export function assemble(assembly: Assembly): Float64Array {
  return finish(assembleInPieces(assembly));
}

/** The same in pieces. */
export function* assembleInPieces(assembly: Assembly): Work<Float64Array> {
  if (hasImage(assembly)) return yield* throughImage(assembly, yield* assembleInPieces(written(assembly)));
  const n = assembly.size;
  const matrix = new Float64Array(n * n);
  for (const term of upperTerms(assembly)) {
    const weights = scaledMiddle(term);
    const { left, right } = term;
    if (isDense(left) && isDense(right)) {
      yield* addProduct(matrix, n, term, left.data, weights, right.data);
    } else if (isDense(right)) {
      multiplyInto(weights, left);
      addRows(matrix, n, term, weights, right.data);
    } else if (isDense(left)) {
      multiplyInto(weights, right);
      addColumns(matrix, n, term, left.data, weights);
    } else {
      multiplyInto(weights, left);
      multiplyInto(weights, right);
      const first = term.row * n + term.column;
      for (let i = 0; i < term.rows; i += 1) {
        matrix[first + i * (n + 1)] = (matrix[first + i * (n + 1)] ?? Number.NaN) + (weights[i] ?? Number.NaN);
      }
    }
  }
  for (let i = 0; i < n; i += 1) {
    for (let j = i + 1; j < n; j += 1) {
      matrix[j * n + i] = matrix[i * n + j] ?? Number.NaN;
    }
  }
  return matrix;
}

/** Row sums of the error of `assemble`, weighted by t: those of the terms, and of the image that they go through. */
export function roundingRadius(assembly: Assembly, t: Float64Array): Float64Array {
  if (!hasImage(assembly)) return termsRadius(assembly, t);
  const own = written(assembly);
  return imageRadius(assembly, assemble(own), t, (v) => termsRadius(own, v));
}

/** scalar · middle, rounded once for the scalar and once for the product. */
function scaledMiddle(term: UpperTerm): Float64Array {
  const scalar = toNumber(term.scalar);
  const weights = new Float64Array(term.inner).fill(scalar);
  if (term.middle !== null) {
    for (let k = 0; k < weights.length; k += 1) {
      weights[k] = scalar * (term.middle[k] ?? Number.NaN);
    }
  }
  return weights;
}

function multiplyInto(weights: Float64Array, factor: Factor | null): void {
  if (factor !== null) {
    for (let i = 0; i < weights.length; i += 1) {
      weights[i] = (weights[i] ?? Number.NaN) * (factor.data[i] ?? Number.NaN);
    }
  }
}

/** Block += diag(weights) · right. */
function addRows(matrix: Float64Array, n: number, term: UpperTerm, weights: Float64Array, right: Float64Array): void {
  const { rows, columns } = term;
  for (let i = 0; i < rows; i += 1) {
    const weight = weights[i] ?? Number.NaN;
    const target = (term.row + i) * n + term.column;
    for (let j = 0; j < columns; j += 1) {
      matrix[target + j] = (matrix[target + j] ?? Number.NaN) + weight * (right[i * columns + j] ?? Number.NaN);
    }
  }
}

/** Block += leftᵀ · diag(weights). */
function addColumns(matrix: Float64Array, n: number, term: UpperTerm, left: Float64Array, weights: Float64Array): void {
  const { rows, columns } = term;
  for (let j = 0; j < columns; j += 1) {
    const weight = weights[j] ?? Number.NaN;
    const target = term.row * n + term.column + j;
    for (let i = 0; i < rows; i += 1) {
      matrix[target + i * n] = (matrix[target + i * n] ?? Number.NaN) + weight * (left[j * rows + i] ?? Number.NaN);
    }
  }
}

/**
 * Block += leftᵀ · diag(weights) · right. Two rows of the block against four of the factors at a time: each load
 * of `right` serves two products and each load of the block four. On the diagonal a pair of rows starts at the
 * diagonal; the one entry below it that this touches is overwritten by the mirror.
 */
function* addProduct(
  matrix: Float64Array,
  n: number,
  term: UpperTerm,
  left: Float64Array,
  weights: Float64Array,
  right: Float64Array,
): Work<void> {
  const { rows, columns, inner } = term;
  const block = Math.trunc(inner / 4) * 4;
  let spent = 0;
  let i = 0;
  for (; i + 1 < rows; i += 2) {
    addRowPair(matrix, n, term, left, weights, right, i, block);
    addRemainder(matrix, n, term, left, weights, right, i, block);
    addRemainder(matrix, n, term, left, weights, right, i + 1, block);
    spent += 2 * inner * (columns - (term.row === term.column ? i : 0));
    if (spent < piece) continue;
    yield spent;
    spent = 0;
  }
  if (i < rows) {
    addRemainder(matrix, n, term, left, weights, right, i, 0);
  }
  yield spent;
}

/** Rows i and i + 1 of the block, the first `block` inner indices, a multiple of four. */
function addRowPair(
  matrix: Float64Array,
  n: number,
  term: UpperTerm,
  left: Float64Array,
  weights: Float64Array,
  right: Float64Array,
  i: number,
  block: number,
): void {
  const { rows, columns } = term;
  const start = term.row === term.column ? i : 0;
  const target0 = (term.row + i) * n + term.column;
  const target1 = target0 + n;
  for (let k = 0; k < block; k += 4) {
    const w0 = weights[k] ?? Number.NaN;
    const w1 = weights[k + 1] ?? Number.NaN;
    const w2 = weights[k + 2] ?? Number.NaN;
    const w3 = weights[k + 3] ?? Number.NaN;
    const at = k * rows + i;
    const a0 = w0 * (left[at] ?? Number.NaN);
    const a1 = w1 * (left[at + rows] ?? Number.NaN);
    const a2 = w2 * (left[at + 2 * rows] ?? Number.NaN);
    const a3 = w3 * (left[at + 3 * rows] ?? Number.NaN);
    const b0 = w0 * (left[at + 1] ?? Number.NaN);
    const b1 = w1 * (left[at + rows + 1] ?? Number.NaN);
    const b2 = w2 * (left[at + 2 * rows + 1] ?? Number.NaN);
    const b3 = w3 * (left[at + 3 * rows + 1] ?? Number.NaN);
    const source0 = k * columns;
    const source1 = source0 + columns;
    const source2 = source1 + columns;
    const source3 = source2 + columns;
    for (let j = start; j < columns; j += 1) {
      const r0 = right[source0 + j] ?? Number.NaN;
      const r1 = right[source1 + j] ?? Number.NaN;
      const r2 = right[source2 + j] ?? Number.NaN;
      const r3 = right[source3 + j] ?? Number.NaN;
      matrix[target0 + j] = (matrix[target0 + j] ?? Number.NaN) + (a0 * r0 + a1 * r1 + (a2 * r2 + a3 * r3));
      matrix[target1 + j] = (matrix[target1 + j] ?? Number.NaN) + (b0 * r0 + b1 * r1 + (b2 * r2 + b3 * r3));
    }
  }
}

/** The plain loop, for row i of the block and the inner indices from `from` on. */
function addRemainder(
  matrix: Float64Array,
  n: number,
  term: UpperTerm,
  left: Float64Array,
  weights: Float64Array,
  right: Float64Array,
  i: number,
  from: number,
): void {
  const { rows, columns, inner } = term;
  const target = (term.row + i) * n + term.column;
  for (let k = from; k < inner; k += 1) {
    const weight = (weights[k] ?? Number.NaN) * (left[k * rows + i] ?? Number.NaN);
    for (let j = term.row === term.column ? i : 0; j < columns; j += 1) {
      matrix[target + j] = (matrix[target + j] ?? Number.NaN) + weight * (right[k * columns + j] ?? Number.NaN);
    }
  }
}
