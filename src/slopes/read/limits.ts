import type { Rational } from '../scalar/rational.js';
import { isEqual, ONE } from '../scalar/rational.js';
import { splitCoefficient } from '../scalar/build.js';
import { parts } from '../scalar/node.js';
import type { Scalar } from '../scalar/node.js';
import { nodes } from '../scalar/visit.js';

/**
 * Exact arithmetic and canonical forms can be made to grow without bound by a short text, `(7^60)^60` or brackets of
 * sums of exponentials. Each limit is far above what a function that anybody would analyse needs, and each is looked at
 * before the work is done. A RangeError says which one was passed.
 */
const maximumBits = 4096;
const maximumKey = 16_384;
const maximumNodes = 500;
const maximumTerms = 500;
const maximumExponent = 4096n;
/** Signs of sums are found by looking at each part more than once. */
const maximumDepth = 10;

const bits = (value: bigint): number => 4 * (value < 0n ? -value : value).toString(16).length;
const bitsOf = ({ numerator, denominator }: Rational): number =>
  bits(numerator) + (denominator === 1n ? 0 : bits(denominator));
const termsOf = (node: Scalar): readonly Scalar[] => (node.kind === 'sum' ? node.items : [node]);

function ensure(holds: boolean, what: string): void {
  if (!holds) throw new RangeError(what);
}

/** Before the parts of a chain are read. */
export function beforeChain(length: number): void {
  ensure(length <= maximumTerms, `more than ${maximumTerms} terms or factors`);
}

/** Before the sign of a form is asked for: sums inside sums, not counting those inside functions and cases. */
export function beforeSign(root: Scalar): void {
  const depths = new Map<string, number>();
  for (const node of nodes(root)) {
    const inner = node.kind === 'function' || node.kind === 'select' ? [] : parts(node);
    const deepest = Math.max(0, ...inner.map(({ key }) => depths.get(key) ?? 0));
    depths.set(node.key, deepest + (node.kind === 'sum' ? 1 : 0));
  }
  ensure((depths.get(root.key) ?? 0) <= maximumDepth, `sums nested more than ${maximumDepth} deep`);
}

/** Before `sum(items)`: the terms, and the least common denominator that they may come to. */
export function beforeSum(items: readonly Scalar[]): void {
  const terms = items.flatMap(termsOf);
  ensure(terms.length <= maximumTerms, `more than ${maximumTerms} terms`);
  const denominators = new Set(terms.map((term) => splitCoefficient(term).coefficient.denominator));
  ensure(
    [...denominators].reduce((total, each) => total + bits(each), 0) <= maximumBits,
    'a fraction of too many digits',
  );
}

/** Before `product(items)`: its coefficient, and the terms of what is multiplied out. */
export function beforeProduct(items: readonly Scalar[]): void {
  const coefficients = items.map((item) => splitCoefficient(item).coefficient).filter((each) => !isEqual(each, ONE));
  ensure(coefficients.reduce((total, each) => total + bitsOf(each), 0) <= maximumBits, 'a fraction of too many digits');
  const spread = items
    .flatMap((item) => (item.kind === 'product' ? item.items : [item]))
    .filter((item) => item.kind === 'sum' && item.key.includes('exp['));
  ensure(
    spread.reduce((total, item) => total * termsOf(item).length, 1) <= maximumTerms,
    `more than ${maximumTerms} terms, multiplied out`,
  );
}

/** Before `power(base, exponent)`. */
export function beforePower(base: Scalar, { numerator, denominator }: Rational): void {
  const size = Number((numerator < 0n ? -numerator : numerator) / denominator) + 1;
  beforeSign(base);
  ensure(bitsOf(splitCoefficient(base).coefficient) * size <= 2 * maximumBits, 'a fraction of too many digits');
}

/** After each step. Keys repeat shared parts, so they bound the work of everything that walks the function. */
export function afterStep(node: Scalar): void {
  ensure(node.key.length <= maximumKey, 'a function of too many parts');
  for (const term of termsOf(node)) {
    const { coefficient, rest } = splitCoefficient(term);
    ensure(bitsOf(coefficient) <= maximumBits, 'a fraction of too many digits');
    for (const factor of rest.kind === 'product' ? rest.items : [rest]) {
      if (factor.kind !== 'power') continue;
      const { numerator, denominator } = factor.exponent;
      ensure(
        (numerator < 0n ? -numerator : numerator) <= maximumExponent * denominator && bits(denominator) <= 256,
        'an exponent that is too large',
      );
    }
  }
}

/** At the end. */
export function afterAll(node: Scalar): void {
  ensure(nodes(node).length <= maximumNodes, `more than ${maximumNodes} different parts`);
}
