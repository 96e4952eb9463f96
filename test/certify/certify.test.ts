import { SVD, EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { parseArchitecture } from '../../src/1-parse/index.js';
import { certify } from '../../src/certify/certify.js';
import type { Certified, GivenNetwork } from '../../src/certify/certify.js';
import { generator } from '../../src/numeric/random.js';
import { bareNetwork } from '../../src/verify/bare.js';
import { checkSample } from '../../src/verify/check.js';
import { randomGraph } from '../verify/reference.js';
import { codeOf } from './code-of.js';
import { randomNetwork } from './random-network.js';

const chain = (text: string): GivenNetwork['architecture'] =>
  parseArchitecture(
    `name: hand\ntitle: By hand\nequations: |\n${text
      .split('\n')
      .map((line) => `  ${line}\n`)
      .join('')}`,
    null,
  );
const single = chain('w = phi(C * x + b)\ny = B * w');
const numbers = (...values: readonly number[]): Float64Array => Float64Array.from(values);

/** n = 1 and all widths 1. */
const scalar = (c: number, b: number, slopes: readonly [number, number]): GivenNetwork => ({
  architecture: single,
  depth: 1,
  widths: { x: 1, w: 1, y: 1 },
  slopes,
  weights: { C: numbers(c), B: numbers(b) },
});

describe('networks whose bound is known', () => {
  it.each([1, 2, 3])('a linear layer has the norm of its matrix, seed %i', async (seed) => {
    const network = randomNetwork({
      architecture: 'linear',
      depth: 1,
      widths: { x: 5 + seed, y: 4 },
      slopes: [0, 1],
      seed,
    });
    const norm = new SVD(Matrix.from1DArray(4, 5 + seed, [...(network.weights['W'] ?? [])])).norm2;
    const { lipschitz } = await certify(network, { lowerBound: null });
    expect(lipschitz).toBeGreaterThan(norm * (1 - 1e-13));
    expect(lipschitz).toBeLessThan(norm * (1 + 1e-6));
  });

  // One neuron: the LMI is lossless, 𝓛 = |B| max(|m|, |L|) |C|.
  it.each([
    [2, 3, [0, 1], 6],
    [-2, 0.5, [-0.5, 1], 1],
    [1, 1, [0.25, 0.75], 0.75],
    [4, 1, [-2, -1], 8],
    [1e-6, 1e3, [0, 1], 1e-3],
    [3, 2, [-1, 1], 6],
  ] as const)('one neuron with C = %d, B = %d, slopes %o: %d', async (c, b, slopes, expected) => {
    const { lipschitz } = await certify(scalar(c, b, slopes), { lowerBound: null });
    expect(lipschitz).toBeGreaterThanOrEqual(expected * (1 - 1e-15));
    expect(lipschitz).toBeLessThan(expected * (1 + 1e-6));
  });

  it('y = x − 2 φ(x), φ a ReLU, is 1-Lipschitz: the skip is not added to the norm', async () => {
    const architecture = chain('w = phi(C * x)\ny = A * x + B * w');
    const { lipschitz, certificate } = await certify({
      architecture,
      depth: 1,
      widths: { x: 1, w: 1, y: 1 },
      weights: { A: numbers(1), B: numbers(-2), C: numbers(1) },
    });
    expect(lipschitz).toBeGreaterThanOrEqual(1 - 1e-15);
    expect(lipschitz).toBeLessThan(1 + 1e-6);
    expect(certificate.spectralProduct).toBeCloseTo(3, 6);
    expect(certificate.lowerBound).toBeCloseTo(1, 9);
  });

  it('φ(x) − φ(x) written with two neurons of one activation each: 1, since nothing says that they are the same', async () => {
    const architecture = chain('u = phi(C * x)\nw = phi(D * x)\ny = A * u + B * w');
    const widths = { x: 1, u: 1, w: 1, y: 1 };
    const { lipschitz, certificate } = await certify({
      architecture,
      depth: 1,
      widths,
      weights: { A: numbers(1), B: numbers(-1), C: numbers(1), D: numbers(1) },
    });
    expect(lipschitz).toBeCloseTo(1, 6);
    expect(certificate.lowerBound).toBe(0);
    expect(certificate.slopeLowerBound).toBeCloseTo(1, 9);
  });

  it.each([
    ['W = 0', { C: numbers(1), B: numbers(0) }, [0, 1]],
    ['C = 0', { C: numbers(0), B: numbers(1) }, [0, 1]],
    ['slopes [0, 0]', { C: numbers(1), B: numbers(1) }, [0, 0]],
  ] as const)('a constant network (%s) gets a bound near 0', async (_title, weights, slopes) => {
    const certified = await certify({ architecture: single, depth: 1, widths: { x: 1, w: 1, y: 1 }, slopes, weights });
    expect(certified.lipschitz).toBeGreaterThan(0);
    expect(certified.lipschitz).toBeLessThan(1e-6);
    expect(checkSample(certified).accepted).toBe(true);
  });

  it('an activation of equal slopes is a linear map', async () => {
    const network = randomNetwork({
      architecture: 'feedforward',
      depth: 2,
      widths: { x: 3, w: 4, y: 2 },
      slopes: [0.5, 0.5],
      seed: 9,
    });
    const matrix = (name: string, rows: number, columns: number): Matrix =>
      Matrix.from1DArray(rows, columns, [...(network.weights[name] ?? [])]);
    const norm = new SVD(
      matrix('B', 2, 4)
        .mmul(matrix('C[2]', 4, 4))
        .mmul(matrix('C[1]', 4, 3))
        .mul(0.25),
    ).norm2;
    const { lipschitz } = await certify(network, { lowerBound: null });
    expect(lipschitz).toBeGreaterThan(norm * (1 - 1e-13));
    expect(lipschitz).toBeLessThan(norm * (1 + 1e-4));
  });
});

/** M of the certificate by ml-matrix eigenvalues, which share nothing with the proof. */
function largestEigenvalue(certified: Certified, network: GivenNetwork): number {
  const judge = bareNetwork(network.architecture, network.depth);
  const shaped = judge.constrain(
    { ...network.weights, ...(network.biases ?? {}) },
    { widths: network.widths, slopes: network.slopes ?? [0, 1] },
  );
  const multipliers = Object.fromEntries(
    Object.entries(certified.multipliers).map(([name, row]) => [name, Float64Array.from(row, Number)]),
  );
  const lmi = judge.lmi({ ...shaped, lipschitz: certified.lipschitz, multipliers });
  const size = Math.sqrt(lmi.length);
  const scale = Array.from({ length: size }, (_, i) => 1 / Math.sqrt(-(lmi[i * size + i] ?? -1) || 1));
  const scaled = Matrix.zeros(size, size);
  for (let i = 0; i < size; i += 1)
    for (let j = 0; j < size; j += 1)
      scaled.set(i, j, (lmi[i * size + j] ?? NaN) * (scale[i] ?? NaN) * (scale[j] ?? NaN));
  return Math.max(...new EigenvalueDecomposition(scaled, { assumeSymmetric: true }).realEigenvalues);
}

const families = [
  { architecture: 'feedforward', widths: { x: 4, w: 5, y: 3 } },
  { architecture: 'residual', widths: { x: 4, w: 5, y: 4 } },
  { architecture: 'dense-skip', widths: { x: 3, w: 4, y: 2 } },
  { architecture: 'two-branch', widths: { x: 3, u: 4, w: 5, y: 2 } },
] as const;
const slopes = [
  [0, 1],
  [-0.2, 1.1],
  [0.3, 1],
  [-1, 1],
] as const;
const cases = families.flatMap((family, at) =>
  slopes.map((pair, other) => ({ ...family, slopes: pair, depth: 1 + ((at + other) % 4), seed: 10 * at + other })),
);

describe('random networks', () => {
  it.each(cases)('$architecture, depth $depth, slopes $slopes', async (specification) => {
    const network = randomNetwork(specification);
    const certified = await certify(network, { seconds: 1e6, lowerBound: { starts: 3, seconds: 1e6 } });
    const { lowerBound, slopeLowerBound, spectralProduct, gap } = certified.certificate;
    expect(certified.lipschitz).toBeGreaterThanOrEqual((slopeLowerBound ?? Infinity) * (1 - 1e-12));
    expect(slopeLowerBound).toBeGreaterThanOrEqual(lowerBound ?? Infinity);
    expect(lowerBound).toBeGreaterThan(0);
    expect(certified.lipschitz).toBeLessThanOrEqual((spectralProduct ?? 0) * (1 + 1e-6));
    expect(gap).toBeLessThan(1e-6);
    expect(largestEigenvalue(certified, network)).toBeLessThan(1e-12);
    // Through JSON and back, as a file.
    expect(checkSample(JSON.parse(JSON.stringify(certified)))).toMatchObject({
      accepted: true,
      reasons: [],
      notes: [],
      lipschitz: certified.lipschitz,
    });
  });

  it('random graphs with identities, diagonals and signals that are read twice', async () => {
    const random = generator(5);
    for (let at = 0; at < 15; at += 1) {
      const architecture = randomGraph(random, `graph-${at}`, { identities: true });
      const judge = bareNetwork(architecture, 1);
      const widths = Object.fromEntries(
        judge.program.widths.flatMap((names) => names.map((name) => [name, 1 + (names.length % 3)])),
      );
      const shapes = judge.dims(widths);
      const draw = (slots: readonly { readonly name: string }[]): Record<string, Float64Array> =>
        Object.fromEntries(
          slots.map(({ name }) => [
            name,
            Float64Array.from({ length: (shapes[name] ?? []).reduce((all, size) => all * size, 1) }, () =>
              random.normal(),
            ),
          ]),
        );
      const certified = await certify(
        { architecture, depth: 1, widths, slopes: random.pick(slopes), weights: draw(judge.program.weights) },
        { seconds: 1e6, lowerBound: { starts: 2, seconds: 1e6 } },
      );
      const { slopeLowerBound, spectralProduct, gap } = certified.certificate;
      expect(certified.lipschitz).toBeGreaterThanOrEqual((slopeLowerBound ?? Infinity) * (1 - 1e-12));
      expect(certified.lipschitz).toBeLessThanOrEqual((spectralProduct ?? 0) * (1 + 1e-6));
      expect(gap).toBeLessThan(1e-6);
      expect(checkSample(certified).reasons).toEqual([]);
    }
  });

  it('agrees with a direct search over the two multipliers of a tiny network', async () => {
    const network: GivenNetwork = {
      architecture: single,
      depth: 1,
      widths: { x: 2, w: 2, y: 2 },
      slopes: [-0.2, 1.1],
      weights: { C: numbers(1, -0.7, 0.4, 2), B: numbers(0.5, 1.5, -1, 0.3) },
    };
    const { lipschitz } = await certify(network, { lowerBound: null });
    expect(Math.abs(lipschitz / bruteForce(network) - 1)).toBeLessThan(1e-6);
  });
});

/**
 * 𝓛² = λ_max of the Schur complement of the hidden block, minimised over log λ by repeated refinement of a grid: the
 * function is unimodal along each ray, as the program is convex.
 */
function bruteForce({ weights }: GivenNetwork): number {
  const [c, b] = [
    Matrix.from1DArray(2, 2, [...(weights['C'] ?? [])]),
    Matrix.from1DArray(2, 2, [...(weights['B'] ?? [])]),
  ];
  const [m, upper] = [-0.2, 1.1];
  const square = (first: number, second: number): number => {
    const lambda = Matrix.diag([Math.exp(first), Math.exp(second)]);
    const corner = Matrix.mul(lambda, 2).sub(b.transpose().mmul(b));
    const positive = new EigenvalueDecomposition(corner, { assumeSymmetric: true }).realEigenvalues.every(
      (value) => value > 0,
    );
    if (!positive) return Infinity;
    const cross = c
      .transpose()
      .mmul(lambda)
      .mul(m + upper);
    const inverse = new SVD(corner).inverse();
    const own = c
      .transpose()
      .mmul(lambda)
      .mmul(c)
      .mul(-2 * m * upper);
    const complement = own.add(cross.mmul(inverse).mmul(cross.transpose()));
    const symmetric = complement.clone().add(complement.transpose()).mul(0.5);
    return Math.max(...new EigenvalueDecomposition(symmetric, { assumeSymmetric: true }).realEigenvalues);
  };
  let [first, second, width] = [0, 0, 6];
  for (let round = 0; round < 60; round += 1) {
    let best = { at: [first, second] as const, value: square(first, second) };
    for (let i = -6; i <= 6; i += 1) {
      for (let j = -6; j <= 6; j += 1) {
        const at = [first + (i / 6) * width, second + (j / 6) * width] as const;
        const value = square(...at);
        if (value < best.value) best = { at, value };
      }
    }
    [first, second] = best.at;
    width *= 0.7;
  }
  return Math.sqrt(square(first, second));
}

describe('what stops a search early leaves a proven, larger bound', () => {
  const network = randomNetwork({
    architecture: 'feedforward',
    depth: 3,
    widths: { x: 4, w: 8, y: 3 },
    slopes: [0, 1],
    seed: 2,
  });
  const optimum = 1.48403474208;

  it.each([0, 1, 5, 10])('%i steps', async (iterations) => {
    const certified = await certify(network, { iterations, lowerBound: null });
    expect(certified.certificate).toMatchObject({ stopped: 'iterations', iterations });
    expect(certified.lipschitz).toBeGreaterThan(optimum * (1 + 1e-7));
    expect(certified.lipschitz).toBeLessThan(optimum * 20);
    expect(checkSample(certified).accepted).toBe(true);
  });

  it('an abort, and a time limit', async () => {
    const controller = new AbortController();
    const aborted = await certify(network, {
      signal: controller.signal,
      onProgress: ({ iterations }) => (iterations === 4 ? controller.abort() : undefined),
      lowerBound: null,
    });
    expect(aborted.certificate).toMatchObject({ stopped: 'aborted', iterations: 4 });
    expect(checkSample(aborted).accepted).toBe(true);
    expect((await certify(network, { seconds: 0, lowerBound: null })).certificate.stopped).toBe('seconds');
  });
});

describe('bad input', () => {
  const good = scalar(1, 1, [0, 1]);
  it.each([
    ['a weight too many', { ...good, weights: { ...good.weights, D: numbers(1) } }, 'LW312'],
    ['a weight too few', { ...good, weights: { C: numbers(1) } }, 'LW312'],
    ['a weight of the wrong length', { ...good, weights: { ...good.weights, B: numbers(1, 2) } }, 'LW312'],
    ['NaN', { ...good, weights: { ...good.weights, B: numbers(NaN) } }, 'LW307'],
    ['no width', { ...good, widths: { x: 1, w: 1 } }, 'LW304'],
    ['slopes turned round', { ...good, slopes: [1, 0] as const }, 'LW305'],
    ['weights whose squares overflow', scalar(1e200, 1, [0, 1]), 'LW307'],
  ])('%s', async (_title, network, code) => {
    expect(await codeOf(() => certify(network))).toBe(code);
  });

  it('an activation with steeper slopes than given', async () => {
    const architecture = parseArchitecture(
      'name: steep\ntitle: Steep\nequations: |\n  w = relu(C * x)\n  y = B * w\n',
      null,
    );
    expect(await codeOf(() => certify({ ...good, architecture, slopes: [[0, 0.5]] }))).toBe('LW305');
    expect(
      (await certify({ architecture, depth: 1, widths: good.widths, weights: good.weights }, { lowerBound: null }))
        .slopes,
    ).toEqual([[0, 1]]);
  });
});
