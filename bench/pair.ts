/**
 * Side by side in one run: a and b take turns, and the ratio is the median over the rounds of time(a) / time(b). On a
 * shared machine single times drift; ratios of neighbours hold.
 */
export interface Pair {
  /** Median time of one call, in milliseconds. */
  readonly first: number;
  readonly second: number;
  readonly ratio: number;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Calls a function often enough for about `target` milliseconds. */
function calibrate(run: () => unknown, target: number): number {
  for (let count = 1; ; count *= 2) {
    const start = performance.now();
    for (let i = 0; i < count; i += 1) run();
    const spent = performance.now() - start;
    if (spent > target / 4) return Math.max(1, Math.round((count * target) / spent));
  }
}

function time(run: () => unknown, count: number): number {
  const start = performance.now();
  for (let i = 0; i < count; i += 1) run();
  return (performance.now() - start) / count;
}

export function pair(first: () => unknown, second: () => unknown, rounds = 15, target = 30): Pair {
  // Both must have been optimized before either is measured.
  for (const run of [first, second, first, second]) time(run, calibrate(run, 150));
  const [countFirst, countSecond] = [calibrate(first, target), calibrate(second, target)];
  const samples = Array.from({ length: rounds }, () => ({ a: time(first, countFirst), b: time(second, countSecond) }));
  return {
    first: median(samples.map(({ a }) => a)),
    second: median(samples.map(({ b }) => b)),
    ratio: median(samples.map(({ a, b }) => a / b)),
  };
}

/** Median time of one call, in milliseconds. */
export function once(run: () => unknown, rounds = 7): number {
  return median(Array.from({ length: rounds }, () => time(run, 1)));
}
