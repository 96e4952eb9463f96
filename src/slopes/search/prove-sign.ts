import type { Interval } from '../../numeric/interval.js';
import { add, down, hull, intersect, middle, multiply, negate, point, subtract, up } from '../../numeric/interval.js';
import * as build from '../scalar/build.js';
import { Cases } from './cases.js';
import type { Encloser } from '../scalar/enclose.js';
import { encloser } from '../scalar/enclose.js';
import type { Germ } from './germ.js';
import { germAtInfinity } from './germ.js';
import type { Scalar } from '../scalar/node.js';
import type { Obligation, Side } from '../scalar/obligation.js';
import { periodOf } from './period.js';
import { isNonnegative, isPositive } from '../scalar/positive.js';
import * as q from '../scalar/rational.js';
import { halfway, pieces, tailStarts } from './regions.js';
import type { View } from './views.js';
import { affineZero, cornersOf, Views } from './views.js';

type Demand = Obligation['demand'];

/** `at` is a point where the demand surely fails, or next to one; `near` is ±∞ for a tail. */
export type SignProof =
  | { readonly kind: 'proven' }
  | { readonly kind: 'refuted'; readonly at: number }
  | { readonly kind: 'unknown'; readonly near: number };

const mostBoxes = 2000;

/**
 * Whether e > 0, e ≥ 0 or e ≠ 0 for all real v on the given sides, by halving boxes until interval arithmetic decides.
 * Both answers are proofs. Functions have no parameters; e is continuous wherever it is defined.
 * @throws RangeError for a parameter
 */
export function proveSign(e: Scalar, demand: Demand, where: readonly Side[]): SignProof {
  const isEvident = demand === 'nonnegative' ? isNonnegative(e) : isPositive(e);
  if (isEvident || where.some((side) => follows(e, demand, side))) return { kind: 'proven' };
  const result = new SignProver(e, demand, where).run();
  if (result.kind !== 'unknown') return result;
  const excess = rootExcess(e);
  return excess !== null && proveSign(excess, 'positive', where).kind === 'proven' ? { kind: 'proven' } : result;
}

/** Whether e is a multiple of the guard whose sign the side tells. */
function follows(e: Scalar, demand: Demand, { guard, positive, closed }: Side): boolean {
  // `select` scales its guard, which makes multiples equal and keeps the branches where they belong.
  const [a, b] = [build.select(e, build.one, build.zero), build.select(guard, build.one, build.zero)];
  if (a.kind !== 'select' || b.kind !== 'select' || a.guard.key !== b.guard.key) return false;
  const isPositiveThere = (a.positive.key === b.positive.key) === positive;
  return demand === 'nonzero' ? !closed : isPositiveThere && (demand === 'nonnegative' || !closed);
}

/**
 * c²B − A² for e = c√B + A with c > 0: where it is positive e is, too, which the tails of v + √(v² + 1) do not show.
 */
function rootExcess(e: Scalar): Scalar | null {
  if (e.kind !== 'sum') return null;
  for (const item of e.items) {
    const { coefficient, rest } = build.splitCoefficient(item);
    if (rest.kind !== 'power' || !q.isEqual(rest.exponent, q.rational(1, 2)) || q.signOf(coefficient) < 0) continue;
    const others = e.items.filter((other) => other !== item);
    const square = others.flatMap((a) => others.map((b) => build.negate(build.product([a, b]))));
    return build.sum([build.product([build.number(q.times(coefficient, coefficient)), rest.base]), ...square]);
  }
  return null;
}

interface Box {
  readonly box: Interval;
  readonly view: View;
}

/** Where a box or a point stands: on all sides surely, on none of it, or perhaps. */
type Membership = 'inside' | 'outside' | 'unclear';

class SignProver {
  readonly #e: Scalar;
  readonly #demand: Demand;
  readonly #where: readonly Side[];
  readonly #guards: Encloser;
  readonly #cuts: readonly Interval[];
  readonly #views: Views;
  readonly #queue: Box[] = [];
  #unknown: number | null = null;
  #refuted: number | null = null;

  constructor(e: Scalar, demand: Demand, where: readonly Side[]) {
    this.#e = e;
    this.#demand = demand;
    this.#where = where;
    this.#guards = encloser(where.map(({ guard }) => guard));
    this.#cuts = [e, ...where.map(({ guard }) => build.select(guard, build.one, build.zero))]
      .flatMap(cornersOf)
      .map(({ place }) => place);
    this.#views = new Views(Cases.ofValues(e));
  }

  run(): SignProof {
    const period = this.#where.length === 0 ? periodOf(this.#e) : null;
    const reach = period === null ? 16 : period.hi / 2;
    this.#enqueue({ lo: -reach, hi: reach });
    for (const side of period === null ? ([1, -1] as const) : [])
      this.#tail(
        germAtInfinity(Cases.ofValues(this.#e), side),
        this.#where.map(({ guard }) => germAtInfinity(Cases.ofValues(guard), side)),
      );
    for (let at = 0; this.#refuted === null; at += 1) {
      const next = this.#queue[at];
      if (next === undefined) break;
      if (at >= mostBoxes) {
        this.#unknown ??= middle(next.box);
        break;
      }
      this.#examine(next);
    }
    if (this.#refuted !== null) return { kind: 'refuted', at: this.#refuted };
    return this.#unknown === null ? { kind: 'proven' } : { kind: 'unknown', near: this.#unknown };
  }

  #enqueue({ lo, hi }: Interval): void {
    for (const box of pieces(lo, hi, [...this.#cuts, { lo: 0, hi: 0 }]))
      this.#queue.push({ box, view: this.#views.on(box) });
  }

  /** Shortens the tail until it is known; what is cut off goes to the queue. */
  #tail(germ: Germ, guards: readonly Germ[]): void {
    for (const [level, k] of tailStarts.entries()) {
      if (this.#membership(guards.map((guard) => guard.tail(k).range)) === 'outside') return;
      const { range, factor } = germ.tail(k);
      if (this.#meets(range) || this.#meets(factor)) return;
      const next = tailStarts[level + 1];
      if (next === undefined || level >= 5) break;
      this.#enqueue(germ.side > 0 ? { lo: 2 ** k, hi: 2 ** next } : { lo: -(2 ** next), hi: -(2 ** k) });
    }
    this.#unknown = germ.side * Infinity;
  }

  #meets({ lo, hi }: Interval): boolean {
    return this.#demand === 'positive' ? lo > 0 : this.#demand === 'nonnegative' ? lo >= 0 : lo > 0 || hi < 0;
  }

  #fails({ lo, hi }: Interval): boolean {
    return this.#demand === 'positive' ? hi <= 0 : this.#demand === 'nonnegative' ? hi < 0 : lo === 0 && hi === 0;
  }

  #membership(ranges: readonly Interval[]): Membership {
    let result: Membership = 'inside';
    for (const [at, { positive, closed }] of this.#where.entries()) {
      const { lo, hi } = ranges[at] ?? { lo: -Infinity, hi: Infinity };
      const [least, most] = positive ? [lo, hi] : [-hi, -lo];
      if (most < 0 || (most === 0 && !closed)) return 'outside';
      if (least < 0 || (least === 0 && !closed)) result = 'unclear';
    }
    return result;
  }

  #standing(box: Interval): Membership {
    const { ranges, defined } = this.#guards(box);
    const found = this.#membership(ranges);
    return found === 'inside' && !defined ? 'unclear' : found;
  }

  #examine({ box, view }: Box): void {
    const standing = this.#standing(box);
    if (standing === 'outside') return;
    const edge = box.lo < box.hi ? this.#onlyPoint(box) : null;
    if (edge !== null) {
      this.#queue.push({ box: point(edge), view });
      return;
    }
    const { ranges, crossed, defined } = view.both(box);
    const [range, slope] = [ranges[0] ?? everything, ranges[1] ?? everything];
    if (this.#meets(range)) return;
    const ends = { lo: this.#value(view, box, box.lo), hi: this.#value(view, box, box.hi) };
    const isSmooth = !crossed && defined && slope.lo > -Infinity && slope.hi < Infinity;
    if (isSmooth && (slope.lo >= 0 || slope.hi <= 0) && this.#isMonotoneEnough(box, slope, ends)) return;
    const centre = middle(box);
    if (
      isSmooth &&
      this.#meets(
        intersect(range, add(this.#value(view, box, centre), multiply(slope, subtract(box, point(centre))))) ?? range,
      )
    )
      return;
    for (const at of [centre, box.lo, box.hi]) if (this.#isCounterexample(at)) return;
    if (standing === 'inside' && isSmooth && this.#changesSign(view, box, ends)) return;
    const half = halfway(box);
    if (half === null) {
      this.#unknown ??= centre;
      return;
    }
    this.#queue.push({ box: { lo: box.lo, hi: half }, view }, { box: { lo: half, hi: box.hi }, view });
  }

  /** The end of the box that alone lies on a closed side; null if other points may, too. */
  #onlyPoint(box: Interval): number | null {
    for (const { guard, positive, closed } of this.#where) {
      if (!closed || affineZero(guard) === null) continue;
      const touching = [box.lo, box.hi].map((at) => encloser([guard])(point(at)).ranges[0] ?? everything);
      const [lo = everything, hi = everything] = touching.map((range) => (positive ? range : negate(range)));
      // An affine guard that is 0 at one end and negative at the other is negative in between.
      if (lo.hi < 0 && hi.lo === 0 && hi.hi === 0) return box.hi;
      if (hi.hi < 0 && lo.lo === 0 && lo.hi === 0) return box.lo;
    }
    return null;
  }

  /** e at one point of the box, seen from within the box where cases meet at that point. */
  #value(view: View, box: Interval, at: number): Interval {
    const exact = view.value(point(at));
    if (!exact.crossed) return exact.ranges[0] ?? everything;
    return view.value({ lo: Math.max(box.lo, down(at)), hi: Math.min(box.hi, up(at)) }).ranges[0] ?? everything;
  }

  /**
   * Between its values at the ends; an end at which e is 0 does no harm if it lies on an open side and e leaves 0 at
   * once.
   */
  #isMonotoneEnough(box: Interval, slope: Interval, ends: { readonly lo: Interval; readonly hi: Interval }): boolean {
    const range = hull(ends.lo, ends.hi);
    if (this.#meets(range)) return true;
    const isStrict = slope.lo > 0 || slope.hi < 0;
    const zeroAtLo = ends.lo.lo === 0 && ends.lo.hi === 0;
    const zeroAtHi = ends.hi.lo === 0 && ends.hi.hi === 0;
    if (!isStrict || zeroAtLo === zeroAtHi || this.#standing(point(zeroAtLo ? box.lo : box.hi)) !== 'outside')
      return false;
    return this.#demand === 'nonzero' || (zeroAtLo ? slope.lo > 0 : slope.hi < 0);
  }

  #isCounterexample(at: number): boolean {
    const place = point(at);
    if (this.#standing(place) !== 'inside') return false;
    const { ranges, crossed, defined } = this.#views.on(place).value(place);
    if (crossed || !defined || !this.#fails(ranges[0] ?? everything)) return false;
    this.#refuted = at;
    return true;
  }

  /**
   * A zero lies between two values of opposite signs where e is continuous (Bolzano); it is then looked for by halving.
   */
  #changesSign(view: View, { lo, hi }: Interval, ends: { readonly lo: Interval; readonly hi: Interval }): boolean {
    const rises = ends.lo.hi < 0 && ends.hi.lo > 0;
    if (this.#demand !== 'nonzero' || !(rises || (ends.lo.lo > 0 && ends.hi.hi < 0))) return false;
    let [a, b] = [lo, hi];
    for (let left = 80; left > 0; left -= 1) {
      const value = view.value(point(a / 2 + b / 2)).ranges[0] ?? everything;
      if (value.lo <= 0 && value.hi >= 0) break;
      if (value.lo > 0 === rises) b = a / 2 + b / 2;
      else a = a / 2 + b / 2;
    }
    this.#refuted = a / 2 + b / 2;
    return true;
  }
}

const everything: Interval = { lo: -Infinity, hi: Infinity };
