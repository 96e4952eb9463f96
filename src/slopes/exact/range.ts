import * as build from '../scalar/build.js';
import type { ElementaryName, Scalar } from '../scalar/node.js';
import type { Rational } from '../scalar/rational.js';
import * as q from '../scalar/rational.js';
import type { Judge } from './signs.js';
import { NEGATIVE, never, POSITIVE, ZERO } from './signs.js';
import { nodes } from '../scalar/visit.js';

/**
 * lo ≤ values ≤ hi with exact ends that may hold parameters; null means no bound. `above`: even lo < values; `below`
 * alike.
 */
export interface Range {
  readonly lo: Scalar | null;
  readonly hi: Scalar | null;
  readonly above: boolean;
  readonly below: boolean;
}

const everything: Range = { lo: null, hi: null, above: false, below: false };

const exactly = (node: Scalar): Range => ({ lo: node, hi: node, above: false, below: false });
const negative = ({ lo, hi, above, below }: Range): Range => ({
  lo: hi === null ? null : build.negate(hi),
  hi: lo === null ? null : build.negate(lo),
  above: below,
  below: above,
});

/** Bounds of each function's values, and its ends at ∓∞ where they are finite. All but sech, sin and cos increase. */
const natural: Readonly<Record<ElementaryName, Range>> = {
  exp: { lo: build.zero, hi: null, above: true, below: false },
  log: everything,
  sin: { lo: build.number(-1), hi: build.one, above: false, below: false },
  cos: { lo: build.number(-1), hi: build.one, above: false, below: false },
  atan: {
    lo: build.product([build.number(q.rational(-1, 2)), build.pi]),
    hi: build.product([build.number(q.rational(1, 2)), build.pi]),
    above: true,
    below: true,
  },
  tanh: { lo: build.number(-1), hi: build.one, above: true, below: true },
  sech: { lo: build.zero, hi: build.one, above: true, below: false },
  sigmoid: { lo: build.zero, hi: build.one, above: true, below: true },
  softplus: { lo: build.zero, hi: null, above: true, below: false },
  erf: { lo: build.number(-1), hi: build.one, above: true, below: true },
  asinh: everything,
};

/**
 * The values of a function while one atom (v or a parameter) runs through its range and all else stays fixed. Every
 * part counts as independent of the others. `judge` knows signs of functions without the atom.
 */
export function rangeOf(node: Scalar, atom: Scalar, given: Range, judge: Judge): Range {
  const visit = (part: Scalar): Range => {
    if (part.key === atom.key) return given;
    if (!nodes(part).some(({ key }) => key === atom.key)) return exactly(part);
    switch (part.kind) {
      case 'sum':
        return part.items.map(visit).reduce(add);
      case 'product':
        return part.items
          .map(visit)
          .reduce((total, range) => multiply(total, range, judge), exactly(build.number(part.coefficient)));
      case 'power':
        return raise(visit(part.base), part.exponent, judge);
      case 'function':
        return apply(part.name, visit(part.argument), judge);
      default:
        return everything;
    }
  };
  try {
    return visit(node);
  } catch (error) {
    // An end at which the function is undefined.
    if (error instanceof RangeError) return everything;
    throw error;
  }
}

const add = (a: Range, b: Range): Range => ({
  lo: a.lo === null || b.lo === null ? null : build.sum([a.lo, b.lo]),
  hi: a.hi === null || b.hi === null ? null : build.sum([a.hi, b.hi]),
  above: a.above || b.above,
  below: a.below || b.below,
});

const isNonnegative = ({ lo }: Range, judge: Judge): boolean => lo !== null && never(judge(lo), NEGATIVE);
const isNonpositive = ({ hi }: Range, judge: Judge): boolean => hi !== null && never(judge(hi), POSITIVE);

function multiply(a: Range, b: Range, judge: Judge): Range {
  if (isNonpositive(a, judge) && !isNonnegative(a, judge)) return negative(multiply(negative(a), b, judge));
  if (isNonpositive(b, judge) && !isNonnegative(b, judge)) return negative(multiply(a, negative(b), judge));
  if (isNonnegative(a, judge)) return scale(a, b, judge);
  return isNonnegative(b, judge) ? scale(b, a, judge) : everything;
}

const times = (a: Scalar | null, b: Scalar | null): Scalar | null => {
  if (a?.key === build.zero.key || b?.key === build.zero.key) return build.zero;
  return a === null || b === null ? null : build.product([a, b]);
};

/** Strictness is claimed where neither factor can put the product onto its end. */
function scale(factor: Range, b: Range, judge: Judge): Range {
  if (isNonnegative(b, judge)) {
    const positive = (range: Range): boolean => range.above || (range.lo !== null && judge(range.lo) === POSITIVE);
    const above = (factor.above && positive(b)) || (b.above && positive(factor));
    const both = (factor.below && positive(b)) || (b.below && positive(factor));
    return { lo: times(factor.lo, b.lo), hi: times(factor.hi, b.hi), above, below: both };
  }
  if (factor.lo !== null && factor.lo.key === factor.hi?.key) {
    const strict = judge(factor.lo) === POSITIVE;
    return {
      lo: times(factor.lo, b.lo),
      hi: times(factor.lo, b.hi),
      above: strict && b.above,
      below: strict && b.below,
    };
  }
  // 0 ≤ factor ≤ hi and b on both sides of 0, or of unknown sign.
  const lo = b.lo !== null && never(judge(b.lo), POSITIVE) ? times(factor.hi, b.lo) : null;
  const hi = b.hi !== null && never(judge(b.hi), NEGATIVE) ? times(factor.hi, b.hi) : null;
  return { lo, hi, above: false, below: false };
}

function raise(base: Range, exponent: Rational, judge: Judge): Range {
  if (q.signOf(exponent) < 0) return reciprocal(raise(base, q.negated(exponent), judge), judge);
  const lift = (node: Scalar | null): Scalar | null => (node === null ? null : build.power(node, exponent));
  if (isNonnegative(base, judge)) return { ...base, lo: lift(base.lo), hi: lift(base.hi) };
  // The base is ≥ 0 wherever a root is defined.
  if (!q.isInteger(exponent)) return { lo: build.zero, hi: lift(base.hi), above: false, below: base.below };
  if (exponent.numerator % 2n !== 0n) return { ...base, lo: lift(base.lo), hi: lift(base.hi) };
  if (isNonpositive(base, judge)) return raise(negative(base), exponent, judge);
  const bottom: Range = { lo: build.zero, hi: null, above: false, below: false };
  if (base.lo === null || base.hi === null) return bottom;
  const wider = judge(build.sum([base.lo, base.hi]));
  if (never(wider, NEGATIVE)) return { ...bottom, hi: lift(base.hi) };
  return never(wider, POSITIVE) ? { ...bottom, hi: lift(base.lo) } : bottom;
}

function reciprocal(range: Range, judge: Judge): Range {
  if (isNonpositive(range, judge) && !isNonnegative(range, judge)) return negative(reciprocal(negative(range), judge));
  if (!isNonnegative(range, judge)) return everything;
  const invert = (node: Scalar | null): Scalar | null => (node === null ? null : build.power(node, q.MINUS_ONE));
  const away = range.lo !== null && judge(range.lo) === POSITIVE;
  return {
    lo: range.hi === null ? build.zero : invert(range.hi),
    hi: away ? invert(range.lo) : null,
    above: range.hi === null || range.below,
    below: range.above,
  };
}

function apply(name: ElementaryName, u: Range, judge: Judge): Range {
  const bounds = natural[name];
  const end = (node: Scalar | null): Scalar | null => (node === null ? null : build.call(name, node));
  if (name === 'sin' || name === 'cos') return bounds;
  if (name === 'sech') {
    if (isNonpositive(u, judge) && !isNonnegative(u, judge)) return apply(name, negative(u), judge);
    if (!isNonnegative(u, judge)) return bounds;
    return { lo: end(u.hi) ?? build.zero, hi: end(u.lo), above: u.hi === null || u.below, below: u.above };
  }
  const from = u.lo !== null && (name !== 'log' || judge(u.lo) === POSITIVE) ? u.lo : null;
  return {
    lo: from === null ? bounds.lo : end(from),
    hi: u.hi === null ? bounds.hi : end(u.hi),
    above: from === null ? bounds.above : u.above,
    below: u.hi === null ? bounds.below : u.below,
  };
}

/** The signs that values in the range may have. */
export function rangeSigns({ lo, hi, above, below }: Range, judge: Judge): number {
  const low = lo === null ? NEGATIVE | ZERO | POSITIVE : signsAbove(judge(lo), above);
  const high = hi === null ? NEGATIVE | ZERO | POSITIVE : signsBelow(judge(hi), below);
  return low & high;
}

/** Of what is ≥ (strictly: >) a number with these signs. */
function signsAbove(signs: number, strict: boolean): number {
  if ((signs & NEGATIVE) !== 0) return NEGATIVE | ZERO | POSITIVE;
  return (signs & ZERO) !== 0 && !strict ? ZERO | POSITIVE : POSITIVE;
}

function signsBelow(signs: number, strict: boolean): number {
  if ((signs & POSITIVE) !== 0) return NEGATIVE | ZERO | POSITIVE;
  return (signs & ZERO) !== 0 && !strict ? NEGATIVE | ZERO : NEGATIVE;
}
