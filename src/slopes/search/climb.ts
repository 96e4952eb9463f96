import type { Interval } from '../../numeric/interval.js';
import { add, down, middle, multiply, negate, point, subtract, up } from '../../numeric/interval.js';
import type { Germ } from './germ.js';
import { Heap } from './heap.js';
import type { Landscape } from './landscape.js';
import { valuesBeside } from './corner.js';
import { halfway, pieces, tailStarts } from './regions.js';
import type { View } from './views.js';

export type Place = Interval | '+∞' | '−∞';

export interface Ascent {
  /** Contains the supremum of sign · function. */
  readonly value: Interval;
  /** Somewhere in here lies a value ≥ value.lo. */
  readonly at: Place;
  /** Where values up to value.hi could not be excluded. */
  readonly near: Place;
  readonly boxes: number;
  readonly unbounded: Germ | null;
}

const manyBoxes = 1000;
const coarse = 1e-10;
const scoutAt = 2 ** 18;

/** A box, or a tail from 2^tailStarts[level] on. */
interface Region {
  readonly top: number;
  readonly box: Interval | null;
  readonly view: View | null;
  readonly germ: Germ | null;
  readonly level: number;
}

/**
 * Best-first branch and bound for the supremum of sign · function (Moore, Kearfott and Cloud 2009, section 5.6). A box
 * is bounded by the natural extension, where no case distinction crosses it also by the mean value form, and where the
 * derivative keeps its sign by the value at the better end. Values of a box's enclosure from below are surely attained.
 */
export function climb(landscape: Landscape, sign: 1 | -1, tolerance: number, budget: number): Ascent {
  return new Climb(landscape, sign, tolerance).run(budget);
}

class Climb {
  readonly #land: Landscape;
  readonly #sign: 1 | -1;
  readonly #tolerance: number;
  readonly #heap = new Heap<Region>();
  #best = -Infinity;
  #at: Place = { lo: 0, hi: 0 };
  /** The greatest bound of all regions that were put aside, and the place of it. */
  #rest = -Infinity;
  #restAt: Place = { lo: 0, hi: 0 };
  #boxes = 0;
  #unbounded: Germ | null = null;

  constructor(landscape: Landscape, sign: 1 | -1, tolerance: number) {
    this.#land = landscape;
    this.#sign = sign;
    this.#tolerance = tolerance;
  }

  run(budget: number): Ascent {
    for (const box of this.#land.boxes) this.#examine(box, this.#land.views.on(box), Infinity);
    for (const germ of this.#land.tails) this.#probe(germ);
    for (const germ of this.#land.tails) this.#examineTail(germ, 0);
    while (this.#unbounded === null && !this.#isHopeless()) {
      const region = this.#heap.pop();
      if (region === undefined) break;
      if (this.#boxes >= budget || !this.#matters(region.top)) {
        this.#putAside(region.top, region.box ?? region.germ);
        break;
      }
      this.#split(region);
    }
    if (typeof this.#at !== 'string' && this.#unbounded === null) this.#polish(this.#at);
    const left = this.#heap.pop();
    if (left !== undefined) this.#putAside(left.top, left.box ?? left.germ);
    return {
      value: { lo: this.#best, hi: Math.max(this.#best, this.#rest) },
      at: this.#at,
      near: this.#restAt,
      boxes: this.#boxes,
      unbounded: this.#unbounded,
    };
  }

  #matters(top: number): boolean {
    // What rounding keeps from the finer tolerance would otherwise be halved in vain.
    const tolerance = this.#boxes < manyBoxes ? this.#tolerance : Math.max(this.#tolerance, coarse);
    return this.#best === -Infinity || top > this.#best + tolerance * Math.max(1, Math.abs(this.#best));
  }

  /** What was put aside stays in the way, though better values may be found while there are few boxes. */
  #isHopeless(): boolean {
    return (
      this.#rest === Infinity ||
      (this.#boxes > 2 * manyBoxes && this.#rest > this.#best + 10 * coarse * Math.max(1, Math.abs(this.#best)))
    );
  }

  #oriented(range: Interval): Interval {
    return this.#sign > 0 ? range : negate(range);
  }

  #putAside(top: number, place: Interval | Germ | null): void {
    if (top <= this.#rest || place === null) return;
    this.#rest = top;
    this.#restAt = placeOf(place);
  }

  #see(value: number, place: Interval | Germ): void {
    if (value <= this.#best) return;
    this.#best = value;
    this.#at = placeOf(place);
  }

  #keep(region: Region): void {
    if (this.#matters(region.top)) this.#heap.push(region);
    else this.#putAside(region.top, region.box ?? region.germ);
  }

  /** A value on a box so thin that its enclosure is one of a point, on the side of all breakpoints where it lies. */
  #sample(box: Interval, view: View): Interval {
    const { ranges, defined } = view.value(box);
    const range = this.#oriented(ranges[0] ?? wholeLine);
    // At a point outside a part's domain 0 · ∞ counts as 0, which need not be the limit.
    if (defined) this.#see(range.lo, box);
    return range;
  }

  /** `cap` bounds the values on a larger box. */
  #examine(box: Interval, view: View, cap: number): void {
    this.#boxes += 1;
    const { ranges, crossed, defined } = view.both(box);
    const range = this.#oriented(ranges[0] ?? wholeLine);
    const slope = this.#oriented(ranges[1] ?? wholeLine);
    const limit = Math.min(cap, range.hi);
    this.#see(range.lo, box);
    const isSmooth = !crossed && defined && slope.lo > -Infinity && slope.hi < Infinity;
    if (isSmooth && (slope.lo >= 0 || slope.hi <= 0)) {
      const end =
        slope.lo >= 0
          ? { lo: Math.max(box.lo, down(box.hi)), hi: box.hi }
          : { lo: box.lo, hi: Math.min(box.hi, up(box.lo)) };
      this.#putAside(Math.min(limit, this.#sample(end, view).hi), end);
      return;
    }
    if (!this.#matters(limit)) {
      this.#putAside(limit, box);
      return;
    }
    const centre = point(middle(box));
    const value = this.#sample(centre, view);
    const top = isSmooth ? Math.min(limit, add(value, multiply(slope, subtract(box, centre))).hi) : limit;
    this.#keep({ top, box, view, germ: null, level: 0 });
  }

  /** Where the derivative changes its sign beside the best place so far there is a better one. */
  #polish({ lo, hi }: Interval): void {
    const centre = lo / 2 + hi / 2;
    for (let radius = Math.max(hi - lo, 1e-8); radius < 0.01; radius *= 8) {
      let box = { lo: centre - radius, hi: centre + radius };
      const view = this.#land.views.on(box);
      const slopeAt = (at: number): Interval => this.#oriented(view.both(point(at)).ranges[1] ?? wholeLine);
      if (!(slopeAt(box.lo).lo > 0 && slopeAt(box.hi).hi < 0)) continue;
      for (let left = 60; left > 0; left -= 1) {
        const at = middle(box);
        const slope = slopeAt(at);
        if (slope.lo <= 0 && slope.hi >= 0) break;
        box = slope.lo > 0 ? { lo: at, hi: box.hi } : { lo: box.lo, hi: at };
      }
      this.#sample(point(middle(box)), view);
      return;
    }
  }

  /** Values far out, which the boxes would have to be halved for often: a limit may be the supremum. */
  #probe(germ: Germ): void {
    for (const k of tailStarts) {
      const { range } = germ.tail(k);
      const { lo, hi } = this.#oriented(range);
      this.#see(lo, germ);
      if (hi - lo <= this.#tolerance / 16) return;
    }
    this.#scout(germ);
  }

  /** What oscillates far out comes close to its supremum in every period there, but halving would hardly find where. */
  #scout({ side }: Germ): void {
    const window = side > 0 ? { lo: scoutAt, hi: scoutAt + 32 } : { lo: -scoutAt - 32, hi: -scoutAt };
    const found = new Climb(
      { ...this.#land, boxes: pieces(window.lo, window.hi, this.#land.cuts), tails: [] },
      this.#sign,
      this.#tolerance,
    ).run(200);
    this.#boxes += found.boxes;
    if (typeof found.at !== 'string') this.#see(found.value.lo, found.at);
  }

  #examineTail(germ: Germ, level: number, cap = Infinity): void {
    this.#boxes += 1;
    const { range, diverges } = germ.tail(tailStarts[level] ?? 0);
    if (diverges !== 0) this.#unbounded = germ;
    const { lo, hi } = this.#oriented(range);
    this.#see(lo, germ);
    this.#keep({ top: Math.min(cap, hi), box: null, view: null, germ, level });
  }

  #split({ top, box, view, germ, level }: Region): void {
    if (germ !== null) {
      const [from, to] = [tailStarts[level], tailStarts[level + 1]];
      if (from === undefined || to === undefined) {
        this.#putAside(top, germ);
        return;
      }
      this.#examineTail(germ, level + 1, top);
      const [lo, hi] = germ.side > 0 ? [2 ** from, 2 ** to] : [-(2 ** to), -(2 ** from)];
      for (const piece of pieces(lo, hi, this.#land.cuts)) this.#examine(piece, this.#land.views.on(piece), top);
    } else if (box !== null && view !== null) {
      const at = halfway(box);
      if (at === null) {
        this.#settle(box, top);
        return;
      }
      this.#examine({ lo: box.lo, hi: at }, view, top);
      this.#examine({ lo: at, hi: box.hi }, view, top);
    }
  }

  /** A box that cannot be halved: every case by itself, or what happens beside a point of it, may tell more. */
  #settle(box: Interval, top: number): void {
    if (top === Infinity) {
      const { range, unbounded } = valuesBeside(this.#land, box);
      this.#unbounded = unbounded;
      const known = range === null ? wholeLine : this.#oriented(range);
      this.#see(known.lo, box);
      this.#putAside(known.hi, box);
      return;
    }
    const tops = this.#land.views
      .branches(box)
      ?.map((view) => this.#oriented(view.value(box).ranges[0] ?? wholeLine).hi);
    this.#putAside(tops === undefined ? top : Math.min(top, Math.max(...tops)), box);
  }
}

const wholeLine: Interval = { lo: -Infinity, hi: Infinity };

const placeOf = (place: Interval | Germ): Place => {
  if (!('towards' in place)) return place;
  return typeof place.towards === 'number' ? { lo: place.towards, hi: place.towards } : place.towards;
};
