import { choleskyInPieces, choleskySolve } from '../numeric/cholesky.js';
import type { Work } from '../numeric/work.js';
import { inverseFromFactor, squareProduct } from './rows.js';
import type { Schur, System } from './system.js';
import { schurInto, schurSpace, slackInto } from './system.js';

export interface NewtonLimits {
  /** Stop when 𝓛² is within this part of the least one. */
  readonly tolerance: number;
  /** Newton steps. */
  readonly iterations: number;
}

export type NewtonEnd = 'converged' | 'rounding' | 'iterations';

/** How far a search has come; whoever leaves it finds here what it has. */
export interface SearchState {
  /** (μ, r), strictly feasible as far as a factorization in doubles tells, with the least r so far. */
  variables: Float64Array;
  /** A point further inside, on the way there; null until there is one. */
  anchor: Float64Array | null;
  iterations: number;
  /** (𝓛² − the optimum's) / 𝓛² is at most this, up to rounding; Infinity while nothing is known. */
  gap: number;
}

export const startOfSearch = ({ hidden }: System): SearchState => ({
  variables: new Float64Array(hidden + 1).fill(1),
  anchor: null,
  iterations: 0,
  gap: Infinity,
});

/** Of the way to the boundary that a step goes. */
const reach = 0.9;
/** Halvings of the interval in which the boundary is looked for. */
const halvings = 5;
/**
 * The dual point counts as feasible where tr(A_k X) + p − q differs from the objective by at most this part of its
 * terms.
 */
const feasible = 1e-7;

/** Steps without progress after which rounding is what is left. */
const patience = 8;
/** 𝓛² below this part of the start's: a network that is constant as far as doubles tell. */
const vanished = 2 ** -100;

/**
 * The first point whose complementarity is at most this part of 𝓛² is the anchor: near the optimum, far from the
 * boundary.
 */
const anchored = 0.5;

/** Primal (μ, r) with its slacks, dual (X, p, q), and −M's factor and inverse. */
interface State {
  readonly system: System;
  variables: Float64Array;
  readonly z: Float64Array;
  readonly factor: Float64Array;
  readonly inverse: Float64Array;
  readonly x: Float64Array;
  /** Duals of μ ≥ 0 and of μ ≤ room; the latter 0 where there is no room to end. */
  readonly p: Float64Array;
  readonly q: Float64Array;
}

/**
 * Minimises r subject to Z(μ, r) ≽ 0 and 0 ≤ μ ≤ room by a primal-dual path-following method: Newton steps of the HKM
 * direction (Helmberg, Rendl, Vanderbei, Wolkowicz, SIAM J. Optim. 6 (1996); Kojima, Shindoh, Hara; Monteiro) towards
 * X Z = τ I, p μ = τ, q (room − μ) = τ for falling τ. In a step, dy = τ H⁻¹g − H⁻¹c with H_kl = tr(A_k X A_l Z⁻¹) + …,
 * g the gradient of log det Z + Σ log μ + Σ log(room − μ) and c that of the objective r; then
 * dX = τ Z⁻¹ − X − sym(X dZ Z⁻¹). O(N³) a step, some 25 steps.
 *
 * What the gap says: once (X, p, q) is feasible for the dual problem, weak duality bounds r minus the optimum by
 * tr(X Z) + p · μ + q · (room − μ), up to rounding. A search that ends early, or is left, has still found a feasible
 * point, only with a larger gap, or with none (Infinity) if the dual point is not feasible yet. `visit` sees the state
 * after each step.
 */
export function* minimise(
  system: System,
  limits: NewtonLimits,
  found: SearchState,
  visit: () => Work<void>,
): Work<NewtonEnd> {
  const { hidden, order, room, inputs } = system;
  const finiteRooms = room.reduce((count, end) => count + (end < Infinity ? 1 : 0), 0);
  const parameter = order + hidden + finiteRooms;
  const state = yield* startState(system, inputs / parameter);
  if (state === null) return 'rounding';
  const space = schurSpace(system);
  const [product, change] = [new Float64Array(order * order), new Float64Array(order * order)];
  let lastSteps: readonly [number, number] = [0, 0];
  let least = { complementarity: Infinity, iterations: 0 };
  for (let iterations = 0; ; iterations += 1) {
    if (iterations >= limits.iterations) return 'iterations';
    const schur = yield* schurInto(space, system, state.x, state.inverse);
    const complementarity = distance(state);
    const r = state.variables[hidden] ?? Number.NaN;
    if (found.anchor === null && complementarity <= anchored * r) found.anchor = state.variables;
    if (complementarity < 0.99 * least.complementarity) least = { complementarity, iterations };
    if (iterations - least.iterations >= patience || r < vanished) return 'rounding';
    if (residual(state, schur) <= feasible) found.gap = Math.min(found.gap, complementarity / r);
    yield* visit();
    if (found.gap <= limits.tolerance) return 'converged';
    const steps = yield* newtonSteps(state, schur, change);
    if (steps === null) return 'rounding';
    const target = (centring(lastSteps) * complementarity) / parameter;
    const moved = yield* step(state, steps(target), target, { product, change });
    if (moved === null || Math.max(...moved) < 1e-6) return 'rounding';
    lastSteps = moved;
    found.iterations = iterations + 1;
    if ((state.variables[hidden] ?? Number.NaN) <= (found.variables[hidden] ?? Number.NaN))
      found.variables = state.variables;
  }
}

/** Multiplications of one Newton step, about. */
export function costOfStep({ order, hidden, rows }: System): number {
  return 4 * rows.values.length * order + 4 * order ** 3 + hidden ** 3 / 6;
}

/** The part of the complementarity that the next step aims at: little after long steps. */
function centring([primal, dual]: readonly [number, number]): number {
  const short = 1 - Math.min(primal, dual);
  return Math.max(0.05, Math.min(0.8, short));
}

/** All variables 1 and X = τ Z⁻¹; null if Z is not positive definite in doubles. */
function* startState(system: System, tau: number): Work<State | null> {
  const { order, hidden, room } = system;
  const square = (): Float64Array => new Float64Array(order * order);
  const state: State = {
    system,
    variables: new Float64Array(hidden + 1).fill(1),
    z: square(),
    factor: square(),
    inverse: square(),
    x: square(),
    p: new Float64Array(hidden),
    q: new Float64Array(hidden),
  };
  if (!(yield* refresh(state))) return null;
  for (let at = 0; at < state.x.length; at += 1) state.x[at] = tau * (state.inverse[at] ?? 0);
  state.p.fill(tau);
  room.forEach((top, i) => (state.q[i] = tau / (top - 1)));
  return state;
}

/** Z, its factor and its inverse at the variables; false if Z is not positive definite. */
function* refresh({ system, variables, z, factor, inverse }: State): Work<boolean> {
  yield* slackInto(z, system, variables);
  factor.set(z);
  if (!(yield* choleskyInPieces(factor, system.order))) return false;
  yield* inverseFromFactor(inverse, factor, system.order, new Float64Array(factor.length));
  return true;
}

/** tr(X Z) + p · μ + q · (room − μ). */
function distance({ system, variables, z, x, p, q }: State): number {
  const { order, hidden, room } = system;
  let total = 0;
  for (let i = 0; i < order; i += 1) {
    total += (x[i * order + i] ?? 0) * (z[i * order + i] ?? 0);
    for (let j = 0; j < i; j += 1) total += 2 * (x[i * order + j] ?? 0) * (z[i * order + j] ?? 0);
  }
  for (let i = 0; i < hidden; i += 1) {
    const mu = variables[i] ?? 0;
    total += (p[i] ?? 0) * mu + ((room[i] ?? 0) < Infinity ? (q[i] ?? 0) * ((room[i] ?? 0) - mu) : 0);
  }
  return total;
}

/**
 * How far (X, p, q) is from dual feasibility, weighed by the variables: Σ |tr(A_k X) + p − q − c_k| y_k, relative to r.
 */
function residual({ system, variables, p, q }: State, { dual }: Schur): number {
  const { hidden } = system;
  let total = Math.abs(1 - (dual[hidden] ?? 0)) * (variables[hidden] ?? 0);
  for (let i = 0; i < hidden; i += 1)
    total += Math.abs((dual[i] ?? 0) + (p[i] ?? 0) - (q[i] ?? 0)) * (variables[i] ?? 0);
  return total / (variables[hidden] ?? 0);
}

/** dy as a function of τ; null where rounding makes H indefinite. */
function* newtonSteps(
  { system, variables, p, q }: State,
  { gradient, matrix }: Schur,
  work: Float64Array,
): Work<((tau: number) => Float64Array) | null> {
  const size = gradient.length;
  const slopes = gradient.slice();
  const diagonal = Float64Array.from({ length: size }, (_, i) => matrix[i * size + i] ?? 0);
  for (let i = 0; i + 1 < size; i += 1) {
    const mu = variables[i] ?? 0;
    const above = (system.room[i] ?? 0) - mu;
    slopes[i] = (slopes[i] ?? 0) + 1 / mu - 1 / above;
    diagonal[i] = (diagonal[i] ?? 0) + (p[i] ?? 0) / mu + (q[i] ?? 0) / above;
  }
  // To a unit diagonal: multipliers of any scale are then treated alike.
  const scales = diagonal.map((value) => 1 / Math.sqrt(value));
  const factor = work.length >= size * size ? work.subarray(0, size * size) : new Float64Array(size * size);
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j < i; j += 1)
      factor[i * size + j] = (scales[i] ?? 0) * (matrix[i * size + j] ?? 0) * (scales[j] ?? 0);
    factor[i * size + i] = 1 + 2 ** -46;
  }
  if (!(yield* choleskyInPieces(factor, size))) return null;
  const solve = (right: Float64Array): Float64Array => {
    const b = right.map((value, i) => value * (scales[i] ?? 0));
    choleskySolve(factor, size, b);
    return b.map((value, i) => value * (scales[i] ?? 0));
  };
  const objective = new Float64Array(size);
  objective[size - 1] = 1;
  const [inward, downward] = [solve(slopes), solve(objective)];
  return (tau) => inward.map((value, i) => tau * value - (downward[i] ?? 0));
}

interface StepSpace {
  readonly product: Float64Array;
  readonly change: Float64Array;
}

/** Takes the step in both spaces; the parts of it that were taken, or null if Z's factorization fails. */
function* step(
  state: State,
  dy: Float64Array,
  tau: number,
  { product, change }: StepSpace,
): Work<readonly [number, number] | null> {
  const { system, variables, z, inverse, x, p, q } = state;
  const { order, hidden, room } = system;
  // dZ, from the linear map at dy without its constant.
  const dz = new Float64Array(order * order);
  yield* slackInto(dz, { ...system, base: dz }, dy);
  for (let i = 0; i < order; i += 1) for (let j = 0; j < i; j += 1) dz[j * order + i] = dz[i * order + j] ?? 0;
  yield* squareProduct(product, dz, inverse, order);
  yield* squareProduct(change, x, product, order);
  for (let i = 0; i < order; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      const value =
        tau * (inverse[i * order + j] ?? 0) -
        (x[i * order + j] ?? 0) -
        0.5 * ((change[i * order + j] ?? 0) + (change[j * order + i] ?? 0));
      change[i * order + j] = value;
      change[j * order + i] = value;
    }
  }
  const [dp, dq] = [new Float64Array(hidden), new Float64Array(hidden)];
  let [primalEnd, dualEnd] = [Infinity, Infinity];
  const towards = (value: number, by: number): number => (by < 0 ? value / -by : Infinity);
  for (let i = 0; i < hidden; i += 1) {
    const mu = variables[i] ?? 0;
    const above = (room[i] ?? 0) - mu;
    const dmu = dy[i] ?? 0;
    dp[i] = (tau - (p[i] ?? 0) * dmu) / mu - (p[i] ?? 0);
    dq[i] = above < Infinity ? (tau + (q[i] ?? 0) * dmu) / above - (q[i] ?? 0) : 0;
    primalEnd = Math.min(primalEnd, towards(mu, dmu), towards(above, -dmu));
    dualEnd = Math.min(
      dualEnd,
      towards(p[i] ?? 0, dp[i] ?? 0),
      above < Infinity ? towards(q[i] ?? 0, dq[i] ?? 0) : Infinity,
    );
  }
  const primal = yield* lengthOf(z, dz, order, primalEnd, product);
  const dual = yield* lengthOf(x, change, order, dualEnd, product);
  state.variables = variables.map((value, i) => value + primal * (dy[i] ?? 0));
  for (let at = 0; at < x.length; at += 1) x[at] = (x[at] ?? 0) + dual * (change[at] ?? 0);
  for (let i = 0; i < hidden; i += 1) {
    p[i] = (p[i] ?? 0) + dual * (dp[i] ?? 0);
    q[i] = (q[i] ?? 0) + dual * (dq[i] ?? 0);
  }
  if (yield* refresh(state)) return [primal, dual];
  state.variables = variables;
  return null;
}

/** Part of the way to where `from + length · by` stops being positive definite, or to `end`; at most 1. */
function* lengthOf(from: Float64Array, by: Float64Array, order: number, end: number, work: Float64Array): Work<number> {
  const inside = function* (length: number): Work<boolean> {
    for (let i = 0; i < order; i += 1)
      for (let j = 0; j <= i; j += 1)
        work[i * order + j] = (from[i * order + j] ?? 0) + length * (by[i * order + j] ?? 0);
    return yield* choleskyInPieces(work, order);
  };
  const full = Math.min(1 / reach, end);
  if (yield* inside(full)) return reach * full;
  let [low, high] = [0, full];
  for (let halving = 0; halving < halvings || (low === 0 && halving < 40); halving += 1) {
    const middle = 0.5 * (low + high);
    if (yield* inside(middle)) low = middle;
    else high = middle;
  }
  return reach * low;
}
