import { fill, fillAndRun, planFor, widthsOf } from './constrain.js';
import type { Network, Plan } from './network.js';
import type { Slot } from './widths.js';
import { excerpt, refuse } from './refuse.js';
import type { Cotangents, Options, Values } from './types.js';

/** Writes the given adjoints of results into their buffers. */
export function seed(
  slots: readonly Slot[],
  buffers: readonly Float64Array[],
  given: Readonly<Record<string, ArrayLike<number>>>,
): void {
  for (const name of Object.keys(given))
    if (!slots.some((slot) => slot.name === name))
      refuse('LW312', `a cotangent of ${excerpt(name, 40)}`, slots.map((slot) => slot.name).join(', '));
  for (let k = 0; k < slots.length; k += 1) {
    const { name } = slots[k]!;
    if (Object.hasOwn(given, name)) fill(name, given[name], buffers[k]!);
    else buffers[k]!.fill(0);
  }
}

/** The reverse sweep of what the plan last ran, for the bound lip. */
export function pullBack(network: Network, plan: Plan, lip: number, cotangents: Cotangents, options: Options): Values {
  const reverse = (plan.last.reversed ??= plan.last.reverse());
  seed(network.weights, reverse.weights, cotangents.weights ?? {});
  seed(network.biases, reverse.biases, cotangents.biases ?? {});
  seed(network.multipliers, reverse.multipliers, cotangents.multipliers ?? {});
  reverse.run(plan, lip, options);
  return Object.fromEntries(
    network.free.map(({ name }, k) => {
      const adjoint = reverse.free[k] ?? null;
      return [name, adjoint === null ? new Float64Array(plan.free[k]!.length) : adjoint.slice()];
    }),
  );
}

/** The vector–Jacobian product of `constrainOf`. */
export function vjpOf(
  network: Network,
  free: Readonly<Record<string, ArrayLike<number>>>,
  cotangents: Cotangents,
  options: Options,
): Values {
  const plan = planFor(network, widthsOf(network, free, options));
  return pullBack(network, plan, fillAndRun(network, plan, free, options), cotangents, options);
}
