import type { Interval } from '../../numeric/interval.js';

/** Where tails begin, as exponents of 2: after the last one a tail is not shortened any more. */
export const tailStarts: readonly number[] = [4, 6, 10, 20, 40, 60, 120, 240, 480];

/** [lo, hi] cut at all breakpoints inside; a breakpoint known only to lie between two doubles is a piece of its own. */
export function pieces(lo: number, hi: number, cuts: readonly Interval[]): readonly Interval[] {
  const result: Interval[] = [];
  let from = lo;
  for (const cut of [...cuts].sort((a, b) => a.lo - b.lo)) {
    if (cut.hi <= from || cut.lo >= hi) continue;
    if (cut.lo > from) result.push({ lo: from, hi: cut.lo });
    const start = Math.max(from, cut.lo);
    from = Math.min(hi, cut.hi);
    if (from > start) result.push({ lo: start, hi: from });
  }
  if (from < hi) result.push({ lo: from, hi });
  return result;
}

/** Where to halve a box: at the geometric mean if it spans several powers of two. Null if it is too narrow to halve. */
export function halfway({ lo, hi }: Interval): number | null {
  if (hi - lo <= Math.max(Math.max(Math.abs(lo), Math.abs(hi)) * 2 ** -50, 2 ** -64)) return null;
  const isWide = (near: number, far: number): boolean => near >= 1 && far > 4 * near;
  const middle = isWide(lo, hi)
    ? Math.sqrt(lo) * Math.sqrt(hi)
    : isWide(-hi, -lo)
      ? -Math.sqrt(-lo) * Math.sqrt(-hi)
      : lo / 2 + hi / 2;
  return middle > lo && middle < hi ? middle : null;
}
