import type { Constrained, Values } from '../5-emit/index.js';
import type { AffineLayer, LayerActivation, Program } from '../model/program.js';
import type { Random } from '../numeric/random.js';
import { numericFunction } from '../scalar/evaluate.js';
import type { Subject } from './instance.js';

/** Relative room for the rounding of norms. */
const slack = 1e-9;
/** Times the size of all that is added up on the way: some 4,000 roundings, more than any network of a campaign has in a row. */
const roundings = 2 ** -40;
/** Above this, biases drown the differences in rounding errors and are left out: a Lipschitz bound does not depend on them. */
const largestBias = 1e6;

const norm = (values: Float64Array): number => Math.hypot(...values);

/**
 * Whether ‖f(x) − f(x')‖ ≤ 𝓛 ‖x − x'‖ fails on a few random pairs of inputs, with the activation that has slope m below 0
 * and L above; null if not. Independent of the LMI: it sees only the forward function.
 */
export function forwardObjection(subject: Subject, values: Constrained, random: Random): string | null {
  const { program } = subject;
  const size = values.widths[program.signals[0]?.name ?? ''] ?? 0;
  const plain = withModestBiases(values);
  for (let pair = 0; pair < 4; pair += 1) {
    const scale = 10 ** random.integer(-3, 3);
    const x = Float64Array.from({ length: size }, () => random.normal() * scale);
    const step = pair % 2 === 0 ? scale : scale * 1e-3;
    const other = x.map((value) => value + random.normal() * step);
    const [y, otherY] = [subject.forward(plain, x), subject.forward(plain, other)];
    const difference = norm(y.map((value, i) => value - (otherY[i] ?? 0)));
    const distance = norm(x.map((value, i) => value - (other[i] ?? 0)));
    const magnitude = largestSums(program, plain, x) + largestSums(program, plain, other);
    const allowed = plain.lipschitz * distance * (1 + slack) + magnitude * roundings + Number.MIN_VALUE * 2 ** 20;
    if (Number.isNaN(difference) || difference > allowed) return `‖f(x) − f(x')‖ = ${difference} for ‖x − x'‖ = ${distance}, 𝓛 = ${plain.lipschitz}`;
  }
  return null;
}

function withModestBiases(values: Constrained): Constrained {
  const modest = Object.values(values.biases).every((data) => data.every((value) => Math.abs(value) <= largestBias * values.lipschitz));
  if (modest) return values;
  const biases: Values = Object.fromEntries(Object.entries(values.biases).map(([name, data]) => [name, new Float64Array(data.length)]));
  return { ...values, biases };
}

/** The norm of the output with absolute values everywhere: what rounding errors are relative to. */
function largestSums(program: Program, values: Constrained, x: Float64Array): number {
  const named = new Map([...program.weights, ...program.biases].map((slot) => [slot.buffer, { slot, data: values.weights[slot.name] ?? values.biases[slot.name] ?? new Float64Array(0) }]));
  const signals: Float64Array[] = program.signals.map(({ name }) => new Float64Array(values.widths[name] ?? 0));
  signals[0] = x.map(Math.abs);
  const affine = ({ terms, biases }: AffineLayer, out: Float64Array): void => {
    for (const { coefficient, weight, signal } of terms) {
      const of = signals[signal] ?? x;
      const found = weight === null ? undefined : named.get(weight);
      for (let i = 0; i < out.length; i += 1) {
        let total = 0;
        if (found === undefined) total = of[i] ?? 0;
        else if (found.slot.structure === 'diagonal') total = Math.abs(found.data[i] ?? 0) * (of[i] ?? 0);
        else for (let j = 0; j < of.length; j += 1) total += Math.abs(found.data[i * of.length + j] ?? 0) * (of[j] ?? 0);
        out[i] = (out[i] ?? 0) + Math.abs(coefficient) * total;
      }
    }
    for (const { coefficient, bias } of biases) named.get(bias)?.data.forEach((value, i) => (out[i] = (out[i] ?? 0) + Math.abs(coefficient * value)));
  };
  program.layers.forEach((layer, at) => {
    const out = signals[layer.signal] ?? x;
    const [lower, upper] = values.slopes[at] ?? [0, 1];
    affine(layer, out);
    const offset = offsetOf(layer.activation, named);
    for (let i = 0; i < out.length; i += 1) out[i] = offset(i) + (out[i] ?? 0) * Math.max(Math.abs(lower), Math.abs(upper));
  });
  const output = new Float64Array(values.widths[program.output.name] ?? 0);
  affine(program.last, output);
  return norm(output);
}

/** |φ(0)| of neuron i: with the slopes it bounds the size of φ. */
function offsetOf(activation: LayerActivation, named: ReadonlyMap<number, { readonly data: Float64Array }>): (neuron: number) => number {
  if (activation.kind === 'open') return () => 0;
  if (activation.kind === 'scalar') {
    const offset = Math.abs(numericFunction(activation.function)(0));
    return () => offset;
  }
  const { coefficients, knots } = activation;
  const values = named.get(coefficients)?.data ?? new Float64Array(0);
  return (neuron) => values.subarray(neuron * knots, (neuron + 1) * knots).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
