import { choleskyInPieces } from '../numeric/cholesky.js';
import { blockInto } from '../runtime/js/shapes.js';
import type { Work } from '../numeric/work.js';
import type { Problem } from './problem.js';
import type { SparseRows } from './rows.js';
import { addRow, forwardSolve, mapRows, timesMatrix } from './rows.js';
import type { Start } from './start.js';

/**
 * −M in coordinates in which the start is a matrix with diagonal near 1 and all variables are 1: variable i is
 * λ_i / λ_i⁰, the last one 𝓛² / 𝓛₀². With c_i the row of neuron i and e_i its unit vector, both scaled,
 *
 *     Z(μ, r) = r diag(budget) − WᵀW + Σ_i μ_i (2 P c cᵀ − S (c eᵀ + e cᵀ) + 2 e eᵀ).
 */
export interface System {
  readonly order: number;
  readonly inputs: number;
  readonly hidden: number;
  readonly rows: SparseRows;
  /** Length of the scaled e_i. */
  readonly units: Float64Array;
  readonly sums: Float64Array;
  readonly products: Float64Array;
  readonly budget: Float64Array;
  readonly output: SparseRows;
  /** −WᵀW, lower triangle. */
  readonly base: Float64Array;
  /** Upper ends of the variables μ; Infinity where there is none. */
  readonly room: Float64Array;
  /** λ = multipliers · μ and 𝓛² = square · r. */
  readonly multipliers: Float64Array;
  readonly square: number;
}

/** Twice the least 𝓛² of the start's multipliers: inside, and not near the boundary. */
const startAbove = 2;

/** Null if the output does not depend on the input as far as doubles tell, or the start leaves their range. */
export function* systemAt(problem: Problem, { multipliers, room }: Start): Work<System | null> {
  const { order, inputs, hidden, layers } = problem;
  const [sums, products] = [new Float64Array(hidden), new Float64Array(hidden)];
  for (const { from, to, lower, upper } of layers) {
    sums.fill(upper + lower, from, to);
    products.fill(upper * lower, from, to);
  }
  const scaledBy = (t: Float64Array, factor: number): System => {
    const roots = multipliers.map((value) => Math.sqrt(value * factor));
    return {
      order,
      inputs,
      hidden,
      rows: mapRows(problem.rows, (value, i, j) => (roots[i] ?? 0) * value * (t[j] ?? 0)),
      units: roots.map((root, i) => root * (t[inputs + i] ?? 0)),
      sums,
      products,
      budget: Float64Array.from({ length: inputs }, (_, j) => factor * (t[j] ?? 0) * (t[j] ?? 0)),
      output: mapRows(problem.output, (value, _i, j) => value * (t[j] ?? 0)),
      base: new Float64Array(order * order),
      room,
      multipliers: multipliers.map((value) => value * factor),
      square: factor,
    };
  };
  const ones = new Float64Array(hidden + 1).fill(1);
  const z = new Float64Array(order * order);
  yield* slackInto(z, scaledBy(new Float64Array(order).fill(1), 1), ones);
  const t = Float64Array.from({ length: order }, (_, i) => nearestPower(-0.5 * Math.log2(z[i * order + i] ?? 0)));
  const factor = startAbove * (yield* leastSquare(scaledBy(t, 1), ones));
  if (!(factor > 0 && factor < Infinity)) return null;
  const root = nearestPower(-0.5 * Math.log2(factor));
  const system = scaledBy(
    t.map((value) => value * root),
    factor,
  );
  for (let i = 0; i < system.output.count; i += 1) yield addOuter(system.base, order, system.output, i, -1);
  return system;
}

const nearestPower = (exponent: number): number => 2 ** Math.round(exponent);

/** lower triangle of a += factor · rᵀr for row i; how many multiplications that was. */
function addOuter(
  a: Float64Array,
  order: number,
  { starts, columns, values }: SparseRows,
  i: number,
  factor: number,
): number {
  const [start, end] = [starts[i] ?? 0, starts[i + 1] ?? 0];
  for (let p = start; p < end; p += 1) {
    const target = (columns[p] ?? 0) * order;
    const scaled = factor * (values[p] ?? 0);
    for (let q = start; q <= p; q += 1) {
      const j = target + (columns[q] ?? 0);
      a[j] = (a[j] ?? 0) + scaled * (values[q] ?? 0);
    }
  }
  return (end - start) ** 2 / 2;
}

/** The lower triangle of Z at the variables (μ, r). */
export function* slackInto(z: Float64Array, system: System, variables: Float64Array): Work<void> {
  const { order, inputs, hidden, rows, units, sums, products, budget } = system;
  z.set(system.base);
  const r = variables[hidden] ?? 0;
  for (let j = 0; j < inputs; j += 1) z[j * order + j] = (z[j * order + j] ?? 0) + r * (budget[j] ?? 0);
  for (let i = 0; i < hidden; i += 1) {
    const mu = variables[i] ?? 0;
    const unit = units[i] ?? 0;
    const row = z.subarray((inputs + i) * order, (inputs + i + 1) * order);
    row[inputs + i] = (row[inputs + i] ?? 0) + 2 * mu * unit * unit;
    addRow(row, rows, i, -(sums[i] ?? 0) * mu * unit);
    if (products[i] !== 0) yield addOuter(z, order, rows, i, 2 * mu * (products[i] ?? 0));
  }
}

/**
 * The least factor f with which (f λ, f 𝓛²) is feasible, ‖W Z₀⁻¹ Wᵀ‖ for Z₀ = Z + WᵀW: a guess from below, by power
 * iteration. NaN if Z₀ is not positive definite.
 */
export function* leastSquare(system: System, variables: Float64Array): Work<number> {
  const { order, output } = system;
  const z = new Float64Array(order * order);
  yield* slackInto(z, { ...system, base: z }, variables);
  if (!(yield* choleskyInPieces(z, order))) return Number.NaN;
  const effect = new Float64Array(order * output.count); // L⁻¹ Wᵀ
  for (let i = 0; i < output.count; i += 1) {
    for (let at = output.starts[i] ?? 0; at < (output.starts[i + 1] ?? 0); at += 1)
      effect[(output.columns[at] ?? 0) * output.count + i] = output.values[at] ?? 0;
  }
  yield* forwardSolve(effect, z, order, output.count);
  return yield* largestEigenvalueOfGram(effect, order, output.count);
}

/** Of MᵀM, M rows × columns, by power iteration: a guess from below. */
function* largestEigenvalueOfGram(m: Float64Array, rows: number, columns: number): Work<number> {
  let v = Float64Array.from({ length: columns }, (_, j) => 1 + 0.1 * Math.sin(j + 1));
  let best = 0;
  for (let step = 0; step < 2000; step += 1) {
    const size = Math.sqrt(v.reduce((total, value) => total + value * value, 0));
    const next = new Float64Array(columns);
    let square = 0;
    for (let i = 0; i < rows; i += 1) {
      let u = 0;
      for (let j = 0; j < columns; j += 1) u += (m[i * columns + j] ?? 0) * (v[j] ?? 0);
      u /= size;
      square += u * u;
      for (let j = 0; j < columns; j += 1) next[j] = (next[j] ?? 0) + (m[i * columns + j] ?? 0) * u;
    }
    if (!(square > 0)) return best;
    const stalled = square <= best * (1 + 2 ** -50);
    best = Math.max(best, square);
    if (stalled && step > 10) return best;
    v = next;
    yield 2 * rows * columns;
  }
  return best;
}

/** What a step needs: all over the variables (μ, r), A_k = ∂Z/∂y_k. */
export interface Schur {
  /** tr(A_k X). */
  readonly dual: Float64Array;
  /** tr(A_k Y). */
  readonly gradient: Float64Array;
  /** tr(A_k X A_l Y), (hidden + 1)², lower triangle. */
  readonly matrix: Float64Array;
}

interface Reads {
  /** C M, hidden × order. */
  readonly read: Float64Array;
  /** C M Cᵀ, hidden × hidden. */
  readonly gram: Float64Array;
}

export interface SchurSpace {
  readonly ofDual: Reads;
  readonly ofInverse: Reads;
  readonly transposed: Float64Array;
  readonly schur: Schur;
}

export function schurSpace({ order, hidden }: System): SchurSpace {
  const reads = (): Reads => ({ read: new Float64Array(hidden * order), gram: new Float64Array(hidden * hidden) });
  return {
    ofDual: reads(),
    ofInverse: reads(),
    transposed: new Float64Array(hidden * order),
    schur: {
      dual: new Float64Array(hidden + 1),
      gradient: new Float64Array(hidden + 1),
      matrix: new Float64Array((hidden + 1) ** 2),
    },
  };
}

/**
 * For symmetric X and Y. As −A_i = F K Fᵀ with F = [c e] and K = [−2P S; S −2], tr(A_i X A_j Y) is
 * tr(K_i G_X K_j G_Yᵀ) with the 2 × 2 products G_M = F_iᵀ M F_j, which stand in C M Cᵀ, C M and M: O(N³) for all of
 * them.
 */
export function* schurInto(space: SchurSpace, system: System, x: Float64Array, y: Float64Array): Work<Schur> {
  const { order, inputs, hidden, rows, units, sums, products, budget } = system;
  const { ofDual, ofInverse, transposed, schur } = space;
  for (const [{ read, gram }, matrix] of [
    [ofDual, x],
    [ofInverse, y],
  ] as const) {
    yield* timesMatrix(read, rows, matrix, order, order);
    blockInto(transposed, 0, hidden, read, 0, order, true, order, hidden);
    yield* timesMatrix(gram, rows, transposed, hidden, hidden);
  }
  const [readX, gramX, readY, gramY] = [ofDual.read, ofDual.gram, ofInverse.read, ofInverse.gram];
  const size = hidden + 1;
  const last = hidden * size;
  for (let i = 0; i < hidden; i += 1) {
    const unit = units[i] ?? 0;
    const [s, p] = [sums[i] ?? 0, -2 * (products[i] ?? 0)];
    const own = (inputs + i) * order;
    const reads = i * order;
    for (let j = 0; j <= i; j += 1) {
      const other = units[j] ?? 0;
      const [s2, p2] = [sums[j] ?? 0, -2 * (products[j] ?? 0)];
      const ccX = gramX[i * hidden + j] ?? 0;
      const ceX = other * (readX[reads + inputs + j] ?? 0);
      const ecX = unit * (readX[j * order + inputs + i] ?? 0);
      const eeX = unit * other * (x[own + inputs + j] ?? 0);
      const ccY = gramY[i * hidden + j] ?? 0;
      const ceY = other * (readY[reads + inputs + j] ?? 0);
      const ecY = unit * (readY[j * order + inputs + i] ?? 0);
      const eeY = unit * other * (y[own + inputs + j] ?? 0);
      schur.matrix[i * size + j] =
        (p * ccX + s * ecX) * (p2 * ccY + s2 * ceY) +
        (p * ceX + s * eeX) * (s2 * ccY - 2 * ceY) +
        (s * ccX - 2 * ecX) * (p2 * ecY + s2 * eeY) +
        (s * ceX - 2 * eeX) * (s2 * ecY - 2 * eeY);
      if (i !== j) continue;
      schur.dual[i] = -(p * ccX + 2 * s * ceX - 2 * eeX);
      schur.gradient[i] = -(p * ccY + 2 * s * ceY - 2 * eeY);
    }
    let mixed = 0;
    for (let k = 0; k < inputs; k += 1) {
      const [cX, cY] = [readX[reads + k] ?? 0, readY[reads + k] ?? 0];
      const [eX, eY] = [unit * (x[own + k] ?? 0), unit * (y[own + k] ?? 0)];
      mixed -= (budget[k] ?? 0) * (p * cX * cY + s * (cX * eY + eX * cY) - 2 * eX * eY);
    }
    schur.matrix[last + i] = mixed;
    yield 16 * (i + inputs);
  }
  let [ofX, ofY, corner] = [0, 0, 0];
  for (let k = 0; k < inputs; k += 1) {
    const weight = budget[k] ?? 0;
    ofX += weight * (x[k * order + k] ?? 0);
    ofY += weight * (y[k * order + k] ?? 0);
    for (let l = 0; l < inputs; l += 1)
      corner += weight * (budget[l] ?? 0) * (x[k * order + l] ?? 0) * (y[k * order + l] ?? 0);
  }
  schur.dual[hidden] = ofX;
  schur.gradient[hidden] = ofY;
  schur.matrix[last + hidden] = corner;
  return schur;
}
