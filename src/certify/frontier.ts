import type { Problem } from './problem.js';
import type { SparseRows } from './rows.js';

/** The signals that later layers (not the output) still read, and their joint covariance, size × size. */
export interface Frontier {
  readonly size: number;
  /** Which entry of the problem's signal vector each one is, ascending. */
  readonly columns: readonly number[];
  readonly covariance: Float64Array;
}

/** The last layer that reads each entry, by its place in `layers`; −1 for none. */
export function readsAfter({ order, layers, rows }: Problem): Int32Array {
  const last = new Int32Array(order).fill(-1);
  const mark = ({ starts, columns }: SparseRows, from: number, to: number, at: number): void => {
    for (let entry = starts[from] ?? 0; entry < (starts[to] ?? 0); entry += 1) last[columns[entry] ?? 0] = at;
  };
  layers.forEach(({ from, to }, at) => mark(rows, from, to, at));
  return last;
}

/** The input alone, of covariance I. */
export function firstFrontier({ inputs }: Problem): Frontier {
  const covariance = new Float64Array(inputs * inputs);
  for (let i = 0; i < inputs; i += 1) covariance[i * inputs + i] = 1;
  return { size: inputs, columns: Array.from({ length: inputs }, (_, j) => j), covariance };
}

/** Some rows of the problem, with the places of the frontier as columns. */
export function frontierRows(
  { starts, columns, values }: SparseRows,
  frontier: Frontier,
  from: number,
  to: number,
): SparseRows {
  const place = new Map(frontier.columns.map((column, at) => [column, at]));
  const [first, end] = [starts[from] ?? 0, starts[to] ?? 0];
  return {
    count: to - from,
    starts: starts.slice(from, to + 1).map((at) => at - first),
    columns: columns.slice(first, end).map((column) => place.get(column) ?? -1),
    values: values.slice(first, end),
  };
}

/** Those at the places `kept`, with their covariance, then the new ones with 0. */
export function advanced(
  { size, columns, covariance }: Frontier,
  kept: readonly number[],
  added: readonly number[],
): Frontier {
  const next = kept.length + added.length;
  const matrix = new Float64Array(next * next);
  kept.forEach((from, i) =>
    kept.forEach((other, j) => (matrix[i * next + j] = covariance[from * size + other] ?? Number.NaN)),
  );
  return { size: next, columns: [...kept.map((at) => columns[at] ?? -1), ...added], covariance: matrix };
}
