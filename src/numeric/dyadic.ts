import { fail } from '../base/diagnostic.js';
import { outside } from '../base/outside.js';

/** The exact number mantissa · 2^exponent. The form is not unique: compare with `compare`, never field by field. */
export interface Dyadic {
  readonly mantissa: bigint;
  readonly exponent: number;
}

/** Many dyadics side by side, entry i being mantissas[i] · 2^exponents[i]; mantissas are odd or zero. */
export interface DyadicArray {
  readonly mantissas: readonly bigint[];
  readonly exponents: Int32Array;
}

export const zero: Dyadic = { mantissa: 0n, exponent: 0 };

/** The double 2^exponent, by its bits, for -1074 ≤ exponent ≤ 1023; 0 and Infinity beyond. */
export function powerOfTwo(exponent: number): number {
  if (exponent > 1023) {
    return Infinity;
  }
  if (exponent < -1074) {
    return 0;
  }
  if (exponent < -1022) {
    return powerOfTwo(exponent + 60) * 2 ** -60;
  }
  const value = new Float64Array(1);
  new Uint32Array(value.buffer)[1] = (exponent + 1023) << 20;
  return value[0] ?? Number.NaN;
}

/** Number of binary digits of |value|; 0 for 0n. */
export function bitLength(value: bigint): number {
  if (value === 0n) {
    return 0;
  }
  const digits = (value < 0n ? -value : value).toString(16);
  return 4 * (digits.length - 1) + 32 - Math.clz32(Number.parseInt(digits.charAt(0), 16));
}

/**
 * Decodes every entry of a vector exactly, from the bits. Trailing zero bits go to the exponent, which keeps the
 * integers of later products short. Fails with LW307 on NaN and infinities.
 */
export function fromNumbers(data: Float64Array): DyadicArray {
  const words = new Uint32Array(data.buffer, data.byteOffset, 2 * data.length);
  const mantissas: bigint[] = [];
  const exponents = new Int32Array(data.length);
  for (let i = 0; i < data.length; i += 1) {
    const low = words[2 * i] ?? outside();
    const high = words[2 * i + 1] ?? outside();
    const biased = (high >>> 20) & 0x7ff;
    if (biased === 0x7ff) {
      fail('LW307', String(data[i]), 'a finite number');
    }
    const fraction = (high & 0xfffff) + (biased === 0 ? 0 : 0x100000);
    if (fraction === 0 && low === 0) {
      mantissas.push(0n);
      continue;
    }
    const zeros = low === 0 ? 32 + trailingZeros(fraction) : trailingZeros(low);
    // The quotient is an integer below 2^53: both the sum and the division by a power of two are exact.
    const magnitude = (fraction * 0x100000000 + low) / 2 ** zeros;
    mantissas.push(BigInt(high >>> 31 === 1 ? -magnitude : magnitude));
    exponents[i] = (biased === 0 ? 1 : biased) - 1075 + zeros;
  }
  return { mantissas, exponents };
}

function trailingZeros(word: number): number {
  return 31 - Math.clz32(word & -word);
}

/** The exact value of a double, denormals included. Fails with LW307 on NaN and infinities. */
export function fromNumber(x: number): Dyadic {
  const { mantissas, exponents } = fromNumbers(Float64Array.of(x));
  return { mantissa: mantissas[0] ?? outside(), exponent: exponents[0] ?? outside() };
}

export function add(a: Dyadic, b: Dyadic): Dyadic {
  if (a.mantissa === 0n) {
    return b;
  }
  if (b.mantissa === 0n) {
    return a;
  }
  const exponent = Math.min(a.exponent, b.exponent);
  return { mantissa: at(a, exponent) + at(b, exponent), exponent };
}

/** The integer a / 2^exponent, for exponent ≤ a.exponent. */
function at(a: Dyadic, exponent: number): bigint {
  return a.mantissa << BigInt(a.exponent - exponent);
}

export function multiply(a: Dyadic, b: Dyadic): Dyadic {
  return { mantissa: a.mantissa * b.mantissa, exponent: a.exponent + b.exponent };
}

export function negate(a: Dyadic): Dyadic {
  return { mantissa: -a.mantissa, exponent: a.exponent };
}

export function sign(a: Dyadic): -1 | 0 | 1 {
  return a.mantissa > 0n ? 1 : a.mantissa < 0n ? -1 : 0;
}

/** The sign of a − b. */
export function compare(a: Dyadic, b: Dyadic): -1 | 0 | 1 {
  return sign(add(a, negate(b)));
}

/** The same value with an odd mantissa (or 0 · 2^0). */
export function normalize(a: Dyadic): Dyadic {
  if (a.mantissa === 0n) {
    return zero;
  }
  const zeros = bitLength(a.mantissa & -a.mantissa) - 1;
  return zeros === 0 ? a : { mantissa: a.mantissa >> BigInt(zeros), exponent: a.exponent + zeros };
}

/**
 * The nearest double, ties to even, as IEEE 754 rounds: denormals are rounded once, on their own grid, and values
 * from 2^1024 − 2^970 on become infinite.
 */
export function toNumber(a: Dyadic): number {
  const small = Number(a.mantissa);
  if (Math.abs(small) < 2 ** 53 && a.exponent > -1000 && a.exponent < 900) {
    return small * powerOfTwo(a.exponent); // both exact: the usual case, without long integers
  }
  const magnitude = a.mantissa < 0n ? -a.mantissa : a.mantissa;
  const length = bitLength(magnitude);
  const top = a.exponent + length - 1; // 2^top ≤ |value| < 2^(top+1)
  if (length === 0 || top < -1075) {
    return 0;
  }
  if (top > 1023) {
    return a.mantissa < 0n ? -Infinity : Infinity;
  }
  const precision = Math.min(53, 1075 + top); // digits that the format keeps at this magnitude
  const drop = Math.max(0, length - precision);
  let kept = magnitude >> BigInt(drop);
  if (drop > 0) {
    const rest = magnitude - (kept << BigInt(drop));
    const half = 1n << BigInt(drop - 1);
    if (rest > half || (rest === half && (kept & 1n) === 1n)) {
      kept += 1n;
    }
  }
  // The product is representable (or overflows as it should), hence exact.
  const rounded = Number(kept) * powerOfTwo(a.exponent + drop);
  return a.mantissa < 0n ? -rounded : rounded;
}

/** A running exact sum, for inner loops that would otherwise make an object per addition. */
export class DyadicSum {
  private mantissa = 0n;
  private exponent = 0;

  /** Adds mantissa · 2^exponent. */
  add(mantissa: bigint, exponent: number): void {
    if (mantissa === 0n) {
      return;
    }
    if (this.mantissa === 0n) {
      this.mantissa = mantissa;
      this.exponent = exponent;
    } else if (exponent >= this.exponent) {
      this.mantissa += mantissa << BigInt(exponent - this.exponent);
    } else {
      this.mantissa = (this.mantissa << BigInt(this.exponent - exponent)) + mantissa;
      this.exponent = exponent;
    }
  }

  value(): Dyadic {
    return { mantissa: this.mantissa, exponent: this.exponent };
  }
}
