import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import type { Constrained } from '../../src/5-emit/index.js';
import { pivotStrategy } from '../../rules/variants.js';
import { compile } from '../../src/compile.js';
import type { Architecture } from '../../src/model/architecture.js';
import type { PivotStrategy } from '../../src/model/strategy.js';
import { generator } from '../../src/numeric/random.js';
import { bareNetwork } from '../../src/verify/bare.js';
import { recoverFree } from '../../src/verify/recover.js';
import { builtin, failure, lastActivation, skipping, written } from '../architectures.js';
import { composition, definitions, gain } from '../block-architectures.js';

/** The variant that has a way back from every point. */
const pivot = (): PivotStrategy => pivotStrategy({ contraction: 'cholesky' });

/** The largest eigenvalue of M scaled to a unit diagonal, by ml-matrix. */
function largest(m: Float64Array): number {
  const n = Math.round(Math.sqrt(m.length));
  const root = Array.from({ length: n }, (_, i) => Math.sqrt(Math.abs(m[i * n + i] ?? 0)));
  const scaled = Matrix.zeros(n, n);
  for (let i = 0; i < n; i += 1)
    for (let j = 0; j < n; j += 1) scaled.set(i, j, (m[i * n + j] ?? 0) / ((root[i] ?? 1) * (root[j] ?? 1)));
  return Math.max(...new EigenvalueDecomposition(scaled, { assumeSymmetric: true }).realEigenvalues);
}

/**
 * Random weights and multipliers that have nothing to do with any parameterization: weights are halved until the LMI,
 * scaled to a unit diagonal, has all eigenvalues below −1/8.
 */
function feasible(architecture: Architecture, depth: number, seed: number): Constrained {
  const random = generator(seed);
  const bare = bareNetwork(architecture, depth);
  const widths = Object.fromEntries(
    bare.program.widths.flatMap((names) => {
      const width = random.integer(1, 4);
      return names.map((name) => [name, width]);
    }),
  );
  const lipschitz = 10 ** (random.integer(-6, 6) / 2);
  const slopes = bare.program.layers.map((): readonly [number, number] =>
    random.pick([
      [0, 1],
      [-0.2, 1.1],
      [0.3, 1],
      [-1, 1],
      [-2, -0.5],
    ]),
  );
  const draw = (
    names: readonly { readonly name: string }[],
    shapes: Readonly<Record<string, readonly number[]>>,
    each: () => number,
  ): Record<string, Float64Array> =>
    Object.fromEntries(
      names.map(({ name }) => [
        name,
        Float64Array.from({ length: (shapes[name] ?? [0]).reduce((a, b) => a * b, 1) }, each),
      ]),
    );
  const shapes = bare.dims(widths);
  const hidden = new Set(bare.program.last.terms.map(({ weight }) => weight));
  const weights = draw(bare.program.weights, shapes, () => random.normal());
  // The output's weights are of the size of 𝓛 where they read x.
  for (const { name, buffer } of bare.program.weights)
    if (hidden.has(buffer)) weights[name] = (weights[name] ?? new Float64Array(0)).map((value) => value * lipschitz);
  const multipliers = Object.fromEntries(
    bare.program.multipliers.map(({ name, rows }) => {
      const width = typeof rows === 'number' ? (widths[bare.program.widths[rows]?.[0] ?? ''] ?? 0) : 0;
      return [name, Float64Array.from({ length: width }, () => lipschitz ** 2 * Math.exp(random.normal()))];
    }),
  );
  const biases = draw(bare.program.biases, shapes, () => random.normal());
  for (;;) {
    const values: Constrained = { widths, slopes, lipschitz, weights, biases, multipliers };
    if (largest(bare.lmi(values)) < -1 / 8) return values;
    for (const [name, data] of Object.entries(weights)) weights[name] = data.map((value) => value / 2);
  }
}

const architectures: readonly (readonly [string, Architecture])[] = [
  ...['residual', 'feedforward', 'linear', 'dense-skip', 'two-branch'].map((name) => [name, builtin(name)] as const),
  [
    'several weights on one signal, in a shuffled order',
    written(
      ['h = phi(2 * E * g - 0.5 * F * x + b)', 'g = phi(A * x - B * x + a)', 'y = 3 * C * h + D * x + G * g - H * g'],
      { H: 'diagonal' },
    ),
  ],
];

describe('the way back from weights to free parameters', () => {
  it.each([
    ['what the output reads as it is', skipping()],
    ['a last activation', lastActivation()],
  ] as const)(
    '%s: free parameters come back, and points beyond what layers leave to it do not',
    (_name, architecture) => {
      const random = generator(31);
      const { constrain, dims, program } = compile(architecture, { depth: 1, strategy: pivot() });
      for (let round = 0; round < 12; round += 1) {
        const side = random.integer(1, 4);
        const widths = Object.fromEntries(program.widths.map(([name = '']) => [name, side]));
        const free = Object.fromEntries(
          Object.entries(dims(widths)).map(([name, shape]) => [
            name,
            Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()),
          ]),
        );
        const setting = {
          widths,
          lipschitz: 0.4 + random.uniform(),
          slopes: random.pick([
            [0, 1],
            [-0.2, 1.1],
            [0.3, 1],
            [-1, 1],
          ] as const),
        };
        const made = constrain(free, setting);
        const { free: found, error } = recoverFree(architecture, made, { depth: 1, strategy: pivot() });
        expect(error).toBeLessThan(1e-9);
        for (const [name, data] of Object.entries(free))
          data.forEach((value, i) => expect(Math.abs(value - (found[name]?.[i] ?? Number.NaN))).toBeLessThan(1e-6));
        const beyond = {
          ...made,
          multipliers: Object.fromEntries(
            Object.entries(made.multipliers).map(([name, data]) => [name, data.map((value) => value / 4)]),
          ),
        };
        expect(failure(() => recoverFree(architecture, beyond, { depth: 1, strategy: pivot() }))?.code).toMatch(
          /LW402|LW317/,
        );
      }
    },
  );

  it.each(architectures)('%s: strictly feasible points are reached, to 1e-9', (_name, architecture) => {
    for (let seed = 0; seed < 24; seed += 1) {
      const depth = 1 + (seed % 3);
      const point = feasible(architecture, depth, seed);
      const { free, error } = recoverFree(architecture, point, { depth, strategy: pivot() });
      expect(error).toBeLessThan(1e-9);
      // The claim is checked again here, entry by entry.
      const again = compile(architecture, { depth, strategy: pivot() }).constrain(free, {
        widths: point.widths,
        slopes: point.slopes,
        lipschitz: point.lipschitz,
      });
      for (const group of ['weights', 'multipliers', 'biases'] as const) {
        for (const [name, data] of Object.entries(point[group])) {
          const size = Math.max(...data.map(Math.abs));
          data.forEach((value, i) =>
            expect(Math.abs(value - (again[group][name]?.[i] ?? Number.NaN))).toBeLessThan(1e-9 * size),
          );
        }
      }
    }
  });

  it('training goes on: what constrain gave leads back to free numbers that give it again', () => {
    const architecture = builtin('residual');
    const compiled = compile(architecture, { depth: 3, strategy: pivot() });
    const random = generator(5);
    const widths = { x: 2, w: 4, y: 2 };
    const free = Object.fromEntries(
      Object.entries(compiled.dims(widths)).map(([name, shape]) => [
        name,
        Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal() / 2),
      ]),
    );
    const { free: found } = recoverFree(architecture, compiled.constrain(free, { slopes: [-0.2, 1.1], lipschitz: 2 }), {
      depth: 3,
      strategy: pivot(),
    });
    // A is the exception: it may have been shrunk to its share, and is found as it was left.
    for (const [name, data] of Object.entries(free))
      if (name !== 'A') data.forEach((value, i) => expect(found[name]?.[i]).toBeCloseTo(value, 9));
  });

  it('a point outside ends with a code, not with other weights', () => {
    const architecture = builtin('feedforward');
    const point = feasible(architecture, 2, 1);
    const grown = (factor: number): Constrained => ({
      ...point,
      weights: { ...point.weights, B: (point.weights['B'] ?? new Float64Array(0)).map((value) => value * factor) },
    });
    expect(failure(() => recoverFree(architecture, grown(1e3), { depth: 2, strategy: pivot() }))?.code).toBe('LW402');
    expect(
      failure(() =>
        recoverFree(
          architecture,
          {
            ...point,
            multipliers: {
              ...point.multipliers,
              'lambda[2]': (point.multipliers['lambda[2]'] ?? new Float64Array(0)).map((value) => value * 1e6),
            },
          },
          { depth: 2, strategy: pivot() },
        ),
      )?.code,
    ).toBe('LW402');
  });

  it('blocks have no way back, called or composed', () => {
    for (const architecture of [gain(1), composition('sum', [[definitions.linear, 1]])]) {
      const values: Constrained = { widths: {}, slopes: [], lipschitz: 2, weights: {}, biases: {}, multipliers: {} };
      expect(failure(() => recoverFree(architecture, values, { depth: 1, strategy: pivot() }))?.code).toBe('LW317');
    }
  });

  it('variants without a way back say so', () => {
    const architecture = builtin('feedforward');
    const point = feasible(architecture, 1, 2);
    expect(
      failure(() => recoverFree(architecture, point, { depth: 1, strategy: { ...pivot(), contraction: 'spectral' } }))
        ?.code,
    ).toBe('LW317');
    expect(
      failure(() => recoverFree(architecture, point, { depth: 1, strategy: { ...pivot(), multipliers: 'dominance' } }))
        ?.code,
    ).toBe('LW317');
    expect(failure(() => recoverFree(architecture, point, { depth: 1, strategy: 'gershgorin' }))?.code).toBe('LW317');
  });
});
