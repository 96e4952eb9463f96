import { parseActivation } from '../activation-function.js';
import type { Interval } from '../../numeric/interval.js';
import { add, hull } from '../../numeric/interval.js';
import * as build from '../scalar/build.js';
import { encloseConstant } from '../scalar/enclose.js';
import type { Scalar } from '../scalar/node.js';
import { fromDouble } from '../scalar/rational.js';

/** A slope bound as a paper prints it: a number of so many digits, or an expression of the parameters. */
export interface PublishedBound {
  readonly text: string;
  readonly value: Scalar;
  /** All numbers that would be printed with these digits, if there are digits after a point and no parameters. */
  readonly digits: Interval | null;
}

const nowhere = (): { file: null; line: number; column: number } => ({ file: null, line: 1, column: 1 });

/** @throws LipwrightError if the text does not parse */
export function publishedBound(text: string, parameters: readonly string[]): PublishedBound {
  const parse = (from: string): Scalar => parseActivation(from, parameters, nowhere).function;
  const value = parse(text);
  const decimals = [...text.matchAll(/\d+\.(\d+)/g)];
  if (decimals.length === 0 || parameters.length > 0) return { text, value, digits: null };
  // Each printed number may be off by half a unit of its last place.
  const variants = decimals.reduceRight<readonly string[]>(
    (texts, { 0: number, 1: places = '', index }) => {
      const half = fromDouble(0.5 * 10 ** -places.length);
      return texts.flatMap((each) =>
        [-1, 1].map(
          (sign) =>
            `${each.slice(0, index)}(${number} + ${sign} * ${half.numerator} / ` +
            `${half.denominator})${each.slice(index + number.length)}`,
        ),
      );
    },
    [text],
  );
  return { text, value, digits: variants.map((variant) => encloseConstant(parse(variant))).reduce(hull) };
}

export type Comparison =
  | { readonly kind: 'equal' }
  /** Equal to its printed digits, but on the wrong side of the bound by so much. */
  | { readonly kind: 'rounded'; readonly by: number }
  | { readonly kind: 'loose'; readonly by: number }
  | { readonly kind: 'wrong'; readonly by: number }
  /** The enclosure is not tight enough to tell. */
  | { readonly kind: 'open' };

/**
 * A published upper bound against the supremum of the slopes; for a lower bound both are negated by the caller.
 * `exact` is the supremum in closed form, if it has one.
 */
export function compareUpper(
  published: { readonly value: Scalar; readonly digits: Interval | null },
  supremum: Interval,
  exact: Scalar | null,
): Comparison {
  if (exact !== null && exact.key === published.value.key) return { kind: 'equal' };
  const value = encloseConstant(published.value);
  const excess = add(value, { lo: -supremum.hi, hi: -supremum.lo });
  const { digits } = published;
  if (digits !== null && digits.lo <= supremum.hi && digits.hi >= supremum.lo)
    return excess.hi < 0 ? { kind: 'rounded', by: -excess.hi } : { kind: 'equal' };
  if (excess.lo > 0) return { kind: 'loose', by: excess.lo };
  if (excess.hi < 0) return { kind: 'wrong', by: -excess.hi };
  return exact === null ? { kind: 'equal' } : { kind: 'open' };
}

export const negatedBound = ({
  value,
  digits,
}: PublishedBound): { readonly value: Scalar; readonly digits: Interval | null } => ({
  value: build.negate(value),
  digits: digits === null ? null : { lo: -digits.hi, hi: -digits.lo },
});
