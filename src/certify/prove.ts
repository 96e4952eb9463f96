import type { Constrained, Values } from '../5-emit/index.js';
import { fail } from '../base/diagnostic.js';
import type { Slot } from '../model/program.js';
import { decideInPieces } from '../numeric/definiteness.js';
import type { Verdict } from '../numeric/definiteness.js';
import type { Work } from '../numeric/work.js';
import type { Judge } from '../verify/instance.js';

/** Multipliers of all hidden neurons in the order of the LMI, and 𝓛². */
export interface Point {
  readonly multipliers: Float64Array;
  readonly square: number;
}

/** A point of the search on the boundary, and one well inside with the same 𝓛² but for the scale of it. */
export interface Candidate {
  readonly point: Point;
  readonly anchor: Point;
}

/** Multipliers and 𝓛 with M ≼ 0, decided rigorously. */
export interface Proof {
  readonly lipschitz: number;
  readonly multipliers: Values;
  readonly verdict: Verdict;
}

/** How far above a candidate a proof is tried, relative in 𝓛², one after the other: for one that is to be had soon. */
const rough = [1e-9, 1e-6, 1e-4, 1e-2, 1, 1e2];
/** The first step where the least is wanted; each further one is ten times it, until it proves or `last`. */
const first = 1e-12;
const last = 1e2;
/** Halvings (of the exponent) between the last step that failed and the first that proved. */
const halvings = 5;

/**
 * M ≼ 0 for the candidate raised by `above`. With N = −M without ‖Δy‖², which is linear in (λ, 𝓛²), a point raised by δ
 * times the anchor has −M larger by δ N(anchor), and that is positive definite by a margin that rounding cannot take,
 * in every direction. Null where nothing is proven.
 */
function* proveAt(judge: Judge, values: Constrained, candidate: Candidate, above: number): Work<Proof | null> {
  const raised = raisedBy(values, judge.program.multipliers, candidate, above);
  if (raised === null) return null;
  const verdict = yield* decideInPieces(judge.assembly(raised), { margin: false, disproof: false });
  return verdict.negativeSemidefinite === true
    ? { lipschitz: raised.lipschitz, multipliers: raised.multipliers, verdict }
    : null;
}

/** A proof with few trials, within 1e-9 of the candidate unless rounding forbids. */
export function* proveRoughly(
  judge: Judge,
  values: Constrained,
  candidate: Candidate,
  most = Infinity,
): Work<Proof | null> {
  for (const above of rough) {
    if (above > most) return null;
    const proof = yield* proveAt(judge, values, candidate, above);
    if (proof !== null) return proof;
  }
  return null;
}

/**
 * The least 𝓛 at or above the point's that is proven, by bisection upwards; `onProof` sees each proof on the way.
 * Whoever leaves in between has those.
 */
export function* proveNear(
  judge: Judge,
  values: Constrained,
  candidate: Candidate,
  onProof: (proof: Proof) => void,
): Work<void> {
  let failed = 0;
  let step = first;
  let proof = yield* proveAt(judge, values, candidate, step);
  for (; proof === null && step < last; proof = yield* proveAt(judge, values, candidate, step)) {
    failed = step;
    step *= 10;
  }
  if (proof === null) return;
  onProof(proof);
  for (let halving = 0; failed > 0 && halving < halvings; halving += 1) {
    const middle = Math.sqrt(failed * step);
    const better = yield* proveAt(judge, values, candidate, middle);
    if (better === null) {
      failed = middle;
    } else {
      onProof(better);
      step = middle;
    }
  }
}

/** Null where a number leaves the range of doubles. */
function raisedBy(
  values: Constrained,
  slots: readonly Slot[],
  { point, anchor }: Candidate,
  above: number,
): Constrained | null {
  const lipschitz = Math.sqrt(point.square * (1 + above));
  const part = above * (point.square / anchor.square);
  const scaled = point.multipliers.map((value, i) => value + part * (anchor.multipliers[i] ?? Number.NaN));
  if (!(lipschitz > 0 && lipschitz < Infinity && scaled.every((value) => value > 0 && value < Infinity))) return null;
  let offset = 0;
  const named = slots.map(({ name }): [string, Float64Array] => {
    const width =
      values.multipliers[name]?.length ?? fail('LW312', `no multiplier ${name}`, 'one for each hidden signal');
    offset += width;
    return [name, scaled.slice(offset - width, offset)];
  });
  return { ...values, lipschitz, multipliers: Object.fromEntries(named) satisfies Values };
}
