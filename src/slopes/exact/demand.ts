import * as build from '../scalar/build.js';
import { polynomialRoots } from './critical.js';
import type { Scalar } from '../scalar/node.js';
import type { Obligation } from '../scalar/obligation.js';
import { isInside, piecesOf } from './pieces.js';
import type { Piece } from './pieces.js';
import type { Prover } from './prover.js';
import { holdsAt } from './side.js';
import type { Signs } from './signs.js';
import { ANY, isOpen, NEGATIVE, never, ZERO } from './signs.js';
import { substitute } from '../scalar/visit.js';

const forbidden: Readonly<Record<Obligation['demand'], Signs>> = {
  positive: NEGATIVE | ZERO,
  nonnegative: NEGATIVE,
  nonzero: ZERO,
};

/**
 * Whether an obligation is met for all values of the parameters. A demand that fails at single places only is
 * `unknown`.
 */
export function proveDemand(
  { demand, expression, where }: Obligation,
  prover: Prover,
): 'proven' | 'refuted' | 'unknown' {
  // 1 meets every demand and stands for the places that do not matter.
  const carrier = where.reduce(
    (inner, { guard, positive }) =>
      positive ? build.select(guard, inner, build.one) : build.select(guard, build.one, inner),
    expression,
  );
  const cut = piecesOf(carrier, prover);
  if (cut.kind === 'unknown') return 'unknown';
  const bad = forbidden[demand];
  const pieces = cut.pieces.flatMap((piece) => bySign(piece, prover));
  const inside = pieces.map((piece) => prover.on(piece).signs(piece.function));
  if (inside.some((signs) => signs !== 0 && never(signs, ANY & ~bad))) return 'refuted';
  const edges = pieces.flatMap((piece) =>
    [piece.from, piece.to].map((at) =>
      at === null || !holdsAt(where, at, prover) ? 0 : signsAt(piece.function, at, prover),
    ),
  );
  return [...inside, ...edges].every((signs) => never(signs, bad)) ? 'proven' : 'unknown';
}

/** The piece cut at the first root that is proven to lie inside. */
function bySign(piece: Piece, prover: Prover): readonly Piece[] {
  if (!isOpen(prover.on(piece).signs(piece.function))) return [piece];
  const root = polynomialRoots(piece.function, prover).find((at) => isInside(at, piece, prover));
  return root === undefined
    ? [piece]
    : [...bySign({ ...piece, to: root }, prover), ...bySign({ ...piece, from: root }, prover)];
}

function signsAt(node: Scalar, at: Scalar, prover: Prover): Signs {
  try {
    return prover.judge(substitute(node, { variable: at }));
  } catch (error) {
    if (error instanceof RangeError) return ANY;
    throw error;
  }
}
