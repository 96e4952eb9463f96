import { isSame } from './algebra.js';
import type { Assumptions } from '../scalar/assumptions.js';
import * as build from '../scalar/build.js';
import { limitAt } from './limit.js';
import type { Scalar } from '../scalar/node.js';
import type { Branch } from '../scalar/obligation.js';
import { piecesOf } from './pieces.js';
import type { Piece } from './pieces.js';
import { scalarText } from '../scalar/print.js';
import { Prover } from './prover.js';
import { ANY, never, ZERO } from './signs.js';
import { holdsAt, mayHold } from './side.js';
import { valuesAt } from './values-at.js';

/** `difference`: the value on the side where the guard is > 0 (where v is greater) minus the other, free of v. */
export type Continuity =
  | { readonly kind: 'continuous' }
  | { readonly kind: 'jump'; readonly at: Scalar; readonly difference: Scalar }
  | { readonly kind: 'undefined'; readonly at: Scalar }
  /** With a difference: continuous only if it is 0. */
  | {
      readonly kind: 'unknown';
      readonly because: string;
      readonly at: Scalar | null;
      readonly difference: Scalar | null;
    };

/**
 * Whether an explicit case distinction is continuous wherever it matters: both branches agree where the guard is 0.
 */
export function proveContinuity(branch: Branch, assumptions: Assumptions): Continuity {
  const prover = new Prover(assumptions);
  if (branch.positive.key === branch.negative.key) return { kind: 'continuous' };
  // Other branches stand in for the true ones, so that every zero of the guard is a cut.
  const cut = piecesOf(build.select(branch.guard, build.one, build.zero), prover);
  if (cut.kind === 'unknown') return { kind: 'unknown', because: cut.because, at: null, difference: null };
  const places = cut.pieces.flatMap(({ to }) => (to === null ? [] : [to]));
  const relevant = places.filter((at) => holdsAt(branch.where, at, prover));
  return firstFault(relevant.map((at) => meetAt(branch, at, prover)));
}

function meetAt({ guard, positive, negative }: Branch, at: Scalar, prover: Prover): Continuity {
  // A cut need not be a zero of the guard: guards of max, min and |·| inside it are cut at theirs.
  if (!mayHold(guard, ZERO, at, prover)) return { kind: 'continuous' };
  const sides = [positive, negative].map((side) => valuesAt(side, at, prover));
  if (sides.some(({ kind }) => kind === 'undefined')) return { kind: 'undefined', at };
  const [above, below] = sides.map((side) =>
    side.kind === 'values' && side.values.length === 1 ? side.values[0] : undefined,
  );
  if (above === undefined || below === undefined) return notShown('that its branches have values', at, null);
  if (isSame(above, below)) return { kind: 'continuous' };
  const difference = build.subtract(above, below);
  const certain = !mayHold(guard, ANY & ~ZERO, at, prover);
  return certain && never(prover.judge(difference), ZERO)
    ? { kind: 'jump', at, difference }
    : notShown(`that ${scalarText(difference)} = 0`, at, difference);
}

const notShown = (what: string, at: Scalar, difference: Scalar | null): Continuity => ({
  kind: 'unknown',
  because: `${what} at v = ${scalarText(at)} is not shown`,
  at,
  difference,
});

/** A jump is worse than what is undefined, and that is worse than what is not known. */
function firstFault(all: readonly Continuity[]): Continuity {
  for (const kind of ['jump', 'undefined', 'unknown'] as const) {
    const found = all.find((one) => one.kind === kind);
    if (found !== undefined) return found;
  }
  return { kind: 'continuous' };
}

/** Whether a function is defined and continuous where its pieces meet. */
export function continuityBetween(root: Scalar, pieces: readonly Piece[], prover: Prover): Continuity {
  return firstFault(
    pieces.slice(1).flatMap((right, index) => {
      const left = pieces[index];
      return left === undefined || right.from === null ? [] : [continuityAt(root, right.from, left, right, prover)];
    }),
  );
}

/**
 * All values that the case distinctions leave open at a place are one, and no root or quotient leaves its domain there.
 */
function continuityAt(root: Scalar, at: Scalar, left: Piece, right: Piece, prover: Prover): Continuity {
  const found = valuesAt(root, at, prover);
  if (found.kind === 'undefined') return { kind: 'undefined', at };
  if (found.kind === 'values' && found.values.length === 1) return { kind: 'continuous' };
  const [below, above] = [limitAt(left.function, at, -1, prover.judge), limitAt(right.function, at, 1, prover.judge)];
  if (below.kind !== 'finite' || above.kind !== 'finite') return notShown('continuity', at, null);
  const difference = build.subtract(above.value, below.value);
  if (never(prover.judge(difference), ZERO)) return { kind: 'jump', at, difference };
  const [first = build.zero, ...others] = found.kind === 'values' ? found.values : [];
  const open = isSame(difference, build.zero)
    ? others.map((other) => build.subtract(first, other)).find((other) => !isSame(other, build.zero))
    : difference;
  return notShown('continuity', at, open ?? null);
}
