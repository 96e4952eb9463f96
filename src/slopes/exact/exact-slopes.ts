import type { Assumptions } from '../scalar/assumptions.js';
import { continuityBetween } from './continuity.js';
import { polynomialRoots } from './critical.js';
import { differentiate } from '../scalar/differentiate.js';
import * as build from '../scalar/build.js';
import type { Limit } from './limit.js';
import type { Scalar } from '../scalar/node.js';
import { isInside, piecesOf } from './pieces.js';
import type { Piece } from './pieces.js';
import { scalarText } from '../scalar/print.js';
import { Prover } from './prover.js';
import { isOpen } from './signs.js';

export type Place = Scalar | '+∞' | '−∞';

/**
 * A value that f' takes or approaches at a place; one of the candidates is the supremum, one the infimum of the slopes.
 */
export interface Candidate {
  /** Free of v. */
  readonly value: Scalar;
  readonly at: Place;
  /** False for limits at ±∞. */
  readonly attained: boolean;
}

export type ExactSlopes =
  | { readonly kind: 'exact'; readonly candidates: readonly Candidate[] }
  | { readonly kind: 'unbounded'; readonly towards: Place; readonly sign: 1 | -1 }
  /** `difference`: the jump, free of v and not 0. */
  | { readonly kind: 'discontinuous'; readonly at: Scalar; readonly difference: Scalar }
  | { readonly kind: 'undefined'; readonly at: Scalar }
  /** `undecided`: functions of the parameters whose sign would help. */
  | { readonly kind: 'unknown'; readonly because: string; readonly undecided: readonly Scalar[] };

const mostSpans = 64;

/**
 * The slopes (f(a) − f(b)) / (a − b) of a function of v lie between the least and the greatest candidate, and come as
 * close to them as one likes, for every value of the parameters that the assumptions allow.
 *
 * f is continuous and f' is monotone on each of finitely many intervals, so that the mean value theorem and one-sided
 * limits at the intervals' ends suffice. Every step is a proof; where one is missing the answer is `unknown`.
 */
export function exactSlopes(f: Scalar, assumptions: Assumptions): ExactSlopes {
  const prover = new Prover(assumptions);
  const unknown = (because: string, more: readonly Scalar[] = []): ExactSlopes => ({
    kind: 'unknown',
    because,
    undecided: [...more, ...prover.undecided],
  });
  try {
    const cut = piecesOf(f, prover);
    if (cut.kind === 'unknown') return unknown(cut.because);
    const continuity = continuityBetween(f, cut.pieces, prover);
    if (continuity.kind === 'unknown')
      return unknown(continuity.because, continuity.difference === null ? [] : [continuity.difference]);
    if (continuity.kind === 'undefined') return continuity;
    if (continuity.kind === 'jump')
      return { kind: 'discontinuous', at: continuity.at, difference: continuity.difference };
    const pieces = cut.pieces.map((piece) => slopesOn(piece, prover));
    const unbounded = pieces.find(({ kind }) => kind === 'unbounded') ?? pieces.find(({ kind }) => kind !== 'exact');
    if (unbounded !== undefined) return unbounded.kind === 'unknown' ? unknown(unbounded.because) : unbounded;
    return {
      kind: 'exact',
      candidates: distinct(pieces.flatMap((piece) => (piece.kind === 'exact' ? piece.candidates : []))),
    };
  } catch (error) {
    // Numbers that grow beyond what `build` handles.
    if (error instanceof RangeError) return unknown(error.message);
    throw error;
  }
}

/** Slopes on one piece, cut further where f'' may change its sign. */
function slopesOn(piece: Piece, prover: Prover): ExactSlopes {
  if (!piece.smooth || !prover.on(piece).isSmooth(piece.function))
    return {
      kind: 'unknown',
      because: `that ${scalarText(piece.function)} is smooth between the cuts is not shown`,
      undecided: [],
    };
  const slope = differentiate(piece.function);
  const ends = atEnds(slope, piece, prover);
  const far = ends.find(({ limit }) => limit.kind === 'infinite');
  if (far?.limit.kind === 'infinite') return { kind: 'unbounded', towards: far.at, sign: far.limit.sign };
  const bend = differentiate(slope);
  const candidates: Candidate[] = [];
  const open: Piece[] = [{ ...piece, function: bend }];
  for (let spans = 1, span = open.pop(); span !== undefined; span = open.pop()) {
    if (isOpen(prover.on(span).signs(span.function))) {
      const at = turningPoint(span, prover);
      spans += 1;
      if (at === null || spans > mostSpans)
        return {
          kind: 'unknown',
          because: `where f' rises and falls is not known: f'' = ${scalarText(bend)}`,
          undecided: [],
        };
      open.push({ ...span, from: at }, { ...span, to: at });
      continue;
    }
    for (const { at, limit } of atEnds(slope, span, prover)) {
      if (limit.kind !== 'finite')
        return { kind: 'unknown', because: `the limit of f' at ${placeText(at)} is not known`, undecided: [] };
      candidates.push({ value: limit.value, at, attained: typeof at !== 'string' });
    }
  }
  return { kind: 'exact', candidates };
}

function atEnds(
  slope: Scalar,
  { from, to }: Piece,
  prover: Prover,
): readonly { readonly at: Place; readonly limit: Limit }[] {
  const [first, last] = prover.on({ from, to }).endLimits(slope);
  return [
    { at: from ?? '−∞', limit: first },
    { at: to ?? '+∞', limit: last },
  ];
}

/** A root of f'' or 0, proven to lie inside the span. */
function turningPoint(span: Piece, prover: Prover): Scalar | null {
  return [...polynomialRoots(span.function, prover), build.zero].find((at) => isInside(at, span, prover)) ?? null;
}

export const placeText = (at: Place): string => (typeof at === 'string' ? `v → ${at}` : `v = ${scalarText(at)}`);

/** Each value once, where it is attained if it is. */
function distinct(candidates: readonly Candidate[]): readonly Candidate[] {
  const found = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const known = found.get(candidate.value.key);
    if (known === undefined || (candidate.attained && !known.attained)) found.set(candidate.value.key, candidate);
  }
  return [...found.values()];
}
