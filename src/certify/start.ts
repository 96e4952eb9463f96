import { cholesky } from '../numeric/cholesky.js';
import type { HiddenLayer, Problem } from './problem.js';
import { addGram, solveLower, timesMatrix, timesVector } from './rows.js';

/** Multipliers with which M, without its ‖Δy‖² term, is negative definite at 𝓛 = 1. */
export interface Start {
  readonly multipliers: Float64Array;
  /** The factor by which the search may raise each multiplier; Infinity where the LMI bounds it by itself. */
  readonly room: Float64Array;
}

/** A neuron counts as one whose difference has at least this part of the layer's largest variance. */
const floor = 2 ** -24;
/** L − m counts as at least this part of max(|m|, |L|): below, λ would only cost precision. */
const narrow = 2 ** -9;
/** How far λ may rise where only precision bounds it. */
const headroom = 4;

/**
 * A strictly feasible point in closed form, by the covariance recursion (the joint covariance K of all signals is the
 * inverse of −M's hidden part, taken through the layers in order): with s = L − m, layer l is feasible as soon as
 * D_l = 2Λ_l − s² Λ_l G Λ_l ≻ 0, G = C_l K_rr C_lᵀ, and Θ = the row sums of |G| give diag(Θ) ≽ G, so that λ = 1 / (s² Θ)
 * leaves D_l ≽ 1 / (s² Θ). For any acyclic reads; 𝓛 = 1 is no loss, as M without ‖Δy‖² is homogeneous in (λ, 𝓛²).
 * Multipliers that are not finite and positive mean that the weights leave the range of doubles.
 */
export function feasibleMultipliers(problem: Problem): Start {
  const { order, inputs, hidden } = problem;
  const multipliers = new Float64Array(hidden);
  const covariance = new Float64Array(order * order);
  for (let i = 0; i < inputs; i += 1) covariance[i * order + i] = 1;
  for (const layer of problem.layers) propagate(problem, layer, covariance, multipliers);
  return { multipliers, room: roomAbove(problem) };
}

function propagate({ order, inputs, rows }: Problem, { from, to, lower, upper }: HiddenLayer, covariance: Float64Array, multipliers: Float64Array): void {
  const width = to - from;
  const before = inputs + from;
  const s = upper - lower;
  const steep = Math.max(Math.abs(lower), Math.abs(upper)) || 1;
  const read = new Float64Array(width * before); // C K, the covariance of v with all earlier signals
  timesMatrix(read, rows, covariance, order, before, from, to);
  const gram = new Float64Array(width * width); // C K Cᵀ
  for (let i = 0; i < width; i += 1) timesVector(gram.subarray(i * width, (i + 1) * width), rows, read.subarray(i * before, (i + 1) * before), from, to);

  const sums = Float64Array.from({ length: width }, (_, i) => gram.subarray(i * width, (i + 1) * width).reduce((total, value) => total + Math.abs(value), 0));
  const least = floor * (sums.reduce((most, value) => Math.max(most, value), 0) || 1);
  const counted = Math.max(s, narrow * steep);
  for (let i = 0; i < width; i += 1) multipliers[from + i] = 1 / (counted * counted * Math.max((sums[i] ?? 0) * (1 + 2 ** -30), least));

  const pivot = new Float64Array(width * width); // D, then its factor
  const gain = new Float64Array(width * width); // Gᵀ = I + m s Λ C K Cᵀ
  for (let i = 0; i < width; i += 1) {
    const li = s * (multipliers[from + i] ?? 0);
    for (let j = 0; j < width; j += 1) {
      const entry = gram[i * width + j] ?? 0;
      pivot[i * width + j] = (i === j ? 2 * (multipliers[from + i] ?? 0) : 0) - li * entry * s * (multipliers[from + j] ?? 0);
      gain[i * width + j] = (i === j ? 1 : 0) + lower * li * entry;
    }
  }
  // Only rounding can break the factorization; then nothing below is finite, and the caller sees it.
  if (!cholesky(pivot, width)) multipliers.fill(Number.NaN);
  solveLower(pivot, width, gain, width);
  const effect = new Float64Array(width * before); // D^(−1/2) s Λ C K
  for (let i = 0; i < width; i += 1) for (let j = 0; j < before; j += 1) effect[i * before + j] = s * (multipliers[from + i] ?? 0) * (read[i * before + j] ?? 0);
  solveLower(pivot, width, effect, before);

  // K_ll = m² C K Cᵀ + G D⁻¹ Gᵀ, K_lj = m C K + G D⁻¹ s Λ C K, and what the layer adds to the earlier ones.
  const corner = before * order + before;
  for (let i = 0; i < width; i += 1) for (let j = 0; j <= i; j += 1) covariance[corner + i * order + j] = lower * lower * (gram[i * width + j] ?? 0);
  addGram(covariance.subarray(corner), order, gain, width, width, width);
  for (let i = 0; i < width; i += 1) {
    const target = (before + i) * order;
    for (let j = 0; j < before; j += 1) covariance[target + j] = lower * (read[i * before + j] ?? 0);
    for (let k = 0; k < width; k += 1) {
      const factor = gain[k * width + i] ?? 0;
      if (factor !== 0) for (let j = 0; j < before; j += 1) covariance[target + j] = (covariance[target + j] ?? 0) + factor * (effect[k * before + j] ?? 0);
    }
  }
  addGram(covariance, order, effect, before, width, before);
  for (let i = 0; i < before + width; i += 1) for (let j = 0; j < i; j += 1) covariance[j * order + i] = covariance[i * order + j] ?? 0;
}

/**
 * A neuron that no path from the input reaches, or whose activation is as good as linear, would take its multiplier to
 * infinity: a factor of 4 above a start that is large already is all that is of use.
 */
function roomAbove({ inputs, hidden, rows, layers }: Problem): Float64Array {
  const limits = new Float64Array(hidden);
  const live = new Uint8Array(inputs + hidden).fill(1, 0, inputs);
  for (const { from, to, lower, upper } of layers) {
    const steep = Math.max(Math.abs(lower), Math.abs(upper));
    for (let i = from; i < to; i += 1) {
      const reached = steep > 0 && rows.columns.subarray(rows.starts[i], rows.starts[i + 1]).some((j) => live[j] === 1);
      live[inputs + i] = reached ? 1 : 0;
      limits[i] = reached && upper - lower > narrow * steep ? Infinity : headroom;
    }
  }
  return limits;
}
