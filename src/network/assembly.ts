import { fail } from '../base/diagnostic.js';
import type { LoweredNetwork, NetworkValues, Parameter, Slot, Values } from '../model/lowered-network.js';
import type { Assembly, AssemblyTerm, Factor, ImageTerm } from '../numeric/assembly.js';
import type { Dyadic } from '../numeric/dyadic.js';
import { add, fromNumber, multiply } from '../numeric/dyadic.js';
import { budgetValues } from './budgets.js';
import { matrixOf, matrixOfTerm } from './kept.js';

/** What the terms of an LMI need of a network. */
type Judged = Pick<LoweredNetwork, 'signals' | 'budgets' | 'weights' | 'biases' | 'multipliers' | 'lmi' | 'affine'>;

/**
 * The numeric LMI as a sum of terms leftᵀ · diag(middle) · right, N × N with N the sum of the signals' widths: where
 * every verdict starts. The numbers of the values are taken as exact, and so are S, P, 𝓛² and coefficients.
 * @throws LW312 for a value that is missing, LW303 for one whose length is not that of its place, LW307 for a slope or
 *   an 𝓛 that is not finite, LW316
 */
export function lmiAssembly(network: Judged, values: NetworkValues): Assembly {
  const value = valuesByNumber(network, values);
  const budgets = budgetValues(network, values.lipschitz);
  const widths = network.signals.map(({ name }) => values.widths[name] ?? fail('LW304', `no width for ${name}`, name));
  const offsets = widths.map((_width, at) => widths.slice(0, at).reduce((total, width) => total + width, 0));
  const factor = (buffer: number | null, columns: number): Factor | null => {
    if (buffer === null) return null;
    const { slot, data } = value(buffer);
    return matrixOf(slot, data, columns);
  };
  const at = (numbers: readonly number[], signal: number): number =>
    numbers[signal] ?? fail('LW401', `signal ${signal}`, 'a signal of the LMI');
  const terms = network.lmi.map((term): AssemblyTerm => {
    const [rows, columns] = [at(widths, term.row), at(widths, term.column)];
    return {
      row: at(offsets, term.row),
      column: at(offsets, term.column),
      rows,
      columns,
      scalar: term.parameters.reduce(
        (all, parameter) => multiply(all, exactParameter(parameter, values, budgets)),
        fromNumber(term.coefficient),
      ),
      left: factor(term.left, rows),
      middle: term.middle === null ? null : value(term.middle).data,
      right: factor(term.right, columns),
    };
  });
  const size = widths.reduce((total, width) => total + width, 0);
  if (network.affine.length === 0) return { size, terms };
  const sums = network.affine.map((sum) => ({
    row: at(offsets, sum.signal),
    rows: at(widths, sum.signal),
    terms: sum.terms.map(({ coefficient, weight, signal, isTransposed = false }): ImageTerm => {
      const [rows, columns] = [at(widths, sum.signal), at(widths, signal)];
      const found = weight === null ? null : value(weight);
      const matrix = found === null ? null : matrixOfTerm(found.slot, found.data, { rows, columns, isTransposed });
      return { coefficient, factor: matrix, from: at(offsets, signal), columns };
    }),
  }));
  const dependent = sums.reduce((total, { rows }) => total + rows, 0);
  return { size: size - dependent, terms, image: { size, sums } };
}

/** S, P and 𝓛 as exact numbers: their rounding must not enter a verdict. */
function exactParameter(
  parameter: Parameter,
  { lipschitz, slopes }: NetworkValues,
  budgets: readonly number[],
): Dyadic {
  if (parameter.kind === 'lipschitz') return fromNumber(lipschitz);
  if (parameter.kind === 'budget') return fromNumber(budgets[parameter.budget] ?? Number.NaN);
  if (parameter.kind === 'constant') return fromNumber(parameter.value);
  if (!('layer' in parameter)) return fail('LW401', parameter.kind, 'a parameter of the LMI');
  const [lower, upper] =
    slopes[parameter.layer] ?? fail('LW305', `no slopes of layer ${parameter.layer}`, 'a pair [m, L] for each layer');
  switch (parameter.kind) {
    case 'slope-sum':
      return add(fromNumber(upper), fromNumber(lower));
    case 'slope-product':
      return multiply(fromNumber(upper), fromNumber(lower));
    case 'slope-lower':
      return fromNumber(lower);
    case 'slope-upper':
      return fromNumber(upper);
  }
}

/** The values of a network by their numbers. @throws LW312 for one that is missing */
export function valuesByNumber(
  { weights, biases, multipliers }: Pick<LoweredNetwork, 'weights' | 'biases' | 'multipliers'>,
  values: Pick<NetworkValues, 'weights' | 'biases' | 'multipliers'>,
): (buffer: number) => { readonly slot: Slot; readonly data: Float64Array } {
  const found = new Map<number, { slot: Slot; data: Float64Array }>();
  const add = (slots: readonly Slot[], given: Values): void => {
    for (const slot of slots)
      found.set(slot.buffer, {
        slot,
        data: given[slot.name] ?? fail('LW312', `no ${slot.name}`, 'all weights, biases and multipliers'),
      });
  };
  add(weights, values.weights);
  add(biases, values.biases);
  add(multipliers, values.multipliers);
  return (buffer) =>
    found.get(buffer) ?? fail('LW312', `no value for buffer ${buffer}`, 'all weights, biases and multipliers');
}
