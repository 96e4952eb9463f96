import { EigenvalueDecomposition, Matrix as Dense, inverse } from 'ml-matrix';
import { blockRows } from '../../../src/2-lmi/block-rows.js';
import { concreteNetwork } from '../../../src/2-lmi/concrete.js';
import { eliminate } from '../../../src/3-bound/eliminate.js';
import type { Label } from '../../../src/base/label.js';
import { labelText } from '../../../src/base/label.js';
import type { Environment } from '../../../src/expr/evaluate.js';
import { evaluate } from '../../../src/expr/evaluate.js';
import type { SymbolNode } from '../../../src/expr/node.js';
import { defaultNaming } from '../../../src/expr/naming.js';
import type { Layer, Network, Output } from '../../../src/model/network.js';
import type { Definition, LayerSource, Recursion } from '../../../src/model/pivot.js';
import type { Matrix } from '../../../src/numeric/matrix.js';
import { at, matrix } from '../../../src/numeric/matrix.js';
import type { Random } from '../../../src/numeric/random.js';
import { createRules } from '../../../rules/index.js';
import { written } from '../../architectures.js';
import type { Described } from '../../laws/common.js';
import { descriptionViolations, unique } from '../../laws/common.js';

/**
 * Block LDLᵀ seen from the other side: N is written down entry by entry from the quadratic constraints, in the
 * coordinates (x, w̃), and inverted as a whole by ml-matrix. No recursion, no pivots: the rules are judged by it.
 */

export const dense = (value: Matrix): Dense =>
  new Dense(
    Array.from({ length: value.rows }, (_, i) => Array.from({ length: value.columns }, (_entry, j) => at(value, i, j))),
  );
export const plain = (value: Dense): Matrix => matrix(value.rows, value.columns, (i, j) => value.get(i, j));

/** Eigenvalues in ascending order; rounding's asymmetry is averaged away. */
export function eigenvalues(value: Dense): readonly number[] {
  const symmetric = Dense.add(value, value.transpose()).mul(0.5);
  return new EigenvalueDecomposition(symmetric, { assumeSymmetric: true }).realEigenvalues.sort((a, b) => a - b);
}

/** The least eigenvalue relative to the largest in size: > 0 exactly if the matrix is positive definite. */
export function definiteness(value: Dense): number {
  const all = eigenvalues(value);
  const [least = 0] = all;
  const size = Math.max(...all.map(Math.abs));
  return size === 0 ? 0 : least / size;
}

/**
 * Reads of one and of several signals, one signal twice, coefficients, identity and diagonal weights, a signal nobody
 * reads.
 */
const networks: readonly Network[] = [
  concreteNetwork(written(['h = phi(H * x + b)', 'y = B * h']), 1),
  concreteNetwork(
    written(['w[0] = x', 'w[l] = phi(C[l] * w[l-1]) for l in 1..n', 'y = A * x + B * w[n]'], { A: 'diagonal' }),
    3,
  ),
  concreteNetwork(
    written(
      ['h = phi(H * x)', 'g = phi(2 * G * h - 0.5 * E * h + F * x)', 'k = phi(K * g + h)', 'y = B * k - 3 * C * h + g'],
      { E: 'diagonal' },
    ),
    1,
  ),
  concreteNetwork(
    written(
      ['u = phi(-0.25 * x + U * x)', 'p = phi(V * x)', 'w = phi(W * u + 0.1 * Q * p)', 'y = D * w + 0.5 * E * u + x'],
      { D: 'diagonal' },
    ),
    1,
  ),
  concreteNetwork(written(['h = phi(H * x)', 'g = phi(G * x)', 'y = A * x + 0.3 * h'], { A: 'diagonal' }), 1),
];

const silent = { record: () => undefined };

/** Only for who reads what; the rules under test are applied by the tests. */
const recursions: readonly Recursion[] = networks.map((network) =>
  eliminate(blockRows(network, createRules().form, defaultNaming, silent), {
    rules: createRules().pivot,
    naming: defaultNaming,
    trace: silent,
  }),
);

const slopeChoices: readonly (readonly [number, number] | null)[] = [
  [0, 1],
  [0, 1],
  [-1, 1],
  [0.2, 1],
  [-0.13, 1.13],
  [-2, -0.5],
  [0.5, 0.5],
  null,
  null,
];

/** A network with numbers. */
export interface Sample {
  readonly network: Network;
  readonly recursion: Recursion;
  readonly width: (signal: Label) => number;
  readonly layers: readonly {
    readonly layer: Layer;
    readonly slopes: readonly [number, number];
    readonly multiplier: Dense;
  }[];
  readonly weights: ReadonlyMap<string, Dense>;
  readonly lipschitz: number;
}

/** Which coordinates forms are written in: (x, w) of the LMI, or (x, w̃) with w = m v + w̃. */
export type Coordinates = 'signals' | 'split';

interface Maps {
  readonly size: number;
  /** Rows: the signal or pre-activation; columns: the coordinates. */
  readonly signals: ReadonlyMap<string, Dense>;
  readonly drives: readonly Dense[];
}

/** Σ c_k C_k T_k. */
function combined(
  { reads, target }: Layer | Output,
  maps: ReadonlyMap<string, Dense>,
  size: number,
  { weights, width }: Sample,
): Dense {
  const total = Dense.zeros(width(target), size);
  for (const { coefficient, weight, signal } of reads) {
    const map = maps.get(labelText(signal)) ?? Dense.zeros(0, 0);
    const factor = weight === null ? Dense.eye(width(target)) : (weights.get(weight.key) ?? Dense.zeros(0, 0));
    total.add(factor.mmul(map).mul(coefficient));
  }
  return total;
}

/** What signals and pre-activations are in the coordinates of the input and the first `count` layers. */
function mapsOf(sample: Sample, count: number, coordinates: Coordinates): Maps {
  const { network, layers, width } = sample;
  const known = layers.slice(0, count);
  const size = known.reduce((total, { layer }) => total + width(layer.target), width(network.input));
  const pick = (from: number, length: number): Dense => {
    const map = Dense.zeros(length, size);
    for (let i = 0; i < length; i += 1) map.set(i, from + i, 1);
    return map;
  };
  const signals = new Map([[labelText(network.input), pick(0, width(network.input))]]);
  const drives: Dense[] = [];
  let from = width(network.input);
  for (const {
    layer,
    slopes: [lower],
  } of known) {
    const drive = combined(layer, signals, size, sample);
    const own = pick(from, width(layer.target));
    drives.push(drive);
    signals.set(labelText(layer.target), coordinates === 'signals' ? own : Dense.add(own, Dense.mul(drive, lower)));
    from += width(layer.target);
  }
  return { size, signals, drives };
}

/** 𝓛²‖Δx‖² − Σ QC of the first `count` layers, QC = −2P ΔvᵀΛΔv + 2S ΔvᵀΛΔw − 2 ΔwᵀΛΔw: the matrix N. */
export function formOf(sample: Sample, count: number, coordinates: Coordinates): Dense {
  const { network, layers, lipschitz } = sample;
  const { signals, drives, size } = mapsOf(sample, count, coordinates);
  const of = (signal: Label): Dense => signals.get(labelText(signal)) ?? Dense.zeros(0, size);
  const x = of(network.input);
  const form = x
    .transpose()
    .mmul(x)
    .mul(lipschitz * lipschitz);
  layers.slice(0, count).forEach(({ layer, slopes: [m, L], multiplier }, index) => {
    const [v, w] = [drives[index] ?? Dense.zeros(0, size), of(layer.target)];
    const between = (a: Dense, b: Dense): Dense => a.transpose().mmul(multiplier).mmul(b);
    form.add(between(v, v).mul(2 * L * m));
    form.sub(Dense.add(between(v, w), between(w, v)).mul(L + m));
    form.add(between(w, w).mul(2));
  });
  return form;
}

/** M = WᵀW − N in the signals' coordinates, the LMI of all layers. */
export function lmiOf(sample: Sample): Dense {
  const count = sample.layers.length;
  const { signals, size } = mapsOf(sample, count, 'signals');
  const output = combined(sample.network.output, signals, size, sample);
  return Dense.sub(output.transpose().mmul(output), formOf(sample, count, 'signals'));
}

/**
 * T_a N⁻¹ T_bᵀ with N of the first `count` layers; `a` and `b` name signals, or the pre-activation of the layer after
 * them.
 */
export function covarianceOf(sample: Sample, count: number): (a: string, b: string) => Dense {
  const { signals, size } = mapsOf(sample, count, 'split');
  const inner = inverse(formOf(sample, count, 'split'));
  const next = sample.recursion.layers[count]?.source;
  const map = (name: string): Dense => {
    const known = signals.get(name);
    if (known !== undefined) return known;
    if (next === undefined || labelText(next.drive) !== name)
      throw new Error(`${name} is not known after ${count} layers`);
    return combined(next.split.layer, signals, size, sample);
  };
  return (a, b) => map(a).mmul(inner).mmul(map(b).transpose());
}

/** The covariance of w̃ of layer `index` once the layer is in N; its inverse is the pivot. */
export function ownCovariance(sample: Sample, index: number): Dense {
  const all = inverse(formOf(sample, index + 1, 'split'));
  const layer = sample.layers[index]?.layer;
  const own = layer === undefined ? 0 : sample.width(layer.target);
  return all.subMatrix(all.rows - own, all.rows - 1, all.rows - own, all.rows - 1);
}

/** The meaning of symbols before layer `index` is eliminated; `index` = the number of layers: after all of them. */
export function environmentOf(
  sample: Sample,
  index: number,
  made: ReadonlyMap<string, Matrix> = new Map(),
): Environment {
  const covariance = covarianceOf(sample, index);
  const current = sample.layers[index];
  const scalar = (value: number): Matrix => matrix(1, 1, () => value);
  const value = (symbol: SymbolNode): Matrix => {
    const known = made.get(symbol.key);
    if (known !== undefined) return known;
    const owner = sample.layers.find(({ layer }) => labelText(layer.derived) === labelText(symbol.label));
    const [m, L] = owner?.slopes ?? [Number.NaN, Number.NaN];
    const meanings: Partial<Record<SymbolNode['role'], () => Matrix>> = {
      lipschitz: () => scalar(sample.lipschitz),
      'slope-lower': () => scalar(m),
      'slope-range': () => scalar(L - m),
      multiplier: () => plain(owner?.multiplier ?? Dense.zeros(0, 0)),
      weight: () => plain(sample.weights.get(symbol.key) ?? Dense.zeros(0, 0)),
      covariance: () => plain(covariance(labelText(symbol.label), labelText(symbol.other ?? symbol.label))),
      ...(current !== undefined && current === owner
        ? { pivot: () => plain(inverse(ownCovariance(sample, index))) }
        : {}),
    };
    const meaning = meanings[symbol.role];
    if (meaning !== undefined) return meaning();
    throw new Error(`${symbol.key} has no meaning here`);
  };
  return { value, width: (name) => sample.width({ name, index: null }) };
}

/** N with the layer is definite, and the layer's own part of it keeps a twentieth of 2Λ whatever the others do. */
function hasRoom(sample: Sample, index: number): boolean {
  if (!(definiteness(formOf(sample, index + 1, 'split')) > 0)) return false;
  const root = Dense.sqrt(sample.layers[index]?.multiplier ?? Dense.zeros(0, 0));
  return Math.max(...eigenvalues(root.mmul(ownCovariance(sample, index)).mmul(root))) < 10;
}

/**
 * A random network all of whose pivots are positive definite with room to spare: a layer's multiplier is halved until
 * N with the layer is definite. Output weights may be of any size.
 */
export function drawSample(random: Random, which: number): Sample {
  const recursion = recursions[which % recursions.length];
  if (recursion === undefined) throw new Error('no network');
  const { network } = recursion;
  const widths = new Map<string, number>();
  const width = (signal: Label): number => {
    // Dimensions are asked for by the text of the label that stands for them.
    const known = network.rows.find(
      (row) => labelText(row.signal) === labelText(signal) || labelText(row.signal) === signal.name,
    );
    const name = labelText(network.dimension(known?.signal ?? signal));
    const drawn = widths.get(name) ?? random.integer(1, 4);
    widths.set(name, drawn);
    return drawn;
  };
  const weights = new Map<string, Dense>();
  const draw = (reader: Layer | Output, scale: number): void => {
    for (const { weight, signal } of reader.reads) {
      if (weight === null) continue;
      const [rows, columns] = [width(reader.target), width(signal)];
      weights.set(
        weight.key,
        new Dense(
          Array.from({ length: rows }, (_, i) =>
            Array.from({ length: columns }, (_entry, j) =>
              weight.diagonal && i !== j ? 0 : (scale * random.normal()) / Math.sqrt(columns),
            ),
          ),
        ),
      );
    }
  };
  const lipschitz = 2 ** (2 * random.uniform());
  const layers: Sample['layers'][number][] = [];
  const sample: Sample = { network, recursion, width, layers, weights, lipschitz };
  for (const { layer } of network.rows) {
    if (layer === null) continue;
    draw(layer, 1);
    const [a, b] = [random.normal(), random.normal()];
    const slopes = random.pick(slopeChoices) ?? ([Math.min(a, b), Math.max(a, b)] as const);
    const multiplier = Dense.diag(Array.from({ length: width(layer.target) }, () => 2 ** random.normal()));
    layers.push({ layer, slopes, multiplier });
    while (!hasRoom(sample, layers.length - 1)) multiplier.mul(0.5);
  }
  draw(network.output, 1);
  return sample;
}

/** The sample with its output weights near the border of W K Wᵀ ≼ I, on either side of it: identity reads stay. */
export function atBorder(sample: Sample, random: Random): Sample {
  const count = sample.layers.length;
  const { signals, size } = mapsOf(sample, count, 'split');
  const map = combined(sample.network.output, signals, size, sample);
  const reached = Math.max(...eigenvalues(map.mmul(inverse(formOf(sample, count, 'split'))).mmul(map.transpose())));
  const factor = Math.sqrt(2 ** (2 * random.uniform() - 1) / reached);
  const own = new Set(sample.network.output.reads.map(({ weight }) => weight?.key));
  return {
    ...sample,
    weights: new Map([...sample.weights].map(([key, value]) => [key, own.has(key) ? Dense.mul(value, factor) : value])),
  };
}

/** The same sample with the multiplier of one layer times a number: N before that layer stays as it is. */
export function stretched(sample: Sample, index: number, factor: number): Sample {
  return {
    ...sample,
    layers: sample.layers.map((entry, k) =>
      k === index ? { ...entry, multiplier: Dense.mul(entry.multiplier, factor) } : entry,
    ),
  };
}

/** All layers of all networks with numbers in them, several times over. */
export function layerTrials(
  random: Random,
  rounds: number,
): readonly { readonly sample: Sample; readonly index: number; readonly source: LayerSource }[] {
  return Array.from({ length: rounds }, (_, which) => drawSample(random, which)).flatMap((sample) =>
    sample.recursion.layers.map(({ source }, index) => ({ sample, index, source })),
  );
}

export interface DefinitionTrial {
  readonly definitions: readonly Definition[];
  readonly environment: (made: ReadonlyMap<string, Matrix>) => Environment;
  /** By the key of the symbol; all that the rule has to define. */
  readonly expected: ReadonlyMap<string, Dense>;
}

/** 1e-9 of the values' size: every layer keeps a twentieth of its own block, so no digits to speak of are lost. */
const allowed = 1e-9;

/**
 * The laws of a defining rule:
 * - defines: all that is expected, nothing else, each once;
 * - value: carried out in order, the definitions give what the inverse of N says;
 * - vacuous: something is defined, and not all of it is 0;
 * - and those of `descriptionViolations`.
 */
export function definitionViolations(
  rule: Described,
  stem: string,
  trials: readonly DefinitionTrial[],
): readonly string[] {
  const violations = [...descriptionViolations(rule, stem)];
  let sizes = 0;
  for (const { definitions, environment, expected } of trials) {
    const made = new Map<string, Matrix>();
    const keys = definitions.map(({ symbol }) => symbol.key);
    if (keys.length !== expected.size || keys.some((key) => !expected.has(key)))
      violations.push(`defines: ${keys.join(', ')} for ${[...expected.keys()].join(', ')}`);
    for (const { symbol, value, rule: name } of definitions) {
      if (name !== stem) violations.push(`name: the definition says ${name}`);
      const found = dense(evaluate(value, environment(made)));
      const wanted = expected.get(symbol.key);
      made.set(symbol.key, plain(found));
      if (wanted === undefined) continue;
      const size = wanted.norm();
      sizes += size;
      if (found.rows !== wanted.rows || found.columns !== wanted.columns)
        violations.push(`value: the shape of ${symbol.key}`);
      else if (!(Dense.sub(found, wanted).norm() <= allowed * Math.max(size, 1e-3)))
        violations.push(`value: ${symbol.key.replaceAll(/\d+/g, '#')}`);
    }
  }
  if (!(sizes > 0)) violations.push('vacuous: nothing but zeros');
  return unique(violations);
}
