import type { NetworkValues, Values } from '../model/lowered-network.js';
import { fail } from '../base/diagnostic.js';
import type { AffineLayer, LoweredNetwork } from '../model/lowered-network.js';
import { countOf } from '../model/lowered-network.js';
import { matrixOf, shapesOf } from '../network/kept.js';
import { sizeIn } from '../network/widths.js';
import { isUsualLmi } from './usual-lmi.js';
import type { Verdict } from '../numeric/definiteness.js';
import type { Work } from '../numeric/work.js';

/** At least ‖W‖₂ of a rows × columns matrix, row major. */
export type MatrixNorm = (data: Float64Array, rows: number, columns: number) => Work<number>;

/**
 * One layer's reads: each signal once, with at least the norm of the matrix that takes it to the layer's
 * pre-activation.
 */
export type Reads = readonly { readonly signal: number; readonly norm: number }[];

/** Room for some roundings of products, sums, quotients and a root. */
const above = 1 + 2 ** -48;
/** Products round up to this at least, so that none vanishes. */
const least = 2 ** -900;
/**
 * Exponents of 2. Beyond them nothing is proven here: within them no product of multipliers and slopes leaves the range
 * of doubles, nor does 1 / β.
 */
const ranges = { multiplier: 400, slope: 100, scale: 900 } as const;

/** At least the norms of the weights, by buffer. */
export type WeightNorms = ReadonlyMap<number, number>;

/** The norms of all weights, one after the other; `onNorm` sees those known so far. */
export function* weightNorms(
  program: LoweredNetwork,
  values: Pick<NetworkValues, 'weights' | 'widths'>,
  norm: MatrixNorm,
  onNorm: (known: WeightNorms) => void = () => undefined,
): Work<WeightNorms> {
  const norms = new Map<number, number>();
  const widths = program.widths.map(([name = '']) => values.widths[name] ?? missing(`the width of ${name}`));
  const shapes = shapesOf(program);
  for (const slot of program.weights) {
    const { name, buffer, rows, columns } = slot;
    const data = values.weights[name] ?? missing(`weight ${name}`);
    const entries = countOf(rows, widths) * countOf(columns, widths);
    if (data.length !== entries) fail('LW312', `${name} with ${data.length} numbers`, `${entries} numbers`);
    const shape = shapes.get(buffer);
    const matrix = shape === undefined ? null : matrixOf(slot, data, countOf(shape.columns, widths));
    norms.set(
      buffer,
      // What nobody reads, such as the values of splines, takes no part.
      matrix === null
        ? Infinity
        : matrix.kind === 'diagonal'
          ? matrix.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
          : yield* norm(matrix.data, matrix.rows, matrix.columns),
    );
    onNorm(norms);
  }
  return norms;
}

/**
 * What every layer reads, in their order, and last what the output reads. Several terms of one signal add up; an affine
 * signal is what it is the sum of, by the triangle inequality.
 */
export function readsOf(program: LoweredNetwork, norms: WeightNorms): readonly Reads[] {
  const sums = new Map<number, Reads>();
  const readsIn = ({ terms }: AffineLayer): Reads => {
    const parts = new Map<number, number[]>();
    const add = (signal: number, part: number): void => {
      const others = parts.get(signal);
      if (others === undefined) parts.set(signal, [part]);
      else others.push(part);
    };
    for (const { coefficient, weight, signal } of terms) {
      const norm = weight === null ? 1 : (norms.get(weight) ?? missing(`the weight ${weight}`));
      const part = times(Math.abs(coefficient), norm);
      const sum = sums.get(signal);
      if (sum === undefined) add(signal, part);
      else for (const read of sum) add(read.signal, times(part, read.norm));
    }
    return [...parts].map(([signal, all]) => ({ signal, norm: all.reduce(plus, 0) }));
  };
  for (const sum of program.affine) sums.set(sum.signal, readsIn(sum));
  return [...program.layers, program.last].map(readsIn);
}

export function* readNorms(
  program: LoweredNetwork,
  values: Pick<NetworkValues, 'weights' | 'widths'>,
  norm: MatrixNorm,
): Work<readonly Reads[]> {
  return readsOf(program, yield* weightNorms(program, values, norm));
}

/**
 * What these norms give without an LMI, rounded up: the product of norms and max(|m|, |L|) along a chain; on other
 * graphs bound(l) = max(|m|, |L|) · Σ ‖C_{l,j}‖ bound(j) over the signals j that l reads (triangle inequality).
 */
export const productOfNorms = (
  program: LoweredNetwork,
  values: Pick<NetworkValues, 'slopes'>,
  reads: readonly Reads[],
): number => spread(lastOf(reads), signalBounds(program, values, reads));

/**
 * At least the least 𝓛 for which these multipliers make M ≼ 0, by norms alone and so without a factorization; Infinity
 * where they prove nothing. Multipliers are taken as exact.
 *
 * Derivation. Of one neuron, 2λ(w − m v)(L v − w) = −2λP v² + 2λS v w − 2λ w² ≤ g v² − μ w² for all v and w if 2λ > μ
 * and g ≥ λ²S² / (2λ − μ) − 2λP (a 2 × 2 matrix), S = L + m, P = L m. So with the largest g of the layer its
 * constraints are at most g ‖v‖² − μ ‖w‖². For any β_j > 0 and a_j ≥ ‖C_{l,j}‖, σ = Σ a_j β_j, Cauchy and Schwarz give
 * ‖v‖² ≤ (Σ a_j ‖w_j‖)² ≤ σ Σ (a_j / β_j) ‖w_j‖². The output is such a sum with g = 1. From the output back to the
 * input take for μ_j what the readers of signal j add up to: then all hidden terms cancel, and what is left is (μ_x −
 * 𝓛²) ‖x‖².
 */
export function leastByNorms(
  program: LoweredNetwork,
  values: Pick<NetworkValues, 'slopes' | 'multipliers' | 'widths'>,
  reads: readonly Reads[],
): number {
  const width = sizeIn(program, values.widths);
  const given = program.multipliers.map(({ name, rows }) => {
    const lambda = values.multipliers[name] ?? missing(`multiplier ${name}`);
    // The largest gain of a layer is that of all its neurons: one that is missing would have none.
    if (lambda.length !== width(rows)) fail('LW312', `${name} with ${lambda.length} numbers`, `${width(rows)} numbers`);
    return lambda;
  });
  return (
    Math.sqrt(
      backward(program, values, reads, (at, mu) => ({ multipliers: given[at] ?? missing(`multiplier ${at}`), mu })),
    ) * above
  );
}

/**
 * Whether the norms are all that M ≼ 0 needs; null where they do not prove it. One constraint for each neuron: there
 * are no blocks.
 */
export function* decideByNorms(program: LoweredNetwork, values: NetworkValues, norm: MatrixNorm): Work<Verdict | null> {
  if (!provableByNorms(program)) return null;
  const proven = leastByNorms(program, values, yield* readNorms(program, values, norm)) <= values.lipschitz;
  return proven ? byNorms : null;
}

/** Blocks have constraints of their own, and another LMI than the usual one is about something else. */
export const provableByNorms = (network: LoweredNetwork): boolean =>
  network.blocks.length === 0 &&
  network.layers.every(({ activation }) => activation.kind !== 'block') &&
  isUsualLmi(network);

export const byNorms: Verdict = { negativeSemidefinite: true, method: 'layer-norms', margin: null };

/** What makes a certificate of a product of norms one that a factorization can verify as well: relative to every μ. */
const slack = 2 ** -20;
/** No λ is above μ by more: for activations that are nearly linear. */
const narrow = 2 ** -9;
/** What a signal gets that nobody reads, or that stands still, as a part of the whole. */
const unread = 2 ** -30;
/** 𝓛 of a constant network, see `search`. */
const constant = 2 ** -60;

/**
 * Multipliers, one for all neurons of a layer, with which `leastByNorms` is the product of norms, or a little more; and
 * that 𝓛. Null where norms prove nothing.
 */
export function multipliersByNorms(
  program: LoweredNetwork,
  values: Pick<NetworkValues, 'slopes' | 'widths'>,
  reads: readonly Reads[],
): { readonly lipschitz: number; readonly multipliers: Values } | null {
  if (!provableByNorms(program)) return null;
  const bounds = signalBounds(program, values, reads);
  const scales = scalesOf(bounds);
  const whole = Math.max(spread(lastOf(reads), bounds), constant) ** 2;
  const made: [string, Float64Array][] = [];
  const square = backward(program, values, reads, (at, needed) => {
    const layer = program.layers[at] ?? missing(`layer ${at}`);
    const [m, L] = values.slopes[at] ?? missing(`slopes ${at}`);
    const steep = Math.max(Math.abs(m), Math.abs(L));
    const mu = needed * (1 + slack) + (unread * whole) / (scales[layer.signal] ?? Number.NaN) ** 2;
    // The optimum for one μ, where it is not out of reach.
    const factor = steep === 0 ? 1 : Math.max(steep / Math.max(L - m, narrow * steep), 0.5 * (1 + slack));
    const name = program.signals[layer.signal]?.name ?? missing(`signal ${layer.signal}`);
    const multipliers = new Float64Array(values.widths[name] ?? missing(`the width of ${name}`)).fill(mu * factor);
    made.push([program.multipliers[at]?.name ?? missing(`multiplier ${at}`), multipliers]);
    return { multipliers, mu };
  });
  const lipschitz = Math.max(Math.sqrt(square * (1 + slack)), constant);
  return lipschitz < Infinity ? { lipschitz, multipliers: Object.fromEntries(made) satisfies Values } : null;
}

type Choice = (at: number, mu: number) => { readonly multipliers: Float64Array; readonly mu: number };

/** μ_x, the layers taken from the last to the first. */
function backward(
  program: LoweredNetwork,
  { slopes }: Pick<NetworkValues, 'slopes'>,
  reads: readonly Reads[],
  choice: Choice,
): number {
  const scales = scalesOf(signalBounds(program, { slopes }, reads));
  // Where they or what is one over them leave the range of doubles, nothing below would be rounded upwards.
  if (!scales.every((scale) => within(scale, ranges.scale))) return Infinity;
  const needed = new Float64Array(program.signals.length);
  const add = (layer: Reads, gain: number): void => {
    const sigma = spread(layer, scales);
    for (const { signal, norm } of layer)
      needed[signal] = plus(
        needed[signal] ?? Number.NaN,
        times(times(gain, sigma), times(norm, 1 / (scales[signal] ?? Number.NaN))),
      );
  };
  add(lastOf(reads), 1);
  for (let at = program.layers.length - 1; at >= 0; at -= 1) {
    const pair = slopes[at] ?? missing(`slopes ${at}`);
    const { multipliers, mu } = choice(at, needed[program.layers[at]?.signal ?? Number.NaN] ?? Number.NaN);
    const gain = multipliers.reduce((most, lambda) => Math.max(most, gainOf(lambda, mu, pair)), 0);
    // Also of a layer that reads nothing but zeros, whose form would still have the wrong sign.
    if (!(gain < Infinity)) return Infinity;
    add(reads[at] ?? missing(`what layer ${at} reads`), gain);
  }
  return needed[0] ?? Number.NaN;
}

/** g, rounded up; Infinity where there is none. */
function gainOf(lambda: number, mu: number, [m, L]: readonly [number, number]): number {
  if (
    !within(lambda, ranges.multiplier) ||
    ![m, L].every((slope) => slope === 0 || within(Math.abs(slope), ranges.slope))
  )
    return Infinity;
  const [sum, product, rest] = [m + L, m * L, 2 * lambda - mu];
  if (!(rest >= 0) || (rest === 0 && sum !== 0)) return Infinity;
  const first = sum === 0 ? 0 : lambda * (lambda / rest) * sum * sum;
  const second = 2 * lambda * product;
  return Math.max(0, first - second) + 2 ** -48 * (first + Math.abs(second));
}

const within = (value: number, exponent: number): boolean => value >= 2 ** -exponent && value <= 2 ** exponent;

/** β: bounds of ‖w_j‖ / ‖x‖, by signal. */
function signalBounds(
  program: LoweredNetwork,
  { slopes }: Pick<NetworkValues, 'slopes'>,
  reads: readonly Reads[],
): readonly number[] {
  const bounds: number[] = [1];
  program.layers.forEach((layer, at) => {
    const [m, L] = slopes[at] ?? missing(`slopes ${at}`);
    bounds[layer.signal] = times(
      Math.max(Math.abs(m), Math.abs(L)),
      spread(reads[at] ?? missing(`what layer ${at} reads`), bounds),
    );
  });
  return bounds;
}

const spread = (layer: Reads, bounds: readonly number[]): number =>
  layer.reduce((total, { signal, norm }) => plus(total, times(norm, bounds[signal] ?? Number.NaN)), 0);

const lastOf = (reads: readonly Reads[]): Reads => reads.at(-1) ?? missing('what the output reads');

/** Positive ones: any are sound, and for signals that stand still small ones cost the others nothing. */
function scalesOf(bounds: readonly number[]): readonly number[] {
  const smallest = bounds.reduce((some, bound) => (bound > 0 && bound < some ? bound : some), 1);
  return bounds.map((bound) => (bound > 0 ? bound : unread * smallest));
}

const times = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : Math.max(a * b * above, least));
const plus = (a: number, b: number): number => (a + b) * above;

/** Nothing is made up for a bound. */
const missing = (what: string): never => fail('LW312', `no ${what}`, 'the values of the whole network');
