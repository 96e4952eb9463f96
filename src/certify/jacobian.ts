import type { Work } from '../numeric/work.js';
import type { Problem } from './problem.js';
import { addRow, timesVector } from './rows.js';

/**
 * A direction in the input and one in the output, both of length 1, with ‖J v‖ = σ up to how far the iteration came.
 */
export interface Direction {
  readonly sigma: number;
  readonly input: Float64Array;
  /** Jᵀ-side: how much uᵀ J v changes with the slope of each neuron, 0 for all if σ = 0. */
  readonly gains: Float64Array;
}

/** All signals' differences for the input difference v under slopes d; the pre-activations' go to `before`. */
function forwardInto(
  signals: Float64Array,
  before: Float64Array,
  problem: Problem,
  slopes: Float64Array,
  v: Float64Array,
): void {
  const { inputs, hidden, rows } = problem;
  signals.set(v);
  const one = new Float64Array(1);
  for (let i = 0; i < hidden; i += 1) {
    timesVector(one, rows, signals, i, i + 1);
    before[i] = one[0] ?? 0;
    signals[inputs + i] = (slopes[i] ?? 0) * (one[0] ?? 0);
  }
}

/** The adjoint of every signal for the output's u; the first `inputs` entries are Jᵀu. */
function backwardInto(adjoint: Float64Array, problem: Problem, slopes: Float64Array, u: Float64Array): void {
  const { inputs, hidden, rows, output } = problem;
  adjoint.fill(0);
  for (let i = 0; i < output.count; i += 1) addRow(adjoint, output, i, u[i] ?? 0);
  for (let i = hidden - 1; i >= 0; i -= 1) {
    const factor = (slopes[i] ?? 0) * (adjoint[inputs + i] ?? 0);
    if (factor !== 0) addRow(adjoint, rows, i, factor);
  }
}

/**
 * The largest singular value of the Jacobian under slopes d, from below, by power iteration on JᵀJ from a given input.
 */
export function* steepestDirection(
  problem: Problem,
  slopes: Float64Array,
  start: Float64Array,
  steps: number,
  expired: () => boolean,
): Work<Direction> {
  const { order, inputs, hidden, output } = problem;
  const [signals, adjoint, before] = [new Float64Array(order), new Float64Array(order), new Float64Array(hidden)];
  const u = new Float64Array(output.count);
  let v = normalised(start);
  let sigma = 0;
  for (let step = 0; step < steps; step += 1) {
    forwardInto(signals, before, problem, slopes, v);
    timesVector(u, output, signals);
    const next = length(u);
    const stalled = next <= sigma * (1 + 1e-10);
    sigma = Math.max(sigma, next);
    if (next > 0) for (let i = 0; i < u.length; i += 1) u[i] = (u[i] ?? 0) / next;
    backwardInto(adjoint, problem, slopes, u);
    if (!(next > 0) || stalled || step + 1 === steps || expired()) break;
    v = normalised(adjoint.slice(0, inputs));
    yield 2 * (problem.rows.values.length + output.values.length);
  }
  const gains = before.map((value, i) => value * (adjoint[inputs + i] ?? 0));
  return { sigma, input: v, gains };
}

const length = (v: Float64Array): number => Math.sqrt(v.reduce((total, value) => total + value * value, 0));

function normalised(v: Float64Array): Float64Array {
  const size = length(v);
  return size > 0 ? v.map((value) => value / size) : v;
}
