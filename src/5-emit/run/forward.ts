import { fail } from '../../base/diagnostic.js';
import { countOf } from '../../model/program.js';
import type { ForwardStep, ForwardTerm, LayerActivation, Program, Slot } from '../../model/program.js';
import { valuesByNumber } from '../../network/assembly.js';
import { matrixOf } from '../../network/kept.js';
import { evaluate as evaluateSpline } from '../../numeric/spline.js';
import { numericFunction } from '../../slopes/scalar/index.js';
import type { ActivationFinder } from './activations.js';
import { applied } from './activations.js';
import type { Activation, Activations, Constrained } from './compiled.js';

/** A network with its weights in, which runs step by step. */
export interface Run {
  /** One array for every place: the signals, the output and the places between. */
  readonly places: readonly Float64Array[];
  /** Puts the sum of the terms (and biases, unless told otherwise) of a step in its place. */
  readonly affine: (step: ForwardStep, options?: { readonly withoutBiases: boolean }) => Float64Array;
  /** Applies what the step's layer applies, in place. */
  readonly activate: (step: ForwardStep) => void;
}

/** Functions that the layers name; null where the activation is open, a spline or a block. */
export const layerFunctions = (program: Program): readonly (((v: number) => number) | null)[] =>
  program.layers.map(({ activation }) => (activation.kind === 'scalar' ? numericFunction(activation.function) : null));

export function networkRun(
  program: Program,
  functions: readonly (((v: number) => number) | null)[],
  weights: Constrained,
  chosen: readonly (Activation | null)[] | undefined = weights.activations,
): Run {
  const value = valuesByNumber(program, weights);
  const places = [...program.signals, program.output, ...program.locals].map(
    ({ name }) => new Float64Array(weights.widths[name] ?? 0),
  );
  const at = (place: number): Float64Array =>
    places[place] ?? fail('LW401', `place ${place}`, 'a place of the program');
  const widths = program.widths.map(([name = '']) => weights.widths[name] ?? 0);
  const apply = (activation: LayerActivation, layer: number, out: Float64Array): void => {
    // A block's own steps have made what comes out of it.
    if (activation.kind === 'block') return;
    const phi = functions[layer] ?? applied(chosen, weights.slopes, layer);
    const values = activation.kind === 'spline' ? value(activation.coefficients).data : null;
    for (let i = 0; i < out.length; i += 1) {
      const v = out[i] ?? 0;
      out[i] =
        activation.kind === 'spline' && values !== null
          ? evaluateSpline(activation, values.subarray(i * activation.knots, (i + 1) * activation.knots), v)
          : phi(v);
    }
  };
  return {
    places,
    affine: (step, { withoutBiases } = { withoutBiases: false }) => {
      const out = at(step.signal).fill(0);
      for (const term of step.terms)
        addTerm(
          out,
          term,
          term.weight === null ? null : value(term.weight),
          at(term.signal),
          term.above === undefined ? 0 : countOf(term.above, widths),
        );
      if (!withoutBiases)
        for (const { coefficient, bias } of step.biases)
          value(bias).data.forEach((entry, i) => (out[i] = (out[i] ?? 0) + coefficient * entry));
      return out;
    },
    activate: (step) => {
      const layer = step.layer === null ? undefined : program.layers[step.layer];
      if (layer !== undefined && step.layer !== null) apply(layer.activation, step.layer, at(step.signal));
    },
  };
}

/**
 * y of length d_y. @throws LW303 on an x of another length than d_x, LW305 for an activation that the weights were not
 * made for
 */
export function forward(
  program: Program,
  functions: readonly (((v: number) => number) | null)[],
  finder: ActivationFinder,
  weights: Constrained,
  x: ArrayLike<number>,
  given: Activations | undefined,
): Float64Array {
  const chosen = given === undefined || given === null ? weights.activations : finder.admitted(given, weights);
  const { places, affine, activate } = networkRun(program, functions, weights, chosen);
  const input = places[program.input] ?? fail('LW401', 'no input', 'a place for x');
  if (x.length !== input.length) fail('LW303', `an input of ${x.length} numbers`, `${input.length} numbers`);
  input.set(x);
  for (const step of program.steps) {
    affine(step);
    activate(step);
  }
  return places[program.signals.length] ?? fail('LW401', 'no output', 'a place for y');
}

function addTerm(
  out: Float64Array,
  { coefficient }: ForwardTerm,
  weight: { readonly slot: Slot; readonly data: Float64Array } | null,
  signal: Float64Array,
  above: number,
): void {
  if (weight === null) {
    for (let i = 0; i < signal.length; i += 1) out[above + i] = (out[above + i] ?? 0) + coefficient * (signal[i] ?? 0);
    return;
  }
  const { kind, data } = matrixOf(weight.slot, weight.data, signal.length);
  for (let i = 0; i < out.length; i += 1) {
    let total = 0;
    if (kind === 'diagonal') total = (data[i] ?? 0) * (signal[i] ?? 0);
    else for (let j = 0; j < signal.length; j += 1) total += (data[i * signal.length + j] ?? 0) * (signal[j] ?? 0);
    out[i] = (out[i] ?? 0) + coefficient * total;
  }
}
