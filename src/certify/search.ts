import { coordinates } from '../network/coordinates.js';
import type { Constrained } from '../5-emit/index.js';
import { fail } from '../base/diagnostic.js';
import type { LoweredNetwork } from '../model/lowered-network.js';
import { quickNormAboveInPieces, spectralNormAboveInPieces } from '../numeric/spectral-norm.js';
import type { Work } from '../numeric/work.js';
import type { Judge } from '../verify/instance.js';
import type { WeightNorms } from '../check/index.js';
import { productOfNorms, readsOf, weightNorms } from '../check/index.js';
import { narrowed } from '../check/index.js';
import type { Budget, Left } from './budget.js';
import type { Proven } from './incumbent.js';
import { Incumbent } from './incumbent.js';
import type { NewtonEnd, NewtonLimits, SearchState } from './interior-point.js';
import { costOfStep, minimise, startOfSearch } from './interior-point.js';
import type { Problem } from './problem.js';
import { problemOf } from './problem.js';
import type { Candidate, Point } from './prove.js';
import { restricted } from './restrict.js';
import type { Majorant, Start } from './start.js';
import { feasibleMultipliers } from './start.js';
import type { System } from './system.js';
import { leastSquare, systemAt } from './system.js';

export interface SearchLimits extends NewtonLimits {
  /**
   * Of the whole: search, proofs and lower bounds. The first proof, by one pass over the weights, is made however long
   * it takes.
   */
  readonly seconds: number;
}

export interface SearchProgress {
  /** Newton steps. */
  readonly iterations: number;
  /** The least 𝓛 that is proven; it never rises. */
  readonly proven: number;
  /** 𝓛 of the best point that the search has reached, not proven; null before its first step. */
  readonly estimate: number | null;
  /**
   * How far the estimate is above the least 𝓛 of the LMI: relative, in 𝓛², up to rounding; Infinity while nothing is
   * known.
   */
  readonly gap: number;
}

export type Stopped = NewtonEnd | Left;
export interface Found extends Proven {
  readonly iterations: number;
  /**
   * What 𝓛 cannot be below in the LMI, as the search's gap says; null if it says nothing, or only of limited
   * multipliers.
   */
  readonly least: number | null;
  readonly stopped: Stopped;
  /** The product of spectral norms; null if it overflows, or if there was no time. */
  readonly spectralProduct: number | null;
}

/**
 * 𝓛 of a network whose output does not depend on its input as far as doubles tell: the least that compiled modules
 * accept.
 */
const constantBound = 2 ** -60;
/**
 * From this order on the input is narrowed where it can be; below, the search takes no time worth the 1e-9 that it
 * costs.
 */
const narrowFrom = 64;
/** A narrower network that may give away more of 𝓛² is not decided in the place of the network. */
const smallLoss = 2 ** -20;
/** Milliseconds in which a first bound is still finished after an interrupt. */
const grace = 1000;
/**
 * A search that cannot make three steps at this many multiplications a millisecond, more than any machine does, is not
 * begun.
 */
const fastest = 2e6;

/**
 * The least 𝓛 that can be found in the time, and proven. First what norms of the weights prove by themselves, at once;
 * then a closed form; then a search that goes on from it, whose points are proven on the way; at the end the best of
 * them is proven as tightly as rounding lets it. So there is a proof at every moment after the first, and time for the
 * last ones is kept. `until`: milliseconds on the budget.
 *
 * What is searched is the network on the subspace of its inputs that it reads, which has the same least 𝓛
 * (`restricted`). What is decided is the network, or where that gives away less than 2⁻²⁰ of 𝓛² one with a narrower
 * input that implies it (`narrowed`). What the second one gives away stands between the proven 𝓛 and `least`, as all
 * that proofs need does.
 * @throws LW307 weights out of range, LW315 nothing proven
 */
export async function search(
  judge: Judge,
  values: Constrained,
  limits: NewtonLimits,
  budget: Budget,
  until: number,
  report: (progress: SearchProgress) => void,
): Promise<Found> {
  const incumbent = new Incumbent(judge, values, budget);
  const quick = await budget.run(quickNorms(judge.program, values, incumbent), Infinity, grace);
  if (quick.left !== null) return fail('LW315', 'an interrupt before the first bound was proven', 'a little more time');
  const told = (): void => report({ iterations: 0, proven: incumbent.lipschitz, estimate: null, gap: Infinity });
  told();
  // Where norms prove nothing, what comes next is made however long it takes.
  const next = (): number => (incumbent.best === null ? Infinity : incumbent.searchUntil(until));
  const spectral = await budget.run(spectralNorms(judge.program, values, quick.value, incumbent, told), next());
  const opening = await budget.run(closedForms(judge, values, incumbent), next(), incumbent.best === null ? grace : 0);
  told();
  const improvement =
    opening.value === null ? null : await improved(opening.value, limits, incumbent, budget, until, report);

  const { best } = incumbent;
  if (best === null)
    return fail(
      'LW315',
      opening.left === null
        ? 'multipliers that prove nothing in double precision'
        : 'an interrupt before the first bound was proven',
      opening.left === null ? 'weights and slopes of moderate range' : 'a little more time',
    );
  return {
    ...best,
    iterations: improvement?.iterations ?? 0,
    least: improvement?.least ?? null,
    stopped: opening.left ?? improvement?.stopped ?? 'rounding',
    spectralProduct: spectral.value,
  };
}

/** What norms of one pass over the weights prove. */
function* quickNorms(program: LoweredNetwork, values: Constrained, incumbent: Incumbent): Work<WeightNorms> {
  const norms = yield* weightNorms(program, values, quickNormAboveInPieces);
  incumbent.proveByNorms(readsOf(program, norms));
  return norms;
}

/**
 * The product of spectral norms; null where it leaves the range of doubles. Proven, and on the way each norm that is
 * known in the place of a quick one.
 */
function* spectralNorms(
  program: LoweredNetwork,
  values: Constrained,
  quick: WeightNorms,
  incumbent: Incumbent,
  told: () => void,
): Work<number | null> {
  const norms = yield* weightNorms(program, values, spectralNormAboveInPieces, (known) => {
    incumbent.proveByNorms(readsOf(program, new Map([...quick, ...known])));
    told();
  });
  const product = productOfNorms(program, values, readsOf(program, norms));
  return product < Infinity ? product : null;
}

/** A feasible point without a search: 𝓛² is `square`; without a system it says that the output is constant. */
interface ClosedForm {
  readonly start: Start;
  readonly system: System | null;
  readonly square: number;
}

/** The first of them is at most the product of spectral norms for a chain. */
const majorants: readonly Majorant[] = ['norm', 'row-sums'];

/**
 * The best of the closed forms, all proven as far as they can be. @throws LW307 if the weights leave the range of
 * doubles
 */
function* closedForms(judge: Judge, values: Constrained, incumbent: Incumbent): Work<ClosedForm> {
  const order = coordinates(judge.program).reduce((total, { name }) => total + (values.widths[name] ?? Number.NaN), 0);
  const narrow = order >= narrowFrom ? yield* narrowed(judge.program, values) : null;
  if (narrow !== null && narrow.loss <= smallLoss) incumbent.decideOn(narrow.values);
  const whole = problemOf(judge.program, values);
  const problem = order >= narrowFrom ? yield* restricted(whole) : whole;
  const [first, ...more] = yield* provenForms(problem, incumbent);
  if (first === undefined)
    return fail(
      'LW307',
      'weights that leave the range of double precision in products',
      'weights and slopes of moderate size',
    );
  return more.reduce((best, form) => (form.square < best.square ? form : best), first);
}

/** Those that stay in the range of doubles; what is better than the incumbent is proven. */
function* provenForms(problem: Problem, incumbent: Incumbent): Work<readonly ClosedForm[]> {
  const forms: ClosedForm[] = [];
  for (const majorant of majorants) {
    const start = yield* feasibleMultipliers(problem, majorant);
    if (!start.multipliers.every((value) => value > 0 && value < Infinity)) continue;
    const system = yield* systemAt(problem, start);
    yield* incumbent.prove(
      () => (system === null ? constant(start) : candidateOf(system, startOfSearch(system))),
      'covariance-recursion',
    );
    forms.push({ start, system, square: system === null ? Infinity : system.square });
  }
  return forms;
}

function* constant({ multipliers }: Start): Work<Candidate> {
  yield 0;
  const square = constantBound * constantBound;
  const point = { multipliers: multipliers.map((value) => value * square), square };
  return { point, anchor: point };
}

interface Improvement {
  readonly iterations: number;
  readonly least: number | null;
  readonly stopped: Stopped;
}

/** Newton steps from the start until they end or must; then the proof of the best point. */
async function improved(
  form: ClosedForm,
  limits: NewtonLimits,
  incumbent: Incumbent,
  budget: Budget,
  until: number,
  report: (progress: SearchProgress) => void,
): Promise<Improvement> {
  const { system } = form;
  if (system === null) return { iterations: 0, least: null, stopped: 'rounding' };
  const state = startOfSearch(system);
  const ended = (stopped: Stopped): Improvement => ({
    iterations: state.iterations,
    least: leastOf(form, state),
    stopped,
  });
  const tell = (): void =>
    report({
      iterations: state.iterations,
      proven: incumbent.lipschitz,
      estimate: state.iterations === 0 ? null : lipschitzOf(system, state),
      gap: state.gap,
    });
  const visit = function* (): Work<void> {
    yield* incumbent.proveOnTheWay(() => candidateOf(system, state));
    tell();
  };
  const left = incumbent.searchUntil(until) - budget.elapsed();
  if (3 * costOfStep(system) > fastest * left) return ended('seconds');
  const outcome = await budget.run(minimise(system, limits, state, visit), incumbent.searchUntil(until));
  if (outcome.left === 'aborted' || state.iterations === 0) return ended(outcome.left ?? outcome.value);
  const refined = function* (): Work<void> {
    yield* incumbent.refine(yield* candidateOf(system, state));
  };
  await budget.run(refined(), until);
  tell();
  return ended(outcome.left ?? outcome.value);
}

const lipschitzOf = ({ square, hidden }: System, { variables }: SearchState): number =>
  Math.sqrt(square * (variables[hidden] ?? Number.NaN));

function leastOf({ system, start: { limited } }: ClosedForm, state: SearchState): number | null {
  return system === null || limited || !(state.gap < 1) ? null : lipschitzOf(system, state) * Math.sqrt(1 - state.gap);
}

function* candidateOf(system: System, { variables, anchor }: SearchState): Work<Candidate> {
  const point = yield* pointAt(system, variables);
  return { point, anchor: anchor === null ? point : yield* pointAt(system, anchor) };
}

/** The multipliers of a point of the search, scaled down to the least 𝓛 that they certify. */
function* pointAt(system: System, variables: Float64Array): Work<Point> {
  const factor = Math.min(1, yield* leastSquare(system, variables)) || 1;
  return {
    multipliers: system.multipliers.map((value, i) => value * factor * (variables[i] ?? Number.NaN)),
    square: system.square * factor * (variables[system.hidden] ?? Number.NaN),
  };
}
