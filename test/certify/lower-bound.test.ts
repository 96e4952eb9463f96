import { Matrix, SVD } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { loadArchitecture, parseArchitecture } from '../../src/1-parse/index.js';
import { certify } from '../../src/certify/certify.js';
import type { GivenNetwork } from '../../src/certify/certify.js';
import { lowerBounds } from '../../src/certify/lower-bound.js';
import type { LowerBounds } from '../../src/certify/lower-bound.js';
import { spectralProduct } from '../../src/certify/spectral-product.js';
import { generator } from '../../src/numeric/random.js';
import { bareNetwork } from '../../src/verify/bare.js';
import { randomNetwork } from './random-network.js';

const bounds = (network: GivenNetwork, seed = 0): LowerBounds => {
  const judge = bareNetwork(network.architecture, network.depth);
  const values = judge.constrain(
    { ...network.weights, ...(network.biases ?? {}) },
    { widths: network.widths, slopes: network.slopes ?? [0, 1] },
  );
  return lowerBounds(judge.program, values, { seed, starts: 6, seconds: 1e6 });
};

const matrix = (network: GivenNetwork, name: string, rows: number, columns: number): Matrix =>
  Matrix.from1DArray(rows, columns, [...(network.weights[name] ?? [])]);
const patterns = (count: number, ends: readonly [number, number]): readonly (readonly number[])[] =>
  Array.from({ length: 2 ** count }, (_, code) =>
    Array.from({ length: count }, (_all, i) => ends[(code >> i) & 1] ?? 0),
  );
const largest = (norms: readonly number[]): number => norms.reduce((most, norm) => Math.max(most, norm), 0);

describe('lower bounds against every pattern of slopes', () => {
  // With at least as many inputs as neurons every pattern occurs at some input, so both searches have the same maximum.
  it.each([1, 2, 3, 4])('one layer, seed %i', (seed) => {
    const network = randomNetwork({
      architecture: 'feedforward',
      depth: 1,
      widths: { x: 6, w: 6, y: 3 },
      slopes: [0, 1],
      seed,
    });
    const [c, b] = [matrix(network, 'C[1]', 6, 6), matrix(network, 'B', 3, 6)];
    const exact = largest(patterns(6, [0, 1]).map((slopes) => new SVD(b.mmul(Matrix.diag([...slopes])).mmul(c)).norm2));
    const found = bounds(network);
    expect(found.slopes).toBeLessThanOrEqual(exact * (1 + 1e-12));
    expect(found.slopes).toBeGreaterThan(exact * (1 - 1e-6));
    expect(found.network).toBeLessThanOrEqual(exact * (1 + 1e-12));
    expect(found.network).toBeGreaterThan(exact * (1 - 1e-6));
  });

  it.each([1, 2, 3])('two layers with slopes [−0.2, 1.1] and a skip, seed %i', (seed) => {
    const network = randomNetwork({
      architecture: 'residual',
      depth: 2,
      widths: { x: 3, w: 4, y: 3 },
      slopes: [-0.2, 1.1],
      seed,
    });
    const [c, d, b] = [matrix(network, 'C[1]', 4, 3), matrix(network, 'C[2]', 4, 4), matrix(network, 'B', 3, 4)];
    const a = Matrix.diag([...(network.weights['A'] ?? [])]);
    const exact = largest(
      patterns(8, [-0.2, 1.1]).map(
        (slopes) =>
          new SVD(
            a.clone().add(
              b
                .mmul(Matrix.diag(slopes.slice(4)))
                .mmul(d)
                .mmul(Matrix.diag(slopes.slice(0, 4)))
                .mmul(c),
            ),
          ).norm2,
      ),
    );
    const found = bounds(network);
    expect(found.slopes).toBeLessThanOrEqual(exact * (1 + 1e-12));
    expect(found.slopes).toBeGreaterThan(exact * (1 - 1e-6));
    expect(found.network).toBeLessThanOrEqual(exact * (1 + 1e-12));
    expect(found.network).toBeGreaterThan(0.7 * exact);
  });
});

describe('the lower bound of the network itself', () => {
  it('is never above difference quotients in the limit: a declared activation', () => {
    const architecture = parseArchitecture(
      'name: smooth\ntitle: Smooth\nequations: |\n  w = tanh(C * x + b)\n  y = B * w\n',
      null,
    );
    // tanh'(b) at x = 0 is not 1, but x moves there: the constant is |B C|.
    const network: GivenNetwork = {
      architecture,
      depth: 1,
      widths: { x: 1, w: 1, y: 1 },
      slopes: [[0, 1]],
      weights: { C: Float64Array.of(2), B: Float64Array.of(3) },
      biases: { b: Float64Array.of(0.7) },
    };
    const { network: found } = bounds(network);
    expect(found).toBeLessThanOrEqual(6);
    expect(found).toBeGreaterThan(6 * (1 - 1e-2));
  });

  it('depends on biases, the bound over slopes does not', () => {
    const network = randomNetwork({
      architecture: 'feedforward',
      depth: 1,
      widths: { x: 2, w: 6, y: 2 },
      slopes: [0, 1],
      seed: 3,
    });
    const shifted = { ...network, biases: { 'b[1]': new Float64Array(6).fill(-1e9), c: new Float64Array(2) } };
    expect(bounds(shifted).network).toBe(0);
    expect(bounds(network).network).toBeGreaterThan(0);
    expect(bounds(shifted).slopes).toBeCloseTo(bounds(network).slopes, 9);
  });

  it('equal seeds give equal bounds', () => {
    const network = randomNetwork({
      architecture: 'dense-skip',
      depth: 2,
      widths: { x: 2, w: 3, y: 2 },
      slopes: [0, 1],
      seed: 6,
    });
    expect(bounds(network, 7)).toEqual(bounds(network, 7));
  });
});

describe('the product of spectral norms', () => {
  it('is the product on a chain, and a sum over reads elsewhere', () => {
    const norms = (network: GivenNetwork): number => {
      const judge = bareNetwork(network.architecture, network.depth);
      return spectralProduct(
        judge.program,
        judge.constrain(
          { ...network.weights, ...(network.biases ?? {}) },
          { widths: network.widths, slopes: network.slopes ?? [0, 1] },
        ),
      );
    };
    const chain = randomNetwork({
      architecture: 'feedforward',
      depth: 2,
      widths: { x: 3, w: 4, y: 2 },
      slopes: [-2, 1],
      seed: 1,
    });
    const product =
      4 *
      new SVD(matrix(chain, 'C[1]', 4, 3)).norm2 *
      new SVD(matrix(chain, 'C[2]', 4, 4)).norm2 *
      new SVD(matrix(chain, 'B', 2, 4)).norm2;
    expect(norms(chain)).toBeGreaterThanOrEqual(product * (1 - 1e-14));
    expect(norms(chain)).toBeLessThan(product * (1 + 1e-6));
    const skip = randomNetwork({
      architecture: 'residual',
      depth: 1,
      widths: { x: 3, w: 4, y: 3 },
      slopes: [0, 1],
      seed: 1,
    });
    const sum =
      Math.max(...(skip.weights['A'] ?? []).map(Math.abs)) +
      new SVD(matrix(skip, 'C[1]', 4, 3)).norm2 * new SVD(matrix(skip, 'B', 3, 4)).norm2;
    expect(norms(skip)).toBeGreaterThanOrEqual(sum * (1 - 1e-14));
    expect(norms(skip)).toBeLessThan(sum * (1 + 1e-6));
  });
});

describe('neurons that no input reaches', () => {
  it('cost nothing, nor do those that only read them', async () => {
    const network = randomNetwork({
      architecture: 'feedforward',
      depth: 2,
      widths: { x: 3, w: 5, y: 2 },
      slopes: [-0.2, 1.1],
      seed: 8,
    });
    const dead = (name: string, rows: number, columns: number, zero: (i: number, j: number) => boolean): Float64Array =>
      (network.weights[name] ?? new Float64Array(rows * columns)).map((value, at) =>
        zero(Math.floor(at / columns), at % columns) ? 0 : value,
      );
    // Neuron 4 of layer 1 reads nothing; neuron 4 of layer 2 reads it alone.
    const weights = {
      'C[1]': dead('C[1]', 5, 3, (i) => i === 4),
      'C[2]': dead('C[2]', 5, 5, (i, j) => i === 4 && j !== 4),
      B: network.weights['B'] ?? new Float64Array(10),
    };
    const without = (
      name: 'C[1]' | 'C[2]' | 'B',
      columns: number,
      keepRow: (i: number) => boolean,
      keepColumn: (j: number) => boolean,
    ): Float64Array =>
      weights[name].filter((_value, at) => keepRow(Math.floor(at / columns)) && keepColumn(at % columns));
    const small = {
      'C[1]': without(
        'C[1]',
        3,
        (i) => i < 4,
        () => true,
      ),
      'C[2]': without(
        'C[2]',
        5,
        (i) => i < 4,
        (j) => j < 4,
      ),
      B: without(
        'B',
        5,
        () => true,
        (j) => j < 4,
      ),
    };
    const architecture = loadArchitecture('feedforward');
    const [all, some] = await Promise.all([
      certify({ ...network, weights }, { lowerBound: null }),
      certify(
        { architecture, depth: 2, widths: { x: 3, w: 4, y: 2 }, slopes: [-0.2, 1.1], weights: small },
        { lowerBound: null },
      ),
    ]);
    expect(all.certificate.gap).toBeLessThan(1e-7);
    expect(Math.abs(all.lipschitz / some.lipschitz - 1)).toBeLessThan(1e-7);
  });
});

describe('a search that is not begun', () => {
  it.each([1, 2, 3])('is below the product of spectral norms on a chain of ReLUs, seed %i', async (seed) => {
    const depth = generator(seed).integer(1, 5);
    const network = randomNetwork({
      architecture: 'feedforward',
      depth,
      widths: { x: 4, w: 12, y: 3 },
      slopes: [0, 1],
      seed,
    });
    const { lipschitz, certificate } = await certify(network, { iterations: 0, lowerBound: null });
    expect(certificate).toMatchObject({ method: 'covariance-recursion', iterations: 0, gap: null });
    expect(lipschitz).toBeLessThanOrEqual((certificate.spectralProduct ?? 0) * (1 + 1e-2));
  });
});
