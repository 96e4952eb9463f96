import { pi } from '../../numeric/elementary/index.js';
import type { Interval } from '../../numeric/interval.js';
import { absolute, divide, multiply } from '../../numeric/interval.js';
import * as build from '../scalar/build.js';
import { differentiate } from '../scalar/differentiate.js';
import { encloseConstant, rationalInterval } from '../scalar/enclose.js';
import type { Scalar } from '../scalar/node.js';
import { parts } from '../scalar/node.js';
import type { Rational } from '../scalar/rational.js';
import * as q from '../scalar/rational.js';
import { dependsOnVariable } from '../scalar/visit.js';

/**
 * A period of a function that depends on v only through sines and cosines of affine functions whose frequencies have
 * exactly rational ratios; null for all others.
 */
export function periodOf(root: Scalar): Interval | null {
  const found = new Map<string, Scalar>();
  if (!collect(root, found, new Set())) return null;
  const [first, ...others] = [...found.values()];
  if (first === undefined) return null;
  let common = q.ONE;
  for (const other of others) {
    const ratio = build.divide(other, first);
    if (ratio.kind !== 'rational') return null;
    common = greatestCommonMeasure(common, ratio.value);
  }
  const frequency = multiply(absolute(encloseConstant(first)), rationalInterval(common));
  return frequency.lo > 0 ? divide(multiply({ lo: 2, hi: 2 }, pi), frequency) : null;
}

/** The largest rational of which both are multiples. */
function greatestCommonMeasure(a: Rational, b: Rational): Rational {
  const denominator = a.denominator * b.denominator;
  let [x, y] = [a.numerator * b.denominator, b.numerator * a.denominator];
  while (y !== 0n) [x, y] = [y, x % y];
  return q.rational(x < 0n ? -x : x, denominator);
}

/** Whether v stands only within sines and cosines of affine functions; their frequencies are put into `found`. */
function collect(node: Scalar, found: Map<string, Scalar>, seen: Set<string>): boolean {
  if (seen.has(node.key)) return true;
  seen.add(node.key);
  if (node.kind === 'variable') return false;
  if (node.kind === 'function' && (node.name === 'sin' || node.name === 'cos') && dependsOnVariable(node)) {
    const frequency = differentiate(node.argument);
    if (dependsOnVariable(frequency)) return collect(node.argument, found, seen);
    found.set(frequency.key, frequency);
    return true;
  }
  return parts(node).every((part) => collect(part, found, seen));
}
