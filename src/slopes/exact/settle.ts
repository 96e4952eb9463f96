import * as build from '../scalar/build.js';
import type { Scalar } from '../scalar/node.js';
import type { Judge } from './signs.js';
import { NEGATIVE, POSITIVE, ZERO } from './signs.js';
import { rebuild } from '../scalar/visit.js';

/** A guard that is 0 where both of its branches, which differ, would have to be the same. */
export class FlatGuard extends Error {
  override readonly name = 'FlatGuard';
}

export interface SettleOptions {
  /** Another node in the place of one. */
  readonly replace?: (node: Scalar) => Scalar | null;
  /** Told of each node, with what its parts became, before it is simplified together with others. */
  readonly meet?: (node: Scalar, part: (part: Scalar) => Scalar) => void;
}

/**
 * The function with some nodes replaced and with the case distinctions settled whose guards then have one sign; a
 * branch that is not taken is not built. `select` nodes do not say which branch holds where the guard is 0.
 * @throws FlatGuard if a guard is the number 0 and its branches differ
 */
export function settle(
  root: Scalar,
  signs: Judge,
  { replace = () => null, meet = () => undefined }: SettleOptions = {},
): Scalar {
  const done = new Map<string, Scalar>();
  const visit = (node: Scalar): Scalar => {
    const known = done.get(node.key);
    if (known !== undefined) return known;
    if (node.kind === 'power' || node.kind === 'function') meet(node, visit);
    const result = replace(node) ?? (node.kind === 'select' ? choose(node) : rebuild(node, visit));
    done.set(node.key, result);
    return result;
  };
  const choose = ({ guard, positive, negative }: Scalar & { readonly kind: 'select' }): Scalar => {
    const condition = visit(guard);
    const known = signs(condition);
    if (known === POSITIVE) return visit(positive);
    if (known === NEGATIVE) return visit(negative);
    const [above, below] = [visit(positive), visit(negative)];
    if (known === ZERO && above.key !== below.key) throw new FlatGuard();
    return known === ZERO ? above : build.select(condition, above, below);
  };
  return visit(root);
}
