import { coordinates } from '../network/coordinates.js';
import type { Constrained } from '../5-emit/index.js';
import type { PerronOptions } from '../numeric/perron.js';
import { perronScales } from '../numeric/perron.js';
import type { Judge } from './instance.js';
import { sizeIn } from '../network/widths.js';

export interface NetworkScales {
  /** t > 0 by signal, `x`, `w[1]` …, each of the signal's width. */
  readonly scales: Readonly<Record<string, Float64Array>>;
  /** The Perron value lies between these, up to rounding; the scales attain `upper`. */
  readonly lower: number;
  readonly upper: number;
}

/**
 * The best scales for the Gershgorin discs of the LMI that given weights and multipliers have: every row of TMT is ≤ 0
 * for some T iff the Perron value is ≤ 1, and then for these (see numeric/perron).
 */
export function networkScales(judge: Judge, values: Constrained, options: PerronOptions = {}): NetworkScales {
  const count = sizeIn(judge.program, values.widths);
  const widths = coordinates(judge.program).map(({ size }) => count(size));
  const order = widths.reduce((total, width) => total + width, 0);
  const { scales, lower, upper } = perronScales(judge.lmi(values), order, options);
  let at = 0;
  const bySignal = coordinates(judge.program).map(({ name }, k): [string, Float64Array] => {
    const from = at;
    at += widths[k] ?? 0;
    return [name, scales.slice(from, at)];
  });
  return { scales: Object.fromEntries(bySignal), lower, upper };
}
