import { bitLength, fromNumber, fromNumbers, toNumber } from './dyadic.js';
import { checkGrid, checkLength } from './spline.js';
import type { SplineGrid } from './spline.js';
import { outside } from '../base/outside.js';

/**
 * TV⁽²⁾(σ) = Σ_k |s_{k+1} − s_k|, the second-order total variation: an ℓ1 norm of the slope changes, so small values
 * favour few knots (Aziznejad et al., IEEE TSP 68 (2020)). In units of slope. On a projected spline every difference
 * and the sum of them are exact integers of quanta: only the division by T rounds.
 */
export function totalVariation(grid: SplineGrid, c: Float64Array): number {
  checkLength(grid, c, 'spline values');
  let total = 0;
  for (let k = 0; k + 2 < grid.knots; k += 1) {
    const [before, at, after] = [c[k] ?? 0, c[k + 1] ?? 0, c[k + 2] ?? 0];
    total += Math.abs(after - at - (at - before));
  }
  return total / grid.step;
}

/**
 * Writes to `out` (length K) a subgradient g of TV⁽²⁾ at c: TV(c') ≥ TV(c) + g·(c' − c) for all c'. A knot where the
 * slope does not change contributes 0, the middle of its subdifferential. The signs are exact, each entry is an integer
 * of size at most 4 divided by T: one rounding, none if T is a power of two.
 */
export function totalVariationSubgradient(grid: SplineGrid, c: Float64Array, out: Float64Array): void {
  checkLength(grid, c, 'spline values');
  checkLength(grid, out, 'an output');
  let [previous, current] = [0, 0]; // the signs at the two knots below
  for (let k = 0; k < grid.knots; k += 1) {
    const next = k + 2 < grid.knots ? bendSign(c[k] ?? 0, c[k + 1] ?? 0, c[k + 2] ?? Number.NaN) : 0;
    out[k] = (previous - 2 * current + next) / grid.step;
    [previous, current] = [current, next];
  }
}

/**
 * The sign of (after − at) − (at − before), exactly, for values up to 2¹⁰²² in size. Rounding is monotone, so unequal
 * computed differences are in the right order; equal ones are decided by their rounding errors.
 */
export function bendSign(before: number, at: number, after: number): -1 | 0 | 1 {
  const left = at - before;
  const right = after - at;
  const bend = left === right ? differenceError(after, at, right) - differenceError(at, before, left) : right - left;
  return bend > 0 ? 1 : bend < 0 ? -1 : 0;
}

/** a − b − fl(a − b), itself a double (Knuth, TAOCP 2, 4.2.2, theorem B). */
function differenceError(a: number, b: number, difference: number): number {
  const virtual = difference - a;
  return a - (difference - virtual) - (b + virtual);
}

/**
 * ‖σ‖_BV(2) = TV⁽²⁾(σ) + |σ(0)| + |σ(1)| (Aziznejad et al., IEEE TSP 68 (2020)), an upper bound of every |s_k|: σ(1) −
 * σ(0) is a mean of slopes, and no slope is further than TV⁽²⁾ from a mean of slopes. Computed exactly, then rounded:
 * off by at most one unit in the last place, Infinity where it overflows. Fails with LW307 on NaN and infinities.
 */
export function bv2Norm(grid: SplineGrid, c: Float64Array): number {
  const { numerator, denominator, exponent } = exactNorm(grid, c);
  return toNumber(quotientAbove(numerator, denominator, exponent));
}

/**
 * A double that is at least ‖σ‖_BV(2) in exact arithmetic, and at most 1 + 2⁻⁴⁸ times it unless it is denormal; 0 only
 * for σ = 0. `quotientAbove` is at least the norm and rounding it to nearest loses at most a factor 1 − 2⁻⁵³ or half a
 * denormal spacing; the factor 1 + 2⁻⁵⁰, itself rounded, and one spacing more than make up for that.
 */
export function bv2NormAbove(grid: SplineGrid, c: Float64Array): number {
  const { numerator, denominator, exponent } = exactNorm(grid, c);
  if (numerator === 0n) {
    return 0;
  }
  return toNumber(quotientAbove(numerator, denominator, exponent)) * (1 + 2 ** -50) + Number.MIN_VALUE;
}

interface Ratio {
  readonly numerator: bigint;
  readonly denominator: bigint;
  readonly exponent: number;
}

/**
 * The norm as numerator / denominator · 2^exponent. With c_k = i_k · 2^exponent, T = τ/ρ and 1 in segment k,
 *
 *     2τ·TV = 2ρ Σ|i_{k+2} − 2i_{k+1} + i_k|,   2σ(0) = i_a + i_b, a and b the middle indices,
 *     2τ·σ(1) = 2τ i_k + (2ρ − (2k − K + 1)τ)(i_{k+1} − i_k).
 */
function exactNorm(grid: SplineGrid, c: Float64Array): Ratio {
  checkGrid(grid);
  checkLength(grid, c, 'spline values');
  const { mantissas, exponents } = fromNumbers(c);
  const used = exponents.filter((_, k) => mantissas[k] !== 0n);
  const exponent = used.length === 0 ? 0 : used.reduce((least, e) => Math.min(least, e));
  const value = mantissas.map((mantissa, k) =>
    mantissa === 0n ? 0n : mantissa << BigInt((exponents[k] ?? outside()) - exponent),
  );
  const at = (k: number): bigint => value[k] ?? outside();

  const step = fromNumber(grid.step);
  const tau = step.mantissa << BigInt(Math.max(0, step.exponent));
  const rho = 1n << BigInt(Math.max(0, -step.exponent));

  let bends = 0n;
  for (let k = 0; k + 2 < grid.knots; k += 1) {
    bends += size(at(k + 2) - 2n * at(k + 1) + at(k));
  }
  const last = grid.knots - 1;
  const twiceAtZero = at(Math.floor(last / 2)) + at(Math.ceil(last / 2));
  // (2k − (K−1))τ ≤ 2ρ says that knot k is at most 1.
  const k = Math.min(last - 1, Number((2n * rho + BigInt(last) * tau) / (2n * tau)));
  const scaledAtOne = 2n * tau * at(k) + (2n * rho - BigInt(2 * k - last) * tau) * (at(k + 1) - at(k));
  return { numerator: 2n * rho * bends + tau * size(twiceAtZero) + size(scaledAtOne), denominator: 2n * tau, exponent };
}

function size(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** numerator / denominator · 2^exponent, rounded up to 64 digits or more. */
function quotientAbove(
  numerator: bigint,
  denominator: bigint,
  exponent: number,
): { mantissa: bigint; exponent: number } {
  const shift = Math.max(0, 64 + bitLength(denominator) - bitLength(numerator));
  const mantissa = ((numerator << BigInt(shift)) + denominator - 1n) / denominator;
  return { mantissa, exponent: exponent - shift };
}
