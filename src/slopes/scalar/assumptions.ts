import * as build from './build.js';
import type { Scalar } from './node.js';
import { scalarText } from './print.js';
import type { Rational } from './rational.js';
import { compareRationals, isEqual } from './rational.js';

/** The numbers that a parameter may be; null means no end. */
export interface ParameterRange {
  readonly from: Rational | null;
  readonly to: Rational | null;
  readonly fromOpen: boolean;
  readonly toOpen: boolean;
}

export interface Assumptions {
  /** Parameters without an entry may be any real number. */
  readonly parameters: ReadonlyMap<string, ParameterRange>;
  /** Functions of the parameters that are > 0. */
  readonly positive: readonly Scalar[];
}

export const noAssumptions = (): Assumptions => ({ parameters: new Map(), positive: [] });

export const anyReal: ParameterRange = { from: null, to: null, fromOpen: true, toOpen: true };

/** `left relation right`, both free of v: what tells one case of the parameters from another. */
export interface Condition {
  readonly left: Scalar;
  readonly relation: '<' | '<=' | '=' | '>=' | '>' | '!=';
  readonly right: Scalar;
}

export const conditionText = ({ left, relation, right }: Condition): string =>
  `${scalarText(left)} ${relation} ${scalarText(right)}`;

export const rangeOfParameter = ({ parameters }: Assumptions, name: string): ParameterRange =>
  parameters.get(name) ?? anyReal;

export function isInRange({ from, to, fromOpen, toOpen }: ParameterRange, value: Rational): boolean {
  const low = from === null ? 1 : compareRationals(value, from);
  const high = to === null ? 1 : compareRationals(to, value);
  return low >= (fromOpen ? 1 : 0) && high >= (toOpen ? 1 : 0);
}

/** The part of the range below or above a number, without it; null where nothing is left. */
export function cutRange(range: ParameterRange, at: Rational, side: 'below' | 'above'): ParameterRange | null {
  const { from, to } = range;
  if (side === 'below') {
    if (to !== null && compareRationals(to, at) < 0) return range;
    return from !== null && compareRationals(from, at) >= 0 ? null : { ...range, to: at, toOpen: true };
  }
  if (from !== null && compareRationals(from, at) > 0) return range;
  return to !== null && compareRationals(to, at) <= 0 ? null : { ...range, from: at, fromOpen: true };
}

/** The one number in a range that has only one. */
export const onlyNumber = ({ from, to }: ParameterRange): Rational | null =>
  from !== null && to !== null && isEqual(from, to) ? from : null;

/** The assumption with a parameter put to a value. @throws RangeError where an assumption is undefined there */
export const withRange = ({ parameters, positive }: Assumptions, name: string, range: ParameterRange): Assumptions => ({
  parameters: new Map([...parameters, [name, range]]),
  positive,
});

export const withPositive = ({ parameters, positive }: Assumptions, node: Scalar): Assumptions => ({
  parameters,
  positive: [...positive, node],
});

export const condition = (left: Scalar, relation: Condition['relation'], right: Scalar = build.zero): Condition => ({
  left,
  relation,
  right,
});
