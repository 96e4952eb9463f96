import { describe, expect, it } from 'vitest';
import * as constants from '../../../src/numeric/elementary/constants.js';
import { up } from '../../../src/numeric/interval.js';
import { integerOf } from '../oracle.js';
import { ln2, pi, twoOverRootPi } from './fixed-point.js';
import type { Interval } from '../../../src/numeric/interval.js';

const places = 300;
const unit = 1n << BigInt(1074 - places);

/** x · 2^300, for doubles that are that coarse. */
function fixed(x: number): bigint {
  const exact = integerOf(x);
  expect(exact % unit).toBe(0n);
  return exact / unit;
}

/** Binary digits between the first and the last that is not 0. */
function digits(x: number): number {
  const text = integerOf(x).toString(2);
  return text.replace(/0+$/, '').length;
}

/** The true value lies strictly between two neighbours. */
function isTight(a: Interval, truth: bigint): boolean {
  return fixed(a.lo) < truth - 4n && truth + 4n < fixed(a.hi) && up(a.lo) === a.hi;
}

describe('constants, against series in integers', () => {
  it('ln 2 in two parts', () => {
    const rest = ln2(places) - fixed(constants.ln2High) - fixed(constants.ln2Low);
    expect(rest < 1n << 199n && rest > -(1n << 199n)).toBe(true);
    expect(digits(constants.ln2High)).toBeLessThanOrEqual(42);
    expect(isTight({ lo: constants.ln2, hi: up(constants.ln2) }, ln2(places))).toBe(true);
  });

  it('π/2 in three parts', () => {
    const rest =
      pi(places) / 2n - fixed(constants.halfPiFirst) - fixed(constants.halfPiSecond) - fixed(constants.halfPiThird);
    expect(rest < 1n << 179n && rest > -(1n << 179n)).toBe(true);
    expect(digits(constants.halfPiFirst)).toBeLessThanOrEqual(33);
    expect(digits(constants.halfPiSecond)).toBeLessThanOrEqual(33);
  });

  it('π and 2/√π between neighbouring doubles', () => {
    expect(isTight(constants.pi, pi(places))).toBe(true);
    expect(isTight(constants.twoOverRootPi, twoOverRootPi(places))).toBe(true);
    expect(isTight(constants.pi, pi(places) + (1n << 252n))).toBe(false);
  });

  it('scales by powers of two', () => {
    expect(constants.scale(1.5, -1074)).toBe(2 ** -1073); // halfway, to even
    expect(constants.scale(1.25, -1073)).toBe(2 ** -1073); // 1.25 · 2^-1073 = 2.5 η
    expect(constants.scale(1.75, 1023)).toBe(1.75 * 2 ** 1023);
    expect(constants.scale(1, 1024)).toBe(Infinity);
    expect(constants.scale(1, -1100)).toBe(0);
  });
});
