import { isSame, terms } from './algebra.js';
import * as build from '../scalar/build.js';
import { encloseConstant } from '../scalar/enclose.js';
import type { Scalar } from '../scalar/node.js';
import * as q from '../scalar/rational.js';
import type { Signs } from './signs.js';
import { NEGATIVE, POSITIVE, ZERO } from './signs.js';

/** Of base^exponent. */
export function powerSigns(base: Signs, exponent: q.Rational): Signs {
  // 0 has no negative powers, and roots are taken of what is not negative.
  const defined = q.signOf(exponent) < 0 ? base & ~ZERO : base;
  if (!q.isInteger(exponent)) return defined & ~NEGATIVE;
  return exponent.numerator % 2n !== 0n
    ? defined
    : (defined & NEGATIVE) !== 0
      ? (defined & ~NEGATIVE) | POSITIVE
      : defined;
}

/** Of a function without v and parameters: by its enclosure, or 0 if it multiplies out to nothing. */
export function constantSigns(node: Scalar): Signs {
  const { lo, hi } = encloseConstant(node);
  if (lo > 0) return POSITIVE;
  if (hi < 0) return NEGATIVE;
  if (isSame(node, build.zero)) return ZERO;
  return (lo < 0 ? NEGATIVE : 0) | ZERO | (hi > 0 ? POSITIVE : 0);
}

/** The multiples of `positive` that would cancel one of the sum's terms. */
export function ratios(node: Scalar, positive: Scalar): readonly q.Rational[] {
  const wanted = new Map(
    terms(positive)
      .map((term) => build.splitCoefficient(term))
      .map(({ coefficient, rest }) => [rest.key, coefficient] as const),
  );
  const found = terms(node).flatMap((term) => {
    const { coefficient, rest } = build.splitCoefficient(term);
    const other = wanted.get(rest.key);
    return other === undefined ? [] : [q.over(coefficient, other)];
  });
  return [...new Map(found.map((ratio) => [`${ratio.numerator}/${ratio.denominator}`, ratio] as const)).values()];
}
