import { fail } from '../base/diagnostic.js';
import { labelText } from '../base/label.js';
import type { AffineSum, Network } from '../model/network.js';

/** So many products take some seconds to derive; 300 terms in one equation took minutes and gigabytes. */
const maximumPairs = 40_000;

/**
 * The LMI multiplies every two terms of an equation by each other, and rows, constraints and reports hold all of these
 * products.
 * @throws LW314 at the longest equation
 */
export function checkPairs({ rows, output }: Network): void {
  const equations: readonly AffineSum[] = [...rows.flatMap(({ layer, sum }) => layer ?? sum ?? []), output];
  const pairs = equations.reduce((total, { reads }) => total + reads.length ** 2, 0);
  if (pairs <= maximumPairs) return;
  const longest = equations.reduce((a, b) => (b.reads.length > a.reads.length ? b : a));
  fail(
    'LW314',
    `${pairs} products of two terms, with ${longest.reads.length} terms in the equation of ` +
      labelText(longest.target),
    `at most ${maximumPairs}, such as one equation of ${Math.floor(Math.sqrt(maximumPairs))} terms`,
    longest.position,
  );
}
