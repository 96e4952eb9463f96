import { fail } from '../base/diagnostic.js';
import { outside } from '../base/outside.js';

/** A seeded stream of random values; equal seeds give equal streams on every machine. */
export interface Random {
  /** Uniform in [0, 1), a multiple of 2⁻⁵³. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Uniform over the integers from … to, both included. Fails with LW311 on an empty or unsafe range. */
  integer(from: number, to: number): number;
  /** One of the items, each equally likely. Fails with LW311 on an empty list. */
  pick<T>(items: readonly T[]): T;
}

/** splitmix32: a counter through a 32-bit finaliser; its only task is to spread a seed over the large state. */
function splitmix(start: number): () => number {
  let state = start | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) | 0;
  };
}

/**
 * xoshiro128++ (Blackman and Vigna, ACM TOMS 47 (2021)): unsigned 32-bit words from 128 bits of state, which `seed`
 * fills with four words.
 */
export function xoshiro(seed: () => number): () => number {
  let a = seed();
  let b = seed();
  let c = seed();
  let d = seed();
  if ((a | b | c | d) === 0) {
    d = 1; // the all-zero state is the one fixed point
  }
  return () => {
    const sum = (a + d) | 0;
    const word = (((sum << 7) | (sum >>> 25)) + a) | 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return word >>> 0;
  };
}

/**
 * A generator for the given seed, any finite number: all 64 bits of it count. All state is inside the returned
 * object. Fails with LW311 on NaN and infinities.
 */
export function generator(seed: number): Random {
  if (!Number.isFinite(seed)) {
    fail('LW311', `seed ${seed}`, 'a finite number');
  }
  const bits = new Uint32Array(Float64Array.of(seed === 0 ? 0 : seed).buffer);
  const low = splitmix(bits[0] ?? outside());
  const high = splitmix(Math.imul(bits[1] ?? outside(), 0x9e3779b1) ^ 0x5bd1e995);
  const word = xoshiro(() => low() ^ high());
  let spare: number | null = null;

  const uniform = (): number => ((word() >>> 5) * 0x4000000 + (word() >>> 6)) * 2 ** -53;

  /** Marsaglia's polar method; it makes two at a time. */
  const normal = (): number => {
    if (spare !== null) {
      const ready = spare;
      spare = null;
      return ready;
    }
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const square = x * x + y * y;
      if (square > 0 && square < 1) {
        const stretch = Math.sqrt((-2 * Math.log(square)) / square);
        spare = y * stretch;
        return x * stretch;
      }
    }
  };

  const integer = (from: number, to: number): number => {
    const span = to - from + 1;
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || !(span >= 1) || !Number.isSafeInteger(span)) {
      fail('LW311', `the range ${from} … ${to}`, 'a non-empty range of integers');
    }
    return from + Math.floor(uniform() * span);
  };

  const pick = <T>(items: readonly T[]): T => {
    if (items.length === 0) {
      fail('LW311', 'an empty list', 'at least one item to pick from');
    }
    return items[integer(0, items.length - 1)] as T;
  };

  return { uniform, normal, integer, pick };
}
