import { describe, expect, it } from 'vitest';
import {
  add,
  bitLength,
  compare,
  fromNumber,
  multiply,
  negate,
  normalize,
  powerOfTwo,
  sign,
  toNumber,
} from '../../src/numeric/dyadic.js';
import { generator } from '../../src/numeric/random.js';
import { anyDouble, integerOf, integerOfDyadic } from './oracle.js';
import type { Dyadic } from '../../src/numeric/dyadic.js';

/** Every dyadic is a finite decimal; the language's own parser rounds that correctly. */
function parsed({ mantissa, exponent }: Dyadic): number {
  return exponent >= 0
    ? Number((mantissa << BigInt(exponent)).toString())
    : Number(`${(mantissa * 5n ** BigInt(-exponent)).toString()}e${exponent}`);
}

describe('dyadic', () => {
  it('decodes every kind of double exactly and gives it back', () => {
    const random = generator(1);
    const special = [0, -0, 1, -1, Number.MIN_VALUE, 2 ** -1022, 2 ** -1022 - Number.MIN_VALUE, Number.MAX_VALUE, 0.1];
    for (const x of [...special, ...Array.from({ length: 3000 }, () => anyDouble(random))]) {
      const exact = fromNumber(x);
      expect(integerOfDyadic(exact, 1074)).toBe(integerOf(x));
      expect(exact.mantissa === 0n || exact.mantissa % 2n !== 0n).toBe(true);
      expect(toNumber(exact)).toBe(x === 0 ? 0 : x);
    }
  });

  it('refuses NaN and infinities', () => {
    for (const x of [NaN, Infinity, -Infinity]) {
      expect(() => fromNumber(x)).toThrow(/LW307/);
    }
  });

  it('adds, multiplies, negates and compares exactly', () => {
    const random = generator(2);
    for (let run = 0; run < 2000; run += 1) {
      const [x, y] = [anyDouble(random), run % 3 === 0 ? random.integer(-3, 3) : anyDouble(random)];
      const [a, b] = [fromNumber(x), fromNumber(y)];
      expect(integerOfDyadic(add(a, b), 1074)).toBe(integerOf(x) + integerOf(y));
      expect(integerOfDyadic(multiply(a, b), 2148)).toBe(integerOf(x) * integerOf(y));
      expect(integerOfDyadic(negate(a), 1074)).toBe(-integerOf(x));
      expect(compare(a, b)).toBe(Math.sign(x < y ? -1 : x > y ? 1 : 0));
      expect(sign(a)).toBe(x > 0 ? 1 : x < 0 ? -1 : 0);
      expect(compare(normalize(add(a, b)), add(a, b))).toBe(0);
    }
  });

  it('compares by value, not by form', () => {
    expect(compare({ mantissa: 4n, exponent: 0 }, { mantissa: 1n, exponent: 2 })).toBe(0);
    expect(compare({ mantissa: 0n, exponent: 9 }, { mantissa: 0n, exponent: -9 })).toBe(0);
  });

  it('rounds to the nearest double, ties to even', () => {
    const at = (mantissa: bigint, exponent: number): number => toNumber({ mantissa, exponent });
    expect(at(2n ** 53n + 1n, 0)).toBe(2 ** 53);
    expect(at(2n ** 53n + 3n, 0)).toBe(2 ** 53 + 4);
    expect(at(2n ** 54n + 3n, 0)).toBe(2 ** 54 + 4);
    expect(at(1n, -1075)).toBe(0);
    expect(at(3n, -1075)).toBe(2 * Number.MIN_VALUE);
    expect(at(5n, -1075)).toBe(2 * Number.MIN_VALUE);
    expect(at(2n ** 60n + 1n, -1135)).toBe(Number.MIN_VALUE);
    // 3/8 of the denormal grid above an odd place: rounding to 53 digits first would make it 4/8, then go up.
    expect(at(2n ** 54n + 8n + 3n, -1077)).toBe(2 ** -1023 + Number.MIN_VALUE);
    expect(at(-(2n ** 1024n - 2n ** 970n), 0)).toBe(-Infinity);
    expect(at(2n ** 1024n - 2n ** 970n - 1n, 0)).toBe(Number.MAX_VALUE);
    expect(at(1n, 5000)).toBe(Infinity);
    expect(at(-1n, -5000)).toBe(0);
  });

  it('rounds as the parser of decimal numbers does', () => {
    const random = generator(3);
    const bits = (length: number): bigint => {
      let value = 1n;
      for (let i = 1; i < length; i += 1) {
        value = 2n * value + BigInt(random.integer(0, 1));
      }
      return value;
    };
    for (let run = 0; run < 3000; run += 1) {
      const length = random.integer(1, 120);
      const tie = run % 2 === 0 ? bits(length) : (2n * bits(53) + 1n) << BigInt(random.integer(0, 60));
      const near = tie + BigInt(random.integer(-1, 1));
      const top = random.pick([random.integer(-1080, -1020), random.integer(-60, 60), random.integer(1015, 1025)]);
      const value = { mantissa: run % 3 === 0 ? -near : near, exponent: top - near.toString(2).length };
      expect(toNumber(value) + 0).toBe(parsed(value) + 0);
    }
  });

  it('knows powers of two and lengths', () => {
    for (let exponent = -1074; exponent <= 1023; exponent += 1) {
      expect(powerOfTwo(exponent)).toBe(exponent < -1000 ? 2 ** (exponent + 500) * 2 ** -500 : 2 ** exponent);
    }
    expect([powerOfTwo(-1075), powerOfTwo(1024)]).toEqual([0, Infinity]);
    for (let length = 0; length < 200; length += 1) {
      const value = length === 0 ? 0n : (1n << BigInt(length)) - 1n;
      expect([bitLength(value), bitLength(-value)]).toEqual([length, length]);
      expect(bitLength(1n << BigInt(length))).toBe(length + 1);
    }
  });
});
