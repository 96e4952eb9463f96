import { activationLibrary } from '../src/slopes/library/index.js';
import { analyseActivation, writtenActivation } from '../src/slopes/index.js';
import { numericFunction } from '../src/slopes/scalar/evaluate.js';
import type { Scalar } from '../src/slopes/scalar/node.js';
import { pair } from './pair.js';

/** What people do instead: the largest and least difference quotient on a grid. An estimate, from inside. */
function sampledSlopes(f: Scalar): readonly [number, number] {
  const phi = numericFunction(f);
  const [points, reach] = [100_000, 20];
  const step = (2 * reach) / points;
  let [least, largest] = [Infinity, -Infinity];
  let before = phi(-reach);
  for (let k = 1; k <= points; k += 1) {
    const value = phi(-reach + k * step);
    const slope = (value - before) / step;
    least = Math.min(least, slope);
    largest = Math.max(largest, slope);
    before = value;
  }
  return [least, largest];
}

/**
 * Time per activation: text → exact function → derivative → proven enclosures of m and L, against sampling 100,000
 * slopes.
 */
export function activationSpeed(say: (line: string) => void, ms: (value: number) => string): void {
  say(
    '\nslope bounds of activations, from the text to proven enclosures, against the estimate ' +
      'from 100,000 sampled slopes',
  );
  say('| activation | method | time | sampling | time / sampling | width of m | width of L |');
  say('|---|---|---|---|---|---|---|');
  for (const entry of activationLibrary()) {
    if (
      entry.expression === undefined ||
      Object.values(entry.parameters ?? {}).some((parameter) => parameter.default === undefined)
    )
      continue;
    const written = writtenActivation(entry, new Map(), null);
    let result: ReturnType<typeof analyseActivation>;
    try {
      result = analyseActivation(written, null);
    } catch {
      continue; // no bounds: the audit says why
    }
    const { first, second, ratio } = pair(
      () => void analyseActivation(written, null),
      () => void sampledSlopes(result.function),
      5,
    );
    const width = ({ lo, hi }: { readonly lo: number; readonly hi: number }): string =>
      hi - lo === 0 ? '0' : (hi - lo).toExponential(1);
    const { m, L, method } = result.analysis;
    say(
      `| ${entry.name} | ${method} | ${ms(first)} | ${ms(second)} | ${ratio.toFixed(2)} | ` +
        `${width(m.enclosure)} | ${width(L.enclosure)} |`,
    );
  }
}
