import * as elementary from '../../numeric/elementary/index.js';
import type { Interval } from '../../numeric/interval.js';
import {
  absolute,
  add,
  hull,
  integerPower,
  maximum,
  minimum,
  multiply,
  point,
  ratio,
  whole,
} from '../../numeric/interval.js';
import * as build from './build.js';
import type { ElementaryName, Scalar } from './node.js';
import { parts } from './node.js';
import type { Rational } from './rational.js';
import { isInteger } from './rational.js';
import { dependsOnVariable, nodes } from './visit.js';

/** What is known of some functions on a box of arguments. */
export interface Enclosure {
  /** One interval a root: it contains every value that the root takes on the box, wherever it is defined there. */
  readonly ranges: readonly Interval[];
  /** A case distinction that matters was not settled: the hull of both branches was taken. */
  readonly crossed: boolean;
  /**
   * No logarithm, root or negative power that matters saw a part outside its domain: what is not crossed is continuous.
   */
  readonly defined: boolean;
}

export type Encloser = (box: Interval) => Enclosure;

const CROSSED = 1;
const UNDEFINED = 2;

export const elementaryEnclosures: Readonly<Record<ElementaryName, (u: Interval) => Interval>> = {
  exp: elementary.exp,
  log: elementary.log,
  sin: elementary.sin,
  cos: elementary.cos,
  atan: elementary.atan,
  tanh: elementary.tanh,
  sech: elementary.sech,
  sigmoid: elementary.sigmoid,
  softplus: elementary.softplus,
  erf: elementary.erf,
  asinh: elementary.asinh,
};

export const rationalInterval = ({ numerator, denominator }: Rational): Interval => ratio(numerator, denominator);

/** What a case distinction chooses: the larger or smaller branch, ±|u|, or either. */
export type Choice = 'maximum' | 'minimum' | 'absolute' | 'either';

export function choiceOf({ guard, positive, negative }: Scalar & { readonly kind: 'select' }): Choice {
  const opposite = build.negate(negative);
  // `select` scales its guard: equal guards mean multiples, and the branches tell the sign of the factor.
  const test = build.select(build.sum([positive, opposite]), build.one, build.zero);
  if (test.kind !== 'select' || test.guard.key !== guard.key) return 'either';
  const isMaximum = test.positive.key === build.one.key;
  if (positive.key === opposite.key) return isMaximum ? 'absolute' : 'either';
  return isMaximum ? 'maximum' : 'minimum';
}

/** All values of a case distinction whose guard may have either sign. */
export function encloseChoice(choice: Choice, positive: Interval, negative: Interval): Interval {
  switch (choice) {
    case 'maximum':
      return maximum(positive, negative);
    case 'minimum':
      return minimum(positive, negative);
    case 'absolute':
      return absolute(positive);
    case 'either':
      return hull(positive, negative);
  }
}

/** Whether base^exponent is defined on all of the base's enclosure. */
const isPowerDefined = (base: Interval, exponent: Rational): boolean =>
  (isInteger(exponent) || base.lo >= 0) && (exponent.numerator > 0n || base.lo > 0 || base.hi < 0);

/** All values of base^exponent on the part of the base where it is defined; `whole` where that is nothing. */
export function enclosePower(base: Interval, exponent: Rational): Interval {
  if (isInteger(exponent)) return integerPower(base, Number(exponent.numerator));
  return base.hi < 0 ? whole : elementary.realPower(base, Number(exponent.numerator), Number(exponent.denominator));
}

/**
 * Compiles the functions, which have no parameters, to one tape in which every distinct part stands once. A part is
 * evaluated where a root needs it, so a branch that is not taken says nothing. Natural interval extension (Moore,
 * Kearfott and Cloud 2009, section 5.4), inclusion isotonic up to rounding.
 *
 * A guard whose enclosure is [0, x] or [x, 0] counts as settled, since both branches agree where it is 0; at [0, 0]
 * neither branch is known to be the one beside it. @throws RangeError for a parameter
 */
export function encloser(roots: readonly Scalar[]): Encloser {
  const tape = new Tape();
  const slots = roots.map((root) => tape.place(root));
  return (box) => tape.run(slots, box);
}

/** The value of a function without v. @throws RangeError for a parameter or v */
export function encloseConstant(node: Scalar): Interval {
  if (dependsOnVariable(node)) throw new RangeError('no constant');
  return encloser([node])(point(0)).ranges[0] ?? whole;
}

class Tape {
  readonly #slots = new Map<string, number>();
  readonly #steps: (() => Interval)[] = [];
  readonly #values: Interval[] = [];
  readonly #flags: number[] = [];
  /** The run that a slot's value is of; 0 for constants, which every run finds done. */
  readonly #stamps: number[] = [];
  #run = 0;
  #box: Interval = point(0);
  /** The flags of the slot being computed. */
  #flag = 0;

  place(root: Scalar): number {
    for (const node of nodes(root)) if (!this.#slots.has(node.key)) this.#append(node);
    return this.#slot(root);
  }

  run(slots: readonly number[], box: Interval): Enclosure {
    this.#run += 1;
    this.#box = box;
    this.#flag = 0;
    const ranges = slots.map((slot) => this.#value(slot));
    return { ranges, crossed: (this.#flag & CROSSED) !== 0, defined: (this.#flag & UNDEFINED) === 0 };
  }

  #slot(node: Scalar): number {
    const slot = this.#slots.get(node.key);
    if (slot === undefined) throw new RangeError(`no slot for ${node.key}`);
    return slot;
  }

  #append(node: Scalar): void {
    const slot = this.#steps.length;
    this.#slots.set(node.key, slot);
    this.#steps.push(this.#step(node));
    this.#stamps.push(-1);
    this.#flags.push(0);
    this.#values.push(whole);
    if (node.kind === 'variable' || parts(node).some((part) => this.#stamps[this.#slot(part)] !== Infinity)) return;
    this.#flag = 0;
    this.#value(slot);
    this.#stamps[slot] = Infinity;
  }

  #value(slot: number): Interval {
    const stamp = this.#stamps[slot] ?? 0;
    if (stamp === this.#run || stamp === Infinity) {
      this.#flag |= this.#flags[slot] ?? 0;
      return this.#values[slot] ?? whole;
    }
    const outer = this.#flag;
    this.#flag = 0;
    const value = this.#steps[slot]?.() ?? whole;
    this.#values[slot] = value;
    this.#flags[slot] = this.#flag;
    this.#stamps[slot] = this.#run;
    this.#flag |= outer;
    return value;
  }

  #step(node: Scalar): () => Interval {
    switch (node.kind) {
      case 'rational': {
        const value = rationalInterval(node.value);
        return () => value;
      }
      case 'pi':
        return () => elementary.pi;
      case 'variable':
        return () => this.#box;
      case 'parameter':
        throw new RangeError(`no value for ${node.name}`);
      case 'sum':
        return this.#fold(node.items, add, null);
      case 'product':
        return this.#fold(node.items, multiply, rationalInterval(node.coefficient));
      case 'power': {
        const { exponent } = node;
        const base = this.#slot(node.base);
        return () => {
          const value = this.#value(base);
          if (!isPowerDefined(value, exponent)) this.#flag |= UNDEFINED;
          return enclosePower(value, exponent);
        };
      }
      case 'function':
        return this.#call(node.name, this.#slot(node.argument));
      case 'select':
        return this.#select(
          choiceOf(node),
          this.#slot(node.guard),
          this.#slot(node.positive),
          this.#slot(node.negative),
        );
    }
  }

  #fold(
    items: readonly Scalar[],
    join: (a: Interval, b: Interval) => Interval,
    start: Interval | null,
  ): () => Interval {
    const [first = 0, ...rest] = items.map((item) => this.#slot(item));
    // A coefficient of 1 costs a product on every box.
    const factor = start === null || (start.lo === 1 && start.hi === 1) ? null : start;
    return () => {
      let total = this.#value(first);
      for (const slot of rest) total = join(total, this.#value(slot));
      return factor === null ? total : join(factor, total);
    };
  }

  #call(name: ElementaryName, argument: number): () => Interval {
    const apply = elementaryEnclosures[name];
    if (name !== 'log') return () => apply(this.#value(argument));
    return () => {
      const value = this.#value(argument);
      if (value.lo <= 0) this.#flag |= UNDEFINED;
      return value.hi <= 0 ? whole : apply(value);
    };
  }

  #select(choice: Choice, guard: number, positive: number, negative: number): () => Interval {
    return () => {
      const { lo, hi } = this.#value(guard);
      if (lo >= 0 && hi > 0) return this.#value(positive);
      if (hi <= 0 && lo < 0) return this.#value(negative);
      this.#flag |= CROSSED;
      return encloseChoice(choice, this.#value(positive), this.#value(negative));
    };
  }
}
