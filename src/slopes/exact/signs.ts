import type { Scalar } from '../scalar/node.js';

/**
 * Which signs a function may take on a set: a union of the three bits. Claims are theorems: a sign left out never
 * occurs.
 */
export type Signs = number;

export const NEGATIVE = 1;
export const ZERO = 2;
export const POSITIVE = 4;
export const ANY = 7;

/** What is known of a function that has no v (of parameters and numbers). */
export type Judge = (node: Scalar) => Signs;

export const never = (signs: Signs, excluded: Signs): boolean => (signs & excluded) === 0;
export const flipped = (signs: Signs): Signs =>
  (signs & ZERO) | ((signs & NEGATIVE) === 0 ? 0 : POSITIVE) | ((signs & POSITIVE) === 0 ? 0 : NEGATIVE);

/** Both signs still possible. */
export const isOpen = (signs: Signs): boolean => (signs & (NEGATIVE | POSITIVE)) === (NEGATIVE | POSITIVE);

/** At most one sign left. */
export const isSingle = (signs: Signs): boolean => (signs & (signs - 1)) === 0;

export function productSigns(a: Signs, b: Signs): Signs {
  let signs = (a | b) & ZERO;
  if ((a & POSITIVE) !== 0) signs |= b;
  if ((a & NEGATIVE) !== 0) signs |= flipped(b);
  return signs;
}

export function sumSigns(items: readonly Signs[]): Signs {
  const all = items.reduce((either, signs) => either | signs, 0);
  if (isOpen(all)) return ANY;
  return items.every((signs) => (signs & ZERO) !== 0) ? all : all & ~ZERO;
}

export const rationalSigns = ({ numerator }: { readonly numerator: bigint }): Signs =>
  numerator > 0n ? POSITIVE : numerator < 0n ? NEGATIVE : ZERO;
