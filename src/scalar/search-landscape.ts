import type { Interval } from '../numeric/interval.js';
import type { Germ } from './germ.js';
import { germAtInfinity } from './germ.js';
import type { Scalar } from './node.js';
import { pieces } from './search-regions.js';
import type { Corner, View } from './search-views.js';
import { cornersOf, Views } from './search-views.js';

/** A function whose greatest or least values are sought, and the boxes and tails that make up its domain. */
export interface Landscape {
  readonly root: Scalar;
  readonly views: {
    /** The function and its derivative as they are on a box. */
    readonly on: (box: Interval) => View;
    /** The same in every case that the box leaves open; null if there are too many. */
    readonly branches: (box: Interval) => readonly View[] | null;
  };
  readonly boxes: readonly Interval[];
  readonly tails: readonly Germ[];
  /** Enclosures of points where the function may jump. */
  readonly cuts: readonly Interval[];
  /** Points known exactly at which the function may jump or be unbounded. */
  readonly corners: readonly Corner[];
}

/** All of ℝ, or one period, for a function without parameters. `cuts` adds to the breakpoints found here. */
export function survey(slope: Scalar, period: Interval | null, breakpoints: readonly Interval[]): Landscape {
  const reach = period === null ? 16 : period.hi / 2;
  const corners = cornersOf(slope);
  const cuts = [...breakpoints, ...corners.map(({ place }) => place)];
  const boxes = pieces(-reach, reach, [...cuts, { lo: 0, hi: 0 }]);
  const tails = period === null ? [germAtInfinity(slope, 1), germAtInfinity(slope, -1)] : [];
  return { root: slope, views: new Views(slope), boxes, tails, cuts, corners };
}
