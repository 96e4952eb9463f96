import * as build from '../scalar/build.js';
import type { ElementaryName, Scalar } from '../scalar/node.js';
import type { Rational } from '../scalar/rational.js';
import * as q from '../scalar/rational.js';
import type { Judge } from './signs.js';
import { NEGATIVE, never, POSITIVE, ZERO } from './signs.js';
import { dependsOnVariable } from '../scalar/visit.js';

/**
 * What a function e(v) does as v → +∞.
 * - power: e / v^order → coefficient (0 allowed); without one, e / v^order stays bounded. `only`: e − coefficient
 *   v^order
 *   tends to 0 faster than every power.
 * - small: tends to 0 faster than every power. - large: to ±∞ faster than every power. - slow: to ±∞, slower than all.
 */
export type Growth =
  | { readonly kind: 'power'; readonly order: Rational; readonly coefficient: Scalar | null; readonly only: boolean }
  | { readonly kind: 'small' }
  | { readonly kind: 'large'; readonly sign: 1 | -1 }
  | { readonly kind: 'slow'; readonly sign: 1 | -1 }
  | { readonly kind: 'unknown' };

const unknown: Growth = { kind: 'unknown' };
const small: Growth = { kind: 'small' };
const power = (order: Rational, coefficient: Scalar | null, only = false): Growth => ({
  kind: 'power',
  order,
  coefficient,
  only,
});
const vanishing = power(q.ZERO, build.zero);
const bounded = power(q.ZERO, null);

/** 1 or −1 where the sign is certain. */
export const signOf = (judge: Judge, node: Scalar): 1 | -1 | null => {
  const signs = judge(node);
  return signs === POSITIVE ? 1 : signs === NEGATIVE ? -1 : null;
};
const times = (a: 1 | -1, b: 1 | -1): 1 | -1 => (a === b ? 1 : -1);

const limits: Readonly<Record<'atan' | 'tanh' | 'erf', Scalar>> = {
  atan: build.product([build.number(q.rational(1, 2)), build.pi]),
  tanh: build.one,
  erf: build.one,
};

/** f'(0) of the functions with f(0) = 0. */
const atZero = (name: ElementaryName): Scalar | null => {
  if (name === 'erf') return build.product([build.number(2), build.power(build.pi, q.rational(-1, 2))]);
  return name === 'sin' || name === 'atan' || name === 'tanh' || name === 'asinh' ? build.one : null;
};

/** The growth of functions without case distinctions; each part is looked at once. */
export class Asymptotics {
  readonly #judge: Judge;
  readonly #known = new Map<string, Growth>();

  constructor(judge: Judge) {
    this.#judge = judge;
  }

  growth(node: Scalar): Growth {
    const known = this.#known.get(node.key);
    if (known !== undefined) return known;
    const result = dependsOnVariable(node) ? this.#growth(node) : power(q.ZERO, node, true);
    this.#known.set(node.key, result);
    return result;
  }

  #growth(node: Scalar): Growth {
    switch (node.kind) {
      case 'variable':
        return power(q.ONE, build.one, true);
      case 'sum':
        return this.#sum(node.items.map((item) => this.growth(item)));
      case 'product':
        return node.items
          .map((item) => this.growth(item))
          .reduce((total, item) => this.#product(total, item), power(q.ZERO, build.number(node.coefficient), true));
      case 'power':
        return this.#power(this.growth(node.base), node.exponent);
      case 'function':
        return this.#call(node.name, this.growth(node.argument));
      default:
        return unknown;
    }
  }

  #sum(items: readonly Growth[]): Growth {
    if (items.some(({ kind }) => kind === 'unknown')) return unknown;
    const [large, opposite] = [1, -1].map((sign) => items.find((item) => item.kind === 'large' && item.sign === sign));
    if (large !== undefined || opposite !== undefined)
      return large === undefined ? (opposite ?? unknown) : opposite === undefined ? large : unknown;
    const powers = items.flatMap((item) => (item.kind === 'power' ? [item] : []));
    const slow = items.flatMap((item) => (item.kind === 'slow' ? [item] : []));
    const [first] = slow;
    const order = powers.reduce<Rational | null>(
      (most, item) => (most === null || q.compareRationals(item.order, most) > 0 ? item.order : most),
      null,
    );
    if (first !== undefined && (order === null || q.signOf(order) <= 0))
      return slow.every(({ sign }) => sign === first.sign) ? first : unknown;
    if (order === null) return small;
    const leading = powers.filter((item) => q.isEqual(item.order, order));
    const coefficients = leading.flatMap(({ coefficient }) => (coefficient === null ? [] : [coefficient]));
    if (coefficients.length < leading.length) return power(order, null);
    const coefficient = build.sum(coefficients);
    const only = leading.length === powers.length && slow.length === 0 && leading.every((item) => item.only);
    return only && coefficient.key === build.zero.key ? small : power(order, coefficient, only);
  }

  #product(a: Growth, b: Growth): Growth {
    if (a.kind === 'unknown' || b.kind === 'unknown') return unknown;
    if (a.kind === 'small' || b.kind === 'small') return a.kind === 'large' || b.kind === 'large' ? unknown : small;
    if (a.kind === 'power' && b.kind === 'power') {
      const zero = [a, b].some(({ coefficient }) => coefficient?.key === build.zero.key);
      const coefficient = zero
        ? build.zero
        : a.coefficient === null || b.coefficient === null
          ? null
          : build.product([a.coefficient, b.coefficient]);
      return power(q.plus(a.order, b.order), coefficient, a.only && b.only);
    }
    if (b.kind === 'power') return this.#product(b, a);
    if (a.kind === 'power') return this.#scaled(a, b);
    return { kind: a.kind === 'slow' && b.kind === 'slow' ? 'slow' : 'large', sign: times(a.sign, b.sign) };
  }

  #scaled(a: Growth & { readonly kind: 'power' }, b: Growth & { readonly kind: 'large' | 'slow' }): Growth {
    // log v · v^−p = o(v^(−p/2)).
    if (b.kind === 'slow' && q.signOf(a.order) < 0) return power(q.times(a.order, q.rational(1, 2)), build.zero);
    const sign = a.coefficient === null ? null : signOf(this.#judge, a.coefficient);
    if (sign === null || (b.kind === 'slow' && q.signOf(a.order) > 0)) return unknown;
    return { kind: b.kind, sign: times(sign, b.sign) };
  }

  #power(base: Growth, exponent: Rational): Growth {
    const upward = q.signOf(exponent) > 0;
    if (base.kind === 'unknown') return unknown;
    if (base.kind === 'small') return upward ? small : unknown;
    if (base.kind !== 'power') {
      if (!upward) return base.kind === 'large' ? small : vanishing;
      if (!q.isInteger(exponent) && base.sign < 0) return unknown;
      const even = !q.isInteger(exponent) || exponent.numerator % 2n === 0n;
      return { kind: base.kind, sign: even ? 1 : base.sign };
    }
    const order = q.times(base.order, exponent);
    const { coefficient, only } = base;
    if (coefficient === null) return upward ? power(order, null) : unknown;
    const signs = this.#judge(coefficient);
    // A coefficient of 0 hides the true order; raised to a positive power it still bounds the growth.
    if (!never(signs, ZERO)) return upward && coefficient.key === build.zero.key ? power(order, build.zero) : unknown;
    if (!q.isInteger(exponent) && signs !== POSITIVE) return unknown;
    return power(order, build.power(coefficient, exponent), only);
  }

  #call(name: ElementaryName, u: Growth): Growth {
    if (u.kind === 'large' || u.kind === 'slow') return this.#far(name, u, u.sign);
    if (u.kind === 'unknown')
      return name === 'exp' || name === 'log' || name === 'asinh' || name === 'softplus' ? unknown : bounded;
    if (u.kind === 'small') return this.#near(name, build.zero, u);
    const { order, coefficient } = u;
    if (q.signOf(order) < 0) return this.#near(name, build.zero, u);
    if (q.signOf(order) === 0) {
      if (coefficient === null) return name === 'log' ? unknown : bounded;
      return this.#near(name, coefficient, u);
    }
    const signs = coefficient === null ? ZERO : this.#judge(coefficient);
    if (signs === POSITIVE || signs === NEGATIVE) return this.#far(name, u, signs === POSITIVE ? 1 : -1);
    return name === 'exp' || name === 'log' || name === 'asinh' || name === 'softplus' ? unknown : bounded;
  }

  /** The argument has a finite limit. */
  #near(name: ElementaryName, limit: Scalar, u: Growth): Growth {
    if (limit.key === build.zero.key) {
      const slope = atZero(name);
      if (slope !== null) return this.#product(power(q.ZERO, slope), u);
    }
    if (name === 'log' && this.#judge(limit) !== POSITIVE) {
      return u.kind === 'power' &&
        q.signOf(u.order) < 0 &&
        u.coefficient !== null &&
        this.#judge(u.coefficient) === POSITIVE
        ? { kind: 'slow', sign: -1 }
        : unknown;
    }
    const only = u.kind === 'small' || (u.kind === 'power' && q.signOf(u.order) === 0 && u.only);
    return power(q.ZERO, build.call(name, limit), only);
  }

  /** The argument tends to ±∞. */
  #far(name: ElementaryName, u: Growth, sign: 1 | -1): Growth {
    const quick = u.kind !== 'slow';
    const decayed = quick ? small : vanishing;
    switch (name) {
      case 'exp':
        return sign < 0 ? decayed : quick ? { kind: 'large', sign: 1 } : unknown;
      case 'log':
        return u.kind === 'power' && sign > 0 ? { kind: 'slow', sign: 1 } : unknown;
      case 'sin':
      case 'cos':
        return bounded;
      case 'atan':
        return power(q.ZERO, sign > 0 ? limits.atan : build.negate(limits.atan));
      case 'tanh':
      case 'erf':
        return power(q.ZERO, build.number(sign), quick);
      case 'sech':
        return decayed;
      case 'sigmoid':
        return sign > 0 ? power(q.ZERO, build.one, quick) : decayed;
      case 'softplus':
        return sign < 0 ? decayed : u;
      case 'asinh':
        return u.kind === 'power' ? { kind: 'slow', sign } : unknown;
    }
  }
}
