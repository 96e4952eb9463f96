import type { Interval } from '../../numeric/interval.js';
import { maximum, minimum } from '../../numeric/interval.js';
import { isSame } from './algebra.js';
import { noAssumptions } from '../scalar/assumptions.js';
import * as build from '../scalar/build.js';
import { encloseConstant } from '../scalar/enclose.js';
import { exactSlopes } from './exact-slopes.js';
import type { Candidate, ExactSlopes } from './exact-slopes.js';
import type { Scalar } from '../scalar/node.js';

/** The infimum or the supremum of the slopes: the number itself, an enclosure, and where it is taken or approached. */
export interface Extreme extends Candidate {
  readonly enclosure: Interval;
}

export type ExactExtremes =
  | { readonly kind: 'exact'; readonly m: Extreme; readonly L: Extreme }
  | Exclude<ExactSlopes, { readonly kind: 'exact' }>;

/**
 * m = inf and L = sup of the slopes of a function without parameters, in closed form. @throws RangeError for a
 * parameter
 */
export function exactExtremes(f: Scalar): ExactExtremes {
  const slopes = exactSlopes(f, noAssumptions());
  if (slopes.kind !== 'exact') return slopes;
  const all = slopes.candidates.map((candidate) => ({ ...candidate, enclosure: encloseConstant(candidate.value) }));
  const [first, ...rest] = all;
  if (first === undefined) return { kind: 'unknown', because: 'no candidates', undecided: [] };
  return { kind: 'exact', m: rest.reduce(lesser, first), L: rest.reduce(greater, first) };
}

/** Numbers that their enclosures do not tell apart give min(a, b). */
const lesser = (a: Extreme, b: Extreme): Extreme => {
  if (a.enclosure.hi <= b.enclosure.lo) return a;
  if (isSame(a.value, b.value)) return a;
  return b.enclosure.hi <= a.enclosure.lo
    ? b
    : { ...a, value: build.minimum(a.value, b.value), enclosure: minimum(a.enclosure, b.enclosure) };
};

const greater = (a: Extreme, b: Extreme): Extreme => {
  if (a.enclosure.lo >= b.enclosure.hi) return a;
  if (isSame(a.value, b.value)) return a;
  return b.enclosure.lo >= a.enclosure.hi
    ? b
    : { ...a, value: build.maximum(a.value, b.value), enclosure: maximum(a.enclosure, b.enclosure) };
};
