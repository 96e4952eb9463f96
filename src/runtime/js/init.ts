import { constrainOf, planFor } from './constrain.js';
import { activate, emptyPlaces, sumInto } from './forward.js';
import type { Initial, Network, Plan } from './network.js';
import type { Slot } from './widths.js';
import { placesOf } from './network.js';
import { countOf } from './widths.js';
import { checkLipschitz } from './options.js';
import type { Stream } from './random.js';
import { streamOf } from './random.js';
import { refuse } from './refuse.js';
import { setSlopes } from './slopes.js';
import type { InitialOptions, Values, Widths } from './types.js';
import { resolveWidths } from './widths.js';

/** |S| below this counts as 1 where initial values are divided by it. */
export const leastSlopeSum = 2 ** -10;

/** Points drawn where no domain is given. */
const pointsDrawn = 256;

/** A normal vector scaled to the length, in the l1 or l2 norm. */
function normalRow(row: Float64Array, norm: 1 | 2, length: number, random: Stream): void {
  let total = 0;
  for (let j = 0; j < row.length; j += 1) {
    const value = random.normal();
    row[j] = value;
    total += norm === 1 ? Math.abs(value) : value * value;
  }
  const factor = length / (norm === 1 ? total : Math.sqrt(total));
  for (let j = 0; j < row.length; j += 1) row[j] = row[j]! * factor;
}

/** 0 … count − 1 in random order (Fisher and Yates). */
function shuffled(count: number, random: Stream): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i -= 1) {
    const j = Math.floor(random.uniform() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** A free parameter as it begins; biases are placed later. */
function drawn({ rows, columns }: Slot, initial: Initial, plan: Plan, lip: number, random: Stream): Float64Array {
  const [height, width] = [countOf(rows, plan.d), countOf(columns, plan.d)];
  const values = new Float64Array(height * width);
  const row = (i: number): Float64Array => values.subarray(i * width, (i + 1) * width);
  if (initial.kind === 'sphere') {
    const length = initial.spread ? Math.sqrt(Math.min(1, width / height)) : 1;
    for (let i = 0; i < height; i += 1) normalRow(row(i), 2, length, random);
  } else if (initial.kind === 'share') {
    for (let i = 0; i < height; i += 1) normalRow(row(i), 1, lip / Math.sqrt(height), random);
  } else if (initial.kind === 'dominant') {
    const sum = Math.abs(plan.S[initial.layer]!);
    const size = 1 / (sum > leastSlopeSum ? sum : 1);
    const columnOf = shuffled(width, random);
    for (let i = 0; i < height; i += 1) {
      normalRow(row(i), 1, size / 4, random);
      const at = i * width + columnOf[i % width]!;
      values[at] = values[at]! + (random.uniform() < 1 / 2 ? -1 : 1) * size * (3 / 4);
    }
  } else if (initial.kind === 'constant') {
    values.fill(initial.timesLipschitz ? initial.value * lip : initial.value);
  } else if (initial.kind === 'normal') {
    const size = initial.timesLipschitz ? initial.value * lip : initial.value;
    for (let at = 0; at < values.length; at += 1) values[at] = size * random.normal();
  } else if (initial.kind === 'spline') {
    for (let at = 0; at < values.length; at += 1) {
      const knot = ((at % width) - (width - 1) / 2) * initial.step;
      values[at] = (knot < 0 ? plan.m : plan.L)[initial.layer]! * knot;
    }
  }
  return values;
}

/**
 * Biases over what points make of the sums that they are added to: kinks spread evenly over a part of the range, in
 * random order, or the mean taken off. coefficient · bias_i = −kink_i.
 */
function place(
  bias: Float64Array,
  sums: readonly Float64Array[],
  coefficient: number,
  initial: Initial,
  random: Stream,
): void {
  if (initial.kind === 'centre')
    for (let i = 0; i < bias.length; i += 1)
      bias[i] = -sums.reduce((total, sum) => total + sum[i]!, 0) / sums.length / coefficient;
  if (initial.kind !== 'kinks') return;
  const order = shuffled(bias.length, random);
  for (let i = 0; i < bias.length; i += 1) {
    let [least, largest] = [Infinity, -Infinity];
    for (const sum of sums) {
      least = Math.min(least, sum[i]!);
      largest = Math.max(largest, sum[i]!);
    }
    const part = initial.from + (initial.to - initial.from) * ((order[i]! + 1 / 2) / bias.length);
    bias[i] = -(least + part * (largest - least)) / coefficient;
  }
}

/**
 * Free parameters to start training from. Weights do not depend on biases, so that one pass through the layers places
 * these.
 */
export function initOf(network: Network, seed: number, widths: Widths, options: InitialOptions): Values {
  const { domain, ...settings } = options;
  const random = streamOf(seed);
  const plan = planFor(network, resolveWidths(network, widths));
  setSlopes(network, plan, options);
  const lip = checkLipschitz(options.lipschitz ?? network.lipschitz);
  const start: Values = {};
  for (const slot of network.free) start[slot.name] = drawn(slot, slot.initial ?? { kind: 'zero' }, plan, lip, random);
  const weights = constrainOf(network, start, { ...settings, widths, into: undefined });
  const length = weights.widths[placesOf(network)[network.input]!.name]!;
  const points: readonly ArrayLike<number>[] =
    domain ?? Array.from({ length: pointsDrawn }, () => Float64Array.from({ length }, () => 2 * random.uniform() - 1));
  const stray = points.find((point) => point.length !== length);
  if (stray !== undefined || points.length === 0)
    refuse(
      'LW303',
      stray === undefined ? 'a domain without points' : `a point of ${stray.length} numbers in the domain`,
      `points of ${length} numbers`,
    );
  const placed = { ...weights, biases: start };
  const runs = points.map((point) => {
    const v = emptyPlaces(network, weights);
    v[network.input]!.set(point);
    return v;
  });
  const done: string[] = [];
  for (const step of network.steps) {
    const [first] = step.biases;
    const initial = network.free.find(({ name }) => name === first?.bias)?.initial;
    // A bias that several sums share is placed at the first.
    if (first !== undefined && initial !== undefined && !done.includes(first.bias)) {
      done.push(first.bias);
      for (const v of runs) sumInto(network, placed, v, step, false);
      place(
        start[first.bias]!,
        runs.map((v) => v[step.signal]!),
        first.coefficient,
        initial,
        random,
      );
    }
    for (const v of runs) {
      sumInto(network, placed, v, step, true);
      activate(network, placed, weights.activations, v[step.signal]!, step.layer);
    }
  }
  return start;
}
