import { Matrix, SVD } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { parseArchitecture } from '../../src/1-parse/index.js';
import { certify } from '../../src/certify/certify.js';
import type { Certified, GivenNetwork } from '../../src/certify/certify.js';
import { problemOf } from '../../src/certify/problem.js';
import { restricted } from '../../src/certify/restrict.js';
import { generator } from '../../src/numeric/random.js';
import { finish } from '../../src/numeric/work.js';
import { bareNetwork } from '../../src/verify/bare.js';
import { checkSample } from '../../src/verify/check.js';

const inputs = 70;

const architecture = (equations: string): GivenNetwork['architecture'] =>
  parseArchitecture(
    `name: hand\ntitle: By hand\nequations: |\n${equations
      .split('\n')
      .map((line) => `  ${line}\n`)
      .join('')}`,
    null,
  );

const normal = (seed: number, rows: number, columns: number): Matrix => {
  const random = generator(seed);
  return Matrix.from1DArray(
    rows,
    columns,
    Array.from({ length: rows * columns }, () => random.normal() / Math.sqrt(columns)),
  );
};

const network = (
  equations: string,
  widths: Readonly<Record<string, number>>,
  slopes: readonly [number, number],
  matrices: Readonly<Record<string, Matrix>>,
): GivenNetwork => ({
  architecture: architecture(equations),
  depth: 1,
  widths,
  slopes,
  weights: Object.fromEntries(
    Object.entries(matrices).map(([name, matrix]) => [name, Float64Array.from(matrix.to1DArray())]),
  ),
});

const bound = (given: GivenNetwork): Promise<Certified> => certify(given, { lowerBound: null });

/** The least 𝓛 of one is between what the other proves and what it says that nothing can be below. */
function expectAgreement(one: Certified, other: Certified): void {
  const [first, second] = [one, other].map(({ lipschitz, certificate: { gap } }) => ({
    most: lipschitz,
    least: lipschitz * (1 - (gap ?? Number.NaN)),
  }));
  // The search is in doubles, so what it says is meant up to rounding.
  expect(first?.least).toBeLessThanOrEqual((second?.most ?? 0) * (1 + 1e-8));
  expect(second?.least).toBeLessThanOrEqual((first?.most ?? 0) * (1 + 1e-8));
}

describe('readers of a wide input that nearly cancel', () => {
  it.each([
    [1e-3, 1],
    [1e-6, 2],
    [1e-6, 3],
    [1e-7, 4],
  ])('in one signal, by %d: the bound is that of their difference, within what gap says', async (epsilon, seed) => {
    const c = normal(10 * seed, 5, inputs);
    const d = Matrix.add(c, normal(10 * seed + 1, 5, inputs).mul(epsilon));
    const b = normal(10 * seed + 2, 3, 5);
    const [both, difference] = await Promise.all([
      bound(network('w = phi(C * x - D * x)\ny = B * w', { x: inputs, w: 5, y: 3 }, [0, 1], { C: c, D: d, B: b })),
      bound(network('w = phi(E * x)\ny = B * w', { x: inputs, w: 5, y: 3 }, [0, 1], { E: Matrix.sub(c, d), B: b })),
    ]);
    expect(difference.certificate.gap).toBeLessThan(1e-7);
    expectAgreement(both, difference);
    expect(both.certificate.gap).toBeLessThan(epsilon === 1e-7 ? 1e-2 : 1e-5);
    expect(checkSample(both).accepted).toBe(true);
  });

  it.each([
    [1e-6, 1],
    [1e-6, 2],
    [0, 4],
  ])(
    'in the output, through activations that are nearly linear, by %d: as in coordinates of the rows',
    async (epsilon, seed) => {
      const c = normal(20 * seed, 4, inputs);
      const b = normal(20 * seed + 1, 3, 4);
      const a = Matrix.add(b.mmul(c).mul(-1), normal(20 * seed + 2, 3, inputs).mul(epsilon));
      const basis = new SVD(stacked(c, a), { autoTranspose: true }).rightSingularVectors.subMatrix(0, inputs - 1, 0, 6);
      const equations = 'w = phi(C * x)\ny = A * x + B * w';
      const slopes = [1 - 2 ** -6, 1] as const;
      const [wide, narrow] = await Promise.all([
        bound(network(equations, { x: inputs, w: 4, y: 3 }, slopes, { C: c, A: a, B: b })),
        bound(network(equations, { x: 7, w: 4, y: 3 }, slopes, { C: c.mmul(basis), A: a.mmul(basis), B: b })),
      ]);
      expect(narrow.certificate.gap).toBeLessThan(1e-6);
      expect(wide.certificate.gap).toBeLessThan(1e-6);
      expectAgreement(wide, narrow);
      expect(checkSample(wide).accepted).toBe(true);
    },
  );
});

const stacked = (...parts: readonly Matrix[]): Matrix => new Matrix(parts.flatMap((part) => part.to2DArray()));

describe('a problem on the rows of its input', () => {
  const shapes = (problem: ReturnType<typeof problemOf>): Matrix => {
    const dense = Matrix.zeros(problem.rows.count + problem.output.count, problem.inputs);
    [problem.rows, problem.output].forEach(({ count, starts, columns, values }, part) => {
      for (let i = 0; i < count; i += 1)
        for (let at = starts[i] ?? 0; at < (starts[i + 1] ?? 0); at += 1)
          if ((columns[at] ?? 0) < problem.inputs)
            dense.set(part * problem.rows.count + i, columns[at] ?? 0, values[at] ?? NaN);
    });
    return dense;
  };
  it.each([
    ['far apart', 1],
    ['nearly alike', 1e-9],
    ['alike', 0],
  ])('has the same inner products, rows %s', (_title, epsilon) => {
    const c = normal(1, 6, inputs);
    const d = Matrix.add(c, normal(2, 6, inputs).mul(epsilon));
    const given = network(
      'u = phi(C * x)\nw = phi(D * x)\ny = A * u + B * w',
      { x: inputs, u: 6, w: 6, y: 2 },
      [0, 1],
      { C: c, D: d, A: normal(3, 2, 6), B: normal(4, 2, 6) },
    );
    const judge = bareNetwork(given.architecture, 1);
    const problem = problemOf(
      judge.program,
      judge.constrain({ ...given.weights }, { widths: given.widths, slopes: [0, 1] }),
    );
    const narrow = finish(restricted(problem));
    expect(narrow).toMatchObject({ inputs: 12, hidden: 12, order: 24 });
    const [wide, small] = [shapes(problem), shapes(narrow)];
    expect(Matrix.sub(wide.mmul(wide.transpose()), small.mmul(small.transpose())).norm('frobenius')).toBeLessThan(
      1e-11,
    );
    // And of their differences, to as many digits as these have.
    const difference = (of: Matrix): Matrix =>
      Matrix.sub(of.subMatrix(0, 5, 0, of.columns - 1), of.subMatrix(6, 11, 0, of.columns - 1));
    const [before, after] = [difference(wide), difference(small)].map((of) => of.norm('frobenius'));
    expect(Math.abs((after ?? NaN) - (before ?? NaN))).toBeLessThan(1e-14 + 1e-6 * (before ?? NaN));
  });

  it('is as it is where as many rows read the input as it has entries', () => {
    const given = network('w = phi(C * x)\ny = B * w', { x: 4, w: 4, y: 2 }, [0, 1], {
      C: normal(1, 4, 4),
      B: normal(2, 2, 4),
    });
    const judge = bareNetwork(given.architecture, 1);
    const problem = problemOf(
      judge.program,
      judge.constrain({ ...given.weights }, { widths: given.widths, slopes: [0, 1] }),
    );
    expect(finish(restricted(problem))).toBe(problem);
  });
});
