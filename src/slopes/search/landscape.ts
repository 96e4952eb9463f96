import type { Interval } from '../../numeric/interval.js';
import { Cases } from './cases.js';
import type { Germ } from './germ.js';
import { germAtInfinity } from './germ.js';
import type { Scalar } from '../scalar/node.js';
import { pieces } from './regions.js';
import type { Corner, View } from './views.js';
import { cornersOf, Views } from './views.js';

/** A function whose greatest or least values are sought, and the boxes and tails that make up its domain. */
export interface Landscape {
  readonly cases: Cases;
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

/**
 * The slopes of f on all of ℝ, or on one period of f', for a function without parameters. `breakpoints` adds to those
 * found here.
 */
export function survey(f: Scalar, period: Interval | null, breakpoints: readonly Interval[]): Landscape {
  const reach = period === null ? 16 : period.hi / 2;
  const cases = Cases.ofSlopes(f);
  const corners = cornersOf(f);
  const cuts = [...breakpoints, ...corners.map(({ place }) => place)];
  const boxes = pieces(-reach, reach, [...cuts, { lo: 0, hi: 0 }]);
  const tails = period === null ? [germAtInfinity(cases, 1), germAtInfinity(cases, -1)] : [];
  return { cases, views: new Views(cases), boxes, tails, cuts, corners };
}
