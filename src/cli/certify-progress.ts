import { boundAbove, briefAbove } from '../base/number-text.js';
import type { SearchProgress } from '../certify/search.js';
import type { Session } from './session.js';

const seconds = { first: 1, between: 3 } as const;

/** A line on stderr after a second, then one every few seconds while the search goes on. */
export function progressLines(
  { io }: Session,
  now: () => number = () => performance.now(),
): (progress: SearchProgress) => void {
  const start = now();
  let last = start - 1000 * (seconds.between - seconds.first);
  return (progress) => {
    const time = now();
    if (time - last < 1000 * seconds.between) return;
    last = time;
    io.err(`${progressText(progress, (time - start) / 1000)}\n`);
  };
}

/** Only what a proof stands behind is called proven; an estimate is told where it promises more. */
export function progressText({ iterations, proven, estimate, gap }: SearchProgress, time: number): string {
  const bound = proven < Infinity ? `proven ${boundAbove(proven)}` : 'nothing proven yet';
  if (estimate === null) return `${time.toFixed(1)} s: ${bound}`;
  if (!(estimate < proven)) return `${time.toFixed(1)} s: ${bound}; step ${iterations}`;
  const distance = gap < 1 ? `, within ${briefAbove(gap, 2)} of the best` : '';
  return `${time.toFixed(1)} s: ${bound}; step ${iterations} estimates ${boundAbove(estimate)}, not proven${distance}`;
}
