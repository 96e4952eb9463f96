import type { Program } from '../model/program.js';

/**
 * How a free parameter begins:
 * - `sphere`: normal entries, each row divided by its Euclidean norm, so that no unit starts larger than another
 * - `normal`: standard normal
 * - `zero`: 0, which for the logarithms of multipliers and scales is 1
 * - `kinks`: the bias of a hidden layer. Over a sample of inputs the pre-activation of unit i takes values from a to b; its kink
 *   stands at (a + b)/2 + 0.8 (u_i − 1/2)(b − a), the u_i being (0 … d − 1 in random order + 1/2)/d: spread evenly over the units
 *   of the layer, and none so near an end that the unit starts dead or linear
 * - `centre`: the bias of the output, which takes the mean off
 * - `spline`: the values of max(m v, L v) at the knots of layer `layer`
 */
export type Initial = { readonly kind: 'sphere' | 'normal' | 'zero' | 'kinks' | 'centre' } | { readonly kind: 'spline'; readonly layer: number; readonly step: number };

/** The middle part of a range of pre-activations in which kinks stand. */
export const KINK_RANGE = 0.8;

/** By the names of the free parameters, in their order. Of several biases of one sum the first does the work. */
export function initialOf(program: Program): ReadonlyMap<string, Initial> {
  const firsts = program.steps.flatMap(({ layer, signal, biases }) => biases.slice(0, 1).map(({ bias }) => ({ bias, hidden: layer !== null, last: signal === program.last.signal })));
  const kinks = new Set(firsts.flatMap(({ bias, hidden }) => (hidden ? [bias] : [])));
  const centred = new Set(firsts.flatMap(({ bias, last }) => (last && !kinks.has(bias) ? [bias] : [])));
  const splines = new Map(program.operations.flatMap((operation) => (operation.kind === 'project-splines' ? [[operation.matrix, operation] as const] : [])));
  return new Map(
    program.free.map(({ name, structure, buffer }): [string, Initial] => {
      const spline = splines.get(buffer);
      if (spline !== undefined) return [name, { kind: 'spline', layer: spline.layer, step: spline.step }];
      if (structure === 'dense') return [name, { kind: 'sphere' }];
      if (structure === 'diagonal') return [name, { kind: 'normal' }];
      return [name, { kind: kinks.has(buffer) ? 'kinks' : centred.has(buffer) ? 'centre' : 'zero' }];
    }),
  );
}
