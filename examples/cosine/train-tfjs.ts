import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import { curvePoints, grid, rateAt, slopePoints, task } from './settings.js';
import type { Trained } from './settings.js';

type Table<T> = Record<string, T>;

interface Network {
  readonly weights: Table<tf.Tensor>;
  readonly biases: Table<tf.Tensor>;
}

/** The functions of a generated `tfjs` module that training uses. */
export interface TensorModule {
  readonly init: (
    seed: number,
    widths: Table<number>,
    options: { readonly domain: readonly ArrayLike<number>[] },
  ) => Table<Float64Array>;
  readonly variables: (free: Table<Float64Array>, options: { readonly widths: Table<number> }) => Table<tf.Variable>;
  readonly constrained: (variables: Table<tf.Variable>, options: { readonly widths: Table<number> }) => Network;
  readonly apply: (network: Network, x: tf.Tensor2D) => tf.Tensor2D;
  readonly download: (network: Network) => object;
  readonly instance: (weights: object) => unknown;
}

/** WebAssembly where it is there: two to five times as fast here as plain JavaScript. */
export async function ready(): Promise<void> {
  setWasmPaths(`${dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))}${sep}`);
  await tf.setBackend('wasm');
  await tf.ready();
}

export function train(module: TensorModule, seed: number, onStep: (step: number) => void = () => undefined): Trained {
  const started = performance.now();
  const widths = { x: 1, w: task.width, y: 1 };
  const inputs = grid(task.points);
  const column = (values: Float64Array): tf.Tensor2D => tf.tensor2d(Float32Array.from(values), [values.length, 1]);
  const x = column(inputs);
  const target = tf.cos(x);
  const free = module.variables(module.init(seed, widths, { domain: Array.from(inputs, (value) => [value]) }), {
    widths,
  });
  const error = (): tf.Scalar =>
    tf.mean(tf.squaredDifference(module.apply(module.constrained(free, { widths }), x), target));
  const read = (scalar: tf.Scalar): number => scalar.dataSync()[0] ?? Number.NaN;
  const start = read(tf.tidy(error));
  const optimizer = new tf.AdamOptimizer(rateAt(0), 0.9, 0.999, 1e-8);
  for (let step = 0; step < task.steps; step += 1) {
    Reflect.set(optimizer, 'learningRate', rateAt(step));
    optimizer.minimize(error);
    onStep(step);
  }
  const network = module.constrained(free, { widths });
  const at = (values: Float64Array): Float32Array =>
    tf.tidy(() => module.apply(network, column(values)).dataSync<'float32'>());
  const fine = grid(slopePoints);
  const trained: Trained = {
    start,
    error: read(tf.tidy(error)),
    slope: steepest(fine, at(fine)),
    seconds: (performance.now() - started) / 1000,
    curve: Array.from(at(grid(curvePoints))),
    instance: module.instance(module.download(network)),
  };
  optimizer.dispose();
  tf.disposeVariables();
  return trained;
}

function steepest(x: Float64Array, y: Float32Array): number {
  return y.reduce(
    (most, value, i) =>
      i === 0 ? most : Math.max(most, Math.abs(value - (y[i - 1] ?? 0)) / Math.abs((x[i] ?? 0) - (x[i - 1] ?? 0))),
    0,
  );
}
