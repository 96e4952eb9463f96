import { fail } from '../base/diagnostic.js';

/** The largest order N of an LMI that is assembled for a verdict: 4096² doubles are 128 MiB. */
export const LARGEST_ORDER = 4096;

/** @throws LW314 if an LMI of this order is too large to judge */
export function checkOrder(order: number): void {
  if (order > LARGEST_ORDER) fail('LW314', `an LMI of order ${order}`, `at most ${LARGEST_ORDER}, the widths of x and of all hidden signals together`);
}
