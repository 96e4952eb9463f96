import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { CholeskyDecomposition, Matrix, SingularValueDecomposition } from 'ml-matrix';
import { afterAll, describe, expect, it } from 'vitest';
import { pivotStrategy } from '../../rules/variants.js';
import { builtinArchitectures, loadArchitecture } from '../../src/1-parse/index.js';
import { LipwrightError } from '../../src/base/diagnostic.js';
import { multiplierChoices } from '../../src/model/strategy.js';
import { contractionChoices } from '../../rules/contractions.js';
import type { Sample } from '../../src/verify/instance.js';
import { sampleInstance } from '../../src/verify/sample.js';
import { Covariances } from '../report/covariance-oracle.js';
import { handCases, mixed } from '../report/hand-networks.js';
import { Folder, codeOf, lipwright } from './harness.js';

const folder = new Folder();
afterAll(folder.remove);
const own = folder.file('mixed.yaml');
writeFileSync(own, mixed);

const dims: Readonly<Record<string, string>> = {
  residual: 'x=3,w=4,y=3',
  feedforward: 'x=3,w=4,y=2',
  'dense-skip': 'x=2,w=3,y=2',
  linear: 'x=3,y=2',
  'two-branch': 'x=2,u=3,w=4,y=2',
  [own]: 'x=3,u=2,y=3',
};
const base = (name: string): readonly string[] => [
  'sample',
  name,
  '--depth',
  '2',
  '--dims',
  dims[name] ?? '',
  '--strategy',
  'pivot',
];
const variants = multiplierChoices.flatMap((multipliers) =>
  contractionChoices.map((contraction) => [multipliers, contraction] as const),
);

async function sampled(argv: readonly string[]): Promise<Sample> {
  const { status, out, err } = await lipwright([...argv, '--json']);
  expect([status, err]).toEqual([0, '']);
  return JSON.parse(out) as Sample;
}

const table = (value: unknown): number[][] =>
  Array.isArray(value) ? value.map((row) => (Array.isArray(row) ? row.map(Number) : [Number(row)])) : [];

describe('choices that do not fit', () => {
  const residual = ['residual', '--depth', '2'];
  const commands: readonly (readonly [string, readonly string[]])[] = [
    ['derive', ['derive', ...residual]],
    ['compile', ['compile', ...residual]],
    ['sample', ['sample', ...residual, '--dims', 'x=2,w=2,y=2']],
    ['verify', ['verify', ...residual, '--runs', '1']],
  ];

  it.each(commands)('%s refuses them with strategies by rows, and says which takes them', async (_name, argv) => {
    for (const [option, value] of [
      ['--multipliers', 'free'],
      ['--contraction', 'aol'],
      ['--margin', '0.1'],
    ] as const) {
      for (const strategy of [
        ['--strategy', 'gershgorin'],
        ['--strategy', 'gershgorin-paper'],
        ['--strategy', 'scaled-gershgorin'],
      ]) {
        const { status, out, err } = await lipwright([...argv, ...strategy, option, value]);
        expect([status, out, codeOf(err)]).toEqual([2, '', 'LW311']);
        expect(err).toContain(`found:    ${option} with strategy ${strategy[1] ?? ''}`);
        expect(err).toMatch(/expected: strategy pivot/);
      }
    }
  });

  it.each(commands)('%s refuses values that there are not', async (_name, argv) => {
    const bad = [
      ['--multipliers', 'cholesky'],
      ['--multipliers', ''],
      ['--contraction', 'free'],
      ['--contraction', '__proto__'],
      ['--margin', '0'],
      ['--margin', '-0.1'],
      ['--margin', '0.5000001'],
      ['--margin', 'nan'],
      ['--margin', 'inf'],
      ['--margin', ''],
    ] as const;
    for (const [option, value] of bad) {
      const { status, out, err } = await lipwright([...argv, '--strategy', 'pivot', `${option}=${value}`]);
      expect([option, value, status, out, codeOf(err)]).toEqual([option, value, 2, '', 'LW311']);
      expect(err).toContain(option);
    }
  });

  it('are refused by the library too', () => {
    const code = (action: () => unknown): string | null => {
      try {
        action();
      } catch (error) {
        return error instanceof LipwrightError ? error.code : 'other';
      }
      return null;
    };
    for (const margin of [0, -1, 0.6, Number.NaN, Number.POSITIVE_INFINITY])
      expect(code(() => pivotStrategy({ margin }))).toBe('LW311');
    for (const word of ['no', 'constructor'])
      expect(code(() => pivotStrategy(JSON.parse(`{"contraction": "${word}"}`) as object))).toBe('LW311');
    expect(pivotStrategy({ margin: 0.5, contraction: 'aol' })).toMatchObject({
      kind: 'pivot',
      name: 'pivot',
      multipliers: 'free',
      contraction: 'aol',
      margin: 0.5,
    });
    expect(pivotStrategy()).toMatchObject({ multipliers: 'free', contraction: 'spectral', margin: null });
  });
});

describe('every shipped architecture', () => {
  it('is among those below', () =>
    expect(builtinArchitectures().filter((name) => dims[name] === undefined)).toEqual([]));

  it.each(Object.keys(dims).map((name) => [name.endsWith('.yaml') ? 'one of our own' : name, name] as const))(
    '%s has samples of every variant with slopes of both signs',
    async (_title, name) => {
      const seen = new Set<string>();
      for (const [multipliers, contraction] of variants) {
        const sample = await sampled([
          ...base(name),
          '--slopes=-0.2,1.1',
          '--multipliers',
          multipliers,
          '--contraction',
          contraction,
          '--lipschitz',
          '2',
          '--seed',
          '3',
        ]);
        expect(sample).toMatchObject({
          strategy: 'pivot',
          variant: { multipliers, contraction, margin: null },
          lipschitz: 2,
          verdict: { negativeSemidefinite: true },
        });
        expect(sample.slopes.every(([m, L]) => m === -0.2 && L === 1.1)).toBe(true);
        expect(
          Object.values(sample.multipliers)
            .flat()
            .every((value) => Number(value) > 0),
        ).toBe(true);
        // Nothing is feasible for the reason that nothing is there.
        for (const value of Object.values(sample.weights))
          expect(Math.max(...table(value).flat().map(Math.abs))).toBeGreaterThan(1e-6);
        seen.add(JSON.stringify(sample.weights));
        const { status, out } = await lipwright(['check', '-'], { stdin: JSON.stringify(sample) });
        expect([status, out.slice(0, 8)]).toEqual([0, 'accepted']);
      }
      // Without layers only the contraction of the output tells variants apart.
      expect(seen.size).toBe(name === 'linear' ? contractionChoices.length : variants.length);
    },
  );
});

describe('a variant', () => {
  it('is the same by flags and by the library', async () => {
    const strategy = pivotStrategy({ multipliers: 'dominance', contraction: 'cayley', margin: 0.125 });
    const expected = sampleInstance(loadArchitecture('residual'), { depth: 2, strategy, widths: { x: 3, w: 4, y: 3 } });
    const sample = await sampled([
      ...base('residual'),
      '--multipliers',
      'dominance',
      '--contraction',
      'cayley',
      '--margin',
      '0.125',
    ]);
    expect(sample).toEqual(JSON.parse(JSON.stringify(expected)));
    expect(sample.variant).toEqual({ multipliers: 'dominance', contraction: 'cayley', margin: 0.125 });
    expect(await sampled([...base('residual'), '--multipliers', 'free', '--contraction', 'spectral'])).toEqual(
      await sampled(base('residual')),
    );
  });

  // y = W x has K = I/𝓛²: with the spectral contraction σ_max(W)² is 𝓛²(1 − η) but for what the norm is bounded too
  // high by, rank^(1/256).
  it.each([0.5, 0.25, 0.01])('leaves the margin %d', async (margin) => {
    const { weights } = await sampled([
      ...base('linear'),
      '--contraction',
      'spectral',
      '--margin',
      String(margin),
      '--lipschitz',
      '3',
    ]);
    const [norm = 0] = new SingularValueDecomposition(new Matrix(table(weights['W']))).diagonal;
    const square = norm ** 2 / 9;
    expect(square).toBeLessThanOrEqual((1 - margin) * (1 + 1e-12));
    expect(square).toBeGreaterThan(((1 - margin) / 2 ** (1 / 256)) * (1 - 1e-6));
  });

  it('is told in the text of a sample, in the report and in the campaign', async () => {
    const choice = ['--strategy', 'pivot', '--multipliers', 'dominance', '--contraction', 'aol', '--margin', '0.25'];
    const told = 'pivot (dominance multipliers, aol contraction, margin 0.25)';
    const sample = await lipwright([...base('residual'), ...choice]);
    expect(sample.out).toContain(`strategy ${told}`);
    const derived = await lipwright(['derive', 'residual', '--depth', '2', ...choice]);
    expect(derived.out).toContain(`strategy ${told}`);
    const json = await lipwright(['derive', 'residual', '--depth', '2', ...choice, '--format', 'json']);
    expect(JSON.parse(json.out)).toMatchObject({
      strategy: 'pivot',
      variant: { multipliers: 'dominance', contraction: 'aol', margin: 0.25 },
      rows: [],
    });
    const verified = await lipwright(['verify', 'residual', '--depth', '1..2', '--runs', '40', ...choice]);
    expect([verified.status, verified.err.includes('error')]).toEqual([0, false]);
    expect(verified.out).toContain(`(strategy ${told}, seed 0`);
  });

  it('stands in the head of the compiled module, which constrains as that variant', async () => {
    const file = folder.file('variant.mjs');
    const choice = ['--multipliers', 'dominance', '--contraction', 'spectral'];
    expect(
      (await lipwright(['compile', 'residual', '--depth', '2', '--strategy', 'pivot', ...choice, '--out', file]))
        .status,
    ).toBe(0);
    const shown = await lipwright(['compile', 'residual', '--depth', '2', '--strategy', 'pivot', ...choice]);
    expect(shown.out.split('\n')[0]).toBe(
      '// Deep residual block (residual), depth 2, strategy pivot (dominance multipliers, spectral contraction).',
    );
    const plain = await lipwright(['compile', 'residual', '--depth', '2', '--strategy', 'gershgorin']);
    expect(plain.out.split('\n')[0]).toBe('// Deep residual block (residual), depth 2, strategy gershgorin.');
    const module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
      strategy: string;
      dims: (widths: object) => Record<string, number[]>;
      constrain: (free: object, options: object) => { weights: Record<string, Float64Array> };
    };
    expect(module.strategy).toBe('pivot');
    const widths = { x: 2, w: 3, y: 2 };
    const free = Object.fromEntries(
      Object.entries(module.dims(widths)).map(([name, shape]) => [
        name,
        Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_entry, at) => Math.sin(at + name.length)),
      ]),
    );
    const { compile } = await import('../../src/compile.js');
    const here = compile(loadArchitecture('residual'), {
      depth: 2,
      strategy: pivotStrategy({ multipliers: 'dominance', contraction: 'spectral' }),
    });
    expect(module.constrain(free, { widths }).weights).toEqual(here.constrain(free, { widths }).weights);
  });
});

describe('list and help', () => {
  it('tell what the choices cost, how smooth they are and what they reach', async () => {
    const { out } = await lipwright(['list', '--json']);
    const { strategies } = JSON.parse(out) as {
      strategies: readonly {
        name: string;
        variants?: Record<string, readonly { name: string; note: string; default: boolean }[]>;
      }[];
    };
    expect(strategies.filter(({ variants: own }) => own !== undefined).map(({ name }) => name)).toEqual(['pivot']);
    const { multipliers = [], contraction = [] } = strategies.find(({ name }) => name === 'pivot')?.variants ?? {};
    expect(multipliers.map(({ name }) => name)).toEqual(['free', 'dominance']);
    expect(contraction.map(({ name }) => name)).toEqual(['cholesky', 'aol', 'cayley', 'spectral']);
    expect(
      [...multipliers, ...contraction].filter(({ default: isDefault }) => isDefault).map(({ name }) => name),
    ).toEqual(['free', 'spectral']);
    const listing = (await lipwright(['list'])).out;
    for (const { name, note } of [...multipliers, ...contraction]) {
      expect(note).toMatch(/smooth/);
      expect(note).toMatch(/complete/);
      expect(listing).toMatch(new RegExp(`--(?:multipliers|contraction) ${name}\\b`));
      expect(listing.replace(/\s+/g, ' ')).toContain(note);
    }
    for (const command of ['derive', 'compile', 'sample', 'verify']) {
      const help = (await lipwright([command, '--help'])).out;
      for (const option of ['--multipliers', '--contraction', '--margin']) expect(help).toContain(option);
      for (const { note } of [...multipliers, ...contraction])
        expect(help.split('\n').filter((line) => line.includes(note) && [...line].length <= 100)).toHaveLength(1);
    }
  });
});

describe('condition numbers', () => {
  it('are those of the covariances, estimated from below by their factors', async () => {
    const { network } = handCases['residual'] ?? expect.unreachable();
    const sample = await sampled([
      ...base('residual'),
      '--slopes=-0.2,1.1',
      '--lipschitz',
      '2',
      '--seed',
      '5',
      '--scale',
      '3',
    ]);
    const conditions = new Map(Object.entries(sample.conditions ?? {}).map(([name, value]) => [name, Number(value)]));
    expect(conditions.size).toBeGreaterThanOrEqual(5);
    for (const value of conditions.values()) expect(value).toBeGreaterThanOrEqual(1);
    const weights = new Map(
      Object.entries(sample.weights).map(([name, value]) => [
        name,
        name === 'A' ? Matrix.diag(table(value).flat()) : new Matrix(table(value)),
      ]),
    );
    const layers = new Map(
      sample.slopes.map(([m, L], at): [string, { m: number; L: number; lambda: number[] }] => [
        `w[${at + 1}]`,
        { m, L, lambda: table(sample.multipliers[`lambda[${at + 1}]`]).flat() },
      ]),
    );
    const shape = { ...network(2), width: (signal: string): number => (signal === 'x' || signal === 'y' ? 3 : 4) };
    const oracle = new Covariances(shape, { weights, layers, lipschitz: 2 });
    const w1 = oracle.map('w[1]');
    // Layer 2 starts from K[w[1], w[1]] with layer 1 alone in N, and its pivot is D[2].
    for (const [name, matrix] of [
      ['K[w[1], w[1]]', oracle.between(w1, w1, 1)],
      ['D[1]', oracle.pivot(0)],
      ['D[2]', oracle.pivot(1)],
    ] as const) {
      const symmetric = new Matrix(
        matrix.map((row, i) => row.map((entry, j) => (entry + (matrix[j]?.[i] ?? Number.NaN)) / 2)),
      );
      const diagonal = new CholeskyDecomposition(symmetric).lowerTriangularMatrix.diagonal();
      const expected = (Math.max(...diagonal) / Math.min(...diagonal)) ** 2;
      expect(conditions.get(name)).toBeCloseTo(expected, 6);
      expect(conditions.get(name)).toBeLessThanOrEqual(
        new SingularValueDecomposition(symmetric).condition * (1 + 1e-9),
      );
      expect(conditions.get(name)).toBeGreaterThan(1 + 1e-6);
    }
  });

  it('are printed with the worst one by name, and not at all where nothing is factored', async () => {
    const sample = await sampled(base('residual'));
    const [name = '', worst = 0] =
      Object.entries(sample.conditions ?? {}).sort(([, a], [, b]) => Number(b) - Number(a))[0] ?? [];
    const { out } = await lipwright(base('residual'));
    expect(out.replace(/\n +/g, ' ')).toContain(
      `worst condition number  at least ${Number(worst).toPrecision(5)}, of ${name} (from the ` +
        'diagonal of its Cholesky factor)',
    );
    const rows = ['sample', 'residual', '--depth', '2', '--dims', 'x=2,w=2,y=2', '--strategy', 'gershgorin'];
    expect((await lipwright(rows)).out).not.toMatch(/condition/);
    expect(Object.keys(await sampled(rows))).not.toContain('conditions');
    expect(Object.keys(await sampled(rows))).not.toContain('variant');
  });

  it('are written over with the weights', async () => {
    const { compile } = await import('../../src/compile.js');
    const compiled = compile(loadArchitecture('residual'), { depth: 2, strategy: 'pivot' });
    const widths = { x: 2, w: 3, y: 2 };
    const freeAt = (scale: number): Record<string, Float64Array> =>
      Object.fromEntries(
        Object.entries(compiled.dims(widths)).map(([name, shape]) => [
          name,
          Float64Array.from(
            { length: shape.reduce((a, b) => a * b, 1) },
            (_entry, at) => scale * Math.cos(3 * at + name.length),
          ),
        ]),
      );
    const first = compiled.constrain(freeAt(1), { widths });
    const before = { ...first.conditions };
    const second = compiled.constrain(freeAt(4), { widths, into: first });
    expect(second).toBe(first);
    expect(second.conditions).not.toEqual(before);
    expect(second.conditions).toEqual(compiled.constrain(freeAt(4), { widths }).conditions);
  });
});
