import type { Scalar } from '../scalar/node.js';
import type { Side } from '../scalar/obligation.js';
import type { Prover } from './prover.js';
import type { Signs } from './signs.js';
import { NEGATIVE, never, POSITIVE, ZERO } from './signs.js';
import { substitute } from '../scalar/visit.js';

/** Whether a function may have one of these signs at v = at. */
export function mayHold(node: Scalar, signs: Signs, at: Scalar, prover: Prover): boolean {
  try {
    return !never(prover.judge(substitute(node, { variable: at })), signs);
  } catch (error) {
    // Undefined there.
    if (error instanceof RangeError) return true;
    throw error;
  }
}

/** Whether a place may lie on all of these sides. */
export const holdsAt = (where: readonly Side[], at: Scalar, prover: Prover): boolean =>
  where.every(({ guard, positive, closed }) =>
    mayHold(guard, (closed ? ZERO : 0) | (positive ? POSITIVE : NEGATIVE), at, prover),
  );
