import type { Constrained } from '../5-emit/index.js';
import type { Program } from '../model/program.js';
import { activationObjection } from '../check/index.js';

/** More than the rounding of one difference and one quotient, and far less than the 2⁻²⁴ of float32. */
const outwards = 2 ** -50;

/**
 * The values with the slopes of every layer of learned splines widened to those that its tables have: rounding them to
 * float32 makes pieces steeper than the bound that they were trained under. Null if all keep to theirs.
 */
export function withSteeperSplines(program: Program, values: Constrained): Constrained | null {
  // Exact, where the quotients below are not.
  if (activationObjection(program, values) === null) return null;
  const tables = new Map(program.weights.map(({ name, buffer }) => [buffer, values.weights[name]]));
  const slopes = values.slopes.map(([m, L], at): readonly [number, number] => {
    const activation = program.layers[at]?.activation;
    const table = activation?.kind === 'spline' ? tables.get(activation.coefficients) : undefined;
    if (activation?.kind !== 'spline' || table === undefined) return [m, L];
    let [least, largest] = [m, L];
    for (let start = 0; start < table.length; start += activation.knots) {
      for (let k = start; k + 1 < start + activation.knots; k += 1) {
        const slope = ((table[k + 1] ?? Number.NaN) - (table[k] ?? Number.NaN)) / activation.step;
        least = Math.min(least, slope - Math.abs(slope) * outwards);
        largest = Math.max(largest, slope + Math.abs(slope) * outwards);
      }
    }
    return [least, largest];
  });
  const same = slopes.every(([m, L], at) => m === values.slopes[at]?.[0] && L === values.slopes[at][1]);
  return same ? null : { ...values, slopes };
}
