import { generator } from '../../../src/numeric/random.js';
import type { Random } from '../../../src/numeric/random.js';

/** The doubles around x, to catch branches that hand over in the wrong place. */
export function around(x: number): number[] {
  const ulp = Math.max(Number.MIN_VALUE, Math.abs(x) * 2 ** -53);
  return [x - 2 * ulp, x - ulp, x, x + ulp, x + 2 * ulp];
}

/** A magnitude of 10^from … 10^to with a random sign. */
export function anySize(random: Random, from: number, to: number): number {
  const size = (1 + 9 * random.uniform()) * 10 ** (from + (to - from) * random.uniform());
  return random.uniform() < 0.5 ? size : -size;
}

/**
 * `count` arguments: a third between ±spread, the rest of all magnitudes from denormals to `largest`, and more at and
 * near the turns.
 */
export function points(
  seed: number,
  count: number,
  spread: number,
  largest: number,
  turns: readonly number[],
): number[] {
  const random = generator(seed);
  const exponent = Math.log10(largest);
  const sizes = [
    () => spread * (2 * random.uniform() - 1),
    () => anySize(random, -12, Math.log10(spread)),
    () => anySize(random, -3, exponent - 1),
    () => anySize(random, -3, 0),
    () => spread * (2 * random.uniform() - 1),
    () => anySize(random, -323, -1),
  ];
  const drawn = Array.from({ length: count }, (_, i) => (sizes[i % 6] ?? random.uniform)());
  const near = turns.flatMap((x) => [
    ...around(x),
    ...Array.from({ length: 12 }, () => x * (0.8 + 0.4 * random.uniform())),
  ]);
  return [...drawn, ...near, ...near.map((x) => -x)].filter((x) => Math.abs(x) <= largest * 1.1);
}
