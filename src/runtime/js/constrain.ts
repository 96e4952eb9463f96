import { budgetsOf } from './budgets.js';
import type { Network, Plan, Steps } from './network.js';
import type { Slot } from './widths.js';
import { checkLipschitz } from './options.js';
import { refuse } from './refuse.js';
import { setSlopes } from './slopes.js';
import type { Constrained, Options, Values } from './types.js';
import { inferWidths, namedWidths, resolveWidths } from './widths.js';

/** Plans kept at a time, one for each set of widths. */
export const mostPlans = 16;

/** Buffers are planned once for each set of widths. */
export function planFor(network: Network, d: readonly number[]): Plan {
  const { plans } = network;
  const key = d.join(',');
  const known = plans.get(key);
  if (known !== undefined) return known;
  const layers = network.layers.length;
  const steps = network.plan(d);
  const plan: Plan = {
    d,
    runs: 0,
    m: new Float64Array(layers),
    L: new Float64Array(layers),
    S: new Float64Array(layers),
    P: new Float64Array(layers),
    activations: network.layers.map(() => null),
    ...steps,
    last: steps,
  };
  plan.last = plan;
  for (const oldest of plans.keys()) if (plans.size >= mostPlans) plans.delete(oldest);
  plans.set(key, plan);
  return plan;
}

/** The widths of a call, given or told by the lengths of the free parameters. */
export function widthsOf(
  network: Network,
  free: Readonly<Record<string, { readonly length: number } | undefined>>,
  { widths }: Options,
): number[] {
  return widths === undefined ? inferWidths(network, free) : resolveWidths(network, widths);
}

/** Copies what was handed in. */
export function fill(name: string, values: ArrayLike<number> | undefined, target: Float64Array): void {
  if (values?.length !== target.length)
    refuse('LW312', `${name} with ${values?.length ?? 'no'} numbers`, `${target.length} numbers`);
  target.set(values);
  let finite = 0;
  for (let i = 0; i < target.length; i += 1) finite += 0 * target[i]!;
  if (finite !== 0) refuse('LW307', `${name} with a number that is not finite`, 'finite numbers');
}

/** The operations for the plan's slopes, with the same free parameters. */
function stepsFor(network: Network, plan: Plan): Steps {
  const { rising } = network;
  const isRising = (k: number): boolean => network.layers[k]!.activation?.kind === 'block' || plan.m[k] === 0;
  if (rising === undefined || !network.layers.every((_layer, k) => isRising(k))) return plan;
  const steps = (plan.rising ??= rising(plan.d));
  plan.free.forEach((values, k) => steps.free[k]!.set(values));
  return steps;
}

/** Fills the buffers and carries the operations out. Returns the bound. */
export function fillAndRun(
  network: Network,
  plan: Plan,
  free: Readonly<Record<string, ArrayLike<number>>>,
  options: Options,
): number {
  const lip = checkLipschitz(options.lipschitz ?? network.lipschitz);
  // Also where no operation reads a share: a bound below what the blocks are held to is refused.
  budgetsOf(network.budgets, lip);
  for (let k = 0; k < network.free.length; k += 1) {
    const { name } = network.free[k]!;
    fill(name, Object.hasOwn(free, name) ? free[name] : undefined, plan.free[k]!);
  }
  setSlopes(network, plan, options);
  plan.last = stepsFor(network, plan);
  plan.last.run(plan, lip, options);
  plan.runs += 1;
  for (let k = 0; k < network.multipliers.length; k += 1) {
    const values = plan.last.multipliers[k]!;
    for (let i = 0; i < values.length; i += 1)
      if (!Number.isFinite(values[i]))
        refuse(
          'LW307',
          `${network.multipliers[k]!.name} = ${values[i]}`,
          'a finite multiplier: these free parameters are out of range for double precision',
        );
  }
  return lip;
}

/** A result with places for all numbers. */
export function emptyResult(network: Network, plan: Plan): Constrained {
  const values = (slots: readonly Slot[], buffers: readonly Float64Array[]): Values =>
    Object.fromEntries(slots.map(({ name }, k) => [name, new Float64Array(buffers[k]!.length)]));
  const result: Constrained = {
    widths: namedWidths(network, plan.d),
    slopes: network.layers.map((): [number, number] => [0, 0]),
    lipschitz: 0,
    weights: values(network.weights, plan.weights),
    biases: values(network.biases, plan.biases),
    multipliers: values(network.multipliers, plan.multipliers),
    activations: network.layers.map(() => null),
  };
  network.planOf.set(result, plan);
  return result;
}

/** Copies buffers into a result. */
export function store(slots: readonly Slot[], buffers: readonly Float64Array[], into: Values): void {
  for (let k = 0; k < slots.length; k += 1) into[slots[k]!.name]!.set(buffers[k]!);
}

/** Free parameters → feasible weights and the multipliers that prove it. */
export function constrainOf(
  network: Network,
  free: Readonly<Record<string, ArrayLike<number>>>,
  options: Options,
): Constrained {
  const { into } = options;
  const known = into === undefined ? undefined : network.planOf.get(into);
  const plan = known ?? planFor(network, widthsOf(network, free, options));
  const lip = fillAndRun(network, plan, free, options);
  const result = known !== undefined && into !== undefined ? into : emptyResult(network, plan);
  result.lipschitz = lip;
  const activations = (result.activations ??= []);
  for (let k = 0; k < result.slopes.length; k += 1) {
    const pair = result.slopes[k]!;
    pair[0] = plan.m[k]!;
    pair[1] = plan.L[k]!;
    activations[k] = plan.activations[k]!;
  }
  const { weights, biases, multipliers } = plan.last;
  store(network.weights, weights, result.weights);
  store(network.biases, biases, result.biases);
  store(network.multipliers, multipliers, result.multipliers);
  return result;
}
