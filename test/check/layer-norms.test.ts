import { Matrix, SVD } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { loadArchitecture, parseArchitecture } from '../../src/1-parse/index.js';
import type { Constrained, Values } from '../../src/5-emit/index.js';
import { decide } from '../../src/numeric/definiteness.js';
import { generator } from '../../src/numeric/random.js';
import type { Random } from '../../src/numeric/random.js';
import { quickNormAboveInPieces, spectralNormAboveInPieces } from '../../src/numeric/spectral-norm.js';
import { finish } from '../../src/numeric/work.js';
import { bareNetwork } from '../../src/verify/bare.js';
import type { Judge } from '../../src/verify/instance.js';
import {
  decideByNorms,
  leastByNorms,
  multipliersByNorms,
  productOfNorms,
  provableByNorms,
  readNorms,
} from '../../src/check/layer-norms.js';
import type { Reads } from '../../src/check/layer-norms.js';
import { randomNetwork } from '../certify/random-network.js';
import { randomGraph } from '../verify/reference.js';

const slopes = [
  [0, 1],
  [-0.2, 1.1],
  [0.3, 1],
  [-1, 1],
  [-2, 0.5],
  [1 - 1e-6, 1],
  [0.7, 0.7],
  [0, 0],
] as const;
const norms = [quickNormAboveInPieces, spectralNormAboveInPieces] as const;

interface Case {
  readonly judge: Judge;
  readonly values: Constrained;
}

const chainOrSkip = (architecture: string, depth: number, pair: readonly [number, number], seed: number): Case => {
  const given = randomNetwork({
    architecture,
    depth,
    widths: architecture === 'residual' ? { x: 4, w: 3, y: 4 } : { x: 3, w: 4, y: 2 },
    slopes: pair,
    seed,
  });
  const judge = bareNetwork(given.architecture, depth);
  return {
    judge,
    values: judge.constrain({ ...given.weights, ...(given.biases ?? {}) }, { widths: given.widths, slopes: pair }),
  };
};

function graph(random: Random, at: number): Case {
  const judge = bareNetwork(randomGraph(random, `graph-${at}`, { identities: true }), 1);
  const widths = Object.fromEntries(
    judge.program.widths.flatMap((names) => names.map((name) => [name, 1 + (names.length % 3)])),
  );
  const free = Object.fromEntries(
    Object.entries(judge.dims(widths)).map(([name, shape]) => [
      name,
      Float64Array.from(
        { length: shape.reduce((all, size) => all * size, 1) },
        () => random.normal() * 10 ** random.integer(-3, 3),
      ),
    ]),
  );
  return { judge, values: judge.constrain(free, { widths, slopes: random.pick(slopes) }) };
}

const families = ['feedforward', 'residual', 'dense-skip'].flatMap((name, at) =>
  slopes.map((pair, other) => chainOrSkip(name, 1 + ((at + other) % 4), pair, 10 * at + other)),
);
const random = generator(3);
const graphs = Array.from({ length: 25 }, (_, at) => graph(random, at));
const cases = [...families, ...graphs];

const isProven = ({ judge, values }: Case): boolean | null =>
  decide(judge.assembly(values), { margin: false }).negativeSemidefinite;
const readsFor = ({ judge, values }: Case, norm: (typeof norms)[number]): readonly Reads[] =>
  finish(readNorms(judge.program, values, norm));

describe('what norms prove is true', () => {
  it('with the multipliers that come with it: exact arithmetic agrees, and the bound is the product of norms', () => {
    for (const one of cases) {
      for (const norm of norms) {
        const reads = readsFor(one, norm);
        const product = productOfNorms(one.judge.program, one.values, reads);
        const found = multipliersByNorms(one.judge.program, one.values, reads);
        if (found === null) throw new Error('nothing found');
        const certified = { ...one, values: { ...one.values, ...found } };
        expect(finish(decideByNorms(one.judge.program, certified.values, norm))).toEqual({
          negativeSemidefinite: true,
          method: 'layer-norms',
          margin: null,
        });
        expect(isProven(certified)).toBe(true);
        expect(found.lipschitz).toBeGreaterThanOrEqual(product);
        // Nearly linear activations cost up to 2⁻¹⁰ a layer.
        expect(found.lipschitz).toBeLessThan(product * (1 + 0.01) + 1e-17);
      }
    }
  });

  it('with any multipliers', () => {
    let finite = 0;
    for (const one of cases) {
      const reads = readsFor(one, spectralNormAboveInPieces);
      const found = multipliersByNorms(one.judge.program, one.values, reads);
      for (let run = 0; run < 4 && found !== null; run += 1) {
        const multipliers: Values = Object.fromEntries(
          Object.entries(found.multipliers).map(([name, row]) => [
            name,
            row.map((value) => value * (1 + (run * (1.3 * random.uniform() - 0.3)) / 2)),
          ]),
        );
        const lipschitz = leastByNorms(one.judge.program, { ...one.values, multipliers }, reads);
        if (!(lipschitz > 0 && lipschitz < Infinity)) continue;
        finite += 1;
        expect(isProven({ ...one, values: { ...one.values, multipliers, lipschitz } })).toBe(true);
      }
    }
    expect(finite).toBeGreaterThan(cases.length);
  });
});

describe('what is false is not proven by norms', () => {
  /** Widths 1: the product of norms is the constant itself. */
  const line = (depth: number): Case => {
    const judge = bareNetwork(loadArchitecture('feedforward'), depth);
    const free = Object.fromEntries(
      Object.keys(judge.dims({ x: 1, w: 1, y: 1 })).map((name) => [name, Float64Array.of(1.5)]),
    );
    return { judge, values: judge.constrain(free, { widths: { x: 1, w: 1, y: 1 }, slopes: [0, 1] }) };
  };

  it.each([1, 2, 5])('a bound below the constant, at depth %i, and norms too small would be seen', (depth) => {
    const one = line(depth);
    const reads = readsFor(one, spectralNormAboveInPieces);
    const found = multipliersByNorms(one.judge.program, one.values, reads);
    if (found === null) throw new Error('nothing found');
    const below = { ...one.values, ...found, lipschitz: 1.5 ** (depth + 1) * (1 - 1e-9) };
    for (const norm of norms) expect(finish(decideByNorms(one.judge.program, below, norm))).toBeNull();
    const small = reads.map((layer) => layer.map(({ signal, norm }) => ({ signal, norm: norm * 0.99 })));
    const wrong = multipliersByNorms(one.judge.program, one.values, small);
    if (wrong === null) throw new Error('nothing found');
    expect(isProven({ ...one, values: { ...one.values, ...wrong } })).toBe(false);
  });

  it.each([NaN, -1, 0, Infinity, 1e-300])('a multiplier that is %d', (value) => {
    const one = line(2);
    const reads = readsFor(one, quickNormAboveInPieces);
    const found = multipliersByNorms(one.judge.program, one.values, reads);
    const multipliers = { ...found?.multipliers, 'lambda[1]': Float64Array.of(value) };
    expect(Object.keys(multipliers).sort()).toEqual(Object.keys(one.values.multipliers).sort());
    expect(
      finish(decideByNorms(one.judge.program, { ...one.values, multipliers, lipschitz: 1e9 }, quickNormAboveInPieces)),
    ).toBeNull();
  });

  // What the layer reads is nothing, and the form of the layer alone is not negative all the same.
  it.each([NaN, -1, 0, 0.4])('a multiplier that is %d, of a layer whose weights are 0', (value) => {
    const judge = bareNetwork(loadArchitecture('feedforward'), 1);
    const made = judge.constrain(
      { 'C[1]': Float64Array.of(0), B: Float64Array.of(1), 'b[1]': Float64Array.of(0), c: Float64Array.of(0) },
      { widths: { x: 1, w: 1, y: 1 }, slopes: [0, 1] },
    );
    const values = { ...made, lipschitz: 1e3, multipliers: { 'lambda[1]': Float64Array.of(value) } };
    for (const norm of norms) expect(finish(decideByNorms(judge.program, values, norm))).toBeNull();
    if (!Number.isNaN(value)) expect(isProven({ judge, values })).toBe(false);
    expect(
      finish(decideByNorms(judge.program, { ...values, multipliers: { 'lambda[1]': Float64Array.of(1) } }, norms[0]))
        ?.negativeSemidefinite,
    ).toBe(true);
  });

  it.each([1e200, 1e160, 1e-200])('a chain whose bounds leave the range of doubles on the way: weights %d', (size) => {
    const judge = bareNetwork(loadArchitecture('feedforward'), 3);
    const free = Object.fromEntries(
      Object.keys(judge.dims({ x: 1, w: 1, y: 1 })).map((name) => [
        name,
        Float64Array.of(name === 'B' || name === 'C[3]' ? 1 / size : size),
      ]),
    );
    const one = { judge, values: judge.constrain(free, { widths: { x: 1, w: 1, y: 1 }, slopes: [0, 1] }) };
    const reads = readsFor(one, quickNormAboveInPieces);
    expect(multipliersByNorms(judge.program, one.values, reads)).toBeNull();
    const multipliers = Object.fromEntries(
      Object.keys(one.values.multipliers).map((name) => [name, Float64Array.of(1)]),
    );
    expect(leastByNorms(judge.program, { ...one.values, multipliers }, reads)).toBe(Infinity);
  });

  it('a network with a block, whose constraint is another one', () => {
    const text =
      'name: outer\nblocks:\n  inner:\n    lipschitz: 0.5\n    text: |\n      name: inner\n      ' +
      'equations: |\n        w = phi(C * x)\n        y = B * w\nequations: |\n  z = inner(D * x + ' +
      'd)\n  y = B * z + c\n';
    expect(provableByNorms(bareNetwork(parseArchitecture(text, null), 1).program)).toBe(false);
  });
});

describe('the norm of one pass', () => {
  it.each([1, 1e-200, 1e200, 5e-324])('is not below the norm, nor far above it, at scale %d', (scale) => {
    for (let run = 0; run < 40; run += 1) {
      const [rows, columns] = [random.integer(1, 6), random.integer(1, 6)];
      const data = Float64Array.from({ length: rows * columns }, () => Math.round(random.normal() * 8) * scale);
      const size = Math.max(...data.map(Math.abs));
      const norm =
        size === 0
          ? 0
          : size *
            new SVD(
              Matrix.from1DArray(
                rows,
                columns,
                [...data].map((value) => value / size),
              ),
              { autoTranspose: true },
            ).norm2;
      const bound = finish(quickNormAboveInPieces(data, rows, columns));
      expect(bound).toBeGreaterThanOrEqual(norm * (1 - 1e-14));
      expect(bound).toBeLessThanOrEqual(Math.sqrt(Math.min(rows, columns)) * norm * (1 + 1e-5) + 1e-323);
    }
  });

  it('takes the sums of rows and columns where they are better, and no number that is not finite', () => {
    expect(finish(quickNormAboveInPieces(Float64Array.of(1, 0, 0, 1), 2, 2))).toBeCloseTo(1, 5);
    expect(finish(quickNormAboveInPieces(Float64Array.of(1, 1, 1, 1), 2, 2))).toBeCloseTo(2, 5);
    for (const value of [NaN, Infinity])
      expect(finish(quickNormAboveInPieces(Float64Array.of(1, value), 1, 2))).toBe(Infinity);
  });
});
