import type { Constrained, Values } from '../5-emit/index.js';
import type { Slot } from '../model/program.js';
import { decide } from '../numeric/definiteness.js';
import type { Judge } from '../verify/instance.js';

/** A point of the search: multipliers of all hidden neurons in the order of the LMI, and 𝓛². */
export interface Point {
  readonly multipliers: Float64Array;
  readonly square: number;
}

/** The first step above the point, relative in 𝓛²; each further one is ten times it, until it proves or `last`. */
const first = 1e-12;
const last = 1e2;
/** Halvings (of the exponent) between the last step that failed and the first that proved. */
const halvings = 5;

/**
 * The values with the least 𝓛 at or above the point's for which M ≼ 0 is proven by `decide`: multipliers and 𝓛² are raised
 * by one factor together, since M without ‖Δy‖² is homogeneous in them; bisection upwards. Null if nothing is proven.
 */
export function proveNear(judge: Judge, values: Constrained, point: Point): Constrained | null {
  const at = (above: number): Constrained | null => {
    const raised = raisedBy(values, judge.program.multipliers, point, 1 + above);
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
function raisedBy(values: Constrained, slots: readonly Slot[], { multipliers, square }: Point, factor: number): Constrained | null {
  const lipschitz = Math.sqrt(square * factor);
  const scaled = multipliers.map((value) => value * factor);
  if (!(lipschitz > 0 && lipschitz < Infinity && scaled.every((value) => value > 0 && value < Infinity))) return null;
  let offset = 0;
  const named = slots.map(({ name }): [string, Float64Array] => {
    const width = values.multipliers[name]?.length ?? 0;
    offset += width;
    return [name, scaled.slice(offset - width, offset)];
  });
  return { ...values, lipschitz, multipliers: Object.fromEntries(named) satisfies Values };
}
