import * as build from '../scalar/build.js';
import type { Scalar } from '../scalar/node.js';
import * as q from '../scalar/rational.js';
import type { Rational } from '../scalar/rational.js';
import { nodes } from '../scalar/visit.js';

/** Sums grow by multiplying out; beyond this a function stays as it is. */
const mostTerms = 60;

export const terms = (node: Scalar): readonly Scalar[] => (node.kind === 'sum' ? node.items : [node]);

const contains = (node: Scalar, key: string): boolean => nodes(node).some((part) => part.key === key);

/** Products over sums multiplied out, also small whole powers of sums; arguments of functions stay. */
export function expand(node: Scalar, rounds = 4): Scalar {
  const parts: Scalar[] = [];
  for (const term of terms(node)) {
    const spread = spreadProduct(term);
    if (spread === null || parts.length + spread.length > mostTerms) return node;
    parts.push(...spread);
  }
  const result = build.sum(parts);
  // A product of what was spread may be a sum again: (√(v + 1))².
  return result.key === node.key || rounds === 0 ? result : expand(result, rounds - 1);
}

function spreadProduct(node: Scalar): readonly Scalar[] | null {
  const factors = node.kind === 'product' ? [build.number(node.coefficient), ...node.items] : [node];
  let spread: readonly Scalar[] = [build.one];
  for (const factor of factors) {
    const { base, times } = repeated(factor);
    for (let count = 0; count < times; count += 1) {
      if (spread.length * terms(base).length > mostTerms) return null;
      spread = spread.flatMap((left) => terms(base).map((right) => build.product([left, right])));
    }
  }
  return spread;
}

function repeated(node: Scalar): { readonly base: Scalar; readonly times: number } {
  const spreads =
    node.kind === 'power' &&
    node.base.kind === 'sum' &&
    q.isInteger(node.exponent) &&
    node.exponent.numerator > 0n &&
    node.exponent.numerator <= 8n;
  return spreads ? { base: node.base, times: Number(node.exponent.numerator) } : { base: node, times: 1 };
}

/** Whether two functions are one, as far as multiplying out shows it. */
export const isSame = (a: Scalar, b: Scalar): boolean => a.key === b.key || isZero(build.subtract(a, b));

const isZero = (node: Scalar): boolean =>
  node.key === build.zero.key || factorize(node).some(({ key }) => key === build.zero.key);

interface Shared {
  readonly base: Scalar;
  exponent: Rational;
}

/** A product's factors by base; the exponential has its argument as an entry of its own. */
function powersOf(term: Scalar): { readonly powers: ReadonlyMap<string, Shared>; readonly exponential: Scalar | null } {
  const powers = new Map<string, Shared>();
  let exponential: Scalar | null = null;
  for (const item of term.kind === 'product' ? term.items : [term]) {
    if (item.kind === 'function' && item.name === 'exp') exponential = item.argument;
    else if (item.kind === 'power') powers.set(item.base.key, { base: item.base, exponent: item.exponent });
    else if (item.kind !== 'rational') powers.set(item.key, { base: item, exponent: q.ONE });
  }
  return { powers, exponential };
}

/**
 * Functions whose product is the given one: common factors of sums are taken out, the least power of each base with
 * negative powers counted, so that quotients come over one divisor; what remains is multiplied out.
 */
export function factorize(node: Scalar, rounds = 6): readonly Scalar[] {
  if (node.kind === 'product') {
    const inner = node.items.map((item) => (item.kind === 'sum' ? factorize(item, rounds) : [item]));
    return [build.number(node.coefficient), ...inner.flat()];
  }
  if (node.kind !== 'sum') return [node];
  const common = commonFactors(node.items);
  if (common.length === 0) {
    const expanded = expand(node);
    return expanded.key === node.key || rounds === 0 ? [node] : factorize(expanded, rounds - 1);
  }
  const inverse = common.map((factor) => build.power(factor, q.MINUS_ONE));
  const rest = expand(build.sum(node.items.map((item) => build.product([item, ...inverse]))));
  return [...common, ...(rounds === 0 ? [rest] : factorize(rest, rounds - 1))];
}

function commonFactors(items: readonly Scalar[]): readonly Scalar[] {
  const all = items.map(powersOf);
  const bases = new Map(all.flatMap(({ powers }) => [...powers].map(([key, { base }]) => [key, base] as const)));
  const common: Scalar[] = [];
  for (const [key, base] of bases) {
    const exponents = all.map(({ powers }) => powers.get(key)?.exponent ?? q.ZERO);
    const least = exponents.reduce((a, b) => (q.compareRationals(a, b) <= 0 ? a : b));
    if (q.signOf(least) !== 0) common.push(build.power(base, least));
  }
  const exponentials = all.map(({ exponential }) => exponential);
  const [first] = exponentials;
  if (first !== null && first !== undefined && exponentials.every((exponential) => exponential !== null))
    common.push(build.call('exp', first));
  return common;
}

/** [c₀, c₁, …] with node = Σ cₖ atomᵏ, every cₖ free of the atom; null for what is no polynomial of degree ≤ 4. */
export function coefficientsIn(node: Scalar, atom: Scalar): readonly Scalar[] | null {
  const found = new Map<number, Scalar[]>();
  for (const term of terms(expand(node))) {
    const degree = degreeIn(term, atom.key);
    if (degree === null || degree > 4) return null;
    const rest = degree === 0 ? term : build.product([term, build.power(atom, q.rational(-degree))]);
    if (contains(rest, atom.key)) return null;
    found.set(degree, [...(found.get(degree) ?? []), rest]);
  }
  return Array.from({ length: Math.max(-1, ...found.keys()) + 1 }, (_, degree) => build.sum(found.get(degree) ?? []));
}

function degreeIn(term: Scalar, key: string): number | null {
  const { powers } = powersOf(term);
  const exponent = powers.get(key)?.exponent ?? q.ZERO;
  return q.isInteger(exponent) && exponent.numerator >= 0n ? Number(exponent.numerator) : null;
}
