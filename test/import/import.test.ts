import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { loadArchitecture, parseArchitecture } from '../../src/1-parse/index.js';
import { importNetwork } from '../../src/import/import.js';
import type { ImportDetails, Imported } from '../../src/import/import.js';
import { sourceOfJson, sourceOfSafetensors } from '../../src/import/source.js';
import { safetensorsContents } from '../../src/import/safetensors.js';
import { compile } from '../../src/compile.js';
import { weightsObjections } from '../../src/import/weights-of-file.js';
import { checkSample } from '../../src/verify/check.js';
import type { Sample } from '../../src/verify/instance.js';
import { sampleInstance } from '../../src/verify/sample.js';
import { strategies } from '../../rules/strategies.js';
import { pivotStrategy } from '../../rules/variants.js';
import type { Strategy } from '../../src/model/strategy.js';
import { contractionChoices } from '../../rules/contractions.js';
import { generator } from '../../src/numeric/random.js';
import { splines } from '../activation-architectures.js';
import { beside } from '../block-architectures.js';
import { codeOf } from '../certify/code-of.js';
import type { Tensors, Type } from './files.js';
import { exported, metadataOf, oneNeuron, renamedBy, safetensors, tensor } from './files.js';

const binary = (
  tensors: Tensors,
  type: Type,
  metadata: Readonly<Record<string, unknown>> | null = null,
  details: ImportDetails = {},
): Promise<Imported> =>
  importNetwork(sourceOfSafetensors(safetensorsContents(safetensors(tensors, type, metadata))), details);
const json = (value: unknown, details: ImportDetails = {}): Promise<Imported> =>
  importNetwork(sourceOfJson(JSON.parse(JSON.stringify(value))), details);

const residual = loadArchitecture('residual');
const feedforward = loadArchitecture('feedforward');

/** The largest eigenvalue of the LMI that is printed, as ml-matrix finds it. */
function largestEigenvalue({ lmi = [] }: Sample): number {
  return Math.max(
    ...new EigenvalueDecomposition(new Matrix(lmi.map((row) => row.map(Number))), { assumeSymmetric: true })
      .realEigenvalues,
  );
}

/** Every number of it rounded to float32. */
const rounded = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_key, entry: unknown) =>
    typeof entry === 'number' ? Math.fround(entry) : entry,
  ) as unknown;

describe('exported weights', () => {
  it.each(['residual', 'feedforward', 'two-branch', 'dense-skip'])(
    'of %s come back from float64 as they were, to the last bit, and check accepts them',
    async (name) => {
      const sample = sampleInstance(loadArchitecture(name), {
        depth: 2,
        widths: { x: 3, w: 4, y: 3, ...(name === 'two-branch' ? { u: 4 } : {}) },
        strategy: 'pivot',
        slopes: [-0.2, 1.1],
        lipschitz: 1.5,
        seed: 3,
      });
      const {
        sample: back,
        proven,
        multipliers,
        trainedFor,
        notes,
      } = await binary(exported(sample), 'F64', metadataOf(sample));
      const { seed, scale, conditions, ...rest } = sample;
      expect([seed, scale, conditions]).not.toContain(undefined);
      const own = [...Object.keys(rest.weights), ...Object.keys(rest.biases)];
      expect(back).toEqual({
        ...rest,
        assumed: [],
        ignored: [],
        origin: { tensors: Object.fromEntries(own.map((each) => [each, each])), layout: 'outputs-first', folds: [] },
      });
      expect({ proven, multipliers, trainedFor, notes }).toEqual({
        proven: true,
        multipliers: 'file',
        trainedFor: 1.5,
        notes: [],
      });
      expect(checkSample(JSON.parse(JSON.stringify(back)))).toMatchObject({
        accepted: true,
        lipschitz: 1.5,
        notes: [],
      });
    },
  );

  it.each<readonly [string, Strategy]>([
    ...strategies.map((strategy) => [strategy.name, strategy] as const),
    ...contractionChoices.map((contraction) => [contraction, pivotStrategy({ contraction })] as const),
  ])('trained with %s and rounded to float32 are certified as they are', async (_name, strategy) => {
    for (const depth of [1, 4]) {
      const sample = sampleInstance(residual, { depth, widths: { x: 3, w: 6, y: 3 }, strategy, seed: depth, scale: 3 });
      const { sample: back, proven, multipliers } = await binary(exported(sample), 'F32', metadataOf(sample));
      expect({ proven, multipliers, lipschitz: back.lipschitz, method: back.verdict.negativeSemidefinite }).toEqual({
        proven: true,
        multipliers: 'file',
        lipschitz: 1,
        method: true,
      });
      expect(back.weights).toEqual(rounded(sample.weights));
      expect(back.biases).toEqual(rounded(sample.biases));
      expect(back.multipliers).toEqual(rounded(sample.multipliers));
      expect(largestEigenvalue(back)).toBeLessThan(0);
      expect(checkSample(JSON.parse(JSON.stringify(back))).accepted).toBe(true);
    }
  });

  it(
    'at the edge: what float64 proves and rounding to float32 carries over it is proven for the ' +
      'bound that it really has',
    async () => {
      // 1/3 is below a third in float64 and above it in float32; |B C| is the least bound there is.
      const edge: Tensors = new Map([
        ['C', tensor([[1 / 3]])],
        ['B', tensor([[3]])],
        ['lambda_w', tensor([9])],
      ]);
      const details = { architecture: oneNeuron, lipschitz: 1, slopes: [0, 1] } as const;
      const exact = await binary(edge, 'F64', null, details);
      expect(exact).toMatchObject({ proven: true, multipliers: 'file', sample: { lipschitz: 1 } });
      const float = await binary(edge, 'F32', null, details);
      const least = 3 * Math.fround(1 / 3);
      expect(least).toBeGreaterThan(1);
      expect(float).toMatchObject({
        proven: true,
        multipliers: 'search',
        trainedFor: 1,
        sample: { weights: { C: [[Math.fround(1 / 3)]] } },
      });
      expect(float.sample.lipschitz).toBeGreaterThanOrEqual(least);
      expect(float.sample.lipschitz).toBeLessThan(least * (1 + 1e-6));
      expect(float.notes).toContainEqual(expect.stringContaining('those of a search prove 1 + 3e-8'));
      expect(checkSample(JSON.parse(JSON.stringify(float.sample)))).toMatchObject({ accepted: true });
    },
  );

  it('bfloat16 is coarse: the bound grows, and is proven', async () => {
    const edge: Tensors = new Map([
      ['C', tensor([[1.0078124]])],
      ['B', tensor([[1]])],
      ['lambda_w', tensor([1])],
    ]);
    const { sample, trainedFor } = await binary(edge, 'BF16', null, {
      architecture: oneNeuron,
      lipschitz: 0.99,
      slopes: [0, 1],
    });
    expect(sample.weights['C']).toEqual([[1]]);
    expect(trainedFor).toBe(0.99);
    expect(Math.abs(sample.lipschitz - 1)).toBeLessThan(1e-6);
  });

  it('without multipliers: those of a search, and the bound that they prove', async () => {
    const tensors: Tensors = new Map([
      ['C', tensor([[0.5]])],
      ['B', tensor([[1.5]])],
    ]);
    const { sample, multipliers, notes } = await binary(tensors, 'F32', null, {
      architecture: oneNeuron,
      lipschitz: 1,
      slopes: [0, 1],
    });
    expect(multipliers).toBe('search');
    expect(sample.lipschitz).toBeGreaterThanOrEqual(0.75);
    expect(sample.lipschitz).toBeLessThan(0.75 * (1 + 1e-6));
    expect(notes).toContainEqual(expect.stringContaining('no multipliers'));
  });

  it('negative multipliers prove nothing, whatever the LMI says; others are searched for', async () => {
    const tensors: Tensors = new Map([
      ['C', tensor([[0]])],
      ['B', tensor([[0]])],
      ['lambda_w', tensor([-1e-300])],
    ]);
    const { multipliers, notes, proven } = await binary(tensors, 'F64', null, {
      architecture: oneNeuron,
      lipschitz: 1,
    });
    expect({ multipliers, proven }).toEqual({ multipliers: 'search', proven: true });
    expect(notes).toContainEqual(expect.stringContaining('negative'));
  });

  it('splines that rounding makes steeper are judged with the slopes that they have', async () => {
    const architecture = parseArchitecture(splines, null);
    // Rise 0.25 over a step of 0.25 is the slope 1 that is allowed; in float32 this piece rises more.
    const low = 0.35;
    const high = 0.6;
    const slope = (Math.fround(high) - Math.fround(low)) / 0.25;
    expect(slope).toBeGreaterThan(1);
    const table = [0.3, 0.3, 0.3, 0.3, low, high, 0.5, 0.5, 0.5];
    const tensors: Tensors = new Map([
      ['C[1]', tensor([[0.5]])],
      ['b[1]', tensor([0])],
      ['s[1]', tensor([table])],
      ['B', tensor([[0.5]])],
      ['c', tensor([0])],
      ['lambda[1]', tensor([0.5])],
    ]);
    const { sample, proven, notes } = await binary(tensors, 'F32', null, { architecture, lipschitz: 1 });
    expect(proven).toBe(true);
    const [[least, largest] = [0, 0]] = sample.slopes;
    expect(largest).toBeGreaterThanOrEqual(slope);
    expect(largest).toBeLessThan(slope * (1 + 1e-14));
    expect(least).toBe(-1);
    expect(notes).toContainEqual(expect.stringContaining('steeper'));
    expect(checkSample(JSON.parse(JSON.stringify(sample)))).toMatchObject({ accepted: true });
    const even = await binary(new Map([...tensors, ['s[1]', tensor([table.map(() => 0.1)])]]), 'F32', null, {
      architecture,
      lipschitz: 1,
    });
    expect(even).toMatchObject({ proven: true, notes: [], sample: { slopes: [[-1, 1]] } });
  });
});

describe('names', () => {
  const sample = sampleInstance(residual, { depth: 2, widths: { x: 3, w: 4, y: 3 }, strategy: 'pivot', seed: 1 });
  const tensors = exported(sample);
  const metadata = metadataOf(sample);

  it.each([
    ['a module of a module', (name: string) => `model.lip.${name}`, 'model.lip.'],
    ['DataParallel', (name: string) => `module.${name}`, 'module.'],
    ['a ParameterDict', (name: string) => `net.${name.replace(/\[(\d+)\]/, '.$1')}`, 'net.'],
    ['slashes', (name: string) => `params/lip/${name}`, 'params/lip/'],
    ['nothing', (name: string) => name.replace(/\[(\d+)\]/, '.$1'), ''],
  ])('with the prefix of %s', async (_title, rename, prefix) => {
    const imported = await binary(renamedBy(tensors, rename), 'F64', metadata);
    expect(imported).toMatchObject({
      proven: true,
      prefix,
      multipliers: 'file',
      sample: { weights: sample.weights, multipliers: sample.multipliers },
    });
  });

  it('one part of a larger model, by its prefix', async () => {
    const larger: Tensors = new Map([
      ...renamedBy(tensors, (name) => `model.lip.${name}`),
      ['model.head.weight', tensor([[1]])],
    ]);
    expect(await binary(larger, 'F64', metadata, { prefix: 'model.lip.' })).toMatchObject({
      proven: true,
      prefix: 'model.lip.',
      sample: { weights: sample.weights },
    });
    await expect(binary(larger, 'F64', metadata)).rejects.toThrow(/LW312.*--prefix model\.lip\./);
    expect(await codeOf(() => binary(larger, 'F64', metadata, { prefix: 'other.' }))).toBe('LW312');
  });

  it("somebody else's network, by a map of names", async () => {
    const theirs: Tensors = new Map([
      [
        '0.weight',
        tensor([
          [0.5, 0],
          [0, 0.5],
        ]),
      ],
      ['0.bias', tensor([1, 2])],
      ['2.weight', tensor([[1, 1]])],
      ['2.bias', tensor([3])],
    ]);
    const names = new Map([
      ['C[1]', '0.weight'],
      ['b[1]', '0.bias'],
      ['B', '2.weight'],
      ['c', '2.bias'],
    ]);
    const { sample: back, multipliers } = await binary(theirs, 'F32', null, {
      architecture: feedforward,
      names,
      slopes: [0, 1],
    });
    expect(back).toMatchObject({
      depth: 1,
      weights: {
        'C[1]': [
          [0.5, 0],
          [0, 0.5],
        ],
        B: [[1, 1]],
      },
      biases: { 'b[1]': [1, 2], c: [3] },
      verdict: { negativeSemidefinite: true },
    });
    expect(multipliers).toBe('search');
    // ‖B‖ ‖C‖ = √2 / 2, and no 1-Lipschitz monotone activation can do better than the linear one.
    expect(Math.abs(back.lipschitz - Math.SQRT1_2)).toBeLessThan(1e-6);
  });

  it('depth and widths are read from them, without metadata', async () => {
    const { sample: back } = await binary(tensors, 'F64', null, { architecture: residual, lipschitz: 1 });
    expect(back).toMatchObject({ depth: 2, dims: { x: 3, w: 4, y: 3 }, multipliers: sample.multipliers });
  });

  it('a multiplier whose name a weight has stands apart, as generated modules write it', async () => {
    const architecture = parseArchitecture(
      'name: clash\nequations: |\n  w[1] = phi(lambda[1] * x)\n  y = B * w[1]\n',
      null,
    );
    const made = sampleInstance(architecture, { depth: 1, widths: { x: 2, w: 2, y: 2 }, strategy: 'pivot', seed: 4 });
    const [own = ''] = Object.keys(made.multipliers);
    expect(Object.keys(made.weights)).toContain(own);
    const flat: Tensors = new Map([
      ...Object.entries(made.weights).map(([name, value]) => [name, tensor(value)] as const),
      ...Object.entries(made.multipliers).map(([name, value]) => [`multiplier ${name}`, tensor(value)] as const),
    ]);
    expect(await binary(flat, 'F64', metadataOf(made))).toMatchObject({
      proven: true,
      multipliers: 'file',
      sample: { weights: made.weights, multipliers: made.multipliers },
    });
  });

  it('a network without hidden signals: its bound if one is said, else the least', async () => {
    const linear = loadArchitecture('linear');
    const tensors: Tensors = new Map([
      ['W', tensor([[3, 4]])],
      ['c', tensor([1])],
    ]);
    expect(await binary(tensors, 'F32', null, { architecture: linear, lipschitz: 6 })).toMatchObject({
      proven: true,
      multipliers: 'file',
      sample: { lipschitz: 6 },
    });
    const {
      sample: { lipschitz },
    } = await binary(tensors, 'F32', null, { architecture: linear });
    expect(lipschitz).toBeGreaterThanOrEqual(5);
    expect(lipschitz).toBeLessThan(5 * (1 + 1e-9));
  });

  it('blocks: weights of the parts under their names', async () => {
    const architecture = beside();
    const made = sampleInstance(architecture, {
      depth: 2,
      widths: { x: 2, h: 3, z: 3, u: 3, y: 2, 'inner.w': 4 },
      seed: 2,
    });
    const back = await binary(exported(made), 'F32', metadataOf(made));
    expect(back).toMatchObject({ proven: true, multipliers: 'file' });
    expect(back.sample.weights).toEqual(rounded(made.weights));
    expect(checkSample(JSON.parse(JSON.stringify(back.sample))).accepted).toBe(true);
    // No search knows blocks: multipliers that prove nothing leave nothing.
    const small = new Map(
      [...exported(made)].map(([name, value]) => [
        name,
        name.includes('lambda') ? { ...value, data: Array.from(value.data, (entry) => entry * 1e-9) } : value,
      ]),
    );
    const unproven = await binary(small, 'F64', metadataOf(made));
    expect(unproven).toMatchObject({ proven: false, multipliers: 'file' });
    expect(unproven.sample.verdict.negativeSemidefinite).not.toBe(true);
  });
});

describe('free parameters', () => {
  const random = generator(11);
  const made = (
    strategy: Parameters<typeof compile>[1]['strategy'],
    depth = 2,
  ): { readonly tensors: Tensors; readonly values: ReturnType<ReturnType<typeof compile>['constrain']> } => {
    const compiled = compile(residual, { depth, ...(strategy === undefined ? {} : { strategy }) });
    const shapes = compiled.dims({ x: 3, w: 4, y: 3 });
    const free = Object.entries(shapes).map(
      ([name, shape]) =>
        [
          name,
          {
            shape,
            data: Array.from({ length: shape.reduce((all, size) => all * size, 1) }, () =>
              Math.fround(random.normal()),
            ),
          },
        ] as const,
    );
    return {
      tensors: new Map(free),
      values: compiled.constrain(Object.fromEntries(free.map(([name, { data }]) => [name, data])), {
        slopes: [-0.1, 1],
        lipschitz: 2,
      }),
    };
  };
  const identifier = (name: string): string => name.replace(/\[(\d+)\]/, '_$1');
  const given = { architecture: residual, slopes: [-0.1, 1], lipschitz: 2 } as const;
  const flat = (values: unknown): readonly number[] => (values as readonly unknown[]).flat(2).map(Number);
  const dominance = pivotStrategy({ multipliers: 'dominance', contraction: 'aol', margin: 0.125 });

  it.each<readonly [string, Parameters<typeof compile>[1]['strategy'], ImportDetails]>([
    ...strategies.map(({ name }) => [name, name, { strategy: name }] as const),
    [
      'pivot by dominance',
      dominance,
      { strategy: 'pivot', variant: { multipliers: 'dominance', contraction: 'aol', margin: 0.125 } },
    ],
    [
      'pivot, spectral',
      pivotStrategy({ contraction: 'spectral' }),
      { strategy: 'pivot', variant: { contraction: 'spectral' } },
    ],
  ])('of %s lead to what constrain makes of them, whatever they are called', async (_title, strategy, details) => {
    const { tensors, values } = made(strategy);
    const all = [
      await binary(
        renamedBy(tensors, (name) => `module.${identifier(name)}`),
        'F32',
        null,
        { ...given, ...details },
      ),
      await binary(tensors, 'F64', null, { ...given, ...details, as: 'free' }),
      // A JavaScript dictionary of typed arrays, matrices in one row.
      await json(
        Object.fromEntries([...tensors].map(([name, { data }]) => [name, Float64Array.from(data as number[])])),
        { ...given, ...details, as: 'free' },
      ),
    ];
    for (const { sample, proven, kind, multipliers, notes } of all) {
      expect({ proven, kind, multipliers }).toEqual({ proven: true, kind: 'free', multipliers: 'constrain' });
      for (const [name, value] of Object.entries({ ...sample.weights, ...sample.biases }))
        expect(flat(value)).toEqual([...(values.weights[name] ?? values.biases[name] ?? [])]);
      for (const [name, value] of Object.entries(sample.multipliers))
        expect(flat(value)).toEqual([...(values.multipliers[name] ?? [])]);
      expect(sample).toMatchObject({
        lipschitz: 2,
        slopes: [
          [-0.1, 1],
          [-0.1, 1],
        ],
      });
      expect(notes).toContainEqual(expect.stringContaining('float64'));
      expect(checkSample(JSON.parse(JSON.stringify(sample))).accepted).toBe(true);
    }
  });

  it('metadata name the strategy and its variant; the prefix of all names is found', async () => {
    const { tensors, values } = made(dominance);
    const metadata = {
      architecture: 'residual',
      depth: '2',
      strategy: 'pivot',
      variant: 'dominance multipliers, aol contraction, margin 0.125',
      lipschitz: '2.0',
      slopes: '[[-0.1, 1.0], [-0.1, 1.0]]',
    };
    const { sample, prefix, notes } = await binary(
      renamedBy(tensors, (name) => `net.lip.${identifier(name)}`),
      'F32',
      metadata,
    );
    expect(prefix).toBe('net.lip.');
    expect(flat(sample.weights['C[1]'])).toEqual([...(values.weights['C[1]'] ?? [])]);
    expect(sample).toMatchObject({
      strategy: 'pivot',
      variant: { multipliers: 'dominance', contraction: 'aol', margin: 0.125 },
    });
    expect(notes).toHaveLength(1);
  });

  it('a variant that nobody says is told as assumed', async () => {
    const { tensors } = made('pivot');
    const { assumed, sample } = await binary(tensors, 'F32', { architecture: 'residual', strategy: 'pivot' });
    expect(assumed.join('\n')).toMatch(/slopes \[0, 1\], as[\s\S]*bound 1, as[\s\S]*spectral contraction\), as/);
    expect(sample.assumed).toEqual(assumed);
  });

  it('the way back from weights leads to the free parameters they were made of', async () => {
    const { tensors } = made(pivotStrategy({ contraction: 'cholesky' }));
    const there = await binary(tensors, 'F64', null, {
      ...given,
      strategy: 'pivot',
      variant: { contraction: 'cholesky' },
    });
    const back = await json(there.sample, { recover: true });
    for (const [name, { data }] of tensors) {
      const found = flat(back.free?.[name]);
      expect(found).toHaveLength(data.length);
      for (const [at, value] of found.entries())
        expect(Math.abs(value - (data[at] ?? NaN))).toBeLessThan(1e-6 * Math.max(1, Math.abs(value)));
    }
    expect(back.free?.['C[1]']).toHaveLength(4);
    // From rounded weights to parameters that lead to those.
    const float = await binary(exported(there.sample), 'F32', metadataOf(there.sample), { recover: true });
    const again = await json(float.free, { ...given, strategy: 'pivot', variant: { contraction: 'cholesky' } });
    for (const [name, value] of Object.entries(float.sample.weights))
      flat(again.sample.weights[name]).forEach((entry, at) =>
        expect(Math.abs(entry - (flat(value)[at] ?? NaN))).toBeLessThan(1e-9),
      );
  });

  it('an instance of them says how its weights were made, and a reviewer makes them again', async () => {
    for (const strategy of strategies) {
      const { tensors } = made(strategy);
      const details = { ...given, strategy: strategy.name, as: 'free' as const };
      for (const source of [
        sourceOfSafetensors(safetensorsContents(safetensors(tensors, 'F64'))),
        sourceOfJson(
          JSON.parse(
            JSON.stringify(
              Object.fromEntries([...tensors].map(([name, { data }]) => [name, Float64Array.from(data as number[])])),
            ),
          ),
        ),
      ]) {
        const { sample } = await importNetwork(source, details);
        const written: unknown = JSON.parse(JSON.stringify(sample));
        expect(weightsObjections(written, source)).toEqual([]);
        expect(
          weightsObjections(
            { ...sample, origin: { ...sample.origin, made: { ...sample.origin?.made, lipschitz: 1.5 } } },
            source,
          ).join(),
        ).toMatch(/in the weight file/);
        const [[first, { data, shape }]] = [...source.tensors] as unknown as [
          readonly [string, { readonly shape: readonly number[]; readonly data: Float64Array }],
        ];
        const moved = Float64Array.from(data, (value, k) => (k === 0 ? value * 1.001 + 1 : value));
        expect(
          weightsObjections(written, {
            ...source,
            tensors: new Map([...source.tensors, [first, { shape, data: moved }]]),
          }).join(),
        ).toMatch(/in the weight file/);
        expect(
          await codeOf(() =>
            weightsObjections(
              { ...sample, origin: { ...sample.origin, made: { ...sample.origin?.made, strategy: 'none' } } },
              source,
            ),
          ),
        ).toBe('LW308');
      }
    }
  });

  it('the weights of an export are not looked for among the raw parameters', () => {
    const sample = sampleInstance(residual, { depth: 2, widths: { x: 2, w: 2, y: 2 }, strategy: 'pivot', seed: 1 });
    const origin = { tensors: { 'C[1]': 'C[1]' }, layout: 'outputs-first', folds: [] };
    expect(weightsObjections({ ...sample, origin }, sourceOfJson({ C_1: [[1, 2]] }))).toEqual([
      expect.stringMatching(/no tensor C\[1\].*It has C_1: these are free parameters.*export\(\)/),
    ]);
  });
});

describe('what is said twice', () => {
  const sample = sampleInstance(feedforward, { depth: 1, widths: { x: 2, w: 3, y: 2 }, strategy: 'pivot', seed: 1 });
  const notesOf = async (metadata: Readonly<Record<string, unknown>>, details: ImportDetails): Promise<string> =>
    (await binary(exported(sample), 'F64', { ...metadataOf(sample), ...metadata }, details)).notes.join('\n');

  it.each<readonly [string, Readonly<Record<string, string>>, ImportDetails, RegExp]>([
    ['the depth', { depth: '7' }, { depth: 1 }, /--depth 1 wins over the file, which says 7/],
    ['a depth that is none', { depth: 'deep' }, { depth: 1 }, /--depth 1 wins/],
    ['the bound', {}, { lipschitz: 3 }, /--lipschitz 3 wins over the file, which says 1/],
    ['slopes', {}, { slopes: [-0.001, 1] }, /--slopes \[-0.001,1\] wins over the file, which says \[0,1\]/],
    [
      'the architecture',
      { definition: 'name: other\nequations: y = W * x\n' },
      { architecture: feedforward },
      /--architecture feedforward wins over the definition/,
    ],
    ['the name of the architecture', { architecture: 'residual' }, {}, /it is the definition that counts/],
    [
      'the strategy',
      { strategy: 'gershgorin' },
      { strategy: 'pivot' },
      /--strategy pivot wins over the file, which says gershgorin/,
    ],
    [
      'the variant',
      {},
      { variant: { contraction: 'aol' } },
      /aol contraction\) wins over the file, which says pivot \(free multipliers, spectral/,
    ],
    ['widths', { dims: '{"x": 5}' }, { widths: new Map([['x', 2]]) }, /--dims x=2 wins over the file, which says 5/],
  ])('%s: the user wins, and is told', async (_title, metadata, details, expected) => {
    expect(await notesOf(metadata, details)).toMatch(expected);
  });

  it('what is said alike is not mentioned', async () => {
    expect(
      await notesOf(
        {},
        {
          depth: 1,
          lipschitz: 1,
          slopes: [0, 1],
          strategy: 'pivot',
          architecture: feedforward,
          variant: { contraction: 'spectral' },
        },
      ),
    ).toBe('');
  });
});
