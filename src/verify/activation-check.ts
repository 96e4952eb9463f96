import type { Constrained } from '../5-emit/index.js';
import type { LayerActivation, Program } from '../model/program.js';
import { add, compare, fromNumber, multiply, negate } from '../numeric/dyadic.js';

/**
 * The LMI speaks of the slopes [m, L] that come with the values; whether the activations of the equations keep to them
 * is looked at here: a declared function must have its own bounds inside, and every slope of a spline must lie in
 * [m, L], in exact arithmetic. Null if all do.
 */
export function activationObjection(program: Program, values: Constrained): string | null {
  const tables = new Map(program.weights.map(({ name, buffer }) => [buffer, values.weights[name]]));
  for (const [at, { activation, signal }] of program.layers.entries()) {
    const [m, L] = values.slopes[at] ?? [Number.NaN, Number.NaN];
    const found = objectionTo(activation, m, L, tables);
    if (found !== null) return `${program.signals[signal]?.name ?? `layer ${at}`}: ${found}`;
  }
  return null;
}

function objectionTo(activation: LayerActivation, m: number, L: number, tables: ReadonlyMap<number, Float64Array | undefined>): string | null {
  if (activation.kind === 'open') return null;
  const { name } = activation;
  if (activation.kind === 'scalar') {
    const [least, largest] = activation.slopes;
    return m <= least && L >= largest ? null : `the slopes [${m}, ${L}] do not contain those of ${name}, [${least}, ${largest}]`;
  }
  const values = tables.get(activation.coefficients);
  return values === undefined ? `no values of the spline ${name}` : steepPiece(values, activation, m, L);
}

/** m T ≤ c_{k+1} − c_k ≤ L T, exactly, for every neuron. */
function steepPiece(values: Float64Array, { name, knots, step }: Extract<LayerActivation, { kind: 'spline' }>, m: number, L: number): string | null {
  const [least, largest] = [multiply(fromNumber(m), fromNumber(step)), multiply(fromNumber(L), fromNumber(step))];
  for (let start = 0; start < values.length; start += knots) {
    for (let k = start; k + 1 < start + knots; k += 1) {
      const rise = add(fromNumber(values[k + 1] ?? 0), negate(fromNumber(values[k] ?? 0)));
      if (compare(rise, least) >= 0 && compare(rise, largest) <= 0) continue;
      const slope = ((values[k + 1] ?? 0) - (values[k] ?? 0)) / step;
      return `${name}, neuron ${start / knots}, has slope ${slope} between knots ${k - start} and ${k - start + 1}, outside [${m}, ${L}]`;
    }
  }
  return null;
}
