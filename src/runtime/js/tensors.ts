import { admitted } from './activations.js';
import { emptyResult, fillAndRun, planFor, widthsOf } from './constrain.js';
import type { Network, Plan, Term, Weight } from './network.js';
import { placesOf } from './network.js';
import { countOf } from './widths.js';
import { refuse } from './refuse.js';
import type { Activation, Activations, Constrained, Options, Values } from './types.js';
import { pullBack } from './vjp.js';
import { countIn } from './weights.js';
import { shapeOf } from './widths.js';

/** What is used of a tensor of TensorFlow.js. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly size: number;
  readonly dataSync: () => ArrayLike<number>;
}

type Operand = Tensor | number;
type Gradient = (dy: Tensor, saved: readonly Tensor[]) => Tensor | Tensor[];

/** What is used of TensorFlow.js. */
export interface TensorLibrary {
  readonly add: (a: Operand, b: Operand) => Tensor;
  readonly sub: (a: Operand, b: Operand) => Tensor;
  readonly mul: (a: Operand, b: Operand) => Tensor;
  readonly div: (a: Operand, b: Operand) => Tensor;
  readonly exp: (v: Tensor) => Tensor;
  readonly neg: (v: Tensor) => Tensor;
  readonly relu: (v: Tensor) => Tensor;
  readonly square: (v: Tensor) => Tensor;
  readonly clipByValue: (v: Tensor, least: number, largest: number) => Tensor;
  readonly matMul: (a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean) => Tensor;
  readonly pad: (v: Tensor, paddings: [number, number][]) => Tensor;
  readonly zeros: (shape: number[]) => Tensor;
  readonly slice: (v: Tensor, begin: number[], size: number[]) => Tensor;
  readonly gather: (v: Tensor, indices: Int32Array) => Tensor;
  readonly reshape: (v: Tensor, shape: number[]) => Tensor;
  readonly tensor: (values: Float32Array, shape?: readonly number[]) => Tensor;
  readonly variable: (initial: Tensor) => Tensor;
  readonly customGrad: (
    f: (...inputs: never[]) => { value: Tensor; gradFunc: Gradient },
  ) => (...inputs: Tensor[]) => Tensor;
}

/** An activation that is known by a function of tensors, too. */
type OnTensors = Activation & { readonly tensor?: (v: Tensor) => Tensor };

/** What constrained() gives: `Constrained` with tensors for arrays. */
type Tensors = Omit<Constrained, 'weights' | 'biases' | 'multipliers'> &
  Record<'weights' | 'biases' | 'multipliers', Record<string, Tensor>>;

/** Free parameters as what an optimizer trains. */
export function variablesOf(
  tf: TensorLibrary,
  network: Network,
  free: Readonly<Record<string, ArrayLike<number>>>,
  options: Options,
): Record<string, Tensor> {
  const d = widthsOf(network, free, options);
  return Object.fromEntries(
    network.free.map((slot) => [
      slot.name,
      tf.variable(tf.tensor(Float32Array.from(free[slot.name] ?? []), shapeOf(slot, d))),
    ]),
  );
}

/**
 * The float64 run and its vector–Jacobian product behind one function of tensors: all results, one after the other, in
 * float32.
 */
function flatResults(
  tf: TensorLibrary,
  network: Network,
  plan: Plan,
  free: Readonly<Record<string, Tensor>>,
  options: Options,
): Tensor {
  const names = network.free.map(({ name }) => name);
  const run = { ...options, widths: undefined };
  const flat = tf.customGrad((...given: Tensor[]) => {
    // The last argument would save tensors for the gradient: the values are kept below.
    const inputs = given.slice(0, -1);
    const values: Values = Object.fromEntries(
      inputs.map((input, k) => [names[k]!, Float64Array.from(input.dataSync())]),
    );
    const lip = fillAndRun(network, plan, values, run);
    const { runs } = plan;
    const { weights, biases, multipliers } = plan.last;
    const made = [...weights, ...biases, ...multipliers];
    const joined = new Float32Array(made.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of made) {
      joined.set(part, at);
      at += part.length;
    }
    const gradFunc = (dy: Tensor): Tensor[] => {
      // Another call may have used the buffers in the meantime.
      if (plan.runs !== runs) fillAndRun(network, plan, values, run);
      const all = Float64Array.from(dy.dataSync());
      const [weights, biases, multipliers] = grouped(network, plan, (from, to) => all.subarray(from, to));
      const gradient = pullBack(network, plan, lip, { weights, biases, multipliers }, run);
      return inputs.map((input, k) => tf.tensor(Float32Array.from(gradient[names[k]!]!), input.shape));
    };
    return { value: tf.tensor(joined), gradFunc };
  });
  return flat(...names.map((name) => free[name]!));
}

/** Weights, biases and multipliers by name, of pieces that stand one after the other. */
function grouped<T>(
  network: Network,
  plan: Plan,
  piece: (from: number, to: number, shape: number[]) => T,
): [Record<string, T>, Record<string, T>, Record<string, T>] {
  let from = 0;
  const group = (slots: Network['weights'], buffers: readonly Float64Array[]): Record<string, T> =>
    Object.fromEntries(
      slots.map((slot, k) => [slot.name, piece(from, (from += buffers[k]!.length), shapeOf(slot, plan.d))]),
    );
  return [
    group(network.weights, plan.weights),
    group(network.biases, plan.biases),
    group(network.multipliers, plan.multipliers),
  ];
}

/** `constrainOf` on tensors, with gradients. */
export function constrainedOf(
  tf: TensorLibrary,
  network: Network,
  free: Readonly<Record<string, Tensor>>,
  options: Options,
): Tensors {
  const lengths = Object.fromEntries(network.free.map(({ name }) => [name, { length: free[name]?.size ?? 0 }]));
  const plan = planFor(network, widthsOf(network, lengths, options));
  const flat = flatResults(tf, network, plan, free, options);
  const [weights, biases, multipliers] = grouped(network, plan, (from, to, shape) =>
    tf.reshape(tf.slice(flat, [from], [to - from]), shape),
  );
  return {
    widths: emptyResult(network, plan).widths,
    slopes: Array.from(plan.m, (m, k): [number, number] => [m, plan.L[k]!]),
    lipschitz: options.lipschitz ?? network.lipschitz,
    weights,
    biases,
    multipliers,
    activations: [...plan.activations],
  };
}

/** The matrix of that shape whose entries share the values. */
function sharedOn(
  tf: TensorLibrary,
  { row, column, first }: NonNullable<Weight['shared']>,
  values: Tensor,
  rows: number,
  columns: number,
): Tensor {
  const start = countIn(first, rows, columns);
  const places = Int32Array.from(
    { length: rows * columns },
    (_, at) => start + row * Math.floor(at / columns) + column * (at % columns),
  );
  return tf.reshape(tf.gather(values, places), [rows, columns]);
}

/** coefficient · weight · signal of a batch of signals, one a row. */
function termOf(
  tf: TensorLibrary,
  network: Network,
  { widths, weights }: Tensors,
  { coefficient, weight, isTransposed = false, signal, above }: Term,
  v: Tensor,
  width: number,
): Tensor {
  const d = network.widths.map(([name]) => widths[name!]);
  const read = (): Tensor => {
    if (weight === null) {
      if (above === undefined) return v;
      const before = countOf(above, d);
      return tf.pad(v, [
        [0, 0],
        [before, width - before - widths[placesOf(network)[signal]!.name]!],
      ]);
    }
    const slot = network.weights.find(({ name }) => name === weight);
    const values = weights[weight]!;
    if (slot?.shared !== undefined) {
      const [rows, columns] = isTransposed ? [v.shape[1]!, width] : [width, v.shape[1]!];
      return tf.matMul(v, sharedOn(tf, slot.shared, values, rows, columns), false, !isTransposed);
    }
    return slot?.columns === null ? tf.mul(v, values) : tf.matMul(v, values, false, !isTransposed);
  };
  return coefficient === 1 ? read() : tf.mul(coefficient, read());
}

/**
 * The linear splines with the values of row i of c on the knots (k − (knots − 1) / 2) step, continued by their outer
 * slopes, at column i of v: the first piece and a kink at every inner knot.
 */
function splinesOn(tf: TensorLibrary, c: Tensor, knots: number, step: number, v: Tensor): Tensor {
  const width = v.shape[1]!;
  const column = (k: number): Tensor => tf.reshape(tf.slice(c, [0, k], [width, 1]), [width]);
  const slope = (k: number): Tensor => tf.div(tf.sub(column(k + 1), column(k)), step);
  const past = (k: number): Tensor => tf.sub(v, (k - (knots - 1) / 2) * step);
  let sum = tf.add(column(0), tf.mul(slope(0), past(0)));
  for (let k = 1; k < knots - 1; k += 1) sum = tf.add(sum, tf.mul(tf.sub(slope(k), slope(k - 1)), tf.relu(past(k))));
  return sum;
}

/** What a layer applies to a batch. */
function appliedOn(
  tf: TensorLibrary,
  network: Network,
  tensors: Tensors,
  chosen: readonly (OnTensors | null)[] | undefined,
  v: Tensor,
  layer: number,
): Tensor {
  const own = network.layers[layer]!.activation;
  // What comes out of a block was made by its own steps.
  if (own?.kind === 'block') return v;
  if (own?.kind === 'spline')
    return splinesOn(tf, tensors.weights[own.values ?? '']!, own.knots ?? 0, own.step ?? 0, v);
  const declared = own as unknown as OnTensors | null;
  const known = declared ?? chosen?.[layer] ?? null;
  if (known?.tensor !== undefined) return known.tensor(v);
  const [m, L] = tensors.slopes[layer]!;
  if (known === null || known.apply === null)
    return m === 0 && L === 1 ? tf.relu(v) : tf.sub(tf.mul(L, tf.relu(v)), tf.mul(m, tf.relu(tf.neg(v))));
  const apply = known.apply as unknown as (v: Tensor, layer: number) => Partial<Tensor> | undefined;
  const value = apply(v, layer);
  if (typeof value?.dataSync !== 'function')
    refuse('LW305', `an activation that gives ${typeof value}`, 'a function of tensors');
  return value as Tensor;
}

/** The network on a batch of inputs, one a row. */
export function applyOf(
  tf: TensorLibrary,
  network: Network,
  tensors: Tensors,
  x: Tensor,
  activation: Activations | undefined,
): Tensor {
  const chosen =
    activation === undefined || activation === null ? tensors.activations : admitted(network, activation, tensors);
  const places = placesOf(network);
  const width = (place: number): number => tensors.widths[places[place]!.name]!;
  if (x.shape.length !== 2 || x.shape[1] !== width(network.input))
    refuse('LW303', `an input of shape [${x.shape.join(', ')}]`, `[points, ${width(network.input)}]`);
  const v: Tensor[] = [];
  v[network.input] = x;
  for (const { signal, terms, biases, layer } of network.steps) {
    const summands = [
      ...terms.map((term) => termOf(tf, network, tensors, term, v[term.signal]!, width(signal))),
      ...biases.map(({ coefficient, bias }) => {
        const b = tensors.biases[bias]!;
        return coefficient === 1 ? b : tf.mul(coefficient, b);
      }),
    ];
    const sum =
      summands.length === 0
        ? tf.zeros([x.shape[0]!, width(signal)])
        : summands.reduce((total, each) => tf.add(total, each));
    v[signal] = layer === null ? sum : appliedOn(tf, network, tensors, chosen, sum, layer);
  }
  return v[network.signals.length]!;
}

/** The values of tensors as they are, in Float64Arrays. */
export function downloadOf(tensors: Tensors): Constrained {
  const values = (group: Readonly<Record<string, Tensor>>): Values =>
    Object.fromEntries(Object.entries(group).map(([name, tensor]) => [name, Float64Array.from(tensor.dataSync())]));
  return {
    ...tensors,
    weights: values(tensors.weights),
    biases: values(tensors.biases),
    multipliers: values(tensors.multipliers),
  };
}

/** A function with its derivative: case distinctions have no gradient of their own. */
export function elementwise(
  tf: TensorLibrary,
  f: (v: Tensor) => Tensor,
  derivative: (v: Tensor) => Operand,
): (v: Tensor) => Tensor {
  return tf.customGrad((v: Tensor, save: (tensors: Tensor[]) => void) => {
    save([v]);
    return { value: f(v), gradFunc: (dy: Tensor, saved: readonly Tensor[]) => tf.mul(dy, derivative(saved[0]!)) };
  });
}

export function sechTensor(tf: TensorLibrary, u: Tensor): Tensor {
  return tf.div(2, tf.add(tf.exp(u), tf.exp(tf.neg(u))));
}

/**
 * erf x ≈ x P(x²) / Q(x²) up to 3.92, where erf is 1 in float32, and then cut off at ±1: fitted by least squares, to
 * 2e-9, to erf x (1 + 3e-7 (x / 3.92)⁸), which reaches 1 also when it is rounded. Its slopes lie in [0, 2/√π], and
 * those of the GELU that it makes in those of GELU. Those of tf.erf (Abramowitz & Stegun 7.1.26) are 7e-6 above, and it
 * jumps at 0. Coefficients of the highest power first.
 */
export const erfFit = {
  end: 3.92,
  P: [
    -1.2779198144130532e-8, 4.6068030314927455e-6, 0.0003766796726267785, 0.0038379360921680927, 0.054240819066762924,
    0.18512243032455444, 1.1283791065216064,
  ],
  Q: [6.23793457634747e-5, 0.0013012884883210063, 0.015428377315402031, 0.11386715620756149, 0.4973938763141632, 1],
};

export function erfTensor(tf: TensorLibrary, u: Tensor): Tensor {
  const x = tf.clipByValue(u, -erfFit.end, erfFit.end);
  const square = tf.square(x);
  const polynomial = ([first = 0, ...rest]: readonly number[]): Operand =>
    rest.reduce<Operand>((sum, coefficient) => tf.add(tf.mul(sum, square), coefficient), first);
  return tf.clipByValue(tf.div(tf.mul(x, polynomial(erfFit.P)), polynomial(erfFit.Q)), -1, 1);
}
