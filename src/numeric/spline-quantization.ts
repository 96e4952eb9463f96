import { fail } from '../base/diagnostic.js';
import { bitLength, fromNumber, multiply, negate, normalize, powerOfTwo } from './dyadic.js';
import type { Dyadic } from './dyadic.js';
import { checkGrid } from './spline.js';
import type { SplineGrid } from './spline.js';

/** The constants of a projection, all of them exact doubles, for whoever writes it down in another language. */
export interface SplineQuantization {
  /** q, a power of two. */
  readonly quantum: number;
  /** lo = ⌈mT/q⌉ and hi = ⌊LT/q⌋, integers of size at most 2^B. */
  readonly lowest: number;
  readonly highest: number;
  /** V, the integer that values are clipped to, in quanta. */
  readonly valueLimit: number;
  /** A = V − K·2^B, the integer that the first value of a projected spline is clipped to, in quanta. */
  readonly offsetLimit: number;
}

/** B: how many binary digits an increment has at most. */
export const splineDigits = (knots: number): number => Math.min(32, 44 - 2 * Math.ceil(Math.log2(knots)));

/**
 * See `projector`. @throws LW311 an unusable grid, LW305 unless m < L are finite with max(|m|, |L|) between 2⁻⁴⁰⁰ and
 * 2⁴⁰⁰ and a multiple of q lies between mT and LT
 */
export function splineQuantization(grid: SplineGrid, [m, L]: readonly [number, number]): SplineQuantization {
  checkGrid(grid);
  const { knots, step } = grid;
  const steepest = Math.max(Math.abs(m), Math.abs(L));
  const found = `[${m}, ${L}]`;
  if (!(m < L)) {
    fail('LW305', found, 'm < L: a spline needs room between its slopes');
  }
  if (!(steepest >= 2 ** -400 && steepest <= 2 ** 400)) {
    fail('LW305', found, 'max(|m|, |L|) between 2^-400 and 2^400 for a spline');
  }
  const digits = splineDigits(knots);
  const exactStep = fromNumber(step);
  const exponent = exponentAbove(multiply(fromNumber(steepest), exactStep)) - digits;
  const lowest = -Number(floorQuotient(negate(multiply(fromNumber(m), exactStep)), exponent));
  const highest = Number(floorQuotient(multiply(fromNumber(L), exactStep), exponent));
  if (lowest > highest) {
    fail('LW305', found, 'm < L: a spline needs room between its slopes, a quantum of them at least');
  }
  const valueLimit = Math.floor(2 ** 52 / knots);
  return {
    quantum: powerOfTwo(exponent),
    lowest: lowest + 0, // no −0 among printed constants
    highest,
    valueLimit,
    offsetLimit: valueLimit - knots * 2 ** digits,
  };
}

/** The least e with 2^e ≥ a > 0. */
function exponentAbove(a: Dyadic): number {
  const { mantissa, exponent } = normalize(a);
  return exponent + bitLength(mantissa - 1n);
}

/** ⌊a / 2^exponent⌋, exactly. */
function floorQuotient(a: Dyadic, exponent: number): bigint {
  const shift = a.exponent - exponent;
  return shift >= 0 ? a.mantissa << BigInt(shift) : a.mantissa >> BigInt(-shift);
}
