import type { Constrained, Values } from '../5-emit/index.js';
import type { Slot } from '../model/program.js';
import { decide } from '../numeric/definiteness.js';
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

/** The first step above the point, relative in 𝓛²; each further one is ten times it, until it proves or `last`. */
const first = 1e-12;
const last = 1e2;
/** Halvings (of the exponent) between the last step that failed and the first that proved. */
const halvings = 5;

/**
 * The values with the least 𝓛 at or above the point's for which M ≼ 0 is proven by `decide`; bisection upwards. With N = −M
 * without ‖Δy‖², which is linear in (λ, 𝓛²), a point raised by δ times the anchor has −M larger by δ N(anchor), and that is
 * positive definite by a margin that rounding cannot take, in every direction. Null if nothing is proven.
 */
export function proveNear(judge: Judge, values: Constrained, candidate: Candidate): Constrained | null {
  const at = (above: number): Constrained | null => {
    const raised = raisedBy(values, judge.program.multipliers, candidate, above);
    return raised !== null && decide(judge.assembly(raised), { margin: false, exactLimit: 0 }).negativeSemidefinite === true ? raised : null;
  };
  let failed = 0;
  let step = first;
  let proven = at(step);
  for (; proven === null && step < last; proven = at(step)) {
    failed = step;
    step *= 10;
  }
  if (proven === null || failed === 0) return proven;
  for (let halving = 0; halving < halvings; halving += 1) {
    const middle = Math.sqrt(failed * step);
    const better = at(middle);
    if (better === null) failed = middle;
    else [proven, step] = [better, middle];
  }
  return proven;
}

/** Null where a number leaves the range of doubles. */
function raisedBy(values: Constrained, slots: readonly Slot[], { point, anchor }: Candidate, above: number): Constrained | null {
  const lipschitz = Math.sqrt(point.square * (1 + above));
  const part = above * (point.square / anchor.square);
  const scaled = point.multipliers.map((value, i) => value + part * (anchor.multipliers[i] ?? 0));
  if (!(lipschitz > 0 && lipschitz < Infinity && scaled.every((value) => value > 0 && value < Infinity))) return null;
  let offset = 0;
  const named = slots.map(({ name }): [string, Float64Array] => {
    const width = values.multipliers[name]?.length ?? 0;
    offset += width;
    return [name, scaled.slice(offset - width, offset)];
  });
  return { ...values, lipschitz, multipliers: Object.fromEntries(named) satisfies Values };
}
