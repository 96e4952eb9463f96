import { byKey, number, one, rawPower, rawProduct, scaled, splitCoefficient, zero } from './atoms.js';
import type { ElementaryName, Scalar } from './node.js';
import { isConstant } from './node.js';
import { isPositive } from './positive.js';
import { primePowers } from './radical.js';
import type { Rational } from './rational.js';
import * as q from './rational.js';

/**
 * The only constructors of scalar nodes. They collect like terms, merge powers and exponentials, and fold exact values
 * (exp 0 = 1), so that equal functions mostly get equal keys. Every rewriting holds wherever both sides are defined;
 * where the author's expression is defined is settled before, from its own text (`obligations`).
 */

export { number, one, parameter, pi, splitCoefficient, variable, zero } from './atoms.js';

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
  const kept = [...terms.values()]
    .filter(({ coefficient }) => q.signOf(coefficient) !== 0)
    .map(({ coefficient, rest }) => scaled(coefficient, rest));
  const [first, second] = kept.sort(byKey);
  if (first === undefined) return zero;
  return second === undefined ? first : { kind: 'sum', items: kept, key: `(${kept.map(({ key }) => key).join('+')})` };
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

  /** exp(±u) · sech u = 2 sigmoid(±2u), likewise. */
  #mergeHyperbolics(): void {
    for (const { base, exponent } of [...this.#powers.values()]) {
      if (base.kind !== 'function' || base.name !== 'sech' || q.signOf(exponent) <= 0 || !q.isInteger(exponent))
        continue;
      for (let left = exponent.numerator; left > 0n; left -= 1n) {
        if (this.#exponent.key !== base.argument.key && this.#exponent.key !== negate(base.argument).key) break;
        const doubled = product([number(2), this.#exponent]);
        this.#exponent = zero;
        this.coefficient = q.times(this.coefficient, q.rational(2));
        this.#raise(base, q.MINUS_ONE);
        this.#raise(call('sigmoid', doubled), q.ONE);
      }
    }
  }

  /** exp(c − u) · sigmoid(u) = exp(c) · sigmoid(−u) for a constant c: what keeps tails free of ∞ · 0. */
  #mergeSigmoids(): void {
    for (const { base, exponent } of [...this.#powers.values()]) {
      if (base.kind !== 'function' || base.name !== 'sigmoid' || q.signOf(exponent) <= 0 || !q.isInteger(exponent))
        continue;
      for (let left = exponent.numerator; left > 0n; left -= 1n) {
        const rest = sum([this.#exponent, base.argument]);
        if (isConstant(this.#exponent) || !isConstant(rest)) break;
        this.#exponent = rest;
        this.#raise(base, q.MINUS_ONE);
        this.#raise(call('sigmoid', negate(base.argument)), q.ONE);
      }
    }
  }

  /** e^a · (e^b + …), and sech a · (e^±a + …), are multiplied out: only so can exponentials meet what cancels them. */
  #spreadExponentials(items: readonly Scalar[]): Scalar | null {
    const isExponential = (node: Scalar): boolean => node.kind === 'function' && node.name === 'exp';
    const terms = items.find(
      (item) => item.kind === 'sum' && item.items.some((term) => isExponential(splitCoefficient(term).rest)),
    );
    if (terms?.kind !== 'sum') return null;
    const exponents = new Set(terms.items.flatMap((term) => exponentKeys(splitCoefficient(term).rest)));
    const meets = (item: Scalar): boolean => {
      const inner = item.kind === 'power' ? item.base : item;
      return (
        isExponential(item) || (inner.kind === 'function' && inner.name === 'sech' && exponents.has(inner.argument.key))
      );
    };
    if (!items.some(meets)) return null;
    const others = [number(this.coefficient), ...items.filter((item) => item !== terms)];
    return sum(terms.items.map((term) => product([...others, term])));
  }

  finish(): Scalar {
    this.#mergeSigmoids();
    this.#mergeHyperbolics();
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

/** Of numerators and denominators of exponents: doubles have to hold them. */
const mostDigits = 2n ** 50n;

/**
 * base^exponent for a constant rational exponent. @throws RangeError for 0 to a negative power and roots of negative
 * numbers
 */
export function power(base: Scalar, exponent: Rational): Scalar {
  if (q.signOf(exponent) === 0) return one;
  if (q.isEqual(exponent, q.ONE)) return base;
  if (exponent.denominator > mostDigits || exponent.numerator > mostDigits || exponent.numerator < -mostDigits)
    throw new RangeError('an exponent of too many digits');
  const whole = q.isInteger(exponent);
  if (base.kind === 'rational') return rationalPower(base.value, exponent);
  if (base.kind === 'function' && base.name === 'exp') return call('exp', product([number(exponent), base.argument]));
  if (base.kind === 'power' && (whole || isPositive(base.base)))
    return power(base.base, q.times(base.exponent, exponent));
  if (base.kind === 'product' && (whole || (q.signOf(base.coefficient) > 0 && base.items.every(isPositive)))) {
    return product([rationalPower(base.coefficient, exponent), ...base.items.map((item) => power(item, exponent))]);
  }
  if (base.kind === 'sum' && whole && exponent.numerator < 0n) {
    const pair = exponentialPair(base);
    const inverted = pair === null ? null : reciprocal(pair);
    if (inverted !== null) return power(inverted, q.negated(exponent));
  }
  return rawPower(base, exponent);
}

/** Of e^u both u and −u. */
const exponentKeys = (node: Scalar): readonly string[] =>
  node.kind === 'function' && node.name === 'exp' ? [node.argument.key, negate(node.argument).key] : [];

interface ExponentialTerm {
  readonly coefficient: Rational;
  readonly exponent: Scalar;
}

/** c e^a + d e^b with c, d > 0, where 1 counts as e^0. */
interface ExponentialPair {
  readonly first: ExponentialTerm;
  readonly second: ExponentialTerm;
}

function exponentialPair(node: Scalar & { readonly kind: 'sum' }): ExponentialPair | null {
  const terms = node.items.map((item): ExponentialTerm | null => {
    const { coefficient, rest } = splitCoefficient(item);
    if (q.signOf(coefficient) <= 0) return null;
    if (rest.kind === 'rational') return { coefficient, exponent: zero };
    return rest.kind === 'function' && rest.name === 'exp' ? { coefficient, exponent: rest.argument } : null;
  });
  const [first, second, third] = terms;
  if (first === null || second === null || first === undefined || second === undefined || third !== undefined)
    return null;
  // A constant term comes first: what is taken out of the sum must not be larger than the sum.
  return isConstant(second.exponent) ? { first: second, second: first } : { first, second };
}

/** ln(d e^b / (c e^a)). */
const logRatio = ({ first, second }: ExponentialPair): Scalar =>
  sum([subtract(second.exponent, first.exponent), call('log', number(q.over(second.coefficient, first.coefficient)))]);

/**
 * 1 / (c e^a + d e^b) without ∞ / ∞, in tails and in doubles: for a constant a it is e^−a sigmoid(−b …) / c, for b = −a
 * sech(a + ln(c/d) / 2) / 2√(cd). Other sums are best left as they are.
 */
function reciprocal({ first, second }: ExponentialPair): Scalar | null {
  if (isConstant(first.exponent)) {
    return product([
      number(q.inverse(first.coefficient)),
      call('exp', negate(first.exponent)),
      call('sigmoid', negate(logRatio({ first, second }))),
    ]);
  }
  if (negate(first.exponent).key !== second.exponent.key) return null;
  const shift = call('log', number(q.over(first.coefficient, second.coefficient)));
  const scale = power(number(q.times(first.coefficient, second.coefficient)), q.rational(-1, 2));
  return product([
    number(q.rational(1, 2)),
    scale,
    call('sech', sum([first.exponent, product([number(q.rational(1, 2)), shift])])),
  ]);
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
  exp: q.ONE,
  log: null,
  sin: q.ZERO,
  cos: q.ONE,
  atan: q.ZERO,
  tanh: q.ZERO,
  sech: q.ONE,
  sigmoid: q.rational(1, 2),
  softplus: null,
  erf: q.ZERO,
  asinh: q.ZERO,
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
    if (pair !== null)
      return sum([call('log', number(pair.first.coefficient)), pair.first.exponent, call('softplus', logRatio(pair))]);
    const arc = argument.kind === 'sum' ? inverseSine(argument.items) : null;
    if (arc !== null) return call('asinh', arc);
    if (argument.kind === 'function' && argument.name === 'sigmoid')
      return negate(call('softplus', negate(argument.argument)));
  }
  if (
    name === 'log' &&
    argument.kind === 'rational' &&
    argument.value.numerator > 0n &&
    argument.value.numerator < argument.value.denominator
  ) {
    return negate(call('log', number(q.inverse(argument.value))));
  }
  if (name === 'exp' && argument.kind === 'function' && argument.name === 'log') return argument.argument;
  if (name === 'exp') {
    const powers = splitLogarithms(argument);
    if (powers !== null) return powers;
  }
  return { kind: 'function', name, argument, key: `${name}[${argument.key}]` };
}

/** exp(u + k ln r) = r^k exp(u) for numbers r and k. */
function splitLogarithms(argument: Scalar): Scalar | null {
  const terms = (argument.kind === 'sum' ? argument.items : [argument]).map((item) => ({
    item,
    ...splitCoefficient(item),
  }));
  const isLogarithm = (rest: Scalar): boolean =>
    rest.kind === 'function' && rest.name === 'log' && rest.argument.kind === 'rational';
  if (!terms.some(({ rest }) => isLogarithm(rest))) return null;
  const powers = terms.flatMap(({ rest, coefficient }) =>
    rest.kind === 'function' && isLogarithm(rest) ? [power(rest.argument, coefficient)] : [],
  );
  return product([...powers, call('exp', sum(terms.flatMap(({ item, rest }) => (isLogarithm(rest) ? [] : [item]))))]);
}

/** u of u + √(1 + u²), whose logarithm is asinh u. */
function inverseSine([first, second, third]: readonly Scalar[]): Scalar | null {
  if (first === undefined || second === undefined || third !== undefined) return null;
  const isRoot = (root: Scalar, u: Scalar): boolean =>
    root.kind === 'power' &&
    q.isEqual(root.exponent, q.rational(1, 2)) &&
    root.base.key === sum([one, power(u, q.rational(2))]).key;
  return isRoot(second, first) ? first : isRoot(first, second) ? second : null;
}

/**
 * `positive` where guard > 0, `negative` where guard < 0. The guard is scaled to a leading coefficient of 1.
 * @throws RangeError if the guard is the number 0 and the branches differ
 */
export function select(guard: Scalar, positive: Scalar, negative: Scalar): Scalar {
  if (positive.key === negative.key) return positive;
  // Which side 0 belongs to is not for a constructor to say.
  if (guard.kind === 'rational' && q.signOf(guard.value) === 0)
    throw new RangeError('a condition that compares equal numbers');
  if (guard.kind === 'rational') return q.signOf(guard.value) > 0 ? positive : negative;
  const leading = guard.kind === 'sum' ? (leadingTerm(guard.items) ?? guard) : guard;
  const { coefficient } = splitCoefficient(leading);
  const scale = q.inverse(coefficient);
  const normal = product([number(scale), guard]);
  const [above, below] = q.signOf(scale) > 0 ? [positive, negative] : [negative, positive];
  return {
    kind: 'select',
    guard: normal,
    positive: above,
    negative: below,
    key: `[${normal.key}?${above.key}:${below.key}]`,
  };
}

export const maximum = (a: Scalar, b: Scalar): Scalar => select(subtract(a, b), a, b);
export const minimum = (a: Scalar, b: Scalar): Scalar => select(subtract(a, b), b, a);
export const absolute = (node: Scalar): Scalar => select(node, node, negate(node));
