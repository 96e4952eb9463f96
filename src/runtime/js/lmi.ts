import { budgetsOf } from './budgets.js';
import type { Block, Network, Parameter } from './network.js';
import type { Constrained } from './types.js';
import type { Matrix } from './weights.js';
import { matrixOf, matrixOfTerm, valueOf } from './weights.js';

/** Its number in the present run. */
function parameterOf(parameter: Parameter, { lipschitz, slopes }: Constrained, budgets: readonly number[]): number {
  if (parameter === 'lipschitz') return lipschitz;
  const [kind, at] = parameter;
  if (kind === 'budget') return budgets[at]!;
  const [m, L] = slopes[at]!;
  return kind === 'S' ? L + m : kind === 'P' ? L * m : kind === 'm' ? m : L;
}

/**
 * block(row, column) += scalar · leftᵀ · diag(middle) · right on and above the diagonal; null stands for the identity.
 */
function accumulate(
  M: Float64Array,
  N: number,
  row: number,
  column: number,
  rows: number,
  columns: number,
  inner: number,
  scalar: number,
  left: Float64Array | null,
  leftDiagonal: boolean,
  middle: Float64Array | null,
  right: Float64Array | null,
  rightDiagonal: boolean,
): void {
  for (let k = 0; k < inner; k += 1) {
    const weight = middle === null ? scalar : scalar * middle[k]!;
    const [i0, i1] = left === null || leftDiagonal ? [k, k + 1] : [0, rows];
    const [j0, j1] = right === null || rightDiagonal ? [k, k + 1] : [0, columns];
    for (let i = i0; i < i1; i += 1) {
      const l = left === null ? weight : weight * (leftDiagonal ? left[i]! : left[k * rows + i]!);
      for (let j = j0; j < j1; j += 1) {
        if (column + j < row + i) continue;
        const at = (row + i) * N + column + j;
        M[at] = M[at]! + (right === null ? l : l * (rightDiagonal ? right[j]! : right[k * columns + j]!));
      }
    }
  }
}

/** The sum of blocks, N × N row major, whose scalars `size` is taken of. */
function assembled(
  network: Network,
  weights: Constrained,
  blocks: readonly Block[],
  size: (scalar: number) => number,
): Float64Array {
  const widths = network.signals.map(({ name }) => weights.widths[name]!);
  const offset = widths.map((_, at) => widths.slice(0, at).reduce((sum, width) => sum + width, 0));
  const N = widths.reduce((sum, width) => sum + width, 0);
  const M = new Float64Array(N * N);
  const budgets = budgetsOf(network.budgets, weights.lipschitz);
  for (const block of blocks) {
    const { row, column, factors } = block;
    const [rows, columns] = [widths[row]!, widths[column]!];
    const numbers = factors.map((each) => (typeof each === 'number' ? each : parameterOf(each, weights, budgets)));
    const matrix = (name: string | null, width: number): Matrix | null =>
      name === null ? null : matrixOf(network, weights, name, width);
    const [left, right] = [matrix(block.left, rows), matrix(block.right, columns)];
    const middle = block.middle === null ? null : valueOf(weights.multipliers, block.middle);
    // A dense block right of a null left factor has its own row count; the row's width is the same number.
    accumulate(
      M,
      N,
      offset[row]!,
      offset[column]!,
      rows,
      columns,
      left === null ? rows : left.rows,
      size(numbers.reduce((product, number) => product * number)),
      left === null ? null : left.data,
      left !== null && left.isDiagonal,
      middle,
      right === null ? null : right.data,
      right !== null && right.isDiagonal,
    );
  }
  for (let i = 0; i < N; i += 1) for (let j = 0; j < i; j += 1) M[i * N + j] = M[j * N + i]!;
  return network.affine === undefined ? M : substituted(network, weights, M, { widths, offset, N }, size);
}

/** What affine signals are the sums of in their place, from the last one on; then their rows go. */
function substituted(
  network: Network,
  weights: Constrained,
  M: Float64Array,
  { widths, offset, N }: { readonly widths: readonly number[]; readonly offset: readonly number[]; readonly N: number },
  size: (scalar: number) => number,
): Float64Array {
  const sums = network.affine ?? [];
  /** Row or column `to` += factor · row or column `from`, of both so that M stays symmetric. */
  const add = (to: number, from: number, factor: number): void => {
    for (let k = 0; k < N; k += 1) M[to * N + k] = M[to * N + k]! + factor * M[from * N + k]!;
    for (let k = 0; k < N; k += 1) M[k * N + to] = M[k * N + to]! + factor * M[k * N + from]!;
  };
  for (const sum of [...sums].reverse()) {
    const rows = widths[sum]!;
    const { terms } = network.steps.find((step) => step.signal === sum)!;
    for (const { coefficient, weight, isTransposed = false, signal } of terms) {
      const columns = widths[signal]!;
      const matrix = weight === null ? null : matrixOfTerm(network, weights, { weight, isTransposed }, rows, columns);
      for (let i = 0; i < rows; i += 1) {
        const own = matrix === null || matrix.isDiagonal;
        for (let j = own ? i : 0; j < (own ? i + 1 : columns); j += 1) {
          const factor = size(coefficient) * (matrix === null ? 1 : matrix.data[own ? i : i * columns + j]!);
          if (factor !== 0) add(offset[signal]! + j, offset[sum]! + i, factor);
        }
      }
    }
  }
  const kept = widths.flatMap((width, at) =>
    sums.includes(at) ? [] : Array.from({ length: width }, (_, i) => offset[at]! + i),
  );
  return Float64Array.from(kept.flatMap((i) => kept.map((j) => M[i * N + j]!)));
}

/** The LMI over the signals in their order. */
export const lmiOf = (network: Network, weights: Constrained): Float64Array =>
  assembled(network, weights, network.lmi, (scalar) => scalar);

/** The sizes of what the diagonal of the LMI is the sum of, on the diagonal of a matrix. */
function partsOf(network: Network, weights: Constrained): Float64Array {
  const sizes = Object.entries(weights.weights).map(([name, values]) => [name, values.map(Math.abs)] as const);
  const onDiagonal = network.lmi.filter(({ row, column }) => row === column);
  return assembled(network, { ...weights, weights: Object.fromEntries(sizes) }, onDiagonal, Math.abs);
}

/** The Jacobi rotation that makes M[i, j] zero. */
function rotate(M: Float64Array, N: number, i: number, j: number): void {
  const entry = M[i * N + j]!;
  if (entry === 0) return;
  const slant = (M[j * N + j]! - M[i * N + i]!) / (2 * entry);
  const t = (slant < 0 ? -1 : 1) / (Math.abs(slant) + Math.hypot(slant, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  for (let k = 0; k < N; k += 1) {
    const [u, v] = [M[k * N + i]!, M[k * N + j]!];
    M[k * N + i] = c * u - s * v;
    M[k * N + j] = s * u + c * v;
  }
  for (let k = 0; k < N; k += 1) {
    const [u, v] = [M[i * N + k]!, M[j * N + k]!];
    M[i * N + k] = c * u - s * v;
    M[j * N + k] = s * u + c * v;
  }
}

/** The largest eigenvalue of D^(-1/2) M D^(-1/2) by Jacobi rotations, D the sizes of what M's diagonal adds up. */
export function checkOf(network: Network, weights: Constrained): number {
  const M = lmiOf(network, weights);
  const N = Math.sqrt(M.length);
  const sizes = partsOf(network, weights);
  const scale = Float64Array.from({ length: N }, (_, i) => Math.sqrt(sizes[i * N + i]!) || 1);
  for (let i = 0; i < N; i += 1) for (let j = 0; j < N; j += 1) M[i * N + j] = M[i * N + j]! / scale[i]! / scale[j]!;
  let size = 0;
  for (let k = 0; k < M.length; k += 1) size += M[k]! * M[k]!;
  for (let sweep = 0; sweep < 50; sweep += 1) {
    let off = 0;
    for (let i = 0; i < N; i += 1) for (let j = 0; j < i; j += 1) off += M[i * N + j]! * M[i * N + j]!;
    // Rotations come down to this part of the matrix, more than enough for an estimate.
    if (!(off > 1e-15 ** 2 * size)) break;
    for (let i = 1; i < N; i += 1) for (let j = 0; j < i; j += 1) rotate(M, N, i, j);
  }
  let largest = -Infinity;
  for (let i = 0; i < N; i += 1) largest = Number.isNaN(M[i * N + i]!) ? NaN : Math.max(largest, M[i * N + i]!);
  return largest;
}
