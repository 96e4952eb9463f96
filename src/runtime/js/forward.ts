import { admitted } from './activations.js';
import type { Network, Step } from './network.js';
import { placesOf } from './network.js';
import { countOf } from './widths.js';
import { refuse } from './refuse.js';
import { splineAt } from './splines.js';
import type { Activation, ActivationFunction, Activations, Constrained } from './types.js';
import { matrixOfTerm, valueOf } from './weights.js';

/** One array for every place. */
export function emptyPlaces(network: Network, { widths }: Constrained): Float64Array[] {
  return placesOf(network).map(({ name }) => new Float64Array(widths[name] ?? 0));
}

/** Puts the sum of the terms of a step, and of its biases, in its place of v. */
export function sumInto(network: Network, weights: Constrained, v: Float64Array[], step: Step, biased: boolean): void {
  const out = v[step.signal]!;
  out.fill(0);
  for (const { coefficient, weight, isTransposed = false, signal, above } of step.terms) {
    const read = v[signal]!;
    if (weight === null) {
      const first =
        above === undefined
          ? 0
          : countOf(
              above,
              network.widths.map(([name]) => weights.widths[name!]),
            );
      for (let i = 0; i < read.length; i += 1) out[first + i] = out[first + i]! + coefficient * read[i]!;
      continue;
    }
    const tied = { weight, isTransposed };
    const { isDiagonal, data: W } = matrixOfTerm(network, weights, tied, out.length, read.length);
    if (isDiagonal) for (let i = 0; i < out.length; i += 1) out[i] = out[i]! + coefficient * (W[i]! * read[i]!);
    else
      for (let i = 0, at = 0; i < out.length; i += 1) {
        let total = 0;
        for (let j = 0; j < read.length; j += 1, at += 1) total += W[at]! * read[j]!;
        out[i] = out[i]! + coefficient * total;
      }
  }
  if (!biased) return;
  for (const { coefficient, bias } of step.biases) {
    const b = valueOf(weights.biases, bias);
    for (let i = 0; i < out.length; i += 1) out[i] = out[i]! + coefficient * b[i]!;
  }
}

/** What is applied where the equations leave it open; m v for v < 0 and L v for v >= 0 where nothing was chosen. */
export function openActivation(
  chosen: readonly (Activation | null)[] | undefined,
  { slopes }: Constrained,
  k: number,
): ActivationFunction {
  const apply = chosen?.[k]?.apply ?? null;
  const [m, L] = slopes[k]!;
  if (apply === null) return (v) => (v >= 0 ? L * v : m * v);
  return (v) => {
    const value: unknown = apply(v, k);
    return typeof value === 'number'
      ? value
      : refuse('LW305', `an activation that gives ${typeof value}`, 'a function of numbers');
  };
}

/** Applies what the step's layer applies, in place. */
export function activate(
  network: Network,
  weights: Constrained,
  chosen: readonly (Activation | null)[] | undefined,
  out: Float64Array,
  layer: number | null,
): void {
  if (layer === null) return;
  const own = network.layers[layer]!.activation;
  // What comes out of a block was made by its own steps.
  if (own?.kind === 'block') return;
  if (own?.kind === 'spline') {
    const { values = '', knots = 0, step = 0 } = own;
    const c = valueOf(weights.weights, values);
    for (let i = 0; i < out.length; i += 1) out[i] = splineAt(c, i * knots, knots, step, out[i]!);
    return;
  }
  const phi = own?.apply ?? openActivation(chosen, weights, layer);
  for (let i = 0; i < out.length; i += 1) out[i] = phi(out[i]!, layer);
}

/** The network at x, with the activations that the weights were made for, or with others. */
export function forwardOf(
  network: Network,
  weights: Constrained,
  x: ArrayLike<number>,
  activation: Activations | undefined,
): Float64Array {
  const chosen =
    activation === undefined || activation === null ? weights.activations : admitted(network, activation, weights);
  const v = emptyPlaces(network, weights);
  const input = v[network.input]!;
  if (x.length !== input.length) refuse('LW303', `an input of ${x.length} numbers`, `${input.length} numbers`);
  input.set(x);
  for (const step of network.steps) {
    sumInto(network, weights, v, step, true);
    activate(network, weights, chosen, v[step.signal]!, step.layer);
  }
  return v[network.signals.length]!;
}
