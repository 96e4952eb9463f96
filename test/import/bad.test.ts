import { describe, expect, it } from 'vitest';
import { loadArchitecture } from '../../src/1-parse/index.js';
import { importNetwork } from '../../src/import/import.js';
import type { ImportDetails, Imported } from '../../src/import/import.js';
import { sourceOfJson, sourceOfSafetensors } from '../../src/import/source.js';
import { safetensorsContents } from '../../src/import/safetensors.js';
import { sampleInstance } from '../../src/verify/sample.js';
import { codeOf } from '../certify/code-of.js';
import { beside } from '../block-architectures.js';
import type { Tensors } from './files.js';
import { exported, metadataOf, renamedBy, safetensors, tensor } from './files.js';

const binary = (
  tensors: Tensors,
  metadata: Readonly<Record<string, unknown>> | null = null,
  details: ImportDetails = {},
): Promise<Imported> =>
  importNetwork(sourceOfSafetensors(safetensorsContents(safetensors(tensors, 'F64', metadata))), details);

const architecture = loadArchitecture('residual');
const sample = sampleInstance(architecture, { depth: 2, widths: { x: 3, w: 4, y: 3 }, strategy: 'pivot', seed: 1 });
const tensors = exported(sample);
const metadata = metadataOf(sample);
const without = (...names: readonly string[]): Tensors =>
  new Map([...tensors].filter(([name]) => !names.includes(name)));
const dotted = (name: string): string => name.replace(/\[(\d+)\]/, '.$1');
const underscored = (name: string): string => name.replace(/\[(\d+)\]/, '_$1');
const raw = new Map([
  ...without('lambda[1]', 'lambda[2]'),
  ['psi[1]', tensor([0, 0, 0, 0])],
  ['psi[2]', tensor([0, 0, 0, 0])],
]);

describe('tensors that do not fit', () => {
  it('these do', async () => {
    expect(await codeOf(() => binary(tensors, metadata))).toBe('nothing');
    expect(await codeOf(() => binary(renamedBy(raw, underscored), metadata))).toBe('nothing');
  });

  it.each<readonly [string, Tensors, string]>([
    ['a weight is missing', without('C[1]'), 'LW312'],
    ['a bias is missing', without('b[2]'), 'LW312'],
    ['a multiplier is missing', without('lambda[2]'), 'LW312'],
    ['all are missing but one', new Map([['A', tensor([1, 2, 3])]]), 'LW312'],
    ['there are none', new Map(), 'LW312'],
    ['one too many', new Map([...tensors, ['extra', tensor([1])]]), 'LW312'],
    ['a layer too many', new Map([...tensors, ['C[3]', tensor([[1]])]]), 'LW312'],
    ['__proto__', new Map([...tensors, ['__proto__', tensor([1])]]), 'LW312'],
    [
      'constructor and toString',
      new Map([...tensors, ['constructor', tensor([1])], ['toString', tensor([1])]]),
      'LW312',
    ],
    ['control characters', new Map([...tensors, ['\u001b[2J', tensor([1])]]), 'LW312'],
    ['one in two spellings', new Map([...tensors, ['C.1', tensor([[1, 2, 3]])]]), 'LW312'],
    [
      'a prefix of some',
      new Map([...tensors].map(([name, value], at) => [at < 3 ? `module.${name}` : name, value])),
      'LW312',
    ],
    [
      'one name for two after the prefix',
      new Map([...renamedBy(tensors, (name) => `m.${name}`), ['m.C.1', tensor([[1]])]]),
      'LW312',
    ],
    ['a matrix on its side', new Map([...tensors, ['C[1]', { shape: [3, 4], data: new Float64Array(12) }]]), 'LW312'],
    ['a matrix in one row', new Map([...tensors, ['C[1]', { shape: [12], data: new Float64Array(12) }]]), 'LW312'],
    ['three dimensions', new Map([...tensors, ['C[1]', { shape: [4, 3, 1], data: new Float64Array(12) }]]), 'LW312'],
    ['a number for a bias', new Map([...tensors, ['c', { shape: [], data: new Float64Array(1) }]]), 'LW312'],
    ['no entries', new Map([...tensors, ['C[1]', { shape: [4, 0], data: [] }]]), 'LW304'],
    ['a multiplier of another length', new Map([...tensors, ['lambda[1]', tensor([1, 1, 1])]]), 'LW312'],
    ['a multiplier with rows', new Map([...tensors, ['lambda[1]', tensor([[1], [1], [1], [1]])]]), 'LW312'],
    ['NaN in a weight', new Map([...tensors, ['A', tensor([1, Number.NaN, 1])]]), 'LW307'],
    ['NaN in a bias', new Map([...tensors, ['c', tensor([1, Number.NaN, 1])]]), 'LW307'],
    ['an infinite multiplier', new Map([...tensors, ['lambda[1]', tensor([1, Infinity, 1, 1])]]), 'LW307'],
    [
      'a free parameter too few',
      renamedBy(new Map([...raw].filter(([name]) => name !== 'psi[1]')), underscored),
      'LW312',
    ],
    [
      'NaN in a free parameter',
      renamedBy(new Map([...raw, ['psi[1]', tensor([0, 0, Number.NaN, 0])]]), underscored),
      'LW307',
    ],
    [
      'a free parameter of another length',
      renamedBy(new Map([...raw, ['psi[1]', tensor([0, 0])]]), underscored),
      'LW312',
    ],
    [
      'identifiers and names together',
      new Map([...raw].map(([name, value], at) => [at % 2 === 0 ? underscored(name) : name, value])),
      'LW312',
    ],
  ])('%s', async (_title, given, code) => {
    expect(await codeOf(() => binary(given, metadata))).toBe(code);
  });

  it('a layer is missing, and nothing says the depth', async () => {
    expect(await codeOf(() => binary(without('C[1]'), null, { architecture }))).toBe('LW312');
    expect(await codeOf(() => binary(new Map([['C[4000]', tensor([[1]])]]), null, { architecture }))).not.toBe(
      'nothing',
    );
  });

  it('messages name what is wrong, in the words of the file', async () => {
    await expect(
      binary(
        renamedBy(without('C[1]'), (name) => `net.${dotted(name)}`),
        metadata,
      ),
    ).rejects.toThrow(/no C\[1\].*C\.1.*depth 2, each after "net\."/);
    await expect(binary(new Map([...tensors, ['extra', tensor([1])]]), metadata)).rejects.toThrow(/the tensor extra/);
  });

  it('sizes that no LMI is judged at', async () => {
    const wide: Tensors = new Map([['W', { shape: [2, 5000], data: new Float64Array(10_000) }]]);
    expect(await codeOf(() => binary(wide, null, { architecture: loadArchitecture('linear') }))).toBe('LW314');
    const wider: Tensors = new Map([['W', { shape: [1, 70_000], data: new Float64Array(70_000) }]]);
    expect(await codeOf(() => binary(wider, null, { architecture: loadArchitecture('linear') }))).toBe('LW304');
  });
});

describe('what nobody can tell', () => {
  const free = renamedBy(raw, underscored);
  const bare = without('lambda[1]', 'lambda[2]');

  it('free parameters without a strategy; the message says which have such', async () => {
    expect(await codeOf(() => binary(free, null, { architecture }))).toBe('LW308');
    await expect(binary(raw, null, { architecture })).rejects.toThrow(/LW308.*pivot/);
    await expect(binary(renamedBy(bare, underscored), null, { architecture })).rejects.toThrow(/LW308.*gershgorin/);
    expect(await codeOf(() => binary(bare, null, { architecture, as: 'free' }))).toBe('LW308');
    expect(await codeOf(() => binary(free, { ...metadata, strategy: 'none of ours' }))).toBe('LW308');
  });

  it('names that are those of weights and of free parameters', async () => {
    const options = { architecture, strategy: 'gershgorin' };
    expect(await codeOf(() => binary(bare, null, options))).toBe('LW311');
    const weights = await binary(bare, null, { ...options, as: 'weights' });
    expect(weights.sample.weights).toEqual(sample.weights);
    // What the file says decides between the two, and nothing else.
    const told = await binary(bare, { tensors: 'weights' }, options);
    expect(told.sample.weights).toEqual(sample.weights);
    expect(await codeOf(() => binary(bare, { tensors: 'free' }, options))).toBe('LW311');
    expect((await binary(free, { tensors: 'weights' }, { architecture, strategy: 'pivot' })).kind).toBe('free');
    const made = await binary(bare, { tensors: 'weights' }, { ...options, as: 'free' });
    expect(made.sample.weights).not.toEqual(sample.weights);
    // A module of the strategy calls them so.
    expect((await binary(renamedBy(bare, underscored), null, options)).kind).toBe('free');
    expect((await binary(renamedBy(bare, underscored), null, { ...options, as: 'weights' })).sample.weights).toEqual(
      sample.weights,
    );
  });

  it('an architecture that nobody names', async () => {
    expect(await codeOf(() => binary(tensors))).toBe('LW301');
    expect(await codeOf(() => binary(tensors, { architecture: 'elsewhere/net.yaml' }))).toBe('LW301');
    expect(await codeOf(() => binary(tensors, { architecture: './rules/architectures/residual.yaml' }))).toBe('LW301');
  });

  it('a map to tensors that are not there, or to one twice', async () => {
    expect(await codeOf(() => binary(tensors, metadata, { names: new Map([['C[1]', 'none']]) }))).toBe('LW312');
    expect(
      await codeOf(() =>
        binary(tensors, metadata, {
          names: new Map([
            ['C[1]', 'A'],
            ['C[2]', 'A'],
          ]),
        }),
      ),
    ).toBe('LW312');
    expect(await codeOf(() => binary(tensors, metadata, { names: new Map([['C[1]', 'C[2]']]) }))).toBe('LW312');
  });

  it('blocks without multipliers, and no way back', async () => {
    const made = sampleInstance(beside(), {
      depth: 2,
      widths: { x: 2, h: 3, z: 3, u: 3, y: 2, 'inner.w': 4 },
      seed: 2,
    });
    const all = new Map([...exported(made)].filter(([name]) => !name.includes('lambda')));
    expect(await codeOf(() => binary(all, metadataOf(made), { as: 'weights' }))).toBe('LW315');
    expect(await codeOf(() => binary(exported(made), metadataOf(made), { recover: true, strategy: 'pivot' }))).toBe(
      'LW317',
    );
    expect(await codeOf(() => binary(tensors, metadata, { recover: true, strategy: 'gershgorin' }))).toBe('LW317');
    expect(await codeOf(() => binary(tensors, metadata, { recover: true, variant: { contraction: 'aol' } }))).toBe(
      'LW317',
    );
  });
});

describe('metadata', () => {
  const large = '#'.repeat(300_000);

  it.each<readonly [string, Readonly<Record<string, unknown>> | readonly unknown[], string]>([
    ['a depth that is no number', { depth: 'two' }, 'LW302'],
    ['a depth of 1.5', { depth: '1.5' }, 'LW302'],
    ['a depth of 0', { depth: '0' }, 'LW302'],
    ['a depth above all', { depth: '5000' }, 'LW302'],
    ['another depth than the tensors have', { depth: '3' }, 'LW312'],
    ['a bound that is no number', { lipschitz: '1.0x' }, 'LW306'],
    ['a bound of inf', { lipschitz: 'inf' }, 'LW306'],
    ['a bound of 0', { lipschitz: '0.0' }, 'LW306'],
    ['a bound out of range', { lipschitz: '1e-40' }, 'LW306'],
    ['slopes that are no JSON', { slopes: '[[0, 1], [0, 1]' }, 'LW104'],
    ['slopes with NaN', { slopes: '[[0, NaN], [0, 1]]' }, 'LW104'],
    ['slopes of one layer', { slopes: '[[0, 1]]' }, 'LW305'],
    ['slopes turned round', { slopes: '[[1, 0], [0, 1]]' }, 'LW305'],
    ['slopes of three numbers', { slopes: '[[0, 1, 2], [0, 1]]' }, 'LW305'],
    ['slopes that are an object', { slopes: '{"0": [0, 1]}' }, 'LW305'],
    ['slopes without end', { slopes: `[${'[0,1],'.repeat(100_000)}[0,1]]` }, 'LW305'],
    ['a definition that does not parse', { definition: 'name: [' }, 'LW103'],
    ['a definition with an alias', { definition: 'name: &a x\nequations: *a\n' }, 'LW106'],
    ['a definition that is too large', { definition: `name: residual\nequations: y = W * x\n${large}` }, 'LW102'],
    ['a definition of another network', { definition: 'name: residual\nequations: y = W * x\n' }, 'LW312'],
    [
      'a definition that includes a file',
      {
        definition:
          'name: r\nblocks: { inner: { include: ./other.yaml, lipschitz: 1 } }\nequations: |\n  z = ' +
          'inner(x)\n  y = B * z\n',
      },
      'LW110',
    ],
    ['a variant that is none', { variant: 'free multipliers' }, 'LW105'],
    ['a variant of words that are none', { variant: 'free multipliers, toString contraction' }, 'LW105'],
    ['a variant with a margin that is none', { variant: 'free multipliers, aol contraction, margin 2' }, 'LW105'],
    ['widths that are no numbers', { dims: '{"x": "3"}' }, 'LW304'],
    ['widths of no signal', { dims: '{"q": 3}' }, 'LW304'],
    ['other widths than the tensors have', { dims: '{"x": 5}' }, 'LW312'],
    ['a list', [1], 'LW109'],
    ['a number in it', { depth: 2 }, 'LW109'],
  ])('%s', async (_title, changed, code) => {
    expect(
      await codeOf(() => binary(tensors, 'length' in changed ? (changed as never) : { ...metadata, ...changed })),
    ).toBe(code);
  });

  it('of other tools are left alone', async () => {
    expect(await binary(tensors, { ...metadata, format: 'pt', __proto__x: 'y', step: '3000' })).toMatchObject({
      proven: true,
      notes: [],
    });
  });

  it('two names of one field are refused with the header', async () => {
    const file = Buffer.from(
      safetensors(tensors, 'F64', metadata)
        .toString('latin1')
        .replace('"generator":"lipwright"', '"\\u0064epth":"lipwrigh"'),
      'latin1',
    );
    expect(await codeOf(() => safetensorsContents(file))).toBe('LW104');
  });
});

describe('JSON', () => {
  const read = (value: unknown, details: ImportDetails = {}): Promise<Imported> =>
    importNetwork(sourceOfJson(value), details);
  const dictionary = { ...sample.weights, ...sample.biases, ...sample.multipliers };

  it('a dictionary with metadata, the form of sample, and what a JavaScript module returns', async () => {
    const arrays = (table: object): object =>
      Object.fromEntries(
        Object.entries(table).map(([name, value]: [string, unknown]) => [
          name,
          Float64Array.from((value as readonly unknown[]).flat().map(Number)),
        ]),
      );
    const constrained = {
      widths: { x: 3, w: 4, y: 3 },
      slopes: sample.slopes,
      lipschitz: 1,
      weights: arrays(sample.weights),
      biases: arrays(sample.biases),
      multipliers: arrays(sample.multipliers),
    };
    for (const [value, details] of [
      [{ ...dictionary, __metadata__: metadata }, {}],
      [
        {
          ...dictionary,
          __metadata__: { ...metadata, depth: 2, lipschitz: 1, slopes: sample.slopes, variant: sample.variant },
        },
        {},
      ],
      [sample, {}],
      [constrained, { architecture }],
    ] as const) {
      const imported = await read(JSON.parse(JSON.stringify(value)), details);
      expect(imported).toMatchObject({
        proven: true,
        multipliers: 'file',
        kind: 'weights',
        notes: [],
        sample: { weights: sample.weights, biases: sample.biases, multipliers: sample.multipliers, lipschitz: 1 },
      });
    }
  });

  it('a certificate of certify is imported with its bound', async () => {
    const { sample: certified } = await read({ ...sample, multipliers: {} });
    expect(certified.lipschitz).toBeLessThan(1);
    expect(await read(certified)).toMatchObject({
      proven: true,
      multipliers: 'file',
      sample: { lipschitz: certified.lipschitz },
    });
  });

  it.each<readonly [string, unknown, string]>([
    ['a list', [1], 'LW105'],
    ['null', null, 'LW105'],
    ['nothing', {}, 'LW105'],
    ['metadata alone', { __metadata__: metadata }, 'LW105'],
    ['metadata that are a text', { ...dictionary, __metadata__: 'x' }, 'LW105'],
    ['a text for a tensor', { ...dictionary, A: 'abc' }, 'LW105'],
    ['an object for a tensor', { ...dictionary, A: { x: 1 } }, 'LW105'],
    ['a typed array with a gap', { ...dictionary, A: { 0: 1, 2: 1 } }, 'LW105'],
    ['NaN as a text', { ...dictionary, A: [1, 'NaN', 1] }, 'LW307'],
    [
      'a number beyond doubles',
      JSON.parse(JSON.stringify({ ...dictionary, A: [1, 7e300, 1] }).replace('7e+300', '7e300000')),
      'LW307',
    ],
    ['crooked rows', { ...dictionary, B: [[1], [1, 2], [1]] }, 'LW312'],
    ['a number among rows', { ...dictionary, B: [[1], 2, [1]] }, 'LW312'],
    ['three dimensions', { ...dictionary, B: [[[1]]] }, 'LW312'],
    ['__proto__', JSON.parse(`{"__proto__": [1], ${JSON.stringify(dictionary).slice(1)}`), 'LW312'],
    ['a bias among the weights too', { ...sample, biases: { ...sample.biases, A: [1, 1, 1] } }, 'LW312'],
    ['multipliers that are a list', { ...sample, multipliers: [] }, 'LW105'],
    ['a multiplier too many', { ...sample, multipliers: { ...sample.multipliers, 'lambda[3]': [1] } }, 'LW312'],
    ['a multiplier too few', { ...sample, multipliers: { 'lambda[1]': sample.multipliers['lambda[1]'] } }, 'LW312'],
    [
      'a weight among the multipliers',
      { ...sample, weights: { ...sample.weights, 'lambda[1]': sample.multipliers['lambda[1]'] }, multipliers: {} },
      'LW312',
    ],
    ['a depth that is a list', { ...sample, depth: [2] }, 'LW302'],
    ['a definition that is a number', { ...sample, definition: 7 }, 'LW105'],
    ['widths that are a list', { ...sample, dims: [3] }, 'LW105'],
  ])('%s', async (_title, value, code) => {
    const ofSample = typeof value === 'object' && value !== null && 'definition' in value;
    expect(await codeOf(() => read(value, ofSample ? {} : { architecture, depth: 2 }))).toBe(code);
  });
});
