import type { ElementaryName, Scalar } from './node.js';
import { isPositive } from './positive.js';
import { primePowers } from './radical.js';
import type { Rational } from './rational.js';
import * as q from './rational.js';

/**
 * The only constructors of scalar nodes. They collect like terms, merge powers and exponentials, and fold exact values
 * (exp 0 = 1), so that equal functions mostly get equal keys. Every rewriting holds wherever both sides are defined;
 * where the author's expression is defined is settled before, from its own text (`obligations`).
 */

export const number = (value: Rational | number | bigint): Scalar => {
  const exact = typeof value === 'object' ? value : q.rational(value);
  return { kind: 'rational', value: exact, key: exact.denominator === 1n ? String(exact.numerator) : `${exact.numerator}/${exact.denominator}` };
};

export const zero = number(0);
export const one = number(1);
export const pi: Scalar = { kind: 'pi', key: 'π' };
/** The activation's argument. */
export const variable: Scalar = { kind: 'variable', key: 'v' };
export const parameter = (name: string): Scalar => ({ kind: 'parameter', name, key: `$${name}` });

/** coefficient · rest, the rest without a rational factor. */
export function splitCoefficient(node: Scalar): { readonly coefficient: Rational; readonly rest: Scalar } {
  if (node.kind === 'rational') return { coefficient: node.value, rest: one };
  if (node.kind === 'product') return { coefficient: node.coefficient, rest: rawProduct(q.ONE, node.items) };
  return { coefficient: q.ONE, rest: node };
}

function rawProduct(coefficient: Rational, items: readonly Scalar[]): Scalar {
  const [first, second] = items;
  if (first === undefined) return number(coefficient);
  if (second === undefined && q.isEqual(coefficient, q.ONE)) return first;
  const scale = number(coefficient).key;
  return { kind: 'product', coefficient, items, key: `(${[...(scale === '1' ? [] : [scale]), ...items.map(({ key }) => key)].join('·')})` };
}

const byKey = (a: Scalar, b: Scalar): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

export function sum(items: readonly Scalar[]): Scalar {
  const terms = new Map<string, { coefficient: Rational; rest: Scalar }>();
  const add = (item: Scalar): void => {
    if (item.kind === 'sum') {
      for (const part of item.items) add(part);
      return;
    }
    const { coefficient, rest } = splitCoefficient(item);
    const known = terms.get(rest.key);
    if (known === undefined) terms.set(rest.key, { coefficient, rest });
    else known.coefficient = q.plus(known.coefficient, coefficient);
  };
  for (const item of items) add(item);
  const kept = [...terms.values()].filter(({ coefficient }) => q.signOf(coefficient) !== 0).map(({ coefficient, rest }) => scaled(coefficient, rest));
  const [first, second] = kept.sort(byKey);
  if (first === undefined) return zero;
  return second === undefined ? first : { kind: 'sum', items: kept, key: `(${kept.map(({ key }) => key).join('+')})` };
}

/** coefficient · rest for a rest without rational factor that is no sum. */
function scaled(coefficient: Rational, rest: Scalar): Scalar {
  if (rest.kind === 'rational') return number(q.times(coefficient, rest.value));
  return rawProduct(coefficient, rest.kind === 'product' ? rest.items : [rest]);
}

export const negate = (node: Scalar): Scalar => product([number(-1), node]);
export const subtract = (a: Scalar, b: Scalar): Scalar => sum([a, negate(b)]);
export const divide = (a: Scalar, b: Scalar): Scalar => product([a, power(b, q.MINUS_ONE)]);
export const squareRoot = (node: Scalar): Scalar => power(node, q.rational(1, 2));

/** What a product is collected in: powers by base, one common exponential. */
class Factors {
  coefficient: Rational = q.ONE;
  readonly #powers = new Map<string, { base: Scalar; exponent: Rational }>();
  #exponent: Scalar = zero;

  add(node: Scalar): void {
    if (node.kind === 'rational') this.coefficient = q.times(this.coefficient, node.value);
    else if (node.kind === 'product') {
      this.coefficient = q.times(this.coefficient, node.coefficient);
      for (const item of node.items) this.add(item);
    } else if (node.kind === 'function' && node.name === 'exp') this.#exponent = sum([this.#exponent, node.argument]);
    else if (node.kind === 'power') this.#raise(node.base, node.exponent);
    else this.#raise(node, q.ONE);
  }

  #raise(base: Scalar, exponent: Rational): void {
    const known = this.#powers.get(base.key);
    this.#powers.set(base.key, { base, exponent: known === undefined ? exponent : q.plus(known.exponent, exponent) });
  }

  /** exp(−u) · sigmoid(u) = sigmoid(−u): what keeps tails free of ∞ · 0. */
  #mergeSigmoids(): void {
    for (const { base, exponent } of [...this.#powers.values()]) {
      if (this.#exponent.key === zero.key) return;
      if (base.kind !== 'function' || base.name !== 'sigmoid' || q.signOf(exponent) <= 0 || !q.isInteger(exponent)) continue;
      for (let left = exponent.numerator; left > 0n && this.#exponent.key === negate(base.argument).key; left -= 1n) {
        this.#exponent = zero;
        this.#raise(base, q.MINUS_ONE);
        this.#raise(call('sigmoid', negate(base.argument)), q.ONE);
      }
    }
  }

  /** e^a · (e^b + …) is multiplied out: only so can exponentials meet the logistic functions that cancel them. */
  #spreadExponentials(items: readonly Scalar[]): Scalar | null {
    const isExponential = (node: Scalar): boolean => node.kind === 'function' && node.name === 'exp';
    const terms = items.find((item) => item.kind === 'sum' && item.items.some((term) => isExponential(splitCoefficient(term).rest)));
    if (terms?.kind !== 'sum' || !items.some(isExponential)) return null;
    const others = [number(this.coefficient), ...items.filter((item) => item !== terms)];
    return sum(terms.items.map((term) => product([...others, term])));
  }

  finish(): Scalar {
    this.#mergeSigmoids();
    const items: Scalar[] = [];
    const powers = [...this.#powers.values()].filter(({ exponent }) => q.signOf(exponent) !== 0);
    if (this.#exponent.key !== zero.key) powers.push({ base: call('exp', this.#exponent), exponent: q.ONE });
    let changed = false;
    for (const { base, exponent } of powers) {
      const made = q.isEqual(exponent, q.ONE) ? base : power(base, exponent);
      if (made.kind === 'product' || (made.kind === 'function' && base.kind === 'sum')) changed = true;
      const { coefficient, rest } = splitCoefficient(made);
      this.coefficient = q.times(this.coefficient, coefficient);
      if (rest.kind === 'product') items.push(...rest.items);
      else if (rest.kind !== 'rational') items.push(rest);
    }
    if (q.signOf(this.coefficient) === 0) return zero;
    // A power that became a product may hold what merges with the other factors.
    if (changed) return product([number(this.coefficient), ...items]);
    const spread = this.#spreadExponentials(items);
    if (spread !== null) return spread;
    const [only, second] = items;
    // A number times a sum is spread over it, so that −(a − b) is b − a.
    if (only?.kind === 'sum' && second === undefined && !q.isEqual(this.coefficient, q.ONE)) {
      return sum(only.items.map((item) => product([number(this.coefficient), item])));
    }
    return rawProduct(this.coefficient, items.sort(byKey));
  }
}

export function product(items: readonly Scalar[]): Scalar {
  const factors = new Factors();
  for (const item of items) factors.add(item);
  return factors.finish();
}

function rawPower(base: Scalar, exponent: Rational): Scalar {
  if (q.isEqual(exponent, q.ONE)) return base;
  if (q.signOf(exponent) === 0) return one;
  return { kind: 'power', base, exponent, key: `${base.key}^${number(exponent).key}` };
}

/** base^exponent for a constant rational exponent. @throws RangeError for 0 to a negative power and roots of negative numbers */
export function power(base: Scalar, exponent: Rational): Scalar {
  if (q.signOf(exponent) === 0) return one;
  if (q.isEqual(exponent, q.ONE)) return base;
  const whole = q.isInteger(exponent);
  if (base.kind === 'rational') return rationalPower(base.value, exponent);
  if (base.kind === 'function' && base.name === 'exp') return call('exp', product([number(exponent), base.argument]));
  if (base.kind === 'power' && (whole || isPositive(base.base))) return power(base.base, q.times(base.exponent, exponent));
  if (base.kind === 'product' && (whole || (q.signOf(base.coefficient) > 0 && base.items.every(isPositive)))) {
    return product([rationalPower(base.coefficient, exponent), ...base.items.map((item) => power(item, exponent))]);
  }
  if (base.kind === 'sum' && whole && exponent.numerator < 0n) {
    const pair = exponentialPair(base);
    // 1 / (c e^a + c e^b) = e^−a sigmoid(a − b) / c, which has no ∞ / ∞ in its tails.
    if (pair !== null) {
      const reciprocal = product([number(q.inverse(pair.coefficient)), call('exp', negate(pair.first)), call('sigmoid', subtract(pair.first, pair.second))]);
      return power(reciprocal, q.negated(exponent));
    }
  }
  return rawPower(base, exponent);
}

/** c e^a + c e^b with c > 0, where 1 counts as e^0. */
function exponentialPair(node: Scalar & { readonly kind: 'sum' }): { readonly coefficient: Rational; readonly first: Scalar; readonly second: Scalar } | null {
  const terms = node.items.map((item) => {
    const { coefficient, rest } = splitCoefficient(item);
    if (rest.kind === 'rational') return { coefficient, exponent: zero };
    return rest.kind === 'function' && rest.name === 'exp' ? { coefficient, exponent: rest.argument } : null;
  });
  const [first, second, third] = terms;
  if (first === null || second === null || first === undefined || second === undefined || third !== undefined) return null;
  return q.isEqual(first.coefficient, second.coefficient) && q.signOf(first.coefficient) > 0 ? { coefficient: first.coefficient, first: first.exponent, second: second.exponent } : null;
}

function rationalPower(base: Rational, exponent: Rational): Scalar {
  if (q.isInteger(exponent)) {
    if (exponent.numerator < -4096n || exponent.numerator > 4096n) throw new RangeError('an exponent beyond 4096');
    return number(q.integerPower(base, Number(exponent.numerator)));
  }
  if (q.signOf(base) === 0 && q.signOf(exponent) > 0) return zero;
  if (q.signOf(base) <= 0) throw new RangeError('a root of a number that is not positive');
  const { coefficient, roots } = primePowers(base, exponent);
  return rawProduct(coefficient, roots.map(({ prime, exponent: part }) => rawPower(number(prime), part)).sort(byKey));
}

const odd: ReadonlySet<ElementaryName> = new Set(['sin', 'atan', 'tanh', 'erf', 'asinh']);
const even: ReadonlySet<ElementaryName> = new Set(['cos', 'sech']);

/** The value at 0 where it is rational. */
const atZero: Readonly<Record<ElementaryName, Rational | null>> = {
  exp: q.ONE, log: null, sin: q.ZERO, cos: q.ONE, atan: q.ZERO, tanh: q.ZERO, sech: q.ONE, sigmoid: q.rational(1, 2), softplus: null, erf: q.ZERO, asinh: q.ZERO,
};

/** Whether the term that comes first carries a minus sign: of u and −u exactly one does. */
export function startsNegative(node: Scalar): boolean {
  const first = node.kind === 'sum' ? leadingTerm(node.items) : node;
  return first !== undefined && q.signOf(splitCoefficient(first).coefficient) < 0;
}

/** The least by its key without the coefficient: independent of signs. */
function leadingTerm(items: readonly Scalar[]): Scalar | undefined {
  return [...items].sort((a, b) => byKey(splitCoefficient(b).rest, splitCoefficient(a).rest))[0];
}

export function call(name: ElementaryName, argument: Scalar): Scalar {
  if (argument.key === zero.key) {
    const value = atZero[name];
    if (value !== null) return number(value);
    if (name === 'softplus') return call('log', number(2));
  }
  if (odd.has(name) && startsNegative(argument)) return negate(call(name, negate(argument)));
  if (even.has(name) && startsNegative(argument)) return call(name, negate(argument));
  if (name === 'log') {
    if (argument.key === one.key) return zero;
    if (argument.kind === 'function' && argument.name === 'exp') return argument.argument;
    const pair = argument.kind === 'sum' ? exponentialPair(argument) : null;
    if (pair !== null) return sum([call('log', number(pair.coefficient)), pair.first, call('softplus', subtract(pair.second, pair.first))]);
  }
  if (name === 'exp' && argument.kind === 'function' && argument.name === 'log') return argument.argument;
  return { kind: 'function', name, argument, key: `${name}[${argument.key}]` };
}

/** `positive` where guard > 0, `negative` where guard < 0. The guard is scaled to a leading coefficient of 1. */
export function select(guard: Scalar, positive: Scalar, negative: Scalar): Scalar {
  if (positive.key === negative.key) return positive;
  if (guard.kind === 'rational') return q.signOf(guard.value) >= 0 ? positive : negative;
  const leading = guard.kind === 'sum' ? (leadingTerm(guard.items) ?? guard) : guard;
  const { coefficient } = splitCoefficient(leading);
  const scale = q.inverse(coefficient);
  const normal = product([number(scale), guard]);
  const [above, below] = q.signOf(scale) > 0 ? [positive, negative] : [negative, positive];
  return { kind: 'select', guard: normal, positive: above, negative: below, key: `[${normal.key}?${above.key}:${below.key}]` };
}

export const maximum = (a: Scalar, b: Scalar): Scalar => select(subtract(a, b), a, b);
export const minimum = (a: Scalar, b: Scalar): Scalar => select(subtract(a, b), b, a);
export const absolute = (node: Scalar): Scalar => select(node, node, negate(node));
