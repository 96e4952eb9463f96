import fc from 'fast-check';
import { generator } from '../../src/numeric/random.js';
import { projector } from '../../src/numeric/spline-projection.js';
import { anyDouble, integerOf } from './oracle.js';
import type { Random } from '../../src/numeric/random.js';
import type { SplineGrid } from '../../src/numeric/spline.js';
import type { SplineProjector } from '../../src/numeric/spline-projection.js';

export type Slopes = readonly [number, number];

export const knotNumbers = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 2, max: 9 }) },
  { weight: 4, arbitrary: fc.integer({ min: 10, max: 130 }) },
  { weight: 1, arbitrary: fc.constantFrom(64, 65, 1000, 1023, 1024) },
);

/** Steps with full and with short mantissas, the ends of the range among them. */
export const steps = fc.oneof(
  fc.constantFrom(1, 0.1, 0.5, 1 / 3, 2 ** -40, 2 ** 40),
  fc.integer({ min: -40, max: 40 }).map((e) => 2 ** e),
  fc
    .tuple(fc.integer({ min: 0, max: 2 ** 32 }), fc.integer({ min: -40, max: 39 }))
    .map(([x, e]) => (1 + x / 2 ** 33) * 2 ** e),
);

export const grids = fc.record({ knots: knotNumbers, step: steps });

/** Slope intervals with room inside, scaled over the whole range. */
export const slopeIntervals = fc.oneof(
  fc.constantFrom<Slopes>(
    [0, 1],
    [-1, 1],
    [0.1, 1],
    [-0.12890625, 1.1289],
    [-1, 0],
    [-3, -0.7],
    [5e-324, 1],
    [-1, -5e-324],
  ),
  fc
    .tuple(
      fc.integer({ min: 1, max: 9999 }),
      fc.integer({ min: -10000, max: 10000 }),
      fc.integer({ min: -380, max: 380 }),
    )
    .map(([width, low, e]): Slopes => [(low / 10007) * 2 ** e, ((low + width) / 10007) * 2 ** e]),
);

export const seeds = fc.integer();

const scales = [0, 5e-324, 1e-310, 1e-300, 1e-20, 1e-3, 1, 1e3, 1e20, 1e300, 1e308];

/**
 * Hostile values for one spline: every kind of size and shape that a trainer could hand in, and some that it could not.
 */
export function values(
  grid: SplineGrid,
  { quantum, slopes, valueLimit }: SplineProjector,
  random: Random,
): Float64Array {
  const c = new Float64Array(grid.knots);
  const [m, L] = slopes;
  const natural = Math.max(Math.abs(m), Math.abs(L)) * grid.step;
  const scale = random.pick(scales);
  const offset = random.pick([0, 0, natural, 300 * natural * grid.knots, 2 ** 45 * quantum, -valueLimit * quantum]);
  const fills: (() => void)[] = [
    () => c.forEach((_, k) => (c[k] = scale * (2 * random.uniform() - 1))),
    () => c.forEach((_, k) => (c[k] = natural * random.normal())),
    () => c.forEach((_, k) => (c[k] = natural * (k + 0.3 * random.normal()) + offset)),
    () => c.fill(scale),
    () => (c[random.integer(0, grid.knots - 1)] = random.pick([1, -1]) * random.pick([natural, 1e308, scale])),
    () => c.forEach((_, k) => (c[k] = anyDouble(random))),
    () => c.forEach((_, k) => (c[k] = (k % 2 === 0 ? 1 : -1) * Number.MAX_VALUE)),
    // Slopes at the bounds, a quantum inside and outside of them, and half quanta.
    () => {
      let running = offset;
      c.forEach((_, k) => {
        c[k] = running;
        running += random.pick([m, L, (m + L) / 2]) * grid.step + random.pick([0, 0, 1, -1, 0.5, -0.5]) * quantum;
      });
    },
    () => c.forEach((_, k) => (c[k] = quantum * (random.integer(-5, 5) + random.pick([0, 0.5, 0.5 - 2 ** -54])))),
  ];
  random.pick(fills)();
  if (random.integer(0, 3) === 0) {
    c[random.integer(0, grid.knots - 1)] = random.pick([
      0,
      -0,
      1e308,
      -1e308,
      Number.MIN_VALUE,
      scale,
      valueLimit * quantum,
    ]);
  }
  return c;
}

/** Hostile values, and small integers with hostile ones among them. */
export function anyValues(grid: SplineGrid, seed: number): Float64Array {
  const stream = generator(seed);
  const c = values(grid, projector(grid, [-1, 1]), stream);
  return stream.integer(0, 1) === 0 ? c : c.map((x, k) => (stream.integer(0, 2) === 0 ? x : Math.round(x) % 3) + k);
}

/** Values whose slopes lie in [m, L] with a hundredth of the interval to spare. */
export function roomyValues(grid: SplineGrid, [m, L]: Slopes, random: Random): Float64Array {
  const c = new Float64Array(grid.knots);
  let running = Math.max(Math.abs(m), Math.abs(L)) * grid.step * grid.knots * random.normal();
  c.forEach((_, k) => {
    c[k] = running;
    running += (m + (L - m) * (0.01 + 0.98 * random.uniform())) * grid.step;
  });
  return c;
}

export const random = generator;

const size = (x: bigint): bigint => (x < 0n ? -x : x);

const total = (c: Float64Array): bigint => c.reduce((sum, x) => sum + integerOf(x), 0n);

/**
 * Everything that a projection promises and `out` breaks, decided in exact arithmetic on the doubles; `again` is the
 * projection of `out`.
 */
export function brokenPromises(
  projection: SplineProjector,
  c: Float64Array,
  out: Float64Array,
  again: Float64Array,
): Set<string> {
  const { grid, slopes, quantum, valueLimit, offsetLimit } = projection;
  const broken = new Set<string>();
  if (!out.every(Number.isFinite)) {
    return broken.add('finite');
  }
  const [lowest, highest] = slopes.map((x) => integerOf(x) * integerOf(grid.step));
  const [m, L] = slopes;
  for (let k = 0; k + 1 < grid.knots; k += 1) {
    const [left, right] = [out[k] ?? NaN, out[k + 1] ?? NaN];
    const rise = (integerOf(right) - integerOf(left)) << 1074n;
    if (lowest === undefined || highest === undefined || rise < lowest || rise > highest) {
      broken.add('slopes');
    }
    const quotient = (right - left) / grid.step;
    if (!(quotient >= m && quotient <= L)) {
      broken.add('computed slopes');
    }
  }
  if (!out.every((x, k) => Object.is(x, again[k]))) {
    broken.add('idempotence');
  }
  const isInRange =
    c.every((x) => Math.abs(x) <= valueLimit * quantum) && Math.abs(out[0] ?? 0) < offsetLimit * quantum;
  const moved = size(total(out) - total(c));
  if (isInRange && moved << 54n > BigInt(grid.knots) * integerOf(quantum) * (2n ** 54n + 1n)) {
    broken.add('mean');
  }
  return broken;
}

/** K times the exact clip-and-integrate-again projection with kept mean, in units of 2^-2148. */
export function exactProjection(grid: SplineGrid, slopes: Slopes, c: Float64Array): bigint[] {
  const [lowest, highest] = slopes.map((x) => integerOf(x) * integerOf(grid.step)) as [bigint, bigint];
  const exact = Array.from(c, (x) => integerOf(x) << 1074n);
  const running = [0n];
  for (let k = 0; k + 1 < grid.knots; k += 1) {
    const rise = (exact[k + 1] ?? 0n) - (exact[k] ?? 0n);
    running.push((running[k] ?? 0n) + (rise < lowest ? lowest : rise > highest ? highest : rise));
  }
  const sum = exact.reduce((a, b) => a + b, 0n) - running.reduce((a, b) => a + b, 0n);
  return running.map((n) => BigInt(grid.knots) * n + sum);
}
