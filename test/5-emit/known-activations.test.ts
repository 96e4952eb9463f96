import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analyseActivation, readActivation } from '../../src/slopes/index.js';
import { parseArchitecture } from '../../src/1-parse/index.js';
import type { Activation, Compiled, Constrained, InitialOptions } from '../../src/5-emit/run/compiled.js';
import { javascriptActivations, tensorflowActivations } from '../../src/5-emit/framework-activations.js';
import { erfFit } from '../../src/runtime/js/tensors.js';
import { LipwrightError } from '../../src/base/diagnostic.js';
import type { Position } from '../../src/base/diagnostic.js';
import { compile } from '../../src/compile.js';
import { numericFunction } from '../../src/slopes/scalar/evaluate.js';
import { erf as errorFunction } from '../../src/runtime/js/scalars.js';
import { javascript, tensorflowModule } from '../../src/emit.js';
import type { CheckReport } from '../../src/verify/check.js';
import { checkSample } from '../../src/verify/check.js';
import { builtin } from '../architectures.js';
import { lipwright } from '../cli/harness.js';

/** What `js`, `tfjs` and the in-memory functions make of the activations that are handed to them. */

interface Options {
  readonly widths?: Readonly<Record<string, number>>;
  readonly slopes?: unknown;
  readonly activation?: unknown;
}
interface Module {
  readonly constrain: (free: Readonly<Record<string, ArrayLike<number>>>, options?: Options) => Constrained;
  readonly init: (
    seed: number,
    widths: Readonly<Record<string, number>>,
    options?: Options,
  ) => Readonly<Record<string, Float64Array>>;
  readonly vjp: (
    free: Readonly<Record<string, ArrayLike<number>>>,
    cotangents: object,
    options?: Options,
  ) => Readonly<Record<string, Float64Array>>;
  readonly forward: (weights: Constrained, x: ArrayLike<number>, activation?: unknown) => Float64Array;
  readonly instance: (weights: Constrained) => object;
}
type Network = Omit<Constrained, 'activations'> & {
  readonly activations: readonly (Activation & { readonly tensor?: (v: tf.Tensor) => tf.Tensor })[];
};
interface TensorModule extends Module {
  readonly variables: (
    free: Readonly<Record<string, Float64Array>>,
    options?: Options,
  ) => Readonly<Record<string, tf.Variable>>;
  readonly constrained: (free: Readonly<Record<string, tf.Tensor>>, options?: Options) => Network;
  readonly apply: (network: Network, x: tf.Tensor, activation?: unknown) => tf.Tensor2D;
  readonly download: (network: Network) => Constrained;
}

const folder = fileURLToPath(new URL(`../../node_modules/.cache/lipwright-known-${process.pid}/`, import.meta.url));
const load = async <T>(name: string, text: string): Promise<T> => {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, text);
  return (await import(/* @vite-ignore */ pathToFileURL(path).href)) as T;
};

const compiled = compile(builtin('residual'), { depth: 3, strategy: 'pivot' });
// Everything that a user may hand over is put to all three: the types of each come elsewhere.
const memory = compiled as unknown as Compiled & Module;
const widths = { x: 2, w: 3 };
const free = compiled.init(1, widths);
const x = [0.5, -1.25];
let js: Module;
let tfjs: TensorModule;
beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  await tf.setBackend('cpu');
  js = await load('js', javascript(compiled.program));
  tfjs = await load('tfjs', tensorflowModule(compiled.program));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const nowhere = (): Position => ({ file: null, line: 1, column: 1 });
const analysed = (text: string): ReturnType<typeof analyseActivation> =>
  analyseActivation(readActivation(text, nowhere), null);

/** The bounds of GELU, rounded outwards: 1/2 + erf(1)/2 + e⁻¹/√π, and 1 minus that. */
const gelu = [-0.1289041451851558, 1.1289041451851558];

/** What a path such as `tf.relu` means. */
function at(path: string): unknown {
  const [root, name = ''] = path.split('.');
  return Reflect.get(root === 'tf' ? tf : Math, name);
}

function codeOf(action: () => unknown): string | null {
  try {
    action();
    return null;
  } catch (error) {
    if (error instanceof LipwrightError) return error.code;
    return error instanceof RangeError ? (/^LW\d{3}/.exec(error.message)?.[0] ?? error.message) : String(error);
  }
}

/** Away from 0, where one-sided derivatives differ, and dense enough to see steep pieces. */
const points = Float64Array.from([...Array.from({ length: 401 }, (_, k) => -8.03 + 0.04015 * k), -25, 25], Math.fround);
const pointsTensor = (): tf.Tensor1D => tf.tensor1d([...points]);

/** φ at the points against the expression, and its slopes against the bounds; null if both hold. */
function objection(values: ArrayLike<number>, text: string, [m, L]: readonly number[], part: number): string | null {
  const phi = numericFunction(analysed(text).function);
  for (const [k, v] of points.entries()) {
    const value = values[k] ?? Number.NaN;
    if (!(Math.abs(value - phi(v)) <= part * Math.max(1, Math.abs(v)))) return `${value} at ${v}, expected ${phi(v)}`;
    const before = points[k - 1];
    if (before === undefined || v < before) continue;
    const slope = (value - (values[k - 1] ?? Number.NaN)) / (v - before);
    const room = (4 * part * Math.max(1, Math.abs(v))) / (v - before) + 1e-9;
    if (!(slope >= (m ?? Number.NaN) - room && slope <= (L ?? Number.NaN) + room)) return `slope ${slope} before ${v}`;
  }
  return null;
}

const float32 = 6e-7;
const onTensor = (f: (v: tf.Tensor) => tf.Tensor): ArrayLike<number> => tf.tidy(() => f(pointsTensor()).dataSync());

describe('the table of TensorFlow.js', () => {
  it.each(tensorflowActivations.known.map((line) => [line.is, line] as const))(
    '%s is what the framework has',
    (_is, { is, functions, also = [] }) => {
      expect(functions.map(at).every((f) => typeof f === 'function')).toBe(true);
      const means = [...functions.map(at), is, ...also];
      // What has no bounds is refused, whatever anybody says of its slopes.
      if (codeOf(() => analysed(is)) !== null) {
        for (const activation of means)
          expect(codeOf(() => tfjs.constrain(free, { widths, activation, slopes: [-9, 9] }))).toBe('LW305');
        return;
      }
      const { m, L } = analysed(is).analysis;
      for (const activation of means) {
        const [found] = tfjs.constrain(free, { widths, activation }).activations ?? [];
        expect(found).toMatchObject({ name: is, slopes: [m.enclosure.lo, L.enclosure.hi], stated: false });
        const { apply, tensor } = found as Network['activations'][number];
        expect(
          objection(
            points.map((v) => apply?.(v, 0) ?? Number.NaN),
            is,
            found?.slopes ?? [],
            1e-15,
          ),
        ).toBeNull();
        expect(objection(onTensor(tensor ?? ((v) => v)), is, found?.slopes ?? [], float32)).toBeNull();
        // Gradients of what runs are those of the function, as difference quotients see them.
        const phi = numericFunction(analysed(is).function);
        const gradient = tf.tidy(() =>
          tf
            .grad((v) => tf.sum((tensor ?? ((same: tf.Tensor) => same))(v)))(pointsTensor())
            .dataSync(),
        );
        const kinked = /relu|selu|abs/.test(is);
        for (const [k, v] of points.entries())
          if (!kinked || Math.abs(v) > 1e-3)
            expect(
              Math.abs((gradient[k] ?? Number.NaN) - (phi(v + 1e-5) - phi(v - 1e-5)) / 2e-5),
              `${is} at ${v}`,
            ).toBeLessThan(3e-5);
      }
      for (const path of functions.filter((name) => name.startsWith('tf.')))
        expect(
          objection(onTensor(at(path) as (v: tf.Tensor) => tf.Tensor), is, [m.enclosure.lo, L.enclosure.hi], float32),
          path,
        ).toBeNull();
      for (const other of also) expect(analysed(other).function.key).toBe(analysed(is).function.key);
    },
  );

  it('has a rational function for erf whose slopes, and those of the GELU that it makes, lie in the bounds', () => {
    const at = (c: readonly number[], t: number): number => c.reduceRight((sum, coefficient) => sum * t + coefficient);
    const fit = (v: number): number => {
      const u = Math.max(-erfFit.end, Math.min(erfFit.end, v));
      return Math.max(-1, Math.min(1, (u * at([...erfFit.P].reverse(), u * u)) / at([...erfFit.Q].reverse(), u * u)));
    };
    const grid = Array.from({ length: 20001 }, (_, k) => -4 + k * 4e-4);
    const steps = grid.slice(1).map((v, k) => (fit(v) - fit(grid[k] ?? Number.NaN)) / (v - (grid[k] ?? Number.NaN)));
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(-1e-11);
    expect(Math.max(...steps)).toBeLessThanOrEqual(2 / Math.sqrt(Math.PI));
    expect(Math.max(...grid.map((v) => Math.abs(fit(v) - errorFunction(v))))).toBeLessThan(4e-7);
    // By the engine, for every v: the decimals of the coefficients are what they are exactly.
    const decimal = (c: number): string => c.toFixed(40).replace(/\.?0+$/, '');
    const text = (c: readonly number[], t: string): string =>
      c.map(decimal).reduceRight((sum, coefficient) => `(${sum}) * ${t} + ${coefficient}`);
    const u = `clamp(v / sqrt(2), -${erfFit.end}, ${erfFit.end})`;
    const { m, L } = analysed(
      `v / 2 * (1 + clamp(${u} * (${text([...erfFit.P].reverse(), `${u}^2`)}) / (${text([...erfFit.Q].reverse(), `${u}^2`)}), -1, 1))`,
    ).analysis;
    expect(m.enclosure.lo).toBeGreaterThanOrEqual(gelu[0] ?? Number.NaN);
    expect(L.enclosure.hi).toBeLessThanOrEqual(gelu[1] ?? Number.NaN);
  });

  it('notices a line that is not what it says', () => {
    const { m, L } = analysed('leaky-relu(a=0.2)').analysis;
    // What apply() did before: the number of the layer as the slope.
    expect(
      objection(
        onTensor((v) => tf.leakyRelu(v, 1)),
        'leaky-relu(a=0.2)',
        [m.enclosure.lo, L.enclosure.hi],
        float32,
      ),
    ).not.toBeNull();
    expect(objection(onTensor(tf.tanh), 'tanh', [0, 0.5], float32)).toMatch(/^slope/);
  });
});

describe('the table of JavaScript', () => {
  it.each(javascriptActivations.known.map((line) => [line.is, line] as const))(
    '%s is what Math has, and the same in memory, bit for bit',
    (_is, { is, functions, also = [] }) => {
      const means = [...functions.map(at), is, ...also];
      if (codeOf(() => analysed(is)) !== null) {
        for (const activation of means)
          expect(
            [memory, js].map((target) => codeOf(() => target.constrain(free, { widths, activation, slopes: [-9, 9] }))),
          ).toEqual(['LW503', 'LW305']);
        return;
      }
      const { m, L } = analysed(is).analysis;
      for (const f of functions.map(at))
        expect(
          objection(points.map(f as (v: number) => number), is, [m.enclosure.lo, L.enclosure.hi], 1e-15),
        ).toBeNull();
      for (const activation of means) {
        const [here, there] = [memory, js].map((target) => target.constrain(free, { widths, activation }));
        if (here === undefined || there === undefined) throw new Error('no weights');
        const said = { slopes: [m.enclosure.lo, L.enclosure.hi], stated: false };
        expect([here.activations?.[2], there.activations?.[0]]).toMatchObject([said, { ...said, name: is }]);
        expect([there.weights, there.multipliers, there.slopes]).toEqual([here.weights, here.multipliers, here.slopes]);
        expect([...js.forward(there, x)]).toEqual([...memory.forward(here, x)]);
        const again = memory.constrain(free, { widths, slopes: [-2, 2] });
        expect([...js.forward(again, x, activation)]).toEqual([...memory.forward(again, x, activation as string)]);
      }
    },
  );

  it('has all the slopes of an activation in the bound: the network is as steep as it says, no steeper', () => {
    const weights = memory.constrain(free, { widths, activation: 'v * sin(v) / (1 + v^2)' });
    expect(weights.activations?.map((each) => each?.name)).toEqual(Array(3).fill('v * sin(v) / (1 + v^2)'));
    expect(weights.slopes[0]?.[0]).toBeLessThan(-0.1);
    expect(compiled.assembly(weights)).toBeDefined();
  });
});

const leaky = (v: number): number => (v > 0 ? v : 0.3 * v);

/**
 * What each of the three targets must say: the slopes of the layers, or a code. `tensor` stands for a function of
 * tensors where tensors run.
 */
type Way = readonly [what: string, expected: unknown, call: (target: Module) => Constrained];
const made =
  (options: Options) =>
  (target: Module): Constrained =>
    target.constrain(free, { widths, ...options });
const alike = (pair: readonly number[]): readonly (readonly number[])[] => [pair, pair, pair];
const applied =
  (options: Options, activation: unknown) =>
  (target: Module): Constrained => {
    const weights = made(options)(target);
    expect(target.forward(weights, x, activation).every(Number.isFinite)).toBe(true);
    return weights;
  };

describe('activations that are handed over', () => {
  const ways: readonly Way[] = [
    ['nothing', alike([0, 1]), made({})],
    ['null', alike([0, 1]), made({ activation: null })],
    ['a text', alike(gelu), made({ activation: 'gelu' })],
    ['a text that means nothing', 'LW310', made({ activation: 'galu' })],
    ['a function of Math', alike([-1, 1]), made({ activation: Math.sin })],
    ['one for each', [gelu, [0, 1], [-1, 1]], made({ activation: ['gelu', Math.tanh, Math.cos] })],
    ['one for each, and one of them left out', [gelu, [0, 1], [0, 1]], made({ activation: ['gelu', null, undefined] })],
    ['two for three', 'LW305', made({ activation: ['gelu', Math.tanh] })],
    ['an object', 'LW305', made({ activation: { call: Math.tanh } })],
    ['a number', 'LW305', made({ activation: 1 })],
    ['a function that is not known', 'LW305', made({ activation: leaky })],
    ['the same in a list', 'LW305', made({ activation: ['gelu', leaky, 'gelu'] })],
    ['the same, with slopes', alike([0.3, 1]), made({ activation: leaky, slopes: [0.3, 1] })],
    ['what jumps', 'LW305', made({ activation: Math.round })],
    ['what jumps, with slopes', 'LW305', made({ activation: Math.sign, slopes: [0, 1] })],
    ['narrower slopes than its own', 'LW305', made({ activation: 'gelu', slopes: [0, 1] })],
    [
      'one double narrower',
      'LW305',
      made({ activation: 'silu', slopes: [-0.09983932012980604 + 2 ** -55, 1.0998393201298062 - 2 ** -51] }),
    ],
    ['wider slopes', alike([-1, 2]), made({ activation: 'gelu', slopes: [-1, 2] })],
    [
      'slopes as they are written',
      alike([0.009999999999999998, 1]),
      made({ activation: 'leaky-relu', slopes: [0.01, 1] }),
    ],
    [
      'slopes for each',
      [
        [-1, 2],
        [0, 1],
        [0, 1],
      ],
      made({
        activation: ['gelu', null, Math.tanh],
        slopes: [
          [-1, 2],
          [0, 1],
          [0, 1],
        ],
      }),
    ],
    [
      'slopes that say nothing of it',
      'LW305',
      made({ activation: [leaky, null, null], slopes: [null, [0, 1], [0, 1]] }),
    ],
    [
      'vjp with an activation that is not known',
      'LW305',
      (target) => (target.vjp(free, {}, { widths, activation: leaky }), made({})(target)),
    ],
    [
      'init with an activation that is not known',
      'LW305',
      (target) => (target.init(0, widths, { activation: leaky }), made({})(target)),
    ],
    [
      'init with one that is',
      alike([0, 1]),
      (target) => (target.init(0, widths, { activation: 'gelu' }), made({})(target)),
    ],
    ['default, then tanh', alike([0, 1]), applied({}, Math.tanh)],
    ['default, then relu by name', alike([0, 1]), applied({}, 'relu')],
    ['default, then one for each', alike([0, 1]), applied({}, [Math.tanh, null, 'sigmoid'])],
    ['default, then gelu', 'LW305', applied({}, 'gelu')],
    ['default, then sin', 'LW305', applied({}, Math.sin)],
    ['default, then one that is not known', 'LW305', applied({}, leaky)],
    ['default, then a list of two', 'LW305', applied({}, [Math.tanh, Math.tanh])],
    ['default, then what jumps', 'LW305', applied({}, Math.floor)],
    [
      'slopes, then one that is not known',
      alike([-1, 2]),
      applied({ slopes: [-1, 2] }, (v: number, layer: number) => v / (layer + 1)),
    ],
    ['slopes, then too steep', 'LW305', applied({ slopes: [0, 0.5] }, Math.tanh)],
    ['slopes, then what jumps', 'LW305', applied({ slopes: [-1, 2] }, Math.trunc)],
    ['gelu, then nothing', alike(gelu), applied({ activation: 'gelu' }, undefined)],
    ['gelu, then tanh', alike(gelu), applied({ activation: 'gelu' }, Math.tanh)],
    ['gelu, then one that is not known', 'LW305', applied({ activation: 'gelu' }, leaky)],
    ['a function that gives no number', 'LW305', applied({ slopes: [-1, 2] }, (v: number) => String(v))],
    [
      'weights that say nothing of activations',
      'LW305',
      (target) => {
        const silent = Object.fromEntries(
          Object.entries(made({ slopes: [-3, 3] })(target)).filter(([field]) => field !== 'activations'),
        ) as unknown as Constrained;
        target.forward(silent, x, leaky);
        return silent;
      },
    ],
  ];
  it.each(ways)('%s', (_what, expected, call) => {
    const found = [memory, js, tfjs].map((target): unknown => {
      let weights: Constrained | null = null;
      const code = codeOf(() => (weights = call(target)));
      return code ?? (weights as Constrained | null)?.slopes;
    });
    expect(found).toEqual([expected, expected, expected]);
  });

  it('notices every one of these slips in the text', async () => {
    const text = javascript(compiled.program);
    const slips: readonly (readonly [string, string])[] = [
      ['contain([m, L], found);', ''],
      ['if (found !== null) contain(slopes[k], found);', 'if (found !== null) ;'],
      ['activations?.[k]?.stated !== true', 'false'],
      ['given === undefined && choice !== null && found === null', 'false'],
      ["if (typeof found === 'string') refuse", "if (typeof found === 'number') refuse"],
      ['found?.slopes ?? [0, 1]', '[0, 1]'],
      ['layer.activation === null ? (list[k] ?? null) : null', 'list[k - 1] ?? null'],
      ['found ?? (given === undefined ? null : stated(choice))', 'stated(choice)'],
      ['list.length !== layers.length', 'false'],
      ['slopes: [-0.1289041451851558, 1.1289041451851558]', 'slopes: [0, 1]'],
    ];
    for (const [at, [right, wrong]] of slips.entries()) {
      expect(text.includes(right), right).toBe(true);
      const slipped = await load<Module>(
        `slip-${at}`,
        text.replace(right, () => wrong),
      );
      const noticed = ways.some(([, expected, call]) => {
        let weights: Constrained | null = null;
        const code = codeOf(() => (weights = call(slipped)));
        return JSON.stringify(code ?? (weights as Constrained | null)?.slopes) !== JSON.stringify(expected);
      });
      expect(noticed, wrong === '' ? right : wrong).toBe(true);
    }
  });

  it('run: what constrain was given is what forward applies, and the values are those of the function', () => {
    for (const target of [memory, js, tfjs]) {
      const [named, mine] = [
        made({ activation: 'leaky-relu', slopes: [0, 1] })(target),
        made({ activation: leaky, slopes: [0, 1] })(target),
      ];
      expect([...target.forward(named, x)]).toEqual([
        ...target.forward(mine, x, (v: number) => (v > 0 ? v : 0.01 * v)),
      ]);
      expect([...target.forward(mine, x)]).not.toEqual([...target.forward(named, x)]);
      expect([...target.forward(mine, x)]).toEqual([...target.forward(mine, x, leaky)]);
    }
  });

  it('are not kept from one call to the next', () => {
    for (const target of [memory, js]) {
      const into = made({ activation: 'gelu' })(target);
      expect(into.activations?.map((each) => each?.name)).toEqual(['gelu', 'gelu', 'gelu']);
      const again = target.constrain(free, { widths, into } as Options);
      expect(again).toBe(into);
      expect([again.activations, again.slopes]).toEqual([[null, null, null], alike([0, 1])]);
    }
  });

  it('leave declared ones alone', () => {
    const one = compile(
      parseArchitecture('name: one\nequations: |\n  h = gelu(C * x + b)\n  g = phi(D * h)\n  y = A * g\n', null),
      { depth: 1 },
    ) as unknown as Module & Compiled;
    const start = one.init(0, { x: 1, h: 2, g: 2, y: 1 });
    expect(one.constrain(start, { activation: [leaky, Math.sin] }).slopes).toEqual([gelu, [-1, 1]]);
    expect(one.constrain(start, { activation: Math.tanh }).activations?.map((each) => each?.name ?? null)).toEqual([
      null,
      'tanh',
    ]);
    expect(one.forward(one.constrain(start), [1], [leaky as never, null])).toEqual(
      one.forward(one.constrain(start), [1]),
    );
  });
});

describe('tensors', () => {
  const batch = (): tf.Tensor2D => tf.tensor2d([x, [2, 0.25]]);
  const run = (options: Options, activation?: unknown): unknown => {
    let slopes: unknown;
    const code = codeOf(() =>
      tf.tidy(() => {
        const network = tfjs.constrained(tfjs.variables(free, { widths }), { widths, ...options });
        slopes = network.slopes;
        expect(tfjs.apply(network, batch(), activation).dataSync().every(Number.isFinite)).toBe(true);
      }),
    );
    return code ?? slopes;
  };
  const twice = (v: tf.Tensor): tf.Tensor => tf.mul(2, tf.tanh(v));

  it.each<[string, unknown, Options, unknown?]>([
    ['a function of the framework', alike([0, 1.758099340847377]), { activation: tf.selu }],
    ['a function of Math', alike([0, 1]), { activation: Math.tanh }],
    ['a text that the framework has no function for', alike(gelu), { activation: 'gelu' }],
    ['leakyRelu, which takes a second argument', alike([0.19999999999999998, 1]), { activation: tf.leakyRelu }],
    ['one that is not known', 'LW305', { activation: twice }],
    ['one that is not known, with slopes', alike([0, 2]), { activation: twice, slopes: [0, 2] }],
    ['PReLU', 'LW305', { activation: tf.prelu, slopes: [0, 2] }],
    ['softmax', 'LW305', { activation: tf.softmax, slopes: [0, 2] }],
    ['a layer', 'LW305', { activation: tf.layers.reLU(), slopes: [0, 2] }],
    ['default, then tanh', alike([0, 1]), {}, tf.tanh],
    ['default, then leakyRelu', alike([0, 1]), {}, tf.leakyRelu],
    ['default, then sin', 'LW305', {}, tf.sin],
    ['default, then one that is not known', 'LW305', {}, twice],
    ['slopes, then one that is not known', alike([0, 2]), { slopes: [0, 2] }, twice],
    ['slopes, then a function of numbers', 'LW305', { slopes: [0, 2] }, leaky],
    ['gelu, then one for each', alike(gelu), { activation: 'gelu' }, [tf.relu, 'silu', null]],
  ])('%s', (_what, expected, options, activation) => {
    expect(run(options, activation)).toEqual(expected);
    // Nothing that was made on the way stays.
    tf.disposeVariables();
  });

  it('give what numbers give, and leakyRelu is the same in every layer', () => {
    for (const activation of [tf.leakyRelu, tf.elu, 'gelu', 'mish', 'gelu-tanh', 'identity']) {
      const variables = tfjs.variables(free, { widths });
      const tensors = tfjs.constrained(variables, { widths, activation });
      const [found, network] = [tfjs.apply(tensors, batch()).arraySync(), tfjs.download(tensors)];
      for (const [row, input] of [x, [2, 0.25]].entries())
        tfjs
          .forward(network, input)
          .forEach((value, i) => expect(Math.abs((found[row]?.[i] ?? Number.NaN) - value)).toBeLessThan(1e-5));
    }
  });
});

describe('an instance', () => {
  const report = (target: Module, options: Options): CheckReport =>
    checkSample(JSON.parse(JSON.stringify(target.instance(made(options)(target)))));

  it("names the activations, and says what is somebody's word", () => {
    for (const target of [js, tfjs]) {
      expect(report(target, { activation: ['gelu', Math.tanh, 'elu'] })).toMatchObject({
        accepted: true,
        activations: ['gelu', 'tanh', 'elu(alpha=1)'],
        assumed: [],
      });
      expect(report(target, { activation: leaky, slopes: [0, 1] })).toMatchObject({
        accepted: true,
        activations: [null, null, null],
        assumed: ['that the activation keeps to the given slopes: w[1], w[2], w[3]'],
      });
      expect(report(target, { activation: ['gelu', leaky, null], slopes: [-1, 2] })).toMatchObject({
        accepted: true,
        activations: ['gelu', null, null],
        assumed: ['that the activation keeps to the given slopes: w[2], w[3]'],
      });
      expect(report(target, {})).toMatchObject({ accepted: true, activations: [null, null, null], assumed: [] });
    }
  });

  it('with an activation that is steeper than its slopes is refused', () => {
    for (const target of [js, tfjs]) {
      const honest = target.instance(made({ activation: Math.tanh })(target)) as {
        readonly activations: readonly string[];
      };
      expect(checkSample({ ...honest, activations: ['tanh', 'tanh', 'gelu'] })).toMatchObject({
        accepted: false,
        reasons: [expect.stringMatching(/^w\[3\]: the slopes \[0, 1\] do not contain those of gelu/)],
      });
      // As the module did before: the activation was applied, and the file was silent.
      expect(checkSample({ ...honest, activations: undefined })).toMatchObject({ accepted: true, activations: [] });
    }
  });

  it('is printed with them by check, certify, import and sample', async () => {
    const file = join(folder, 'instance.json');
    writeFileSync(file, JSON.stringify(js.instance(made({ activation: 'silu' })(js))));
    expect(await lipwright(['check', file])).toMatchObject({
      status: 0,
      out: expect.stringMatching(/^ {2}phi {5}silu$/m) as string,
    });
    for (const command of ['certify', 'import'])
      expect(await lipwright([command, file])).toMatchObject({
        status: 0,
        out: expect.stringMatching(/^ {2}phi {15}silu$/m) as string,
      });
    expect(
      (await lipwright(['sample', 'residual', '--depth', '1', '--dims', 'x=1,w=2', '--activation', 'mish'])).out,
    ).toMatch(/^ {2}phi {6}mish$/m);
    writeFileSync(file, JSON.stringify(js.instance(made({ activation: leaky, slopes: [0, 1] })(js))));
    expect(await lipwright(['check', file])).toMatchObject({
      status: 0,
      out: expect.stringMatching(
        /^ {2}assumed that the activation keeps to the given slopes: w\[1\], w\[2\], w\[3\]$/m,
      ) as string,
    });
    const sampled = await lipwright([
      'sample',
      'residual',
      '--depth',
      '1',
      '--dims',
      'x=1,w=2',
      '--activation',
      'elu(alpha=1.5)',
      '--json',
    ]);
    expect(JSON.parse(sampled.out)).toMatchObject({ activations: ['elu(alpha=1.5)'], slopes: [[0, 1.5]] });
  });
});

it('options of init are typed as those of constrain', () => {
  const options: InitialOptions = { activation: ['gelu', (v) => v / 2, null], slopes: [-1, 2] };
  expect(Object.keys(compiled.init(0, widths, options))).toEqual(Object.keys(free));
});
