import { choleskyInPieces } from '../numeric/cholesky.js';
import { addProductTransposed } from '../runtime/js/product.js';
import { rowGram, rowLengths } from '../numeric/row-gram.js';
import type { Work } from '../numeric/work.js';
import type { Problem } from './problem.js';
import type { SparseRows } from './rows.js';
import { forwardSolve, rowsFrom } from './rows.js';

/** With no pivot of the rows' Gram matrix below this, its factor is the restriction up to rounding. */
const wellApart = 2 ** -20;
/** Rounds of orthogonalization where the rows nearly depend on one another. */
const rounds = 3;

/**
 * The network on a subspace of its inputs, x = T z with ‖T‖ ≤ 1, if fewer rows read x than x has entries; else as it
 * is. Its least 𝓛 is not above the network's: with the matrices W that read x, the LMI for W gives that for W T at (T
 * z, w), as ‖T z‖ ≤ ‖z‖. If T's columns span W's rows it is the same, since what is orthogonal to all rows changes
 * nothing.
 *
 * So what a search finds here is no less than what it would find there, and what it cannot go below here holds there,
 * up to rounding: nothing is given away for a proof. Rows that nearly cancel stay as close as they are, as what one
 * signal reads has been added up before (`problemOf`) and W T is formed from W itself. Where the rows lie well apart, W
 * T is the triangular factor of W Wᵀ. Else T is orthogonalized in rounds (shifted CholeskyQR3, Fukaya et al., SIAM J.
 * Sci. Comput. 42 (2020)).
 */
export function* restricted(problem: Problem): Work<Problem> {
  const { inputs, rows, output, hidden } = problem;
  const readers = [...readersIn(rows, inputs), ...readersIn(output, inputs)];
  const count = readers.length;
  if (!(count > 0 && count < inputs)) return problem;
  const w = new Float64Array(count * inputs);
  readers.forEach(({ from, row }, i) => scatter(w.subarray(i * inputs, (i + 1) * inputs), from, row, inputs));
  const lengths = rowLengths(w, count, inputs);
  if (!lengths.every((length) => length > 2 ** -500 && length < 2 ** 500)) return problem;
  const narrow = yield* onRowSpace(
    w.map((value, at) => value / (lengths[Math.floor(at / inputs)] ?? Number.NaN)),
    count,
    inputs,
  );
  if (narrow === null) return problem;
  const places = new Map(readers.map(({ from, row }, i) => [from === rows ? row : rows.count + row, i]));
  const replaced = (of: SparseRows, first: number): SparseRows =>
    rowsFrom(
      of.count,
      (dense, i) => {
        const place = places.get(first + i);
        if (place !== undefined)
          for (let j = 0; j < count; j += 1)
            dense[j] = (lengths[place] ?? Number.NaN) * (narrow[place * count + j] ?? Number.NaN);
        for (let at = of.starts[i] ?? 0; at < (of.starts[i + 1] ?? 0); at += 1) {
          const column = of.columns[at] ?? 0;
          if (column >= inputs) dense[column - inputs + count] = of.values[at] ?? Number.NaN;
        }
      },
      hidden + count,
    );
  return {
    ...problem,
    order: hidden + count,
    inputs: count,
    rows: replaced(rows, 0),
    output: replaced(output, rows.count),
  };
}

interface Reader {
  readonly from: SparseRows;
  readonly row: number;
}

/** Columns are ascending, so a row that reads the input begins with it. */
function readersIn(from: SparseRows, inputs: number): readonly Reader[] {
  const all = Array.from({ length: from.count }, (_, row) => ({ from, row }));
  return all.filter(
    ({ row }) =>
      (from.starts[row] ?? 0) < (from.starts[row + 1] ?? 0) &&
      (from.columns[from.starts[row] ?? 0] ?? Infinity) < inputs,
  );
}

function scatter(dense: Float64Array, { starts, columns, values }: SparseRows, row: number, inputs: number): void {
  for (let at = starts[row] ?? 0; at < (starts[row + 1] ?? 0) && (columns[at] ?? Infinity) < inputs; at += 1)
    dense[columns[at] ?? 0] = values[at] ?? Number.NaN;
}

/** W T, count × count, for W with rows of length 1; null where rounding forbids it. */
function* onRowSpace(w: Float64Array, count: number, inputs: number): Work<Float64Array | null> {
  const factor = yield* rowGram(w, count, inputs);
  if (yield* choleskyInPieces(factor, count)) {
    const pivots = Float64Array.from({ length: count }, (_, i) => (factor[i * count + i] ?? Number.NaN) ** 2);
    if (pivots.every((pivot) => pivot >= wellApart)) return lowerTriangle(factor, count);
  }
  const basis = w.slice();
  // Above the rounding of a Gram matrix, so that every round has a factor L with L Lᵀ ≽ Q Qᵀ, and ‖L⁻¹Q‖ ≤ 1.
  const shift = 2 ** -51 * count * (count + inputs);
  for (let round = 0; round < rounds; round += 1) {
    const gram = yield* rowGram(basis, count, inputs);
    for (let i = 0; i < count; i += 1) gram[i * count + i] = (gram[i * count + i] ?? Number.NaN) + shift;
    if (!(yield* choleskyInPieces(gram, count))) return null;
    yield* forwardSolve(basis, gram, count, inputs);
  }
  const product = new Float64Array(count * count);
  for (let i = 0; i < count; i += 8) {
    const some = Math.min(8, count - i);
    addProductTransposed(product, i * count, count, w, i * inputs, inputs, 1, basis, 0, inputs, some, count, inputs, 1);
    yield some * count * inputs;
  }
  return product;
}

function lowerTriangle(a: Float64Array, n: number): Float64Array {
  for (let i = 0; i < n; i += 1) a.fill(0, i * n + i + 1, (i + 1) * n);
  return a;
}
