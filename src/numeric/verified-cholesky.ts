import { choleskyInPieces } from './cholesky.js';
import { powerOfTwo } from './dyadic.js';
import { least, roundUp } from './rounding-radius.js';
import type { Work } from './work.js';
import { outside } from '../base/outside.js';

/** A symmetric matrix −T M T with unit-like diagonal, and how far its diagonal must be lowered for a proof. */
export interface ScaledMatrix {
  readonly order: number;
  /** order × order row major, the lower triangle of fl(−T M T); its diagonal lies in [1, 4). */
  readonly data: Float64Array;
  /** For each row, an upper bound of everything that rounding can have done. */
  readonly shift: Float64Array;
}

/** The largest relative margin that is tried, 2⁻¹, and the smallest, 2⁻⁴⁵, as exponents. */
const marginExponents = { largest: 1, smallest: 45 } as const;

/** t_i = 2^e with t_i² |m_ii| in [1, 4); 0 where the entry is zero or not finite. */
export function diagonalScales(diagonal: Float64Array): Float64Array {
  const scales = new Float64Array(diagonal.length);
  for (let i = 0; i < diagonal.length; i += 1) {
    const size = Math.abs(diagonal[i] ?? Number.NaN);
    if (size > 0 && size < Infinity) {
      scales[i] = powerOfTwo(-Math.floor(binaryExponent(size) / 2));
    }
  }
  return scales;
}

/** floor(log2 x), exactly, for positive finite x. */
function binaryExponent(x: number): number {
  const isDenormal = x < 2 ** -1022;
  const high = new Uint32Array(Float64Array.of(isDenormal ? x * 2 ** 60 : x).buffer)[1] ?? outside();
  return (high >>> 20) - 1023 - (isDenormal ? 60 : 0);
}

/**
 * Scales the rows `kept` (each with m_ii < 0 and a scale t_i from `diagonalScales`) of the computed n × n matrix and
 * bounds all errors. `radius` bounds the computed matrix's own error as `roundingRadius` does, with the same t.
 *
 * Derivation. Let A = fl(−T M̂ T), M̂ the computed matrix. T holds powers of two, so scaling is exact but for
 * underflow, at most η an entry as the larger factor goes first. The exact −T M T is A + P with P symmetric and
 * Σ_j |P_ij| ≤ e_i = t_i · radius_i + order · η, hence P ≽ −diag(e) (P + diag(e) is diagonally dominant).
 *
 * Let B be A with its diagonal lowered, 0 < b_ii ≤ a_ii, and let floating-point Cholesky of B complete with L. Then
 * LLᵀ = B + Δ with |Δ| ≤ γ |L||Lᵀ| + underflow, γ = γ_{order+1} (Higham, Accuracy and stability, 2nd ed., theorem
 * 10.3: each entry's product, additions, reciprocal and scaling or root are at most order + 1 roundings, in any order
 * of summation). Its diagonal gives ‖l_i‖² ≤ a_ii / (1 − γ), so |Δ_ij| ≤ α √(a_ii a_jj), α = γ / (1 − γ), and
 *
 *     xᵀΔx ≤ α (Σ |x_i| √a_ii)² ≤ α · order · Σ a_ii x_i²        (Cauchy–Schwarz)
 *
 * which is Rump's bound (BIT 46 (2006), 433–452) row by row instead of for the whole trace. An underflow adds at most
 * η/2 for each product and η for the scaling by 1 / l_jj ≥ 1/3: at most order + 2 of η an entry. With
 *
 *     shift_i ≥ e_i + α · order · a_ii + order (order + 4) η     and      b_ii ≤ a_ii − shift_i
 *
 * a completed factorization proves −T M T ≽ B + α·order·diag(a) + … ≽ LLᵀ ≽ 0. γ is taken with two roundings to spare.
 */
export function scale(
  matrix: Float64Array,
  n: number,
  kept: readonly number[],
  t: Float64Array,
  radius: Float64Array,
): ScaledMatrix {
  const order = kept.length;
  const data = new Float64Array(order * order);
  for (let i = 0; i < order; i += 1) {
    const row = kept[i] ?? Number.NaN;
    const ti = t[row] ?? Number.NaN;
    for (let j = 0; j <= i; j += 1) {
      const column = kept[j] ?? Number.NaN;
      const tj = t[column] ?? Number.NaN;
      const entry = -(matrix[row * n + column] ?? Number.NaN);
      data[i * order + j] = ti > tj ? entry * ti * tj : entry * tj * ti;
    }
  }
  const roundings = (order + 3) * 2 ** -53;
  const gamma = roundUp(roundings / (1 - roundings), 2);
  const alpha = roundUp(roundUp(gamma / (1 - gamma), 3) * order, 1);
  const shift = new Float64Array(order);
  for (let i = 0; i < order; i += 1) {
    const row = kept[i] ?? Number.NaN;
    const error = roundUp((t[row] ?? Number.NaN) * (radius[row] ?? Number.NaN), 1);
    const underflow = order * (order + 6) * least;
    shift[i] = roundUp(error + alpha * (data[i * order + i] ?? Number.NaN) + underflow, 4);
  }
  return { order, data, shift };
}

/**
 * Whether floating-point Cholesky proves −M ≽ margin · diag(−M) on the kept rows; margin is 0 or a power of two. The
 * exact scaled diagonal is at most a_ii + shift_i, so margin · (a_ii + shift_i) is what comes off besides the shift.
 */
export function* isProven(scaled: ScaledMatrix, margin: number): Work<boolean> {
  const { order, data, shift } = scaled;
  const work = data.slice();
  for (let i = 0; i < order; i += 1) {
    const entry = data[i * order + i] ?? Number.NaN;
    const lowering = roundUp((shift[i] ?? Number.NaN) + margin * (entry + (shift[i] ?? Number.NaN)), 3);
    // The factor takes the difference's own rounding error down with it.
    work[i * order + i] = (entry - lowering) * (1 - 2 ** -52);
  }
  return yield* choleskyInPieces(work, order);
}

/** The largest of 2⁻¹ … 2⁻⁴⁵ for which `isProven`; 0 if only margin 0 is proven; null if nothing is. */
export function* provenMargin(scaled: ScaledMatrix): Work<number | null> {
  // Lowering further can only make it harder; should rounding break that, each answer is still proven by itself.
  let low: number = marginExponents.largest;
  let high: number = marginExponents.smallest + 1; // stands for margin 0
  if (!(yield* isProven(scaled, 0))) {
    return null;
  }
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (yield* isProven(scaled, 2 ** -middle)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return high > marginExponents.smallest ? 0 : 2 ** -high;
}
