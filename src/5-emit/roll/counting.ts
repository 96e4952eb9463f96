import type { Indices, Loop, Rollable } from './loop.js';
import { partsOf } from './numerals.js';

/** The numbers first, first + step, first + 2 step, … */
export interface Counter {
  readonly first: number;
  readonly step: number;
}

/** Null where the numbers do not count. */
export function counterOf(values: readonly number[]): Counter | null {
  const [first, second] = values;
  if (first === undefined) return null;
  const step = second === undefined ? 0 : second - first;
  return values.every((value, k) => value === first + k * step) ? { first, step } : null;
}

/**
 * What the variable of a loop should count: what most numerals of its texts do, so that a name reads as its author wrote
 * it, `C[k]`; where there are none, what most other indices do; or else the iterations.
 */
export function loopCounter<T>({ body, indices }: Loop<T>, visit: Rollable<T>['visit']): Counter {
  const mentions = new Map<Indices, number>();
  const count = (entry: number): number => {
    const found = indices[entry];
    if (found !== undefined) mentions.set(found, (mentions.get(found) ?? 0) + 1);
    return entry;
  };
  for (const item of body)
    visit(item, {
      value: (id) => id,
      index: (_of, entry) => count(entry),
      text: (text) => {
        for (const part of partsOf(text)) if (typeof part === 'number') count(part);
        return text;
      },
    });
  const counted = [...mentions].flatMap(([{ of, values }, times]) => {
    const counter = counterOf(values);
    return counter === null || counter.step === 0 ? [] : [{ of, times, counter }];
  });
  const texts = counted.filter(({ of }) => of === 'text');
  const [most] = (texts.length > 0 ? texts : counted).sort((a, b) => b.times - a.times);
  return most?.counter ?? { first: 0, step: 1 };
}

/**
 * The numbers as an expression in the loop's variable, as JavaScript and Python write it: `k`, `k - 1`, `5 - k`; null
 * where they do not count along with it.
 */
export function indexText(values: readonly number[], counter: Counter, variable: string): string | null {
  const own = counterOf(values);
  if (own === null) return null;
  if (own.step === 0) return String(own.first);
  const factor = own.step / counter.step;
  if (!Number.isInteger(factor)) return null;
  const offset = own.first - factor * counter.first;
  if (factor === -1) return `${offset} - ${variable}`;
  const multiple = factor === 1 ? variable : `${factor} * ${variable}`;
  return offset === 0 ? multiple : `${multiple} ${offset < 0 ? '-' : '+'} ${Math.abs(offset)}`;
}
