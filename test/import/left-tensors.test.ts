import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { loadArchitecture } from '../../src/1-parse/index.js';
import { sourceOfSafetensors } from '../../src/import/source.js';
import type { FileDetails, NetworkFile } from '../../src/import/network-file.js';
import { readNetwork } from '../../src/import/network-file.js';
import { safetensorsContents } from '../../src/import/safetensors.js';
import { sourceOfFile } from '../../src/import/source-file.js';
import { codeOf } from '../certify/code-of.js';
import type { Tensors } from './files.js';
import { safetensors, tensor } from './files.js';

const feedforward = loadArchitecture('feedforward');
const path = (name: string): string => fileURLToPath(new URL(`../examples/files/${name}`, import.meta.url));
const example = (name: string, details: FileDetails): NetworkFile =>
  readNetwork(sourceOfFile(path(`${name}.safetensors`)), { architecture: feedforward, ...details });
const network = (tensors: Tensors, details: FileDetails = {}): NetworkFile =>
  readNetwork(sourceOfSafetensors(safetensorsContents(safetensors(tensors, 'F64'))), {
    architecture: feedforward,
    ...details,
  });

const two: Tensors = new Map([
  [
    'C[1]',
    tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]),
  ],
  ['B', tensor([[1, 2, 3]])],
]);

/** A file of F32 tensors and others whose entries are zeros. */
function mixed(
  floats: Tensors,
  others: Readonly<Record<string, readonly [string, number, readonly number[]]>>,
): Buffer {
  const whole = safetensors(floats, 'F32');
  const length = Number(whole.readBigUInt64LE(0));
  const header = JSON.parse(whole.subarray(8, 8 + length).toString()) as Record<string, unknown>;
  let end = whole.length - 8 - length;
  for (const [name, [dtype, bytes, shape]] of Object.entries(others)) {
    const from = end;
    end += bytes * shape.reduce((all, size) => all * size, 1);
    header[name] = { dtype, shape, data_offsets: [from, end] };
  }
  const text = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([prefix, text, whole.subarray(8 + length), Buffer.alloc(end - (whole.length - 8 - length))]);
}
const ofBytes = (bytes: Buffer, details: FileDetails = {}): NetworkFile =>
  readNetwork(sourceOfSafetensors(safetensorsContents(bytes)), { architecture: feedforward, ...details });

describe('what is left is said', () => {
  it('integers and whatever is outside the prefix; a normalization among it is pointed out', () => {
    const map = new Map([
      ['C[1]', '0.weight'],
      ['b[1]', '0.bias'],
      ['B', '2.weight'],
      ['c', '2.bias'],
    ]);
    const read = example('integer-buffer', { prefix: 'lip.', names: map });
    expect(read.ignored).toEqual([
      'backbone.bias',
      'backbone.running_mean',
      'backbone.running_var',
      'backbone.weight',
      'backbone.num_batches_tracked',
    ]);
    expect(read.notes.join('\n')).toMatch(
      /not under "lip\.": backbone\.bias.*num_batches_tracked[\s\S]*batch normalization, backbone/,
    );
    expect(example('batch-norm-outside-prefix', { prefix: 'net.' }).notes.join('\n')).toMatch(
      /bn\.running_var[\s\S]*batch normalization, bn:/,
    );
  });

  it('integers that nobody names', () => {
    const read = ofBytes(mixed(two, { position_ids: ['I64', 8, [1, 512]], mask: ['BOOL', 1, [4]] }));
    expect(read.ignored).toEqual(['position_ids', 'mask']);
    expect(read.notes.join()).toMatch(/position_ids \(64-bit integers\), mask \(truth values\)/);
  });

  it('--ignore leaves what it names, whole names or beginnings, with or without the prefix', () => {
    const more: Tensors = new Map([
      ...two,
      ['head.weight', tensor([[1]])],
      ['head.bias', tensor([1])],
      ['step', tensor([1])],
    ]);
    expect(network(more, { ignore: ['head.*', 'step'] }).ignored).toEqual(['head.weight', 'head.bias', 'step']);
    const under: Tensors = new Map([...more].map(([name, value]) => [`m.${name}`, value]));
    expect(network(under, { prefix: 'm.', ignore: ['head.*', 'm.step'] }).ignored).toEqual([
      'm.head.weight',
      'm.head.bias',
      'm.step',
    ]);
  });

  it.each<readonly [string, FileDetails]>([
    ['one too many', {}],
    ['nothing to ignore', { ignore: ['head.*', 'stem.*'] }],
    ['one that the map names', { ignore: ['head.*', 'C[1]'], names: new Map([['C[1]', 'C[1]']]) }],
    ['one that the equations need', { depth: 1, ignore: ['head.*', 'C[1]'] }],
  ])('%s is refused', async (_title, details) => {
    expect(await codeOf(() => network(new Map([...two, ['head.weight', tensor([[1]])]]), details))).toBe('LW312');
  });

  it.each([
    ['I8', 1, '8-bit integers'],
    ['F8_E4M3', 1, '8-bit floats'],
    ['F8_E5M2', 1, '8-bit floats'],
    ['U8', 1, '8-bit integers without sign'],
    ['C64', 8, 'complex numbers'],
  ])('%s tensors are called what they are, and never left in silence', (type, bytes, words) => {
    const file = mixed(two, { 'C[2]': [type, bytes, [3, 3]] });
    expect(() => ofBytes(file)).toThrow(new RegExp(`LW109.*C\\[2\\] of ${words} \\(${type}\\)`));
    expect(ofBytes(file, { ignore: ['C[2]'] }).ignored).toEqual(['C[2]']);
  });

  it('integers where a weight must be, and integers that a map names', () => {
    const file = mixed(new Map([...two].slice(0, 1)), { B: ['I32', 4, [1, 3]] });
    expect(() => ofBytes(file)).toThrow(/LW109.*B of 32-bit integers/);
    expect(() => ofBytes(file, { names: new Map([['B', 'B']]) })).toThrow(/LW109.*B for B, of 32-bit integers/);
  });
});

describe('how matrices stand', () => {
  it('square ones: outputs first is assumed and said; --layout reads the intended network', () => {
    const assumed = example('square-transposed', {});
    expect(assumed.assumed.join('\n')).toMatch(/rows of matrices are outputs.*--layout/);
    const told = example('square-transposed', { layout: 'inputs-first' });
    expect(told.assumed.join('\n')).not.toMatch(/layout/);
    const [C, T] = [assumed, told].map(({ values }) => [...(values.values.weights['C[1]'] ?? [])]);
    expect(T).toEqual(C?.map((_, k) => C[3 * (k % 3) + Math.floor(k / 3)]));
    expect(example('square-transposed', { layout: 'outputs-first' }).assumed.join('\n')).not.toMatch(/layout/);
  });

  it('shapes that fit both ways are as open as squares; a bias tells, and so do widths', () => {
    const open: Tensors = new Map([
      [
        'C[1]',
        tensor([
          [1, 2],
          [3, 4],
          [5, 6],
        ]),
      ],
      [
        'B',
        tensor([
          [1, 2, 3],
          [4, 5, 6],
        ]),
      ],
    ]);
    expect(network(open).assumed.join()).toMatch(/layout/);
    expect(network(new Map([...open, ['b[1]', tensor([1, 2, 3])], ['c', tensor([1, 2])]])).assumed.join()).not.toMatch(
      /layout/,
    );
    expect(network(open, { widths: new Map([['x', 2]]) }).assumed.join()).not.toMatch(/layout/);
  });

  it('one on its side is named; all of them: the option that reads them', () => {
    const kernels: Tensors = new Map([
      [
        'C[1]',
        tensor([
          [1, 2, 3],
          [4, 5, 6],
        ]),
      ],
      [
        'C[2]',
        tensor([
          [1, 2, 3, 4],
          [5, 6, 7, 8],
          [9, 8, 7, 6],
        ]),
      ],
      ['B', tensor([[1], [2], [3], [4]])],
    ]);
    expect(() => network(kernels)).toThrow(
      /LW312.*C\[1\] of shape 2×3.*3×2 \(outputs, inputs\), or --layout inputs-first/,
    );
    expect(network(kernels, { layout: 'inputs-first' }).values.values.widths).toMatchObject({
      x: 2,
      'w[1]': 3,
      'w[2]': 4,
      y: 1,
    });
    const one: Tensors = new Map([
      [
        'C[1]',
        tensor([
          [1, 2],
          [3, 4],
          [5, 6],
        ]),
      ],
      [
        'C[2]',
        tensor([
          [1, 2, 3, 4],
          [5, 6, 7, 8],
          [9, 8, 7, 6],
        ]),
      ],
      ['B', tensor([[1, 2, 3, 4]])],
    ]);
    expect(() => network(one)).toThrow(/LW312.*C\[2\] of shape 3×4.*4×3 \(outputs, inputs\), as all others stand/);
  });

  it('free parameters stand as modules have them', async () => {
    expect(
      await codeOf(() =>
        network(
          new Map([
            ['W', tensor([[3, 4]])],
            ['c', tensor([1])],
          ]),
          { architecture: loadArchitecture('linear'), strategy: 'pivot', as: 'free', layout: 'inputs-first' },
        ),
      ),
    ).toBe('LW311');
  });
});

describe('files of other kinds are told by their bytes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lipwright-kinds-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const written = (name: string, bytes: Uint8Array): string => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  /** The local header of a zip's first entry. */
  const zip = (name: string): Buffer => {
    const header = Buffer.alloc(30);
    header.write('PK\u0003\u0004', 'latin1');
    header.writeUInt16LE(name.length, 26);
    return Buffer.concat([header, Buffer.from(name), Buffer.alloc(40)]);
  };

  it.each<readonly [string, Buffer, RegExp]>([
    ['torch.save', zip('archive/data.pkl'), /PyTorch.*torch\.load.*save_file/],
    ['numpy.savez', zip('W.npy'), /NumPy archive.*numpy\.load.*save_file/],
    ['numpy.save', Buffer.from('\u0093NUMPY\u0001\u0000v', 'latin1'), /NumPy array/],
    ['torch.save of old', Buffer.from([0x80, 2, 0x8a, 0x0a]), /pickle.*torch\.load/],
    ['onnx.save', Buffer.from('0808120770796f7263683a', 'hex'), /ONNX.*onnx\.load.*save_file/],
    ['Keras', Buffer.from('\u0089HDF\r\n\u001a\n', 'latin1'), /HDF5.*keras/],
    ['llama.cpp', Buffer.from('GGUF\u0003\u0000\u0000\u0000', 'latin1'), /GGUF/],
  ])('%s', (_title, bytes, message) => {
    for (const name of ['model.bin', 'model.json', 'model.safetensors'])
      expect(() => sourceOfFile(written(name, bytes))).toThrow(message);
    expect(() => sourceOfFile(written('model', bytes))).toThrow(/LW111/);
  });

  it('safetensors and JSON under any name', () => {
    const bytes = readFileSync(path('square-transposed.safetensors'));
    expect([...sourceOfFile(written('weights.pt', bytes)).tensors.keys()]).toContain('C[1]');
    expect([...sourceOfFile(written('weights.npz', Buffer.from('{"W": [[1]]}'))).tensors.keys()]).toEqual(['W']);
  });

  it('a name alone, where the bytes say nothing', async () => {
    expect(await codeOf(() => sourceOfFile(written('x.onnx', Buffer.from('what is this'))))).toBe('LW111');
    expect(await codeOf(() => sourceOfFile(written('x.txt', Buffer.from('what is this'))))).toBe('LW104');
    expect(await codeOf(() => sourceOfFile(written('x.safetensors', Buffer.from('what is this'))))).toBe('LW102');
  });
});
