import type { Interval } from '../../numeric/interval.js';
import { hull } from '../../numeric/interval.js';
import type { Cases } from './cases.js';
import type { Germ } from './germ.js';
import { exactNumber, germAt } from './germ.js';
import type { Scalar } from '../scalar/node.js';
import type { Corner } from './views.js';

/** What the values are beside one point of a narrow box: within a range, or without bound, or unknown. */
export interface Beside {
  readonly range: Interval | null;
  readonly unbounded: Germ | null;
}

const unknown: Beside = { range: null, unbounded: null };

/** On a box in which natural interval extension finds no bound, because 1/√|v| · v is ∞ · 0 at 0. */
export function valuesBeside(
  { cases, corners }: { readonly cases: Cases; readonly corners: readonly Corner[] },
  box: Interval,
): Beside {
  for (const { at, place } of [
    ...corners.filter(({ place }) => place.lo <= box.hi && place.hi >= box.lo),
    ...doublesOf(box),
  ]) {
    const reach = Math.max(box.hi, place.hi) - Math.min(box.lo, place.lo);
    const k = Math.min(60, Math.floor(-Math.log2(reach)) - 1);
    if (!(k >= 1)) continue;
    try {
      const found = beside(cases, at, place, box, k);
      if (found.range !== null || found.unbounded !== null) return found;
    } catch (error) {
      // Where the function makes no sense at the point, the next one may be it.
      if (!(error instanceof RangeError)) throw error;
    }
  }
  return unknown;
}

const doublesOf = ({ lo, hi }: Interval): readonly Corner[] =>
  (lo < 0 && hi > 0 ? [0] : [lo, hi]).map((value) => ({ at: exactNumber(value), place: { lo: value, hi: value } }));

function beside(cases: Cases, at: Scalar, place: Interval, box: Interval, k: number): Beside {
  let total: Interval | null = null;
  for (const side of [1, -1] as const) {
    if (side > 0 ? box.hi <= place.lo : box.lo >= place.hi) continue;
    const germ = germAt(cases, at, place.lo, side);
    const { range, diverges } = germ.tail(k);
    if (diverges !== 0) return { range: null, unbounded: germ };
    total = total === null ? range : hull(total, range);
  }
  return total !== null && total.lo > -Infinity && total.hi < Infinity ? { range: total, unbounded: null } : unknown;
}
