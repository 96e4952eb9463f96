import type { Interval } from '../../numeric/interval.js';
import { differentiate } from '../scalar/differentiate.js';
import { gather } from './gather.js';
import type { Scalar } from '../scalar/node.js';
import { guards, resolve } from '../scalar/visit.js';

/** Of a guard, on a box or a tail; 0 where it is not known. */
export type Sign = -1 | 0 | 1;

/** A guard that may also be 0 counts as signed: both branches agree there. */
export const signOfRange = ({ lo, hi }: Interval): Sign => (lo >= 0 && hi > 0 ? 1 : hi <= 0 && lo < 0 ? -1 : 0);

/**
 * A function, or its derivative, with case distinctions dropped whose guards have known signs. They are dropped before
 * the derivative is formed: √max(v, 0) is 0 for v < 0, and so is its derivative, which then is no 0 · 0^(−1/2).
 */
export class Cases {
  /** Signs are given in this order. */
  readonly guards: readonly Scalar[];
  readonly #root: Scalar;
  readonly #prepare: (settled: Scalar) => Scalar;
  readonly #known = new Map<string, Scalar>();

  private constructor(root: Scalar, prepare: (settled: Scalar) => Scalar) {
    this.#root = root;
    this.#prepare = prepare;
    this.guards = guards(root);
  }

  static ofValues(root: Scalar): Cases {
    return new Cases(root, gather);
  }

  static ofSlopes(root: Scalar): Cases {
    return new Cases(root, (settled) => gather(differentiate(settled)));
  }

  under(signs: readonly Sign[]): Scalar {
    const pattern = signs.join();
    const found = this.#known.get(pattern) ?? this.#settle(signs);
    this.#known.set(pattern, found);
    return found;
  }

  #settle(signs: readonly Sign[]): Scalar {
    const known = new Map(signs.flatMap((sign, at) => (sign === 0 ? [] : [[this.guards[at]?.key, sign] as const])));
    try {
      return this.#prepare(resolve(this.#root, ({ key }) => known.get(key) ?? null));
    } catch (error) {
      // A branch that is not taken may make no sense once the cases around it are settled: then none are.
      if (error instanceof RangeError) return this.#prepare(this.#root);
      throw error;
    }
  }
}
