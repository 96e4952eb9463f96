import type { Constrained } from '../5-emit/index.js';
import type { LayerActivation, LoweredNetwork } from '../model/lowered-network.js';
import type { Random } from '../numeric/random.js';
import { generator } from '../numeric/random.js';
import type { Work } from '../numeric/work.js';
import { finish } from '../numeric/work.js';
import { derivative, evaluate } from '../numeric/spline.js';
import { dualAt } from '../slopes/scalar/index.js';
import { steepestDirection } from './jacobian.js';
import type { Direction } from './jacobian.js';
import { biasesOf, problemOf } from './problem.js';
import type { Problem } from './problem.js';
import { addRow, timesVector } from './rows.js';

export interface LowerBoundOptions {
  /** Random starts of each search; 8 if left out. */
  readonly starts?: number;
  /** For each search; 2 if left out. */
  readonly seconds?: number;
  /** 0 if left out. */
  readonly seed?: number;
}

/**
 * The largest norms of a Jacobian that were found: in doubles, so neither is proven, and neither need be the largest
 * there is.
 */
export interface LowerBounds {
  /**
   * Of this network, with its biases, at some input: with the declared activations, and where the equations leave φ
   * open with L v for v ≥ 0 and m v for v < 0 (ReLU for [0, 1]).
   */
  readonly network: number;
  /**
   * Of the same weights with some activations whose slopes lie in [m, L]: no certificate from slopes alone can be
   * below.
   */
  readonly slopes: number;
}

interface Budget {
  readonly starts: number;
  readonly expired: () => boolean;
}

/** Estimates of the Lipschitz constant from below: see `LowerBounds`. */
export function lowerBounds(
  program: LoweredNetwork,
  values: Constrained,
  options: LowerBoundOptions = {},
): LowerBounds {
  return finish(lowerBoundsInPieces(program, values, options));
}

/** The same in pieces; `now` in milliseconds. */
export function* lowerBoundsInPieces(
  program: LoweredNetwork,
  values: Constrained,
  options: LowerBoundOptions,
  now: () => number = () => performance.now(),
): Work<LowerBounds> {
  const problem = problemOf(program, values);
  const random = generator(options.seed ?? 0);
  const budget = (): Budget => {
    const until = now() + 1000 * (options.seconds ?? 2);
    return { starts: options.starts ?? 8, expired: () => now() >= until };
  };
  const network = yield* searchInputs(
    problem,
    activationsOf(program, values),
    biasesOf(program, values),
    random,
    budget(),
  );
  return { network, slopes: Math.max(network, yield* searchSlopes(problem, random, budget())) };
}

/** Steps of the power iteration while slopes still change, and where they are settled. */
const steps = { rough: 12, fine: 300 } as const;

const randomVector = (random: Random, size: number, scale = 1): Float64Array =>
  Float64Array.from({ length: size }, () => scale * random.normal());

/**
 * Over d ∈ [m, L]ᴺ: uᵀ J(d) v is linear in the slopes of one layer, so setting each slope to the end that its gain
 * points at cannot lower it; layer after layer, with u and v renewed, until nothing changes. Then single slopes are
 * tried.
 */
function* searchSlopes(problem: Problem, random: Random, { starts, expired }: Budget): Work<number> {
  let best = 0;
  for (let start = 0; start < starts && (start === 0 || !expired()); start += 1) {
    const slopes = new Float64Array(problem.hidden);
    for (const { from, to, lower, upper } of problem.layers) {
      for (let i = from; i < to; i += 1)
        slopes[i] =
          start === 0 ? (Math.abs(upper) >= Math.abs(lower) ? upper : lower) : random.uniform() < 0.5 ? lower : upper;
    }
    let direction = yield* steepestDirection(
      problem,
      slopes,
      randomVector(random, problem.inputs),
      steps.fine,
      expired,
    );
    for (let round = 0; round < 100 && !expired(); round += 1) {
      const before = direction.sigma;
      for (const layer of problem.layers) {
        for (let i = layer.from; i < layer.to; i += 1)
          slopes[i] = (direction.gains[i] ?? 0) > 0 ? layer.upper : layer.lower;
        direction = yield* steepestDirection(problem, slopes, direction.input, steps.rough, expired);
      }
      if (!(direction.sigma > before * (1 + 1e-9))) break;
    }
    direction = yield* flipOneByOne(problem, slopes, direction, expired);
    best = Math.max(best, (yield* steepestDirection(problem, slopes, direction.input, steps.fine, expired)).sigma);
  }
  return best;
}

function* flipOneByOne(
  problem: Problem,
  slopes: Float64Array,
  from: Direction,
  expired: () => boolean,
): Work<Direction> {
  let direction = from;
  for (const { from: first, to, lower, upper } of problem.layers) {
    for (let i = first; i < to && !expired(); i += 1) {
      const kept = slopes[i] ?? 0;
      slopes[i] = kept === upper ? lower : upper;
      const other = yield* steepestDirection(problem, slopes, direction.input, steps.rough, expired);
      if (other.sigma > direction.sigma * (1 + 1e-12)) direction = other;
      else slopes[i] = kept;
    }
  }
  return direction;
}

/** φ and φ' of a neuron. */
type Activation = (v: number) => { readonly value: number; readonly slope: number };

/** One for each neuron; slopes are kept inside [m, L], whatever the rounding of a derivative. */
function activationsOf(program: LoweredNetwork, values: Constrained): readonly Activation[] {
  const tables = new Map(
    program.weights.map(({ name, buffer }) => [buffer, values.weights[name] ?? new Float64Array(0)]),
  );
  return program.layers.flatMap(({ activation, signal }, at) => {
    const [m, L] = values.slopes[at] ?? [0, 1];
    const width = values.widths[program.signals[signal]?.name ?? ''] ?? 0;
    return Array.from({ length: width }, (_, i) => activationOf(activation, i, m, L, tables));
  });
}

function activationOf(
  activation: LayerActivation,
  neuron: number,
  m: number,
  L: number,
  tables: ReadonlyMap<number, Float64Array>,
): Activation {
  const inside = (slope: number): number => Math.max(m, Math.min(L, slope));
  if (activation.kind === 'open' || activation.kind === 'block')
    return (v) => ({ value: v >= 0 ? L * v : m * v, slope: v >= 0 ? L : m });
  if (activation.kind === 'scalar') {
    const { function: phi } = activation;
    return (v) => {
      const { value, slope } = dualAt(phi, v);
      return { value, slope: inside(slope) };
    };
  }
  const { coefficients, knots } = activation;
  const own = (tables.get(coefficients) ?? new Float64Array(0)).subarray(neuron * knots, (neuron + 1) * knots);
  return (v) => ({ value: evaluate(activation, own, v), slope: inside(derivative(activation, own, v)) });
}

interface Place {
  readonly x: Float64Array;
  readonly preactivations: Float64Array;
  readonly slopes: Float64Array;
  readonly direction: Direction;
}

/**
 * Random inputs, then moves that raise the norm of the Jacobian: random ones of falling size, and steps across one
 * kink.
 */
function* searchInputs(
  problem: Problem,
  activations: readonly Activation[],
  biases: Float64Array,
  random: Random,
  { starts, expired }: Budget,
): Work<number> {
  const { inputs, hidden, rows, order } = problem;
  const at = function* (x: Float64Array, guess: Float64Array): Work<Place> {
    const signals = new Float64Array(order);
    const [preactivations, slopes, one] = [new Float64Array(hidden), new Float64Array(hidden), new Float64Array(1)];
    signals.set(x);
    for (let i = 0; i < hidden; i += 1) {
      timesVector(one, rows, signals, i, i + 1);
      const v = (one[0] ?? 0) + (biases[i] ?? 0);
      const { value, slope } = activations[i]?.(v) ?? { value: 0, slope: 0 };
      preactivations[i] = v;
      slopes[i] = Number.isFinite(slope) ? slope : 0;
      signals[inputs + i] = value;
    }
    return {
      x,
      preactivations,
      slopes,
      direction: yield* steepestDirection(problem, slopes, guess, steps.rough, expired),
    };
  };
  let best = 0;
  for (let start = 0; start < starts && (start === 0 || !expired()); start += 1) {
    const origin = randomVector(random, inputs, 10 ** random.integer(-2, 2));
    let place = yield* at(origin, randomVector(random, inputs));
    let scale = 1 + Math.hypot(...origin.subarray(0, 64));
    for (let move = 0; move < 200 && !expired(); move += 1) {
      const x =
        move % 2 === 0 ? acrossKink(problem, place, random) : place.x.map((value) => value + scale * random.normal());
      const next = x === null ? place : yield* at(x, place.direction.input);
      if (next.direction.sigma > place.direction.sigma) place = next;
      else if (move % 2 === 1) scale *= 0.93;
    }
    best = Math.max(
      best,
      (yield* steepestDirection(problem, place.slopes, place.direction.input, steps.fine, expired)).sigma,
    );
  }
  return best;
}

/** A little beyond where one neuron's pre-activation changes its sign, for a neuron that would gain by it. */
function acrossKink(
  problem: Problem,
  { x, preactivations, slopes, direction }: Place,
  random: Random,
): Float64Array | null {
  const { inputs, layers, rows } = problem;
  const wanting = layers.flatMap(({ from, to, lower, upper }) =>
    Array.from({ length: to - from }, (_, i) => from + i).filter(
      (i) => Math.abs((slopes[i] ?? 0) - ((direction.gains[i] ?? 0) > 0 ? upper : lower)) > 1e-6 * (upper - lower),
    ),
  );
  if (wanting.length === 0) return null;
  const neuron = random.pick(wanting);
  // The gradient of its pre-activation: the adjoint of that one signal.
  const adjoint = new Float64Array(problem.order);
  addRow(adjoint, rows, neuron, 1);
  for (let i = neuron - 1; i >= 0; i -= 1) {
    const factor = (slopes[i] ?? 0) * (adjoint[inputs + i] ?? 0);
    if (factor !== 0) addRow(adjoint, rows, i, factor);
  }
  const gradient = adjoint.subarray(0, inputs);
  const square = gradient.reduce((total, value) => total + value * value, 0);
  if (!(square > 0)) return null;
  const way = (-(preactivations[neuron] ?? 0) / square) * (1 + 0.1 * random.uniform());
  return x.map((value, j) => value + way * (gradient[j] ?? 0));
}
