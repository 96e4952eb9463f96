import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pivotStrategy } from '../../../rules/variants.js';
import { parseArchitecture } from '../../../src/1-parse/index.js';
import type { Compiled, Constrained } from '../../../src/5-emit/run/compiled.js';
import { tensorflowModule } from '../../../src/5-emit/js/tensorflow.js';
import { LipwrightError } from '../../../src/base/diagnostic.js';
import { compile } from '../../../src/compile.js';
import type { Architecture } from '../../../src/model/architecture.js';
import type { Strategy } from '../../../src/model/strategy.js';
import type { Random } from '../../../src/numeric/random.js';
import { decide } from '../../../src/numeric/definiteness.js';
import { generator } from '../../../src/numeric/random.js';
import { checkSample } from '../../../src/verify/check.js';
import { seven, splines } from '../../activation-architectures.js';
import { builtin, shared, written, tied } from '../../architectures.js';
import { beside, composed, nested } from '../../block-architectures.js';
import { allActivations, grid } from '../../python/activations.js';
import { randomArchitecture } from '../../random-architecture.js';
import { freeFor } from '../targets.js';

/**
 * The TensorFlow.js target on the real TensorFlow.js, against the in-memory functions and difference quotients of them.
 */

type Table<T> = Readonly<Record<string, T>>;
type Free = Record<string, Float64Array>;
interface Options {
  readonly widths: Readonly<Record<string, number>>;
  readonly lipschitz?: number;
  readonly slopes?: readonly [number, number];
}
interface Network extends Omit<Constrained, 'weights' | 'biases' | 'multipliers'> {
  readonly weights: Table<tf.Tensor>;
  readonly biases: Table<tf.Tensor>;
  readonly multipliers: Table<tf.Tensor>;
}
interface TensorModule extends Pick<Compiled, 'constrain' | 'vjp' | 'init'> {
  readonly variables: (free: Table<Float64Array>, options?: Options) => Table<tf.Variable>;
  readonly constrained: (free: Table<tf.Tensor>, options?: Options) => Network;
  readonly apply: (
    network: Network,
    x: tf.Tensor2D,
    activation?: (v: tf.Tensor, layer: number) => tf.Tensor,
  ) => tf.Tensor2D;
  readonly download: (network: Network) => Constrained;
  readonly instance: (weights: Constrained) => unknown;
  readonly check: (weights: Constrained) => number;
}

// Inside the project, where the modules find what they import.
const folder = fileURLToPath(new URL(`../../node_modules/.cache/lipwright-tensors-${process.pid}/`, import.meta.url));
let count = 0;
beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  await tf.setBackend('cpu');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function load(text: string): Promise<TensorModule> {
  count += 1;
  const path = join(folder, `module${count}.mjs`);
  writeFileSync(path, text);
  return (await import(/* @vite-ignore */ pathToFileURL(path).href)) as TensorModule;
}

const strategies: readonly (string | Strategy)[] = [
  'gershgorin',
  'scaled-gershgorin',
  pivotStrategy({ contraction: 'cholesky' }),
  pivotStrategy({ contraction: 'spectral' }),
  pivotStrategy({ multipliers: 'dominance', contraction: 'cayley' }),
];
const parsed = (text: string): Architecture => parseArchitecture(text, null);
const activated = (name: string): Architecture =>
  parsed(
    `name: ${name}\nequations: |\n  w[1] = ${name}(C[1] * x + b[1])\n  w[2] = ${name}(C[2] * ` +
      'w[1] + D * x + b[2])\n  y = A * x + B * w[2] + c\nparameters:\n  A: { structure: diagonal ' +
      '}\n',
  );
const subjects: readonly (readonly [string, Architecture])[] = [
  ['residual', builtin('residual')],
  ['two-branch', builtin('two-branch')],
  ['entries that share numbers', shared()],
  ['ties', tied()],
  ['seven activations', parsed(seven)],
  ['splines', parsed(splines)],
  ...['elu', 'selu', 'mish', 'softsign', 'hardswish', 'gelu', 'asinh', 'atan'].flatMap(
    (name): (readonly [string, Architecture])[] => {
      try {
        return [[name, activated(name)]];
      } catch {
        // Not all of them are names of the library.
        return [];
      }
    },
  ),
  ['a block beside layers', beside()],
  ['nested blocks', nested()],
  ...composed().map((architecture): readonly [string, Architecture] => [architecture.name, architecture]),
  ...[0, 1, 2, 5].map((seed): readonly [string, Architecture] => [`random ${seed}`, randomArchitecture(seed)]),
];

interface Case {
  readonly free: Free;
  readonly options: Options;
  readonly constrained: Constrained;
  readonly inputs: readonly (readonly number[])[];
}

/** Free parameters that float32 holds exactly. Null where they are infeasible. */
function caseFor(compiled: Compiled, random: Random): Case | null {
  const sums = new Set(compiled.program.sums.map(({ width }) => width));
  const widths = Object.fromEntries(
    compiled.program.widths.flatMap((names, at) => {
      const width = random.integer(1, 4);
      return sums.has(at) ? [] : names.map((name) => [name, width]);
    }),
  );
  // One pair is for the activations that are left open.
  const open = compiled.program.layers.some(({ activation }) => activation.kind === 'open');
  const options = {
    widths,
    lipschitz: random.pick([1, 3.5]),
    ...(open
      ? {
          slopes: random.pick([
            [0, 1],
            [-0.25, 1.125],
          ] as const),
        }
      : {}),
  };
  try {
    const free = freeFor(compiled, widths, () => Math.fround(random.normal()));
    const constrained = compiled.constrain(free, { ...options, precision: 'single' });
    const [input] = [...compiled.program.signals, compiled.program.output, ...compiled.program.locals].slice(
      compiled.program.input,
    );
    const length = constrained.widths[input?.name ?? ''] ?? 0;
    return {
      free,
      options,
      constrained,
      inputs: Array.from({ length: 4 }, () => Array.from({ length }, () => Math.fround(2 * random.normal()))),
    };
  } catch (error) {
    if (error instanceof LipwrightError && ['LW303', 'LW402', 'LW404'].includes(error.code)) return null;
    throw error;
  }
}

/** The largest difference, relative to the largest entry. */
function apart(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  const largest = Array.from(expected).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const difference = Array.from(expected).reduce(
    (most, value, i) => Math.max(most, Math.abs(value - (found[i] ?? Number.NaN))),
    0,
  );
  return found.length !== expected.length || Number.isNaN(difference)
    ? Infinity
    : difference === 0
      ? 0
      : difference / largest;
}

interface Differences {
  readonly constrained: number;
  readonly outputs: number;
  readonly gradients: number;
}

/** Of module and in-memory functions; gradients, of the sum of all outputs, are held against difference quotients. */
function differences(
  module: TensorModule,
  compiled: Compiled,
  { free, options, constrained, inputs }: Case,
): Differences {
  return tf.tidy(() => {
    const variables = module.variables(free, options);
    const network = module.constrained(variables, options);
    const own = module.download(network);
    const groups = (['weights', 'biases', 'multipliers'] as const).flatMap((group) =>
      Object.entries(constrained[group]).map(([name, value]) => apart(own[group][name] ?? [], value)),
    );
    const x = tf.tensor2d(inputs.map((input) => [...input]));
    const outputs = module.apply(network, x).arraySync();
    const expected = inputs.map((input) => compiled.forward(constrained, input));
    const scale = Math.max(1, ...expected.map((y) => Math.max(...y.map(Math.abs))));
    const forward = Math.max(
      ...expected.map(
        (y, row) => Math.max(...y.map((value, i) => Math.abs(value - (outputs[row]?.[i] ?? Number.NaN)))) / scale,
      ),
    );
    const { grads } = tf.variableGrads(
      () => tf.sum(module.apply(module.constrained(variables, options), x)),
      Object.values(variables),
    );
    const sum = (at: Free): number => {
      // Difference quotients of what is not rounded.
      const weights = compiled.constrain(at, options);
      return inputs.reduce(
        (total, input) => total + compiled.forward(weights, input).reduce((all, value) => all + value, 0),
        0,
      );
    };
    const step = compiled.program.operations.some(({ kind }) => kind === 'project-splines') ? 1e-4 : 1e-5;
    const [gradient, quotient]: [number[], number[]] = [[], []];
    for (const [name, values] of Object.entries(free)) {
      grads[variables[name]?.name ?? '']?.dataSync().forEach((value) => gradient.push(value));
      values.forEach((value, i) => {
        const moved = (by: number): number =>
          sum({ ...free, [name]: values.map((each, k) => (k === i ? value + by : each)) });
        quotient.push((moved(step) - moved(-step)) / (2 * step));
      });
    }
    for (const variable of Object.values(variables)) variable.dispose();
    // A few entries may have a kink in the way of their quotient.
    const scaleOfGradient = Math.max(...quotient.map(Math.abs), 1e-6);
    const errors = quotient
      .map((value, i) => Math.abs(value - (gradient[i] ?? Number.NaN)) / scaleOfGradient)
      .sort((a, b) => a - b);
    return {
      constrained: Math.max(0, ...groups),
      outputs: forward,
      gradients: errors[Math.floor(errors.length * 0.9)] ?? 0,
    };
  });
}

describe('the TensorFlow.js target', () => {
  it.each(subjects)(
    'gives the weights, outputs and gradients of the in-memory functions, up to float32: %s',
    async (_name, architecture) => {
      const random = generator(63);
      let cases = 0;
      for (const strategy of strategies) {
        let compiled: Compiled;
        try {
          compiled = compile(architecture, { depth: 2, strategy });
        } catch (error) {
          if (error instanceof LipwrightError && error.code === 'LW401') continue;
          throw error;
        }
        const module = await load(tensorflowModule(compiled.program));
        for (let trial = 0; trial < 2; trial += 1) {
          const one = caseFor(compiled, random);
          if (one === null) continue;
          cases += 1;
          const found = differences(module, compiled, one);
          // What constrain gives is rounded once.
          expect(found.constrained).toBeLessThan(2 ** -23);
          expect(found.outputs).toBeLessThan(1e-5);
          expect(found.gradients).toBeLessThan(1e-3);
        }
      }
      expect(cases).toBeGreaterThan(2);
    },
  );

  it('has every activation of the library, and functions of numbers alone, with their slopes', async () => {
    const complaints: string[] = [];
    for (const all of allActivations()) {
      const module = await load(tensorflowModule(all.subject.program));
      all.texts.forEach((_, k) => {
        const { weights, biases } = all.weights(k);
        const [values, slopes] = tf.tidy(() => {
          const tensors = (table: Table<readonly number[]>): Table<tf.Tensor> =>
            Object.fromEntries(Object.entries(table).map(([name, entries]) => [name, tf.tensor1d([...entries])]));
          const network = {
            widths: all.widths,
            slopes: [],
            lipschitz: 1,
            weights: tensors(weights),
            biases: tensors(biases),
            multipliers: {},
          };
          const outputs = (x: tf.Tensor): tf.Tensor => module.apply(network, x as tf.Tensor2D);
          const x = tf.tensor2d([[...grid]]);
          return [
            outputs(x).dataSync(),
            tf
              .grad((at) => tf.sum(outputs(at)))(x)
              .dataSync(),
          ];
        });
        complaints.push(...all.wrong(k, values, slopes, 2e-5));
      });
    }
    expect(complaints).toEqual([]);
  });

  it('notices every one of these slips in the text', async () => {
    const compiled = compile(
      written(['w[1] = elu(C * x + b)', 'w[2] = phi(D * w[1] + E * x + d)', 'y = A * x + B * w[2] + 2 * w[1] + c'], {
        A: 'diagonal',
      }),
      { depth: 1, strategy: pivotStrategy() },
    );
    const text = tensorflowModule(compiled.program);
    const random = generator(9);
    const cases = Array.from({ length: 60 }, () => caseFor(compiled, random))
      .filter((one) => one !== null)
      .slice(0, 4);
    expect(cases.length).toBeGreaterThan(2);
    const slips: readonly (readonly [string, string])[] = [
      [
        'tf.sub(tf.mul(L, tf.relu(v)), tf.mul(m, tf.relu(tf.neg(v))))',
        'tf.add(tf.mul(L, tf.relu(v)), tf.mul(m, tf.relu(tf.neg(v))))',
      ],
      ['tf.mul(coefficient, read())', 'tf.mul(1.01 * coefficient, read())'],
      ['bias: "d"', 'bias: "b"'],
      ['tf.mul(dy, derivative(saved[0]))', 'dy'],
      ['from += buffers[k].length', 'from += buffers[k].length - 1'],
      [
        'tf.tensor(Float32Array.from(gradient[names[k]]), input.shape)',
        'tf.tensor(Float32Array.from(gradient[names[k]], (g) => 1.01 * g), input.shape)',
      ],
      ['tf.slice(flat, [from],', 'tf.slice(flat, [0],'],
    ];
    for (const [right, wrong] of slips) {
      expect(text.includes(right), right).toBe(true);
      const module = await load(text.replace(right, () => wrong));
      const noticed = cases.some((one) => {
        try {
          const { constrained, outputs, gradients } = differences(module, compiled, one);
          return !(constrained < 1e-4 && outputs < 1e-4 && gradients < 3e-3);
        } catch {
          return true;
        }
      });
      expect(noticed, wrong).toBe(true);
    }
  });

  it('takes its gradients from the right numbers if another call comes between', async () => {
    const compiled = compile(builtin('residual'), { depth: 2, strategy: pivotStrategy() });
    const module = await load(tensorflowModule(compiled.program));
    const widths = { x: 2, w: 3, y: 2 };
    const random = generator(31);
    const [free, other] = [
      freeFor(compiled, widths, () => Math.fround(random.normal())),
      freeFor(compiled, widths, () => random.normal()),
    ];
    const variables = module.variables(free, { widths });
    const gradientOf = (between: () => void): readonly number[] => {
      const { grads } = tf.variableGrads(() => {
        const network = module.constrained(variables, { widths });
        between();
        return tf.sum(tf.square(module.apply(network, tf.tensor2d([[1, -2]]))));
      });
      return Object.values(grads).flatMap((gradient) => Array.from(gradient.dataSync()));
    };
    expect(gradientOf(() => void module.constrain(other, { widths }))).toEqual(gradientOf(() => undefined));
  });

  it('trains, leaves no tensors behind, and its float32 weights are proven as they are', async () => {
    const compiled = compile(builtin('feedforward'), {
      depth: 2,
      strategy: pivotStrategy({ contraction: 'spectral' }),
    });
    const module = await load(tensorflowModule(compiled.program));
    const widths = { x: 1, w: 16, y: 1 };
    const inputs = Array.from({ length: 64 }, (_, i) => [-3 + (6 * i) / 63]);
    const x = tf.tensor2d(inputs);
    const target = tf.sin(x);
    const variables = module.variables(module.init(1, widths, { domain: inputs }), { widths });
    const error = (): tf.Scalar =>
      tf.losses.meanSquaredError(target, module.apply(module.constrained(variables, { widths }), x));
    const optimizer = tf.train.adam(1e-2);
    const value = (): number => tf.tidy(() => error().dataSync()[0] ?? Number.NaN);
    const before = value();
    for (let step = 0; step < 20; step += 1) optimizer.minimize(error);
    const { numTensors } = tf.memory();
    for (let step = 0; step < 150; step += 1) optimizer.minimize(error);
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(before).toBeGreaterThan(0.05);
    expect(value()).toBeLessThan(0.01);
    const trained = module.download(module.constrained(variables, { widths }));
    expect(module.check(trained)).toBeLessThan(1e-6);
    const { accepted, lipschitz } = checkSample(module.instance(trained));
    expect({ accepted, lipschitz }).toEqual({ accepted: true, lipschitz: 1 });
    // A weight a little too long is not.
    const { B } = trained.weights;
    B?.set(B.map((entry) => 1.5 * entry));
    expect(module.check(trained)).toBeGreaterThan(0);
    expect(checkSample(module.instance(trained)).accepted).toBe(false);
  });

  it(
    'has a check below 0 by at most the relative margin of the verdict, whatever the size of ' +
      'parameters and multipliers',
    async () => {
      const compiled = compile(builtin('residual'), { depth: 2, strategy: pivotStrategy() });
      const module = await load(tensorflowModule(compiled.program));
      const widths = { x: 2, w: 3, y: 2 };
      const random = generator(17);
      for (const [size, psi] of [
        [1, 0],
        [1000, 0],
        [1, 26],
        [1000, 26],
        [1, -26],
      ] as const) {
        const free = Object.fromEntries(
          Object.entries(freeFor(compiled, widths, () => size * random.normal())).map(([name, values]) => [
            name,
            name.startsWith('psi') ? values.fill(psi) : values,
          ]),
        );
        const made = module.constrain(free, { widths });
        const { negativeSemidefinite, margin } = decide(compiled.assembly(made));
        const found = -module.check(made);
        expect(negativeSemidefinite).toBe(true);
        // The margin, the largest power of two that is proven, is relative to the diagonal alone, which is less.
        expect([found > 0, found < 2.02 * Math.max(margin ?? 0, 2 ** -44)]).toEqual([true, true]);
      }
    },
  );

  it('refuses inputs of another width with the code of forward', async () => {
    const compiled = compile(builtin('residual'), { depth: 1 });
    const module = await load(tensorflowModule(compiled.program));
    const network = module.constrained(
      module.variables(module.init(0, { x: 2, w: 2, y: 2 }), { widths: { x: 2, w: 2, y: 2 } }),
    );
    expect(() => module.apply(network, tf.tensor2d([[1, 2, 3]]))).toThrow(/^LW303/);
  });
});
