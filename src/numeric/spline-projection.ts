import { fail } from '../base/diagnostic.js';
import { checkLength } from './spline.js';
import type { SplineGrid } from './spline.js';
import type { SplineQuantization } from './spline-quantization.js';
import { splineQuantization } from './spline-quantization.js';

export interface SplineProjector extends SplineQuantization {
  readonly grid: SplineGrid;
  readonly slopes: readonly [number, number];
  /**
   * Writes the projection of c to `out`; both have length K and may be the same array. Fails with LW312 on another
   * length and with LW307 on NaN and infinities.
   */
  project(c: Float64Array, out: Float64Array): void;
  /**
   * gradIn = Jᵀ gradOut, J the Jacobian at c of the projection without rounding and without the limits V and A (both
   * are passed straight through): the mean passes, slopes inside [lo·q, hi·q] pass, both ends included, and clipped
   * ones are constant. All arrays have length K; gradIn may be gradOut. Fails with LW312 on another length.
   */
  projectVjp(c: Float64Array, gradOut: Float64Array, gradIn: Float64Array): void;
}

/**
 * The projection of a linear spline's values onto slopes in [m, L] (Ducotterd et al., arXiv 2210.16222): clip each
 * slope, integrate again from the value that keeps the mean. Here on a grid of quanta, so that the bound holds exactly
 * for the doubles that come out, for every finite input. With lo, hi, V, A, q of `SplineQuantization` and
 * clamp(x, a, b) = max(a, min(b, x)), the operations are, in doubles,
 *
 *     1.  i_k = floor(clamp(c_k · (1/q), −V, V) + 0.5)                     k = 0 … K−1
 *     2.  d_k = floor(clamp((c_{k+1} − c_k) · (1/q), lo, hi) + 0.5)        k = 0 … K−2
 *     3.  n_0 = 0,  n_{k+1} = n_k + d_k
 *     4.  a   = floor(clamp((Σ i_k − Σ n_k) / K, −A, A) + 0.5)
 *     5.  out_k = q · (a + n_k)
 *
 * floor(x + 0.5) instead of a rounding function because every language has it and agrees on ties. Nothing depends on
 * the order of the sums, on fused multiply-adds or on denormals being flushed: 1/q is a power of two, every sum is one
 * of integers below 2⁵³ whatever its order, and no result but 0 is smaller than q ≥ 2⁻⁵⁰⁰.
 *
 * **Quantum.** u is the least power of two ≥ max(|m|, |L|)·T and q = 2⁻ᴮ u with B = min(32, 44 − 2⌈log2 K⌉): 32 up to
 * 64 knots, 24 at 1024. (B = 32 for all would leave A = 0 at K = 1024.) V = ⌊2⁵²/K⌋ ≥ 2⁸ K 2ᴮ, so A·q ≥ 255·K·u:
 * offsets up to 255 times the steepest rise over all knots are kept, larger ones are clipped.
 *
 * **Sizes.** |i_k| ≤ V, as −V ≤ x ≤ V integers give −V ≤ floor(x + 0.5) ≤ V (V ≤ 2⁵¹, so V + 0.5 is exact); likewise
 * lo ≤ d_k ≤ hi and |a| ≤ A. Hence |n_k| ≤ (K−1)·2ᴮ, |Σ i_k| ≤ 2⁵², |Σ n_k| ≤ K²2ᴮ/2 ≤ 2⁴³, and |a + n_k| < V < 2⁵³:
 * steps 3 to 5 are exact but for the quotient in 4. An overflow of c_{k+1} − c_k or of a product is an infinity that is
 * clipped.
 *
 * **Slopes.** out_{k+1} − out_k = q·d_k exactly, also as a floating-point difference, and mT ≤ q·lo ≤ q·d_k ≤ q·hi ≤ LT
 * by exact arithmetic in the constructor. The real quotient by T lies in [m, L], and rounding is monotone and keeps the
 * doubles m and L, so the computed slope lies there as well.
 *
 * **Idempotent.** On c_k = q·n'_k with integers |n'_k| ≤ V, d'_k in [lo, hi] and |n'_0| ≤ A: i_k = n'_k, d_k = d'_k,
 * n_k = n'_k − n'_0, and Σ i_k − Σ n_k = K·n'_0 exactly, whose quotient by K is n'_0; no clamp moves anything. No −0
 * comes out: floor(x + 0.5) is never −0, nor is a sum of such.
 *
 * **Mean.** If no limit V or A is met, |a − (Σ i_k − Σ n_k)/K| ≤ 1/2: the quotient is less than 2⁵²/K in size, so it is
 * rounded by less than 1/(2K), and no other than a tie is within 1/(2K) of one. Each i_k is off by at most 1/2 + 2⁻⁵⁴
 * (0.5 − 2⁻⁵⁴ goes to 1). So the mean moves by at most (1 + 2⁻⁵⁴)·q.
 *
 * Each unclipped increment moves by at most q/2, so a spline that is inside already moves by at most (K/2 + 2)·q.
 *
 * Fails with LW311 on an unusable grid, and with LW305 unless m < L are finite with max(|m|, |L|) between 2⁻⁴⁰⁰ and
 * 2⁴⁰⁰ and a multiple of q lies between mT and LT.
 */
export function projector(grid: SplineGrid, slopes: readonly [number, number]): SplineProjector {
  const constants = splineQuantization(grid, slopes);
  const { knots } = grid;
  const { quantum, lowest, highest, valueLimit, offsetLimit } = constants;
  const perQuantum = 1 / quantum;

  const project = (c: Float64Array, out: Float64Array): void => {
    checkLength(grid, c, 'spline values');
    checkLength(grid, out, 'an output');
    let current = c[0] ?? 0;
    let running = 0;
    let valueSum = Math.floor(clamp(current * perQuantum, -valueLimit, valueLimit) + 0.5);
    let runningSum = 0;
    let witness = current * 0; // NaN as soon as something is not finite
    out[0] = 0;
    for (let k = 1; k < knots; k += 1) {
      const next = c[k] ?? 0;
      valueSum += Math.floor(clamp(next * perQuantum, -valueLimit, valueLimit) + 0.5);
      running += Math.floor(clamp((next - current) * perQuantum, lowest, highest) + 0.5);
      runningSum += running;
      witness += next * 0;
      out[k] = running;
      current = next;
    }
    if (Number.isNaN(witness)) {
      fail('LW307', 'a spline value that is not finite', 'finite spline values');
    }
    const offset = Math.floor(clamp((valueSum - runningSum) / knots, -offsetLimit, offsetLimit) + 0.5);
    for (let k = 0; k < knots; k += 1) {
      out[k] = quantum * (offset + (out[k] ?? 0));
    }
  };

  // out = mean(c)·1 + (I − 11ᵀ/K)·C·D·∇c with ∇ the differences, D the passing slopes and C the running sums.
  const projectVjp = (c: Float64Array, gradOut: Float64Array, gradIn: Float64Array): void => {
    checkLength(grid, c, 'spline values');
    checkLength(grid, gradOut, 'a gradient');
    checkLength(grid, gradIn, 'an output');
    let mean = 0;
    for (let k = 0; k < knots; k += 1) {
      mean += gradOut[k] ?? 0;
    }
    mean /= knots;
    let suffix = 0; // Σ_{j ≥ k} (gradOut_j − mean), the gradient of increment k − 1
    let above = 0; // what increment k passes on to its two ends
    for (let k = knots - 1; k > 0; k -= 1) {
      suffix += (gradOut[k] ?? 0) - mean;
      const increment = ((c[k] ?? 0) - (c[k - 1] ?? 0)) * perQuantum;
      const below = increment >= lowest && increment <= highest ? suffix : 0;
      gradIn[k] = mean + below - above;
      above = below;
    }
    gradIn[0] = mean - above;
  };

  return { ...constants, grid, slopes, project, projectVjp };
}

function clamp(x: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, x));
}
