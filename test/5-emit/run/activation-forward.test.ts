import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readFileSync } from 'node:fs';
import { parseArchitecture } from '../../../src/1-parse/index.js';
import { javascript } from '../../../src/5-emit/js/javascript.js';
import { inMemory } from '../../../src/5-emit/run/memory.js';
import type { Compiled, Constrained } from '../../../src/5-emit/run/compiled.js';
import { generator } from '../../../src/numeric/random.js';
import { bareNetwork } from '../../../src/verify/bare.js';
import { approximately, oracle } from '../../numeric/elementary/fixed-point.js';
import { integerOf } from '../../numeric/oracle.js';
import type { EmittedModule } from '../targets.js';
import { Workshop } from '../targets.js';

/** `forward` in memory and in emitted modules, activation by activation: y = f(x), entry by entry. */

const workshop = new Workshop();
afterAll(() => workshop.close());

interface Pair {
  readonly memory: Compiled;
  readonly emitted: EmittedModule;
}

async function network(declaration: string): Promise<Pair> {
  const { program } = bareNetwork(
    parseArchitecture(`name: one\nactivations: { f: ${declaration} }\nequations: |\n  h = f(x)\n  y = h\n`, null),
    1,
  );
  return { memory: inMemory(program), emitted: await workshop.load(javascript(program)) };
}

function weightsFor(size: number, table: Float64Array | null = null): Constrained {
  const multipliers = { lambda_h: new Float64Array(size) };
  return {
    widths: { x: size, h: size, y: size },
    slopes: [[0, 1]],
    lipschitz: 1,
    weights: table === null ? {} : { f_h: table },
    biases: {},
    multipliers,
  };
}

const quoted = (text: string): string => JSON.stringify(text);

/** Where something happens: around 0, branches and saturation, at overflow of exp and of powers, and anywhere. */
function points(seed: number): Float64Array {
  const random = generator(seed);
  const special = [
    0,
    5e-324,
    1e-300,
    1e-17,
    1e-8,
    0.5,
    1,
    2,
    3,
    3 + 2 ** -51,
    4,
    6,
    8,
    20,
    26.5,
    27,
    36,
    37.5,
    40,
    100,
    354,
    709.78,
    709.79,
    745.2,
    750,
    1e5,
    1e8,
    1e20,
    1e103,
    1e155,
    1e300,
  ];
  const drawn = Array.from({ length: 1500 }, () => random.normal() * 10 ** random.integer(-4, 3));
  return Float64Array.from([...special.flatMap((v) => [v, -v]), ...drawn]);
}

interface Entry {
  readonly name: string;
  readonly expression?: string;
}

/** Those two jump, and so have no slopes. */
const jumping = ['hardshrink', 'softplus-threshold'];
const library = (
  parse(readFileSync(new URL('../../../rules/activations.yaml', import.meta.url), 'utf8')) as readonly Entry[]
).filter(({ name, expression }) => expression !== undefined && !jumping.includes(name));
const given = (name: string): string => (name === 'threshold' ? 'threshold(threshold=1, value=1)' : name);

const expressions: readonly string[] = [
  'v * exp(-v^2) + 0.5 * v',
  'if(v > 1, sqrt(v), (v + 1) / 2)',
  'atan(v) + asinh(v)',
  'sin(v) + cos(2 * v) / 4',
  'sqrt(1 + v^2) - 1',
  '(1 + v^2)^(1/3)',
  '2 / (1 + v^2) - 3 * v / (2 + abs(v))',
  'max(0, min(v, 1), v - 2)',
  '-v - tanh(v)',
  'erf(v) + sech(v) + log(3 + cos(v))',
  'pi * v / 7 - 1e-3 * v^3 / (1 + v^2)',
  '0.1',
  '2^(1/3) * v + pi^(-1/2)',
  'if(-1 < v < 1, v^3, if(v > 0, 3 * v - 2, 3 * v + 2))',
];

describe('scalar activations', () => {
  it.each([...library.map(({ name }) => given(name)), ...expressions])(
    '%s: the module gives what the library gives, bit for bit',
    async (text) => {
      const { memory, emitted } = await network(quoted(text));
      const x = points(7);
      const weights = weightsFor(x.length);
      const [here, there] = [memory.forward(weights, x), emitted.forward(weights, x)];
      expect(there).toEqual(here);
      // Finite inputs of ordinary size give finite values.
      expect(x.every((v, i) => Math.abs(v) > 700 || Number.isFinite(here[i] ?? NaN))).toBe(true);
      // A function given for open layers does not replace a declared one.
      expect(emitted.forward(weights, x, () => 1)).toEqual(here);
      expect(memory.forward(weights, x, () => 1)).toEqual(here);
    },
  );

  /** PyTorch's definitions, written down once more. */
  const definitions: readonly (readonly [string, (v: number) => number])[] = [
    ['relu', (v) => (v > 0 ? v : 0)],
    ['relu6', (v) => (v < 0 ? 0 : v > 6 ? 6 : v)],
    ['leaky-relu', (v) => (v >= 0 ? v : 0.01 * v)],
    ['LeakyReLU(a=0.3)', (v) => (v >= 0 ? v : 0.3 * v)],
    ['elu(alpha=1.7)', (v) => (v > 0 ? v : 1.7 * Math.expm1(v))],
    ['selu', (v) => 1.0507009873554805 * (v > 0 ? v : 1.6732632423543772 * Math.expm1(v))],
    ['celu(alpha=2)', (v) => (v > 0 ? v : 2 * Math.expm1(v / 2))],
    ['silu', (v) => v * approximately(oracle.sigmoid(v))],
    ['mish', (v) => v * Math.tanh(approximately(oracle.softplus(v)))],
    ['softplus(beta=3)', (v) => approximately(oracle.softplus(3 * v)) / 3],
    ['logsigmoid', (v) => -approximately(oracle.softplus(-v))],
    ['sigmoid', (v) => approximately(oracle.sigmoid(v))],
    ['hardsigmoid', (v) => (v < -3 ? 0 : v > 3 ? 1 : v / 6 + 0.5)],
    ['hardswish', (v) => (v < -3 ? 0 : v > 3 ? v : (v * (v + 3)) / 6)],
    ['tanh', (v) => approximately(oracle.tanh(v))],
    ['hardtanh(lo=-2, hi=0.5)', (v) => (v < -2 ? -2 : v > 0.5 ? 0.5 : v)],
    ['tanhshrink', (v) => v - approximately(oracle.tanh(v))],
    ['softshrink', (v) => (v > 0.5 ? v - 0.5 : v < -0.5 ? v + 0.5 : 0)],
    ['softsign', (v) => v / (1 + Math.abs(v))],
    ['gelu', (v) => (v / 2) * (1 + approximately(oracle.erf(v * Math.SQRT1_2)))],
    ['gelu-tanh', (v) => (v / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3)))],
    ['abs', (v) => Math.abs(v)],
    ['identity', (v) => v],
    ['erf(v)', (v) => approximately(oracle.erf(v))],
  ];

  it.each(definitions)('%s is what its name says', async (text, definition) => {
    const { memory } = await network(quoted(text));
    const random = generator(11);
    const x = Float64Array.from([
      0,
      1,
      -1,
      3,
      -3,
      6,
      -6,
      2.999999,
      3.000001,
      5.9,
      -5.9,
      ...Array.from({ length: 200 }, () => 4 * random.normal()),
    ]);
    const y = memory.forward(weightsFor(x.length), x);
    for (const [i, v] of x.entries())
      expect(Math.abs((y[i] ?? NaN) - definition(v)), `at ${v}`).toBeLessThanOrEqual(8e-16 * Math.max(1, Math.abs(v)));
  });

  it('erf keeps 1e-15 through its tails, where series and continued fraction meet at 3', async () => {
    const { emitted } = await network(quoted('erf(v)'));
    const x = Float64Array.from({ length: 700 }, (_, k) => (k - 350) / 50);
    const y = emitted.forward(weightsFor(x.length), x);
    for (const [i, v] of x.entries())
      expect(Math.abs((y[i] ?? NaN) - approximately(oracle.erf(v))), `at ${v}`).toBeLessThanOrEqual(1e-15);
    for (const [v, limit] of [
      [27, 1],
      [-27, -1],
      [1e10, 1],
      [-1e300, -1],
    ] as const)
      expect(emitted.forward(weightsFor(1), [v])[0]).toBe(limit);
  });
});

describe('splines', () => {
  const grids = [
    [2, 1],
    [3, 0.1],
    [21, 0.3],
    [64, 2 ** -40],
    [65, 2 ** 40],
    [1024, 1 / 3],
  ] as const;

  it.each(grids)(
    '%i knots, step %d: at, between and outside the knots the same, bit for bit, and right',
    async (knots, step) => {
      const { memory, emitted } = await network(`{ spline: { knots: ${knots}, step: ${step} } }`);
      const random = generator(17);
      const knot = (k: number): number => (k - (knots - 1) / 2) * step;
      const near = [0, knots - 1, Math.floor(knots / 2), 1]
        .map(knot)
        .flatMap((t) => [t, t * (1 + 2 ** -52), t * (1 - 2 ** -53), t + step / 3]);
      const outside = [1, 10, 1e6].flatMap((far) => [knot(knots - 1) + far * step, knot(0) - far * step]);
      const x = Float64Array.from([
        0,
        -0,
        1e300,
        -1e300,
        ...near,
        ...outside,
        ...Array.from({ length: 400 }, () => knots * step * random.normal()),
      ]);
      const table = Float64Array.from({ length: x.length * knots }, () => step * random.normal());
      const weights = weightsFor(x.length, table);
      const [here, there] = [memory.forward(weights, x), emitted.forward(weights, x)];
      expect(there).toEqual(here);
      for (const [i, v] of x.entries()) {
        const c = table.subarray(i * knots, (i + 1) * knots);
        const [value, room] = exactSpline(c, knots, step, v);
        expect(Math.abs((here[i] ?? NaN) - value), `at ${v}`).toBeLessThanOrEqual(room);
      }
    },
  );

  it('give the values at knots themselves', async () => {
    const { emitted } = await network('{ spline: { knots: 21, range: 3 } }');
    const x = Float64Array.from({ length: 21 }, (_, k) => (k - 10) * 0.3);
    const values = Float64Array.from({ length: 21 }, (_, k) => Math.sin(k));
    const table = new Float64Array(21 * 21);
    for (let neuron = 0; neuron < 21; neuron += 1) table.set(values, neuron * 21);
    expect(Array.from(emitted.forward(weightsFor(21, table), x))).toEqual(Array.from(values));
  });

  it('belong to their neuron', async () => {
    const { memory, emitted } = await network('{ spline: { knots: 3, step: 1 } }');
    const table = Float64Array.from([-1, 0, 1, 0, 0, 5, 7, 7, 7]);
    for (const target of [memory, emitted])
      expect(Array.from(target.forward(weightsFor(3, table), [0.5, 0.5, 0.5]))).toEqual([0.5, 2.5, 7]);
  });
});

/**
 * σ(v) from the rational piece, computed in integers, and how far doubles may be from it: the bound in
 * `numeric/spline`, twice.
 */
function exactSpline(c: Float64Array, knots: number, step: number, v: number): readonly [number, number] {
  const unit = 1n << 1074n;
  const [T, at] = [integerOf(step), integerOf(v)];
  // 2 (v − t_0) / T
  const place = 2n * at + BigInt(knots - 1) * T;
  const floor = place >= 0n ? place / (2n * T) : -1n;
  const k = Number(floor < 0n ? 0n : floor > BigInt(knots - 2) ? BigInt(knots - 2) : floor);
  const [left, right] = [integerOf(c[k] ?? 0), integerOf(c[k + 1] ?? 0)];
  const numerator = left * 2n * T + (right - left) * (place - BigInt(2 * k) * T);
  const value = Number((numerator << 60n) / (2n * T) / (unit >> 200n)) / 2 ** 260;
  const slope =
    Math.max(...Array.from({ length: knots - 1 }, (_, j) => Math.abs((c[j + 1] ?? 0) - (c[j] ?? 0)))) / step;
  return [value, 2 ** -50 * (slope * (Math.abs(v) + knots * step) + Math.abs(value))];
}
