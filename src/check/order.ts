import { fail } from '../base/diagnostic.js';

/** The largest order N of an LMI that is assembled for a verdict: 4096² doubles are 128 MiB. */
export const LARGEST_ORDER = 4096;
/** The largest number of weights and biases, 128 MiB of doubles as well. */
export const LARGEST_COUNT = 2 ** 24;

/** @throws LW314 if an LMI of this order, or this many weights and biases, are too large to judge */
export function checkSizes(order: number, entries: number): void {
  // An order that is not known is too large.
  if (!(order <= LARGEST_ORDER))
    fail(
      'LW314',
      `an LMI of order ${order}`,
      `at most ${LARGEST_ORDER}, the widths of x and of all hidden signals together`,
    );
  if (!(entries <= LARGEST_COUNT)) fail('LW314', `${entries} weights and biases`, `at most ${LARGEST_COUNT}`);
}
