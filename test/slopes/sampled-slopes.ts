import type { Random } from '../../src/numeric/random.js';

/**
 * The least and the greatest difference quotient that was met, and the sizes of the functions' rounding errors in them.
 */
export interface Sampled {
  readonly least: number;
  readonly greatest: number;
  readonly error: number;
}

/**
 * Difference quotients of pairs of all sizes and around the given places. What is met is a slope up to `error`, so a
 * bound that it leaves by more is false.
 */
export function sampleSlopes(
  f: (v: number) => number,
  random: Random,
  places: readonly number[] = [],
  count = 10_000,
): Sampled {
  let [least, greatest, error] = [Infinity, -Infinity, 0];
  const meet = (a: number, b: number): void => {
    const [low, high] = [f(a), f(b)];
    const slope = (high - low) / (b - a);
    if (!Number.isFinite(slope)) return;
    least = Math.min(least, slope);
    greatest = Math.max(greatest, slope);
    error = Math.max(error, (1e-14 * (Math.abs(low) + Math.abs(high) + Math.abs(a) + Math.abs(b))) / Math.abs(b - a));
  };
  const all = [0, ...places.filter(Number.isFinite)];
  for (const place of all)
    for (const step of [1e-4, -1e-4, 1e-3, -1e-3]) meet(place, place + step * Math.max(1, Math.abs(place)));
  for (const far of [30, 1e3, 1e4]) for (const side of [1, -1]) meet(side * far, side * far * 1.5);
  for (let n = 0; n < count; n += 1) {
    const scale = 2 ** random.integer(-6, 6);
    const a = (random.uniform() * 2 - 1) * scale + (all[random.integer(0, all.length - 1)] ?? 0);
    const b = a + (random.uniform() < 0.5 ? -1 : 1) * 10 ** (-3 + 4 * random.uniform()) * Math.max(1, Math.abs(a));
    meet(a, b);
  }
  return { least, greatest, error };
}

/** What a claim about slopes gets wrong: a bound that samples leave, or one that they do not come near. */
export function faultOf(
  claim: { readonly m: number; readonly L: number },
  { least, greatest, error }: Sampled,
  near = 2e-3,
): string | null {
  const slack = error + 1e-12;
  if (greatest > claim.L + slack) return `a slope ${greatest} above L = ${claim.L}`;
  if (least < claim.m - slack) return `a slope ${least} below m = ${claim.m}`;
  const size = near * Math.max(1, Math.abs(claim.L), Math.abs(claim.m)) + error;
  if (greatest < claim.L - size) return `no slope above ${greatest}, but L = ${claim.L}`;
  return least > claim.m + size ? `no slope below ${least}, but m = ${claim.m}` : null;
}
