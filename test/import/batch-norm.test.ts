import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadArchitecture, parseArchitecture } from '../../src/1-parse/index.js';
import { sourceOfSafetensors } from '../../src/import/source.js';
import type { StoredTensor } from '../../src/import/safetensors.js';
import type { FileDetails, NetworkFile } from '../../src/import/network-file.js';
import { readNetwork } from '../../src/import/network-file.js';
import { safetensorsContents } from '../../src/import/safetensors.js';
import { codeOf } from '../certify/code-of.js';
import type { Tensors } from './files.js';
import { safetensors, tensor } from './files.js';

const feedforward = loadArchitecture('feedforward');
const file = (name: string): Buffer =>
  readFileSync(fileURLToPath(new URL(`../examples/files/${name}.safetensors`, import.meta.url)));
const network = (tensors: Tensors, details: FileDetails = {}): NetworkFile =>
  readNetwork(sourceOfSafetensors(safetensorsContents(safetensors(tensors, 'F64'))), {
    architecture: feedforward,
    ...details,
  });

/** The map of modules in evaluation, as PyTorch's documentation has it: nothing of ours is used. */
function evaluate(
  tensors: ReadonlyMap<string, StoredTensor>,
  modules: readonly string[],
  eps: number,
  x: readonly number[],
): readonly number[] {
  const at = (name: string, i: number, otherwise: number): number => tensors.get(name)?.data[i] ?? otherwise;
  return modules.reduce<readonly number[]>((v, module) => {
    if (module === 'relu') return v.map((value) => Math.max(0, value));
    const weight = tensors.get(`${module}.weight`);
    if (tensors.has(`${module}.running_var`))
      return v.map(
        (value, i) =>
          ((value - at(`${module}.running_mean`, i, NaN)) / Math.sqrt(at(`${module}.running_var`, i, NaN) + eps)) *
            at(`${module}.weight`, i, 1) +
          at(`${module}.bias`, i, 0),
      );
    const [rows = 0, columns = 0] = weight?.shape ?? [];
    return Array.from({ length: rows }, (_, i) =>
      v.reduce((total, value, j) => total + (weight?.data[i * columns + j] ?? NaN) * value, at(`${module}.bias`, i, 0)),
    );
  }, x);
}

function forward({ reading, values }: NetworkFile, x: readonly number[]): readonly number[] {
  return [...reading.judge.forward(values.values, x, (v: number) => Math.max(0, v))];
}

const read = (tensors: Tensors): ReadonlyMap<string, StoredTensor> =>
  safetensorsContents(safetensors(tensors, 'F64')).tensors;

const norm = (module: string, width: number, affine = true): Tensors => {
  const row = (from: number): number[] => Array.from({ length: width }, (_, i) => from + 0.3 * i);
  return new Map([
    [`${module}.running_mean`, tensor(row(-0.4))],
    [`${module}.running_var`, tensor(row(0.2))],
    ...(affine
      ? [[`${module}.weight`, tensor(row(-0.7))] as const, [`${module}.bias`, tensor(row(0.1))] as const]
      : []),
  ]);
};
const linear = (module: string, rows: number, columns: number, bias = true): Tensors =>
  new Map([
    [
      `${module}.weight`,
      tensor(
        Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => Math.sin(1 + 3 * i + 7 * j))),
      ),
    ],
    ...(bias ? [[`${module}.bias`, tensor(Array.from({ length: rows }, (_, i) => Math.cos(i)))] as const] : []),
  ]);
const together = (...parts: readonly Tensors[]): Tensors => new Map(parts.flatMap((part) => [...part]));

const inputs = (width: number): readonly (readonly number[])[] =>
  Array.from({ length: 5 }, (_, k) => Array.from({ length: width }, (_, i) => 2 * Math.sin(10 * k + i)));

function expectEqual(
  tensors: ReadonlyMap<string, StoredTensor>,
  modules: readonly string[],
  folded: NetworkFile,
  width: number,
  eps = 1e-5,
): void {
  for (const x of inputs(width)) {
    const [ours, theirs] = [forward(folded, x), evaluate(tensors, modules, eps, x)];
    expect(ours).toHaveLength(theirs.length);
    ours.forEach((value, i) =>
      expect(Math.abs(value - (theirs[i] ?? NaN))).toBeLessThan(1e-12 * Math.max(1, ...theirs.map(Math.abs))),
    );
  }
}

describe('batch normalization in evaluation is folded', () => {
  it('a trained Sequential in float32: equal outputs in double precision, with a note, eps assumed', () => {
    const contents = safetensorsContents(file('batch-norm'));
    const folded = readNetwork(sourceOfSafetensors(contents), { architecture: feedforward });
    expectEqual(contents.tensors, ['0', '1', 'relu', '3', '4', 'relu', '6'], folded, 30);
    expect(folded.notes.join('\n')).toMatch(
      /normalization 1 .*folded into C\[1\] and b\[1\][\s\S]*normalization 4 .*C\[2\]/,
    );
    expect(folded.assumed.join('\n')).toMatch(/C\[1\] = 0\.weight[\s\S]*eps 0\.00001/);
    expect(folded.ignored).toEqual(['1.num_batches_tracked', '4.num_batches_tracked']);
  });

  it.each<readonly [string, Tensors, readonly string[], FileDetails]>([
    [
      'before the activation',
      together(linear('0', 3, 2), norm('1', 3), linear('3', 2, 3)),
      ['0', '1', 'relu', '3'],
      {},
    ],
    [
      'behind the activation',
      together(linear('0', 3, 2), norm('2', 3), linear('3', 2, 3)),
      ['0', 'relu', '2', '3'],
      {},
    ],
    ['on the input', together(norm('0', 2), linear('1', 3, 2), linear('3', 2, 3)), ['0', '1', 'relu', '3'], {}],
    ['on the output', together(linear('0', 3, 2), linear('2', 2, 3), norm('3', 2)), ['0', 'relu', '2', '3'], {}],
    [
      'on both sides of a weight',
      together(linear('0', 3, 2), norm('2', 3), linear('3', 2, 3), norm('4', 2)),
      ['0', 'relu', '2', '3', '4'],
      {},
    ],
    [
      'without a weight and a bias of its own',
      together(linear('0', 3, 2), norm('1', 3, false), linear('3', 2, 3)),
      ['0', '1', 'relu', '3'],
      {},
    ],
    [
      'beside weights that have no biases',
      together(linear('0', 3, 2, false), norm('1', 3), linear('3', 2, 3, false)),
      ['0', '1', 'relu', '3'],
      {},
    ],
    [
      'where only some weights have biases',
      together(linear('0', 3, 2, false), norm('1', 3), linear('3', 2, 3)),
      ['0', '1', 'relu', '3'],
      {},
    ],
    [
      'under a prefix',
      together(linear('net.0', 3, 2), norm('net.1', 3), linear('net.3', 2, 3)),
      ['net.0', 'net.1', 'relu', 'net.3'],
      { prefix: 'net.' },
    ],
    ['ten layers on', together(linear('9', 3, 2), norm('10', 3), linear('12', 2, 3)), ['9', '10', 'relu', '12'], {}],
    [
      'by names',
      together(linear('fc1', 3, 2), norm('bn1', 3), linear('fc2', 3, 3), norm('bn2', 3), linear('fc3', 1, 3)),
      ['fc1', 'bn1', 'relu', 'fc2', 'bn2', 'relu', 'fc3'],
      {},
    ],
    [
      'by names, behind the activation',
      together(linear('fc1', 3, 2), norm('bn1', 3), linear('fc2', 2, 3)),
      ['fc1', 'relu', 'bn1', 'fc2'],
      { batchNorm: 'after-activation' },
    ],
    [
      'apart from both neighbours, as the user says',
      together(linear('0', 3, 2), norm('2', 3), linear('4', 2, 3)),
      ['0', '2', 'relu', '4'],
      { batchNorm: 'before-activation' },
    ],
    [
      'with a map',
      together(linear('a.0', 3, 2), norm('a.1', 3), linear('a.3', 2, 3)),
      ['a.0', 'a.1', 'relu', 'a.3'],
      {
        names: new Map([
          ['C[1]', 'a.0.weight'],
          ['b[1]', 'a.0.bias'],
          ['B', 'a.3.weight'],
          ['c', 'a.3.bias'],
        ]),
      },
    ],
    [
      'with an eps of its own',
      together(linear('0', 3, 2), norm('1', 3), linear('3', 2, 3)),
      ['0', '1', 'relu', '3'],
      { eps: 0.5 },
    ],
  ])('%s', (_title, tensors, modules, details) => {
    const folded = network(tensors, details);
    expectEqual(read(tensors), modules, folded, 2, details.eps);
    expect(folded.assumed.some((text) => text.startsWith('eps'))).toBe(details.eps === undefined);
    expect(folded.assumed.some((text) => text.includes('--batch-norm'))).toBe(
      modules.includes('bn1') && details.batchNorm === undefined,
    );
  });

  it.each<readonly [string, Tensors, FileDetails, string]>([
    ['apart from both neighbours', together(linear('0', 3, 2), norm('2', 3), linear('4', 2, 3)), {}, 'LW312'],
    ['of another width', together(linear('0', 3, 2), norm('1', 2), linear('3', 2, 3)), {}, 'LW312'],
    [
      'with statistics of another width',
      together(linear('0', 3, 2), norm('1', 3), linear('3', 2, 3), new Map([['1.running_mean', tensor([1, 2])]])),
      {},
      'LW312',
    ],
    [
      'with a negative variance',
      together(linear('0', 3, 2), norm('1', 3), linear('3', 2, 3), new Map([['1.running_var', tensor([1, -1, 1])]])),
      {},
      'LW307',
    ],
    [
      'with a variance of NaN',
      together(linear('0', 3, 2), norm('1', 3), linear('3', 2, 3), new Map([['1.running_var', tensor([1, NaN, 1])]])),
      {},
      'LW307',
    ],
    [
      'with a variance of 0 and no eps',
      together(linear('0', 3, 2), norm('1', 3), linear('3', 2, 3), new Map([['1.running_var', tensor([1, 0, 1])]])),
      { eps: 0 },
      'LW307',
    ],
    [
      'with a weight of NaN',
      together(linear('0', 3, 2), norm('1', 3), linear('3', 2, 3), new Map([['1.weight', tensor([1, NaN, 1])]])),
      {},
      'LW307',
    ],
    [
      'two at one place',
      together(linear('fc1', 3, 2), norm('bn1', 3), norm('norm1', 3), linear('fc2', 2, 3)),
      {},
      'LW312',
    ],
    [
      'that is a layer normalization, which is no linear map',
      together(
        linear('0', 3, 2),
        new Map([
          ['1.weight', tensor([1, 1, 1])],
          ['1.bias', tensor([0, 0, 0])],
        ]),
        linear('3', 2, 3),
      ),
      {},
      'LW312',
    ],
    [
      'of which half is missing',
      together(linear('0', 3, 2), new Map([['1.running_var', tensor([1, 1, 1])]]), linear('3', 2, 3)),
      {},
      'LW312',
    ],
    [
      'where equations have no bias',
      together(linear('0', 3, 2, false), norm('1', 3), linear('3', 2, 3, false)),
      { architecture: parseArchitecture('name: bare\nequations: |\n  w = phi(C * x)\n  y = B * w\n', null) },
      'LW312',
    ],
    [
      'in a network with skips',
      together(linear('0', 2, 2), norm('1', 2), linear('3', 2, 2)),
      {
        architecture: loadArchitecture('residual'),
        names: new Map([
          ['C[1]', '0.weight'],
          ['A', '3.weight'],
        ]),
      },
      'LW312',
    ],
    ['that is not there', together(linear('0', 3, 2), linear('2', 2, 3)), { eps: 1e-3 }, 'LW311'],
  ])('one %s is refused', async (_title, tensors, details, code) => {
    expect(await codeOf(() => network(tensors, details))).toBe(code);
  });
});

describe('plain chains need no map', () => {
  const bounds = (tensors: Tensors, details: FileDetails = {}): readonly string[] => network(tensors, details).assumed;

  it.each<readonly [string, Tensors, RegExp]>([
    [
      'nn.Sequential',
      together(linear('0', 3, 2), linear('2', 4, 3), linear('4', 1, 4)),
      /C\[1\] = 0\.weight, b\[1\] = 0\.bias, C\[2\] = 2\.weight, .*B = 4\.weight/,
    ],
    [
      'of more than ten, by number and not by letter',
      together(...[2, 4, 6, 8, 10, 12].map((at) => linear(String(at), 3, 3, false))),
      /C\[1\] = 2\.weight, C\[2\] = 4\.weight, .*C\[5\] = 10\.weight, B = 12\.weight/,
    ],
    [
      'of named layers whose shapes tell the order',
      together(linear('head', 1, 4), linear('stem', 3, 2), linear('body', 4, 3)),
      /C\[1\] = stem\.weight.*C\[2\] = body\.weight.*B = head\.weight/,
    ],
    [
      'under a prefix of all',
      together(linear('model.fc1', 3, 2), linear('model.fc2', 1, 3)),
      /C\[1\] = model\.fc1\.weight.*B = model\.fc2\.weight/,
    ],
  ])('%s', (_title, tensors, told) => {
    expect(bounds(tensors).join('\n')).toMatch(told);
  });

  it.each<readonly [string, Tensors, FileDetails, RegExp]>([
    [
      'named layers of one shape',
      together(linear('in', 3, 3), linear('mid', 3, 3), linear('out', 3, 3)),
      {},
      /LW312.*several orders.*--map/,
    ],
    [
      'a depth that is not that of the shapes',
      together(linear('0', 3, 2), linear('2', 4, 3), linear('4', 2, 4)),
      { depth: 3 },
      /LW312.*a plain chain of depth 2 by its shapes, not 3.*--depth 2, or --map.*C\[1\]=0\.weight/,
    ],
    ['shapes that make no chain', together(linear('a', 3, 2), linear('b', 5, 4)), {}, /LW312.*no chain/],
    ['numbers whose shapes make no chain', together(linear('0', 3, 2), linear('2', 5, 4)), {}, /LW312/],
    [
      'a kernel of a convolution',
      together(linear('0', 3, 2), new Map([['2.weight', { shape: [1, 3, 1, 1], data: new Float64Array(3) }]])),
      {},
      /LW312/,
    ],
    [
      'an architecture with a skip',
      together(linear('0', 3, 2), linear('2', 2, 3)),
      { architecture: loadArchitecture('residual') },
      /LW312/,
    ],
    ['another depth', together(linear('0', 3, 2), linear('2', 2, 3)), { depth: 2 }, /LW312/],
  ])('%s: refused', (_title, tensors, details, message) => {
    expect(() => network(tensors, details)).toThrow(message);
  });
});
