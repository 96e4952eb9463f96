import type { NetworkValues } from '../model/lowered-network.js';
import type { LayerActivation, LoweredNetwork } from '../model/lowered-network.js';
import { fail } from '../base/diagnostic.js';
import { add, compare, fromNumber, multiply, negate } from '../numeric/dyadic.js';

/**
 * The LMI speaks of the slopes [m, L] that come with the values; whether the activations of the equations keep to them
 * is looked at here: a declared function must have its own bounds inside, and every slope of a spline must lie in
 * [m, L], in exact arithmetic. Null if all do.
 */
export function activationObjection(program: LoweredNetwork, values: NetworkValues): string | null {
  const tables = new Map(program.weights.map(({ name, buffer }) => [buffer, values.weights[name]]));
  for (const [at, { activation, signal }] of program.layers.entries()) {
    const [m, L] = values.slopes[at] ?? [Number.NaN, Number.NaN];
    const found =
      activation.kind === 'block'
        ? blockObjection(activation, m, L, values.multipliers[program.multipliers[at]?.name ?? missing(at)])
        : objectionTo(activation, m, L, tables);
    if (found !== null) return `${program.signals[signal]?.name ?? `layer ${at}`}: ${found}`;
  }
  return null;
}

const missing = (layer: number): never => fail('LW312', `no multiplier of layer ${layer}`, 'one for each layer');

type Called = Extract<LayerActivation, { kind: 'block' }>;

/**
 * A block has its bound and one multiplier; neither slopes that are not ±k nor a multiplier for each entry say anything
 * true of it.
 */
function blockObjection(
  { name, slopes }: Called,
  m: number,
  L: number,
  multiplier: Float64Array | undefined,
): string | null {
  if (m !== slopes[0] || L !== slopes[1])
    return `[${m}, ${L}] is not what the block ${name} is held to, [${slopes[0]}, ${slopes[1]}]`;
  if (multiplier === undefined) return `no multiplier of the block ${name}`;
  const other = multiplier.findIndex((value) => value !== multiplier[0]);
  return other < 0
    ? null
    : `the multiplier of the block ${name} is ${String(multiplier[0])} and ${String(multiplier[other])}: ` +
        'a block has one number';
}

function objectionTo(
  activation: Exclude<LayerActivation, Called>,
  m: number,
  L: number,
  tables: ReadonlyMap<number, Float64Array | undefined>,
): string | null {
  if (activation.kind === 'open') return null;
  const { name } = activation;
  if (activation.kind === 'scalar') {
    const [least, largest] = activation.slopes;
    return m <= least && L >= largest
      ? null
      : `the slopes [${m}, ${L}] do not contain those of ${name}, [${least}, ${largest}]`;
  }
  const values = tables.get(activation.coefficients);
  return values === undefined ? `no values of the spline ${name}` : steepPiece(values, activation, m, L);
}

/** m T ≤ c_{k+1} − c_k ≤ L T, exactly, for every neuron. */
function steepPiece(
  values: Float64Array,
  { name, knots, step }: Extract<LayerActivation, { kind: 'spline' }>,
  m: number,
  L: number,
): string | null {
  const [least, largest] = [multiply(fromNumber(m), fromNumber(step)), multiply(fromNumber(L), fromNumber(step))];
  for (let start = 0; start < values.length; start += knots) {
    for (let k = start; k + 1 < start + knots; k += 1) {
      const rise = add(fromNumber(values[k + 1] ?? Number.NaN), negate(fromNumber(values[k] ?? Number.NaN)));
      if (compare(rise, least) >= 0 && compare(rise, largest) <= 0) continue;
      const slope = ((values[k + 1] ?? Number.NaN) - (values[k] ?? Number.NaN)) / step;
      return (
        `${name}, neuron ${start / knots}, has slope ${slope} between knots ${k - start} and ` +
        `${k - start + 1}, outside [${m}, ${L}]`
      );
    }
  }
  return null;
}
