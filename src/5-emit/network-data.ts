import { fail } from '../base/diagnostic.js';
import type { LayerActivation, LmiTerm, Parameter, Program, Slot } from '../model/program.js';
import { leastTotal } from '../network/budgets.js';
import { entriesOf } from '../network/kept.js';
import type { ActivationFunction } from '../runtime/js/types.js';
import type * as runtime from '../runtime/js/network.js';
import type { Slot as SlotData } from '../runtime/js/widths.js';

/** What a network is, without the ways in which its weights are made and activations are known. */
export type NetworkData = Omit<runtime.Network, 'known' | 'plan' | 'plans' | 'planOf'>;

/** The bound that is certified unless somebody says otherwise. */
export const defaultLipschitz = 1;

/**
 * The data of a program that modules hold and memory runs: values have the author's names in it, signals their numbers.
 * `functionOf` says what declared functions are.
 */
export function networkData(
  program: Program,
  functionOf: (declared: Extract<LayerActivation, { kind: 'scalar' }>) => ActivationFunction,
): NetworkData {
  const { architecture, depth, strategy, definition, widths, sums, signals, output, locals, input } = program;
  const names = new Map(
    [...program.weights, ...program.biases, ...program.multipliers].map(({ buffer, name }) => [buffer, name]),
  );
  const named = (buffer: number): string => names.get(buffer) ?? fail('LW401', `buffer ${buffer}`, 'a value by name');
  const orNull = (buffer: number | null): string | null => (buffer === null ? null : named(buffer));
  const places = [...signals, output, ...locals];
  return {
    ...{ architecture, depth, strategy, definition, lipschitz: defaultLipschitz, widths, sums },
    ...{ signals, output, locals, input },
    free: program.free.map(({ initial, ...slot }) => ({
      ...slotData(slot),
      ...(initial === undefined || initial.kind === 'zero' ? {} : { initial }),
    })),
    weights: program.weights.map(weightData),
    biases: program.biases.map(slotData),
    multipliers: program.multipliers.map(slotData),
    layers: program.layers.map(({ signal, activation }) => ({
      signal: places[signal]?.name ?? fail('LW401', `signal ${signal}`, 'a signal of the program'),
      activation: declaredData(activation, named, functionOf),
    })),
    steps: program.steps.map(({ signal, terms, biases, layer }) => ({
      signal,
      terms: terms.map(({ weight, ...term }) => ({ ...term, weight: orNull(weight) })),
      biases: biases.map(({ coefficient, bias }) => ({ coefficient, bias: named(bias) })),
      layer,
    })),
    lmi: program.lmi.map((term) => blockData(term, orNull)),
    ...(program.affine.length === 0 ? {} : { affine: program.affine.map(({ signal }) => signal) }),
    budgets: program.budgets.map((budget) => ({
      ...budget,
      least: budget.parts === 0 ? leastTotal(budget.kind, budget.fixed) : 0,
    })),
  };
}

const slotData = ({ name, rows, columns }: Slot): SlotData => ({ name, rows, columns });

/** Where the entries stand is said of weights whose entries share numbers: of others the slot tells it. */
function weightData(slot: Slot): runtime.Weight {
  const entries = entriesOf(slot);
  if (entries?.kind !== 'shared') return slotData(slot);
  const { row, column, first, length } = entries;
  return { ...slotData(slot), shared: { row, column, first, length } };
}

function declaredData(
  activation: LayerActivation,
  named: (buffer: number) => string,
  functionOf: (declared: Extract<LayerActivation, { kind: 'scalar' }>) => ActivationFunction,
): runtime.Declared | null {
  if (activation.kind === 'open') return null;
  const { kind, name, slopes } = activation;
  if (activation.kind === 'scalar') return { kind, name, slopes, apply: functionOf(activation) };
  if (activation.kind === 'block') return { kind, name, slopes };
  return { kind, name, slopes, values: named(activation.coefficients), knots: activation.knots, step: activation.step };
}

function blockData(
  { row, column, coefficient, parameters, left, middle, right }: LmiTerm,
  named: (buffer: number | null) => string | null,
): runtime.Block {
  return {
    row,
    column,
    factors: [coefficient, ...parameters.map(parameterData)],
    left: named(left),
    middle: named(middle),
    right: named(right),
  };
}

function parameterData(parameter: Parameter): number | runtime.Parameter {
  switch (parameter.kind) {
    case 'lipschitz':
      return 'lipschitz';
    case 'constant':
      return parameter.value;
    case 'budget':
      return ['budget', parameter.budget];
    case 'slope-sum':
      return ['S', parameter.layer];
    case 'slope-product':
      return ['P', parameter.layer];
    case 'slope-lower':
      return ['m', parameter.layer];
    case 'slope-upper':
      return ['L', parameter.layer];
    case 'roundoff':
      return fail('LW401', parameter.kind, 'a parameter of the LMI');
  }
}
