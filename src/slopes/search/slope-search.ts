import type { Interval } from '../../numeric/interval.js';
import { negate } from '../../numeric/interval.js';
import type { Ascent, Place } from './climb.js';
import { climb } from './climb.js';
import { differentiate } from '../scalar/differentiate.js';
import { encloseConstant } from '../scalar/enclose.js';
import { gather } from './gather.js';
import type { Scalar } from '../scalar/node.js';
import { periodOf } from './period.js';
import { survey } from './landscape.js';
import { dependsOnVariable } from '../scalar/visit.js';

/** Guaranteed enclosures of m = inf and L = sup of all slopes (f(a) − f(b)) / (a − b), or why there are none. */
export type Search =
  | {
      readonly kind: 'enclosed';
      readonly m: Interval;
      readonly L: Interval;
      /** A box, or an end of the line, in which slopes come as close to m as the enclosure says. */
      readonly mAt: Place;
      readonly LAt: Place;
      readonly boxes: number;
      /** Encloses a period of f', where one was used instead of the whole line. */
      readonly period: Interval | null;
    }
  | {
      readonly kind: 'unbounded';
      readonly towards: '+∞' | '−∞' | number;
      readonly sign: 1 | -1 | null;
      readonly boxes: number;
    }
  | {
      readonly kind: 'undecided';
      readonly m: Interval;
      readonly L: Interval;
      readonly near: number | '+∞' | '−∞';
      readonly because: string;
      readonly boxes: number;
    };

export interface SearchOptions {
  /** Enclosures of the points where f' may jump; without them such points are found by halving. */
  readonly cuts?: readonly Interval[];
  /** Aimed-at width of m and L, relative to max(1, |value|); 1e-10 does where it takes too long. */
  readonly tolerance?: number;
  /** Boxes for each of m and L. */
  readonly budget?: number;
}

/** Wider enclosures count as undecided. */
const acceptable = 1e-9;

/**
 * f must be continuous and defined on all of ℝ, and have no parameters: then its slopes fill the range from inf f' to
 * sup f' over the points where it is smooth (mean value theorem), which is what is searched.
 * @throws RangeError for a parameter
 */
export function searchSlopes(f: Scalar, options: SearchOptions = {}): Search {
  const { cuts = [], tolerance = 1e-12, budget = 10_000 } = options;
  const slope = gather(differentiate(f));
  if (!dependsOnVariable(slope)) {
    const value = encloseConstant(slope);
    return {
      kind: 'enclosed',
      m: value,
      L: value,
      mAt: { lo: 0, hi: 0 },
      LAt: { lo: 0, hi: 0 },
      boxes: 0,
      period: null,
    };
  }
  const period = periodOf(slope);
  const landscape = survey(f, period, cuts);
  const highest = climb(landscape, 1, tolerance, budget);
  if (highest.unbounded !== null) return unbounded(highest, highest.boxes);
  const lowest = climb(landscape, -1, tolerance, budget);
  const boxes = highest.boxes + lowest.boxes;
  if (lowest.unbounded !== null) return unbounded(lowest, boxes);
  const [m, L] = [negate(lowest.value), highest.value];
  const open = isTight(L) ? (isTight(m) ? null : lowest) : highest;
  if (open === null) return { kind: 'enclosed', m, L, mAt: lowest.at, LAt: highest.at, boxes, period };
  const near = typeof open.near === 'string' ? open.near : open.near.lo / 2 + open.near.hi / 2;
  return { kind: 'undecided', m, L, near, because: reason(open, open === highest ? 'greatest' : 'least'), boxes };
}

const isTight = ({ lo, hi }: Interval): boolean =>
  lo > -Infinity && hi < Infinity && hi - lo <= acceptable * Math.max(1, Math.min(Math.abs(lo), Math.abs(hi)));

function unbounded({ unbounded: germ }: Ascent, boxes: number): Search {
  const sign = germ?.tail(60).diverges ?? 0;
  return { kind: 'unbounded', towards: germ?.towards ?? '+∞', sign: sign === 0 ? null : sign, boxes };
}

function reason({ value }: Ascent, which: string): string {
  if (value.hi === Infinity) return `no bound on the ${which} slope was found`;
  return `the ${which} slope could not be enclosed more tightly`;
}
