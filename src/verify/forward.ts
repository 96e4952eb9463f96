import type { Constrained, Values } from '../5-emit/index.js';
import { boundOf, budgetValues } from '../network/budgets.js';
import { countOf } from '../model/program.js';
import { matrixOfTerm } from '../network/kept.js';
import type { AffineLayer, ForwardLayer, LayerActivation, Program, Slot } from '../model/program.js';
import type { Random } from '../numeric/random.js';
import { evaluate } from '../numeric/spline.js';
import { numericFunction } from '../slopes/scalar/index.js';
import type { Subject } from './instance.js';

/** Relative room for the rounding of norms. */
const slack = 1e-9;
/**
 * Times the size of all that is added up on the way: some 4,000 roundings, more than any network of a campaign has in a
 * row.
 */
const roundings = 2 ** -40;
/**
 * Above this, biases drown the differences in rounding errors and are left out: a Lipschitz bound does not depend on
 * them.
 */
const largestBias = 1e6;

const norm = (values: Float64Array): number => Math.hypot(...values);

/**
 * Whether forward fails on a few random pairs of inputs; null if not. It must be the network of the equations, up to
 * rounding, ‖f(x) − f(x')‖ ≤ 𝓛 ‖x − x'‖ must hold, and so must the slopes of the declared functions. An activation that
 * is left open has slope m below 0 and L above. Independent of the LMI.
 */
export function forwardObjection(subject: Subject, values: Constrained, random: Random): string | null {
  const { program } = subject;
  const size = values.widths[placesOf(program)[program.input]?.name ?? ''] ?? 0;
  const plain = withModestBiases(values);
  for (let pair = 0; pair < 4; pair += 1) {
    const scale = 10 ** random.integer(-3, 3);
    const x = Float64Array.from({ length: size }, () => random.normal() * scale);
    const step = pair % 2 === 0 ? scale : scale * 1e-3;
    const other = x.map((value) => value + random.normal() * step);
    const found = pairObjection(subject, plain, x, other);
    if (found !== null) return found;
  }
  return slopeObjection(program, plain, random);
}

function pairObjection(subject: Subject, values: Constrained, x: Float64Array, other: Float64Array): string | null {
  const { program } = subject;
  const [y, otherY] = [subject.forward(values, x), subject.forward(values, other)];
  const difference = distanceOf(y, otherY);
  const distance = distanceOf(x, other);
  const magnitude = largestSums(program, values, x) + largestSums(program, values, other);
  const rounding = magnitude * roundings + Number.MIN_VALUE * 2 ** 20;
  const expected = byDefinition(program, values, x);
  // An expression such as log(2 + exp(v)) leaves the range of doubles where its value does not: that says nothing of
  // the network.
  if (!expected.every(Number.isFinite) || !byDefinition(program, values, other).every(Number.isFinite))
    return Number.isFinite(magnitude) ? null : lipschitzFailure(values, difference, distance);
  if (!(difference <= values.lipschitz * distance * (1 + slack) + rounding))
    return lipschitzFailure(values, difference, distance);
  if (distanceOf(y, expected) > rounding)
    return `f(x) is ${distanceOf(y, expected)} away from the network of the equations`;
  return blockObjection(program, values, x, other);
}

/** Every block by itself: ‖Δz‖ ≤ k‖Δv‖ between the two runs, up to the rounding of what goes in and comes out. */
function blockObjection(program: Program, values: Constrained, x: Float64Array, other: Float64Array): string | null {
  if (program.blocks.length === 0) return null;
  const [first, second] = [allByDefinition(program, values, x), allByDefinition(program, values, other)];
  const [bulk, otherBulk] = [x, other].map((input) => sizes(program, values, input));
  const budgets = budgetValues(program, values.lipschitz);
  for (const { name, input, output, lipschitz } of program.blocks) {
    const distance = (at: number): number => distanceOf(first[at] ?? x, second[at] ?? x);
    const magnitude = (at: number): number => norm(bulk?.[at] ?? x) + norm(otherBulk?.[at] ?? x);
    const k = boundOf(lipschitz, budgets);
    const rounding = (magnitude(output) + k * magnitude(input)) * roundings + Number.MIN_VALUE * 2 ** 20;
    if (!(distance(output) <= k * distance(input) * (1 + slack) + rounding))
      return `the block ${name}: ‖Δz‖ = ${distance(output)} for ‖Δv‖ = ${distance(input)}, k = ${k}`;
  }
  return null;
}

const lipschitzFailure = ({ lipschitz }: Constrained, difference: number, distance: number): string =>
  `‖f(x) − f(x')‖ = ${difference} for ‖x − x'‖ = ${distance}, 𝓛 = ${lipschitz}`;

const distanceOf = (a: Float64Array, b: Float64Array): number =>
  norm(a.map((value, i) => value - (b[i] ?? Number.NaN)));

function withModestBiases(values: Constrained): Constrained {
  const modest = Object.values(values.biases).every((data) =>
    data.every((value) => Math.abs(value) <= largestBias * values.lipschitz),
  );
  if (modest) return values;
  const biases: Values = Object.fromEntries(
    Object.entries(values.biases).map(([name, data]) => [name, new Float64Array(data.length)]),
  );
  return { ...values, biases };
}

type Named = ReadonlyMap<number, { readonly slot: Slot; readonly data: Float64Array }>;

function namedValues(program: Program, values: Constrained): Named {
  return new Map(
    [...program.weights, ...program.biases].map((slot) => [
      slot.buffer,
      { slot, data: values.weights[slot.name] ?? values.biases[slot.name] ?? new Float64Array(0) },
    ]),
  );
}

const placesOf = ({ signals, output, locals }: Program): readonly { readonly name: string }[] => [
  ...signals,
  output,
  ...locals,
];

/**
 * All signals, by place, from the affine maps with `part` of every number and what `activate` makes of pre-activations.
 */
function runAll(
  program: Program,
  values: Constrained,
  x: Float64Array,
  part: (value: number) => number,
  activate: (layer: ForwardLayer, at: number, out: Float64Array, named: Named) => void,
): readonly Float64Array[] {
  const named = namedValues(program, values);
  const widths = program.widths.map(([name = '']) => values.widths[name] ?? 0);
  const signals: Float64Array[] = placesOf(program).map(({ name }) => new Float64Array(values.widths[name] ?? 0));
  signals[program.input] = x.map(part);
  const affine = ({ terms, biases }: AffineLayer, out: Float64Array): void => {
    for (const { coefficient, weight, signal, above, isTransposed = false } of terms) {
      const of = signals[signal] ?? x;
      const found = weight === null ? undefined : named.get(weight);
      if (found === undefined) {
        const first = above === undefined ? 0 : countOf(above, widths);
        of.forEach((value, i) => (out[first + i] = (out[first + i] ?? 0) + part(coefficient) * value));
        continue;
      }
      const shape = { rows: out.length, columns: of.length, isTransposed };
      const { kind, data } = matrixOfTerm(found.slot, found.data, shape);
      for (let i = 0; i < out.length; i += 1) {
        let total = 0;
        if (kind === 'diagonal') total = part(data[i] ?? 0) * (of[i] ?? 0);
        else for (let j = 0; j < of.length; j += 1) total += part(data[i * of.length + j] ?? 0) * (of[j] ?? 0);
        out[i] = (out[i] ?? 0) + part(coefficient) * total;
      }
    }
    for (const { coefficient, bias } of biases)
      named.get(bias)?.data.forEach((value, i) => (out[i] = (out[i] ?? 0) + part(coefficient * value)));
  };
  for (const step of program.steps) {
    const out = signals[step.signal] ?? x;
    affine(step, out);
    const layer = step.layer === null ? undefined : program.layers[step.layer];
    if (layer !== undefined && step.layer !== null) activate(layer, step.layer, out, named);
  }
  return signals;
}

/** The norm of the output with absolute values everywhere: what rounding errors are relative to. */
const largestSums = (program: Program, values: Constrained, x: Float64Array): number =>
  norm(sizes(program, values, x)[program.signals.length] ?? x);

/** All signals with absolute values everywhere. */
function sizes(program: Program, values: Constrained, x: Float64Array): readonly Float64Array[] {
  return runAll(program, values, x, Math.abs, ({ activation }, at, out, named) => {
    if (activation.kind === 'block') return;
    const [lower, upper] = values.slopes[at] ?? [0, 1];
    const offset = offsetOf(activation, named);
    for (let i = 0; i < out.length; i += 1)
      out[i] = offset(i) + (out[i] ?? 0) * Math.max(Math.abs(lower), Math.abs(upper));
  });
}

/** f(x) as the equations say it. */
function byDefinition(program: Program, values: Constrained, x: Float64Array): Float64Array {
  return allByDefinition(program, values, x)[program.signals.length] ?? x;
}

function allByDefinition(program: Program, values: Constrained, x: Float64Array): readonly Float64Array[] {
  return runAll(
    program,
    values,
    x,
    (value) => value,
    ({ activation }, at, out, named) => {
      const [lower, upper] = values.slopes[at] ?? [0, 1];
      if (activation.kind === 'spline') {
        const table = named.get(activation.coefficients)?.data ?? new Float64Array(0);
        const { knots } = activation;
        for (let i = 0; i < out.length; i += 1)
          out[i] = evaluate(activation, table.subarray(i * knots, (i + 1) * knots), out[i] ?? 0);
        return;
      }
      if (activation.kind === 'block') return;
      const phi =
        activation.kind === 'scalar'
          ? numericFunction(activation.function)
          : (v: number): number => (v >= 0 ? upper * v : lower * v);
      for (let i = 0; i < out.length; i += 1) out[i] = phi(out[i] ?? 0);
    },
  );
}

/**
 * Difference quotients of the declared functions, at a few random pairs of arguments, against the slopes that the LMI
 * holds.
 */
function slopeObjection(program: Program, values: Constrained, random: Random): string | null {
  for (const [at, { activation }] of program.layers.entries()) {
    if (activation.kind !== 'scalar') continue;
    const phi = numericFunction(activation.function);
    const [m, L] = values.slopes[at] ?? [0, 1];
    const steepest = Math.max(Math.abs(m), Math.abs(L));
    for (let pair = 0; pair < 8; pair += 1) {
      const a = 2 * random.normal() * 10 ** random.integer(-1, 1);
      const step = Math.abs(a) * random.uniform() + 1e-3;
      const rise = phi(a + step) - phi(a);
      const room = steepest * step * 1e-6 + roundings * (Math.abs(phi(a)) + steepest * (Math.abs(a) + step));
      if (rise < m * step - room || rise > L * step + room)
        return `${activation.name} has slope ${rise / step} near ${a}, outside [${m}, ${L}]`;
    }
  }
  return null;
}

/** |φ(0)| of neuron i: with the slopes it bounds the size of φ. */
function offsetOf(activation: LayerActivation, named: Named): (neuron: number) => number {
  if (activation.kind === 'open' || activation.kind === 'block') return () => 0;
  if (activation.kind === 'scalar') {
    const offset = Math.abs(numericFunction(activation.function)(0));
    return () => offset;
  }
  const { coefficients, knots } = activation;
  const values = named.get(coefficients)?.data ?? new Float64Array(0);
  return (neuron) =>
    values.subarray(neuron * knots, (neuron + 1) * knots).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
