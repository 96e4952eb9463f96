import { coefficientsIn } from './algebra.js';
import * as build from '../scalar/build.js';
import { polynomialRoots } from './critical.js';
import type { Scalar } from '../scalar/node.js';
import { parts } from '../scalar/node.js';
import type { Prover } from './prover.js';
import type { Span } from './span.js';
import { scalarText } from '../scalar/print.js';
import * as q from '../scalar/rational.js';
import { FlatGuard, settle } from './settle.js';
import { NEGATIVE, POSITIVE } from './signs.js';
import { dependsOnVariable, guards, rewrite } from '../scalar/visit.js';

/** An open interval on which the function has no case distinction. */
export interface Piece extends Span {
  readonly function: Scalar;
  /** Whether no root, quotient or logarithm, as they were written, can leave its domain on the piece. */
  readonly smooth: boolean;
}

/** From −∞ to +∞, each piece beginning where the last one ends. */
export type Pieces =
  | { readonly kind: 'pieces'; readonly pieces: readonly Piece[] }
  | { readonly kind: 'unknown'; readonly because: string };

const mostPieces = 64;

/**
 * The function without its case distinctions, interval by interval: cut where guards that are polynomials of degree 1
 * or 2 in v are 0, and where need be at 0. Unknown if a guard's sign stays open between cuts or if the order of two
 * cuts depends on the parameters.
 */
export function piecesOf(root: Scalar, prover: Prover): Pieces {
  try {
    return cutUp(root, prover);
  } catch (error) {
    if (error instanceof FlatGuard)
      return { kind: 'unknown', because: 'both sides of a condition are equal on a whole interval' };
    throw error;
  }
}

function cutUp(root: Scalar, prover: Prover): Pieces {
  const pieces: Piece[] = [];
  const open: Span[] = [{ from: null, to: null }];
  for (let span = open.pop(); span !== undefined; span = open.pop()) {
    const inside = prover.on(span);
    const rough: Scalar[] = [];
    const settled = settle(root, (guard) => inside.signs(guard), {
      meet: (node, part) => {
        const [of] = parts(node);
        if (of !== undefined && (node.kind === 'power' || node.kind === 'function') && !inside.isInside(node, part(of)))
          rough.push(part(of));
      },
    });
    const cut = guards(settled).length === 0 ? roughPlace(rough, span, prover) : guardPlace(settled, span, prover);
    if (typeof cut === 'string') return { kind: 'unknown', because: cut };
    if (cut === null) pieces.push({ ...span, function: plainRoots(settled, inside), smooth: rough.length === 0 });
    // The left part is taken next, so that the pieces come in order.
    else open.push({ ...span, from: cut }, { ...span, to: cut });
    if (pieces.length + open.length > mostPieces) return { kind: 'unknown', because: `more than ${mostPieces} pieces` };
  }
  return { kind: 'pieces', pieces };
}

/** A place to cut at so that a guard may be settled; else why there is none. */
function guardPlace(settled: Scalar, span: Span, prover: Prover): Scalar | string {
  const left = guards(settled);
  const plain = left.filter((guard) => guards(guard).length === 0);
  const fixed = plain.find((guard) => !dependsOnVariable(guard));
  if (fixed !== undefined) return `the sign of ${scalarText(fixed)} depends on the parameters`;
  const affine = plain.filter((guard) => (coefficientsIn(guard, build.variable) ?? []).length === 2);
  for (const guard of [...affine, ...plain.filter((other) => !affine.includes(other))]) {
    for (const root of polynomialRoots(guard, prover)) if (isInside(root, span, prover)) return root;
  }
  if (isInside(build.zero, span, prover)) return build.zero;
  return `the sign of ${scalarText(plain[0] ?? left[0] ?? settled)} between the cuts is not known`;
}

/** A place inside at which a root, quotient or logarithm of what is `rough` may leave its domain. */
function roughPlace(rough: readonly Scalar[], span: Span, prover: Prover): Scalar | null {
  if (rough.length === 0) return null;
  return (
    [...rough.flatMap((part) => polynomialRoots(part, prover)), build.zero].find((at) => isInside(at, span, prover)) ??
    null
  );
}

/** √(b²) = ±b and √(a b) = √±a √±b, where the factors have known signs. */
function plainRoots(root: Scalar, inside: Prover): Scalar {
  return rewrite(root, (part) => {
    if (part.kind !== 'power' || q.isInteger(part.exponent)) return null;
    const base = plainRoots(part.base, inside);
    const factors = base.kind === 'product' ? [build.number(base.coefficient), ...base.items] : [base];
    const sizes = factors.map((factor) => {
      const inner = factor.kind === 'power' ? factor : { base: factor, exponent: q.ONE };
      const signs = inside.signs(inner.base);
      const size = signs === POSITIVE ? inner.base : signs === NEGATIVE ? build.negate(inner.base) : null;
      return size === null ? null : build.power(size, q.times(inner.exponent, part.exponent));
    });
    return sizes.includes(null) ? build.power(base, part.exponent) : build.product(sizes.flatMap((size) => size ?? []));
  });
}

/** Whether a place is proven to lie inside; each question that stays open is noted by the prover. */
export function isInside(at: Scalar, { from, to }: Span, prover: Prover): boolean {
  const above = from === null ? POSITIVE : prover.judge(build.subtract(at, from));
  const below = to === null ? POSITIVE : prover.judge(build.subtract(to, at));
  return above === POSITIVE && below === POSITIVE;
}
