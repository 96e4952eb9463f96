import type { Position } from '../../base/diagnostic.js';
import * as build from '../scalar/build.js';
import type { Scalar } from '../scalar/node.js';
import type { Branch, Obligation, Side } from '../scalar/obligation.js';
import { isNonnegative, isPositive } from '../scalar/positive.js';
import * as q from '../scalar/rational.js';

/** A part of the text read on its own, with what it demands. */
export interface Part {
  readonly value: Scalar;
  readonly obligations: readonly Obligation[];
  readonly branches: readonly Branch[];
}

/** guard > 0, or guard ≥ 0 unless strict. */
export interface Compared {
  readonly guard: Scalar;
  readonly strict: boolean;
}

export const bare = (value: Scalar): Part => ({ value, obligations: [], branches: [] });

/** What each demand asks of a number, in words. */
export const wanted: Readonly<Record<Obligation['demand'], string>> = {
  positive: 'something above 0',
  nonnegative: 'nothing below 0',
  nonzero: 'something other than 0',
};

/** Whether the form alone settles a demand: yes, no, or not (null). */
export function settle(demand: Obligation['demand'], expression: Scalar): boolean | null {
  if (expression.kind === 'rational') {
    const sign = q.signOf(expression.value);
    return demand === 'positive' ? sign > 0 : demand === 'nonnegative' ? sign >= 0 : sign !== 0;
  }
  const holds =
    isPositive(expression) ||
    (demand === 'nonnegative' && isNonnegative(expression)) ||
    (demand === 'nonzero' && isPositive(build.negate(expression)));
  return holds ? true : null;
}

const maximumDemands = 500;

/** What a text demands as it is read. */
export class Demands {
  #obligations: Obligation[] = [];
  #branches: Branch[] = [];

  get obligations(): readonly Obligation[] {
    return this.#obligations;
  }

  get branches(): readonly Branch[] {
    return this.#branches;
  }

  /** @throws RangeError above 500 demands */
  add({ obligations, branches }: Omit<Part, 'value'>): void {
    this.#obligations.push(...obligations);
    this.#branches.push(...branches);
    if (this.#obligations.length + this.#branches.length > maximumDemands)
      throw new RangeError(`more than ${maximumDemands} cases and divisors`);
  }

  /** What `step` demands is kept apart, for the caller to add. */
  apart(step: () => Scalar): Part {
    const [obligations, branches] = [this.#obligations, this.#branches];
    this.#obligations = [];
    this.#branches = [];
    const part = { value: step(), obligations: this.#obligations, branches: this.#branches };
    this.#obligations = obligations;
    this.#branches = branches;
    return part;
  }

  /**
   * A case distinction on a guard that is no number, which may jump; what the two sides demand, they demand there.
   *
   * @throws RangeError above 500 demands
   */
  distinguish(
    { guard, strict }: Compared,
    positive: Part,
    negative: Part,
    place: { readonly position: Position; readonly text: string },
  ): Scalar {
    // The guard as `select` scales it, so that both are recognised as one.
    const scaled = build.select(guard, build.one, build.zero);
    if (scaled.kind !== 'select') throw new Error('a guard that is constant');
    const above = scaled.positive.key === build.one.key;
    this.add(underneath(positive, { guard: scaled.guard, positive: above, closed: !strict }));
    this.add(underneath(negative, { guard: scaled.guard, positive: !above, closed: strict }));
    const [p, n] = above ? [positive.value, negative.value] : [negative.value, positive.value];
    if (p.key !== n.key)
      this.add({ obligations: [], branches: [{ guard: scaled.guard, positive: p, negative: n, where: [], ...place }] });
    return build.select(guard, positive.value, negative.value);
  }
}

/** The same part on one side of a case distinction. */
function underneath({ value, obligations, branches }: Part, side: Side): Part {
  const narrow = <Each extends { readonly where: readonly Side[] }>(each: Each): Each => ({
    ...each,
    where: [side, ...each.where],
  });
  return { value, obligations: obligations.map(narrow), branches: branches.map(narrow) };
}
