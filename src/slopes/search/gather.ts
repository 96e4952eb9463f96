import * as build from '../scalar/build.js';
import type { Scalar } from '../scalar/node.js';
import type { Rational } from '../scalar/rational.js';
import * as q from '../scalar/rational.js';
import { rebuild } from '../scalar/visit.js';

/** Beyond these sizes multiplying out costs more than it brings. */
const mostTerms = 24;
const highestPower = 4n;

/**
 * The same function with fractions brought to a common denominator where terms cancel: 1/√(v² + 4) − v²/√(v² + 4)³
 * becomes 4/√(v² + 4)³, whose natural interval extension keeps the sign. Holds wherever both sides are defined. What
 * was gathered is put into `known`.
 */
export function gather(root: Scalar, known: Map<string, Scalar> = new Map()): Scalar {
  const visit = (node: Scalar): Scalar => {
    const found = known.get(node.key);
    if (found !== undefined) return found;
    const inside = rebuild(node, visit);
    const result = inside.kind === 'sum' ? gatherSum(inside) : inside;
    known.set(node.key, result);
    return result;
  };
  return visit(root);
}

function gatherSum(sum: Scalar & { readonly kind: 'sum' }): Scalar {
  if (sum.items.length > mostTerms) return sum;
  for (const base of denominators(sum)) {
    const explicit = sum.items.filter((item) => q.signOf(exponentOf(item, base)) !== 0);
    for (const group of [sum.items, explicit, ...byOuterFactor(explicit)]) {
      const merged = overCommonDenominator(group, base);
      if (merged === null) continue;
      const rest = sum.items.filter((item) => !group.includes(item));
      const next = build.sum([merged, ...rest]);
      return next.kind === 'sum' && next.items.length < sum.items.length ? gatherSum(next) : next;
    }
  }
  return sum;
}

/** The sums that stand in the terms with negative exponents. */
function denominators(sum: Scalar & { readonly kind: 'sum' }): readonly Scalar[] {
  const found = new Map<string, Scalar>();
  for (const factor of sum.items.flatMap(factorsOf)) {
    if (factor.kind === 'power' && factor.base.kind === 'sum' && q.signOf(factor.exponent) < 0)
      found.set(factor.base.key, factor.base);
  }
  return [...found.values()];
}

/** The factors of a term without its coefficient. */
const factorsOf = (term: Scalar): readonly Scalar[] =>
  term.kind === 'product' ? term.items : term.kind === 'rational' ? [] : [term];

function exponentOf(term: Scalar, base: Scalar): Rational {
  for (const factor of factorsOf(term)) {
    if (factor.key === base.key) return q.ONE;
    if (factor.kind === 'power' && factor.base.key === base.key) return factor.exponent;
  }
  return q.ZERO;
}

function byOuterFactor(terms: readonly Scalar[]): readonly (readonly Scalar[])[] {
  const groups = new Map<string, Scalar[]>();
  for (const term of terms) {
    const key = outerFactor(term);
    groups.set(key, [...(groups.get(key) ?? []), term]);
  }
  return [...groups.values()];
}

/** What of a term multiplying out leaves alone: only terms that agree in it can cancel. */
const outerFactor = (term: Scalar): string =>
  build.product(
    factorsOf(term).filter((factor) => {
      const base = factor.kind === 'power' ? factor.base : factor;
      return base.kind !== 'sum' && base.kind !== 'rational' && !(base.kind === 'function' && base.name === 'exp');
    }),
  ).key;

/** base^least · Σ of the numerators, multiplied out; null unless terms cancel. */
function overCommonDenominator(group: readonly Scalar[], base: Scalar): Scalar | null {
  if (group.length < 2) return null;
  const exponents = group.map((term) => exponentOf(term, base));
  const least = exponents.reduce((a, b) => (q.compareRationals(a, b) <= 0 ? a : b));
  const numerators: Scalar[] = [];
  for (const [at, term] of group.entries()) {
    const excess = q.minus(exponents[at] ?? q.ZERO, least);
    if (!q.isInteger(excess) || excess.numerator > highestPower) return null;
    const cofactor = factorsOf(term).filter((factor) => q.signOf(exponentOf(factor, base)) === 0);
    const { coefficient } = build.splitCoefficient(term);
    const expanded = expand(build.product([build.number(coefficient), ...cofactor, build.power(base, excess)]));
    if (expanded === null || numerators.length + expanded.length > 2 * mostTerms) return null;
    numerators.push(...expanded);
  }
  const total = build.sum(numerators);
  const size = total.kind === 'sum' ? total.items.length : 1;
  return size <= group.length && size < numerators.length ? build.product([build.power(base, least), total]) : null;
}

/** The terms when all sums and small whole powers of sums are multiplied out; null if there are too many. */
function expand(root: Scalar): readonly Scalar[] | null {
  let terms = termsOf(root);
  // Every round multiplies one factor of each term out; what it leaves may hold further sums.
  for (let round = 0; round < 2 * mostTerms; round += 1) {
    if (terms.length > mostTerms) return null;
    const split = terms.map(splitSum);
    if (split.every((parts) => parts === null)) return terms;
    terms = termsOf(
      build.sum(
        terms.flatMap(
          (term, at) =>
            split[at]?.sum.items.map((item) => build.product([split[at]?.cofactor ?? build.one, item])) ?? [term],
        ),
      ),
    );
  }
  return null;
}

/**
 * A term as a sum times the rest of it; not by dividing, because the reciprocals of some sums have forms of their own.
 */
function splitSum(term: Scalar): { readonly sum: Scalar & { readonly kind: 'sum' }; readonly cofactor: Scalar } | null {
  const factors = factorsOf(term);
  for (const factor of factors) {
    const [base, exponent] = factor.kind === 'power' ? [factor.base, factor.exponent] : [factor, q.ONE];
    if (base.kind !== 'sum' || !q.isInteger(exponent) || exponent.numerator < 1n || exponent.numerator > highestPower)
      continue;
    const rest = build.power(base, q.minus(exponent, q.ONE));
    return {
      sum: base,
      cofactor: build.product([
        build.number(build.splitCoefficient(term).coefficient),
        rest,
        ...factors.filter((other) => other !== factor),
      ]),
    };
  }
  return null;
}

function termsOf(total: Scalar): readonly Scalar[] {
  return total.kind === 'sum' ? total.items : [total];
}
