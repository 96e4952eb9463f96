import { choleskyInPieces } from '../numeric/cholesky.js';
import { blockInto } from '../runtime/js/shapes.js';
import type { Work } from '../numeric/work.js';
import type { Frontier } from './frontier.js';
import { advanced, firstFrontier, frontierRows, readsAfter } from './frontier.js';
import type { HiddenLayer, Problem } from './problem.js';
import { addGram, forwardSolve, timesMatrix } from './rows.js';

/** Multipliers with which M, without its ‖Δy‖² term, is negative definite at 𝓛 = 1. */
export interface Start {
  readonly multipliers: Float64Array;
  /** The factor by which the search may raise each multiplier; Infinity where the LMI bounds it by itself. */
  readonly room: Float64Array;
  /**
   * Whether such limits keep the search from the least 𝓛, by about 2⁻¹⁸ of it: where an activation is as good as
   * linear.
   */
  readonly limited: boolean;
}

/**
 * A pre-activation counts as having at least this part of the layer's largest variance, and one that no input reaches
 * this part.
 */
const floors = { live: 2 ** -24, dead: 2 ** -60 } as const;
/** L − m counts as at least this part of max(|m|, |L|): below, larger λ would only cost precision. */
const narrow = 2 ** -9;
/** How far λ may rise where only precision bounds it. */
const headroom = 4;

/** λ s² Θ stays below this: at 2, D would be singular. */
const strict = 1.9;

/**
 * How Θ ≽ G is chosen in a layer: a diagonal of row sums of |G|, or the norm of G for all neurons. With the latter 𝓛 is
 * at most the product of the spectral norms of a chain; which of the two is better depends on the weights.
 */
export type Majorant = 'row-sums' | 'norm';

/**
 * A strictly feasible point in closed form, by the covariance recursion (the joint covariance K of all signals is the
 * inverse of −M's hidden part, taken through the layers in order): with s = L − m, layer l is feasible as soon as
 * D_l = 2Λ_l − s² Λ_l G Λ_l ≻ 0, G = C_l K_rr C_lᵀ, so with any diagonal Θ ≽ G and λ < 2 / (s² Θ). Of one neuron, K_ll
 * is least, max(m², L²) G, at λ = 1 / (s max(|m|, |L|) G). For any acyclic reads; 𝓛 = 1 is no loss, as M without ‖Δy‖²
 * is homogeneous in (λ, 𝓛²). Multipliers that are not finite and positive mean that the weights leave the range of
 * doubles.
 *
 * Only the covariance of signals that are still to be read is kept: Σ d³ for a chain. With scalar multipliers and
 * slopes [0, L] this is the closed form of ECLipsE-Fast (Xu and Sivaranjani, NeurIPS 2024).
 */
export function* feasibleMultipliers(problem: Problem, majorant: Majorant): Work<Start> {
  const { inputs, hidden, layers } = problem;
  const multipliers = new Float64Array(hidden);
  const live = reached(problem);
  const lastRead = readsAfter(problem);
  let frontier = firstFrontier(problem);
  for (const [at, layer] of layers.entries())
    frontier = yield* propagate(problem, layer, at, majorant, live, lastRead, frontier, multipliers);
  const room = new Float64Array(hidden);
  for (const layer of layers)
    for (let i = layer.from; i < layer.to; i += 1)
      room[i] = live[inputs + i] === 1 && !isNarrow(layer) ? Infinity : headroom;
  return { multipliers, room, limited: room.some((most, i) => most < Infinity && live[inputs + i] === 1) };
}

function* propagate(
  problem: Problem,
  layer: HiddenLayer,
  at: number,
  majorant: Majorant,
  live: Uint8Array,
  lastRead: Int32Array,
  frontier: Frontier,
  multipliers: Float64Array,
): Work<Frontier> {
  const { from, to, lower, upper } = layer;
  const width = to - from;
  const before = problem.inputs + from;
  const { size, covariance } = frontier;
  const s = upper - lower;
  const steep = steepness(layer) || 1;
  const rows = frontierRows(problem.rows, frontier, from, to);
  const read = new Float64Array(width * size); // C K, the covariance of v with the signals of the frontier
  yield* timesMatrix(read, rows, covariance, size, size);
  const gram = new Float64Array(width * width); // C K Cᵀ
  const transposed = new Float64Array(size * width);
  blockInto(transposed, 0, width, read, 0, size, true, size, width);
  yield* timesMatrix(gram, rows, transposed, width, width);

  const theta = yield* majorantOf(gram, width, majorant);
  const largest = theta.reduce((most, value) => Math.max(most, value), 0) || 1;
  const rate = isNarrow(layer) ? 1 / (narrow * steep) ** 2 : Math.min(1 / steep, strict / s) / s;
  for (let i = 0; i < width; i += 1)
    multipliers[from + i] =
      rate / Math.max(theta[i] ?? Number.NaN, largest * (live[before + i] === 1 ? floors.live : floors.dead));

  const kept = frontier.columns.flatMap((column, position) => ((lastRead[column] ?? -1) > at ? [position] : []));
  const count = kept.length;
  // Of what nobody reads again no covariance is wanted.
  const last = count === 0 && lastRead.subarray(before, before + width).every((reader) => reader <= at);
  if (last) return { size: 0, columns: [], covariance: new Float64Array(0) };
  const pivot = new Float64Array(width * width); // D, then its factor
  const gain = new Float64Array(width * width); // Gᵀ = I + m s Λ C K Cᵀ
  for (let i = 0; i < width; i += 1) {
    const li = s * (multipliers[from + i] ?? 0);
    for (let j = 0; j < width; j += 1) {
      const entry = gram[i * width + j] ?? 0;
      pivot[i * width + j] =
        (i === j ? 2 * (multipliers[from + i] ?? 0) : 0) - li * entry * s * (multipliers[from + j] ?? 0);
      gain[i * width + j] = (i === j ? 1 : 0) + lower * li * entry;
    }
  }
  // Only rounding can break the factorization; then nothing below is finite, and the caller sees it.
  if (!(yield* choleskyInPieces(pivot, width))) multipliers.fill(Number.NaN);
  yield* forwardSolve(gain, pivot, width, width);
  const effect = new Float64Array(width * count); // D^(−1/2) s Λ C K, of the signals that are read again
  for (let i = 0; i < width; i += 1)
    kept.forEach(
      (j, place) => (effect[i * count + place] = s * (multipliers[from + i] ?? 0) * (read[i * size + j] ?? 0)),
    );
  yield* forwardSolve(effect, pivot, width, count);

  // K_ll = m² C K Cᵀ + G D⁻¹ Gᵀ, K_lj = m C K + G D⁻¹ s Λ C K, and what the layer adds to the earlier ones.
  const next = advanced(
    frontier,
    kept,
    Array.from({ length: width }, (_, i) => before + i),
  );
  const order = next.size;
  const corner = next.covariance.subarray(count * order + count);
  for (let i = 0; i < width; i += 1)
    for (let j = 0; j <= i; j += 1) corner[i * order + j] = lower * lower * (gram[i * width + j] ?? 0);
  yield* addGram(corner, order, gain, width, width, width);
  for (let i = 0; i < width; i += 1) {
    const target = (count + i) * order;
    kept.forEach((j, place) => (next.covariance[target + place] = lower * (read[i * size + j] ?? 0)));
    for (let k = 0; k < width; k += 1) {
      const factor = gain[k * width + i] ?? 0;
      if (factor !== 0)
        for (let j = 0; j < count; j += 1)
          next.covariance[target + j] = (next.covariance[target + j] ?? 0) + factor * (effect[k * count + j] ?? 0);
    }
    yield width * count;
  }
  yield* addGram(next.covariance, order, effect, count, width, count);
  for (let i = 0; i < order; i += 1)
    for (let j = 0; j < i; j += 1) next.covariance[j * order + i] = next.covariance[i * order + j] ?? 0;
  return next;
}

function* majorantOf(gram: Float64Array, width: number, majorant: Majorant): Work<Float64Array> {
  const row = (i: number): Float64Array => gram.subarray(i * width, (i + 1) * width);
  if (majorant === 'row-sums')
    return Float64Array.from(
      { length: width },
      (_, i) => row(i).reduce((total, value) => total + Math.abs(value), 0) * (1 + 2 ** -30),
    );
  return new Float64Array(width).fill((yield* largestEigenvalue(gram, width)) * (1 + 2 ** -20));
}

function inner(a: Float64Array, at: number, v: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < v.length; j += 1) sum += (a[at + j] ?? 0) * (v[j] ?? 0);
  return sum;
}

/** Of a positive semidefinite matrix, by power iteration from a fixed start: a guess from below. */
function* largestEigenvalue(a: Float64Array, width: number): Work<number> {
  let v = Float64Array.from({ length: width }, (_, j) => 1 + 0.1 * Math.sin(j + 1));
  let best = 0;
  for (let step = 0; step < 200; step += 1) {
    const next = new Float64Array(width);
    for (let i = 0; i < width; i += 1) next[i] = inner(a, i * width, v);
    const [before, after] = [v, next].map((of) => Math.sqrt(of.reduce((total, value) => total + value * value, 0)));
    const value = (after ?? 0) / (before ?? 0);
    const stalled = value <= best * (1 + 2 ** -30);
    if (value > best) best = value;
    if (!(value > 0) || (stalled && step > 10)) return best;
    v = next.map((entry) => entry / (after ?? 1));
    yield width * width;
  }
  return best;
}

const steepness = ({ lower, upper }: HiddenLayer): number => Math.max(Math.abs(lower), Math.abs(upper));

/** As good as linear: the multiplier would go to infinity, and with it the precision of all else. */
const isNarrow = (layer: HiddenLayer): boolean => layer.upper - layer.lower <= narrow * steepness(layer);

/** 1 for every signal that a path from the input reaches, else its multiplier would go to infinity as well. */
function reached({ inputs, hidden, rows, layers }: Problem): Uint8Array {
  const live = new Uint8Array(inputs + hidden).fill(1, 0, inputs);
  for (const layer of layers) {
    for (let i = layer.from; i < layer.to; i += 1) {
      const reads = rows.columns.subarray(rows.starts[i], rows.starts[i + 1]);
      live[inputs + i] = steepness(layer) > 0 && reads.some((j) => live[j] === 1) ? 1 : 0;
    }
  }
  return live;
}
