/** A stretch from `from` until before `to` in which everything equals what stands `period` further on, as far as it reaches. */
export interface Run {
  readonly from: number;
  readonly to: number;
  readonly period: number;
}

/**
 * The distances at which something may repeat: those between a window of entries and its next copy, for windows of 1,
 * 2, 4, … entries, and twice those, since what reads two iterations back repeats every two. A window that stands once in a
 * period tells the period. n log n steps.
 */
export function periodsOf(entries: readonly number[]): readonly number[] {
  const found = new Set<number>();
  let windows = entries;
  for (let width = 1; windows.length > 0; width *= 2) {
    const last = new Map<number, number>();
    windows.forEach((window, at) => {
      const before = last.get(window);
      if (before !== undefined) found.add(at - before);
      last.set(window, at);
    });
    windows = doubled(windows, width);
  }
  return [...new Set([...found].flatMap((distance) => [distance, 2 * distance]))].sort((a, b) => a - b);
}

/** Numbers for the windows of twice the width, equal ones for equal windows. */
function doubled(windows: readonly number[], width: number): readonly number[] {
  const numbers = new Map<string, number>();
  return windows.slice(0, Math.max(0, windows.length - width)).map((first, at) => {
    const key = `${first} ${String(windows[at + width])}`;
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
}

/** The longest runs of at least two periods in entries[from, to). */
export function runsOf(entries: readonly number[], from: number, to: number, period: number): readonly Run[] {
  const found: Run[] = [];
  let start = from;
  for (let at = from; at + period <= to; at += 1) {
    if (at + period < to && entries[at] === entries[at + period]) continue;
    if (at - start >= period) found.push({ from: start, to: at + period, period });
    start = at + 1;
  }
  return found;
}
