import type { Constrained } from '../../src/5-emit/index.js';

/** All weights, or all multipliers, with another value in the place of each entry. */
export function replaceAt(
  values: Constrained,
  group: 'weights' | 'multipliers',
  change: (value: number) => number,
): Constrained {
  return {
    ...values,
    [group]: Object.fromEntries(Object.entries(values[group]).map(([name, data]) => [name, data.map(change)])),
  };
}
