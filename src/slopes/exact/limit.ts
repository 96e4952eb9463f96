import { Asymptotics, signOf } from './asymptotics.js';
import type { Growth } from './asymptotics.js';
import * as build from '../scalar/build.js';
import type { Scalar } from '../scalar/node.js';
import * as q from '../scalar/rational.js';
import type { Judge, Signs } from './signs.js';
import { ANY, NEGATIVE, never, POSITIVE, ZERO } from './signs.js';
import { nodes, substitute } from '../scalar/visit.js';

/** Exact limits: a function without v, or ±∞. */
export type Limit =
  | { readonly kind: 'finite'; readonly value: Scalar }
  | { readonly kind: 'infinite'; readonly sign: 1 | -1 }
  | { readonly kind: 'unknown' };

/** The limit as v → +∞ or −∞. `judge` knows signs of functions without v. */
export function limitAtInfinity(node: Scalar, side: 1 | -1, judge: Judge): Limit {
  try {
    const forward = side === 1 ? node : substitute(node, { variable: build.negate(build.variable) });
    return limitOf(new Asymptotics(judge).growth(forward), judge);
  } catch (error) {
    if (error instanceof RangeError) return { kind: 'unknown' };
    throw error;
  }
}

function limitOf(growth: Growth, judge: Judge): Limit {
  if (growth.kind === 'small') return { kind: 'finite', value: build.zero };
  if (growth.kind === 'large' || growth.kind === 'slow') return { kind: 'infinite', sign: growth.sign };
  if (growth.kind === 'unknown') return { kind: 'unknown' };
  const { order, coefficient } = growth;
  if (q.signOf(order) < 0) return { kind: 'finite', value: build.zero };
  if (coefficient === null) return { kind: 'unknown' };
  if (q.signOf(order) === 0) return { kind: 'finite', value: coefficient };
  const sign = signOf(judge, coefficient);
  return sign === null ? { kind: 'unknown' } : { kind: 'infinite', sign };
}

/**
 * The limit at a number from above (side 1) or below: the value there where every part is continuous, else the limit
 * at infinity of the function at `at ± 1 / v`.
 */
export function limitAt(node: Scalar, at: Scalar, side: 1 | -1, judge: Judge): Limit {
  try {
    if (isContinuousAt(node, at, judge)) return { kind: 'finite', value: substitute(node, { variable: at }) };
    const step = build.product([build.number(side), build.power(build.variable, q.MINUS_ONE)]);
    return limitOf(new Asymptotics(judge).growth(substitute(node, { variable: build.sum([at, step]) })), judge);
  } catch (error) {
    if (error instanceof RangeError) return { kind: 'unknown' };
    throw error;
  }
}

/** No logarithm, root or quotient meets the end of its domain at v = at. Case distinctions must be settled before. */
const isContinuousAt = (node: Scalar, at: Scalar, judge: Judge): boolean =>
  definednessAt(node, at, judge) === 'continuous';

/**
 * Whether a function without case distinctions is defined and continuous at v = at, or proven to be undefined there.
 */
function definednessAt(node: Scalar, at: Scalar, judge: Judge): 'continuous' | 'undefined' | 'unknown' {
  const value = (part: Scalar): Signs | 'undefined' => signsAt(part, at, judge);
  const verdicts = nodes(node).map((part) => {
    if (part.kind === 'select') return 'unknown';
    if (part.kind === 'function') return part.name === 'log' ? verdict(value(part.argument), POSITIVE) : 'continuous';
    if (part.kind !== 'power') return 'continuous';
    const { base, exponent } = part;
    const whole = q.isInteger(exponent);
    if (whole && exponent.numerator > 0n) return 'continuous';
    return verdict(value(base), POSITIVE | (whole ? NEGATIVE : exponent.numerator > 0n ? ZERO : 0));
  });
  return verdicts.find((one) => one === 'undefined') ?? verdicts.find((one) => one === 'unknown') ?? 'continuous';
}

function verdict(signs: Signs | 'undefined', allowed: Signs): 'continuous' | 'undefined' | 'unknown' {
  if (signs === 'undefined') return 'undefined';
  return never(signs, ANY & ~allowed) ? 'continuous' : never(signs, allowed) ? 'undefined' : 'unknown';
}

function signsAt(node: Scalar, at: Scalar, judge: Judge): Signs | 'undefined' {
  try {
    return judge(substitute(node, { variable: at }));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return saysUndefined(error) ? 'undefined' : ANY;
  }
}

/** Whether `build` refused 1 / 0 or a root of what is not positive, and not a number too large to write down. */
export const saysUndefined = ({ message }: RangeError): boolean =>
  message.includes('denominator of 0') || message.includes('a root of');
