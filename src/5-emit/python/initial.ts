import type { Program } from '../../model/program.js';

/**
 * How a free parameter begins:
 * - `fan-in`: normal, standard deviation 1/√columns
 * - `normal`: standard normal
 * - `zero`: 0, which for the logarithms of multipliers and scales is 1
 * - `kinks`: a bias −u, u uniform in the range that its unit's pre-activation takes over a sample of inputs
 * - `spline`: the values of max(m v, L v) at the knots of layer `layer`
 */
export type Initial = { readonly kind: 'fan-in' | 'normal' | 'zero' | 'kinks' } | { readonly kind: 'spline'; readonly layer: number; readonly step: number };

/** By the names of the free parameters, in their order. */
export function initialOf(program: Program): ReadonlyMap<string, Initial> {
  const kinks = new Set(program.steps.flatMap(({ layer, biases }) => (layer === null ? [] : biases.slice(0, 1).map(({ bias }) => bias))));
  const splines = new Map(program.operations.flatMap((operation) => (operation.kind === 'project-splines' ? [[operation.matrix, operation] as const] : [])));
  return new Map(
    program.free.map(({ name, structure, buffer }): [string, Initial] => {
      const spline = splines.get(buffer);
      if (spline !== undefined) return [name, { kind: 'spline', layer: spline.layer, step: spline.step }];
      if (structure === 'dense') return [name, { kind: 'fan-in' }];
      if (structure === 'diagonal') return [name, { kind: 'normal' }];
      return [name, { kind: kinks.has(buffer) ? 'kinks' : 'zero' }];
    }),
  );
}
