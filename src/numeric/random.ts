import { fail } from '../base/diagnostic.js';
import { streamOf } from '../runtime/js/random.js';

export { xoshiro } from '../runtime/js/random.js';

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

/**
 * A generator for the given seed, any finite number: all 64 bits of it count. All state is inside the returned
 * object. Fails with LW311 on NaN and infinities.
 */
export function generator(seed: number): Random {
  if (!Number.isFinite(seed)) {
    fail('LW311', `seed ${seed}`, 'a finite number');
  }
  const { uniform, normal } = streamOf(seed);

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
