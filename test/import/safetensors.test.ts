import { describe, expect, it } from 'vitest';
import { loadArchitecture } from '../../src/1-parse/index.js';
import { networkFromTensors } from '../../src/import/input.js';
import { networkFromJson } from '../../src/import/network-file.js';
import { readSafetensors } from '../../src/import/safetensors.js';
import type { StoredTensor } from '../../src/import/safetensors.js';
import { codeOf } from '../certify/code-of.js';

/** Length, header, data; `claimed` is a length that is not the header's. */
function file(header: string, data: Uint8Array | number = 0, claimed?: bigint): Uint8Array {
  const text = Buffer.from(header, 'utf8');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(claimed ?? BigInt(text.length));
  return Buffer.concat([length, text, typeof data === 'number' ? Buffer.alloc(data) : data]);
}

const one = (entry: string): string => `{"A":${entry}}`;
const good = '{"dtype":"F32","shape":[2],"data_offsets":[0,8]}';

describe('safetensors', () => {
  it.each([
    ['F64', '000000000000f0bf 0100000000000000 ffffffffffffef7f', [-1, 5e-324, Number.MAX_VALUE]],
    ['F32', '0000803f 01000000 ffff7fff', [1, 2 ** -149, -(2 - 2 ** -23) * 2 ** 127]],
    ['F16', '003c 0100 ff7b 00c0 5535', [1, 2 ** -24, 65504, -2, 0.333251953125]],
    ['BF16', '803f c03f 7fff 0080', [1, 1.5, -(2 - 2 ** -7) * 2 ** 127, -0]],
  ])('reads %s exactly', (dtype, hex, expected) => {
    const data = Buffer.from(hex.replaceAll(' ', ''), 'hex');
    const tensors = readSafetensors(
      file(one(`{"dtype":"${dtype}","shape":[${expected.length}],"data_offsets":[0,${data.length}]}`), data),
    );
    expect([...(tensors.get('A')?.data ?? [])]).toEqual(expected);
  });

  it('reads what stands first in the file first, whatever the order of the names; blanks may follow the header', () => {
    const data = Buffer.alloc(24);
    [1, 2, 3].forEach((value, at) => data.writeDoubleLE(value, 8 * at));
    const tensors = readSafetensors(
      file(
        '{"b":{"dtype":"F64","shape":[1],"data_offsets":[16,24]},"a":{"dtype":"F64","shape":[1,2],"data_offsets":[0,16]},"__metadata__":{"format":"pt"}} ' +
          '  ',
        data,
      ),
    );
    expect(
      Object.fromEntries([...tensors].map(([name, { shape, data: values }]) => [name, [[...shape], [...values]]])),
    ).toEqual({
      a: [
        [1, 2],
        [1, 2],
      ],
      b: [[1], [3]],
    });
  });

  it('a file of an array that does not start at its buffer', () => {
    const bytes = file(one('{"dtype":"F32","shape":[1],"data_offsets":[0,4]}'), Buffer.from('0000803f', 'hex'));
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(readSafetensors(shifted.subarray(3)).get('A')?.data[0]).toBe(1);
  });

  it.each<readonly [string, Uint8Array, string]>([
    ['no bytes', new Uint8Array(0), 'LW109'],
    ['seven bytes', new Uint8Array(7), 'LW109'],
    ['a header beyond the file', file(one(good), 8, 1000n), 'LW109'],
    ['a header of 2⁶⁴ − 1 bytes', file(one(good), 8, 2n ** 64n - 1n), 'LW102'],
    ['a header of 2⁵³ + 1 bytes', file(one(good), 8, 2n ** 53n + 1n), 'LW102'],
    ['a header of 0 bytes', file('', 8), 'LW109'],
    ['a header that is cut', file(one(good), 8, 20n), 'LW104'],
    ['blanks before the header', file(` ${one(good)}`, 8), 'LW109'],
    ['a list for a header', file('[1]', 0), 'LW109'],
    ['bytes that are no UTF-8', file(`{"${String.fromCharCode(65)}`, Buffer.from([0xff]), 4n), 'LW109'],
    ['one name twice', file(`{"A":${good},"A":${good}}`, 8), 'LW104'],
    ['a name as JSON may also write it, twice', file(`{"A":${good},"\\u0041":${good}}`, 8), 'LW104'],
    ['an entry that is no object', file(one('7'), 0), 'LW109'],
    ['null for an entry', file(one('null'), 0), 'LW109'],
    ['no dtype', file(one('{"shape":[2],"data_offsets":[0,8]}'), 8), 'LW109'],
    ['integers', file(one('{"dtype":"I32","shape":[2],"data_offsets":[0,8]}'), 8), 'LW109'],
    ['a dtype of the prototype', file(one('{"dtype":"toString","shape":[2],"data_offsets":[0,8]}'), 8), 'LW109'],
    ['a dtype of __proto__', file(one('{"dtype":"__proto__","shape":[2],"data_offsets":[0,8]}'), 8), 'LW109'],
    ['a negative size', file(one('{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}'), 8), 'LW109'],
    ['half a size', file(one('{"dtype":"F32","shape":[0.5],"data_offsets":[0,2]}'), 2), 'LW109'],
    [
      'sizes whose product overflows',
      file(one('{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,8]}'), 8),
      'LW109',
    ],
    ['a size beyond safe integers', file(one('{"dtype":"F32","shape":[1e300],"data_offsets":[0,8]}'), 8), 'LW109'],
    ['nine dimensions', file(one('{"dtype":"F32","shape":[2,1,1,1,1,1,1,1,1],"data_offsets":[0,8]}'), 8), 'LW109'],
    ['a shape that is a text', file(one('{"dtype":"F32","shape":"2","data_offsets":[0,8]}'), 8), 'LW109'],
    ['offsets turned round', file(one('{"dtype":"F32","shape":[2],"data_offsets":[8,0]}'), 8), 'LW109'],
    ['offsets beyond the file', file(one('{"dtype":"F32","shape":[2],"data_offsets":[8,16]}'), 8), 'LW109'],
    ['one offset', file(one('{"dtype":"F32","shape":[2],"data_offsets":[0]}'), 8), 'LW109'],
    ['fewer bytes than the shape', file(one('{"dtype":"F32","shape":[3],"data_offsets":[0,8]}'), 8), 'LW109'],
    ['a file that is cut', file(one(good), 7), 'LW109'],
    ['bytes that belong to no tensor', file(one(good), 9), 'LW109'],
    ['a gap', file(`{"A":${good},"B":{"dtype":"F32","shape":[1],"data_offsets":[12,16]}}`, 16), 'LW109'],
    ['tensors that overlap', file(`{"A":${good},"B":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}`, 12), 'LW109'],
    ['one stretch for two tensors', file(`{"A":${good},"B":${good}}`, 8), 'LW109'],
  ])('refuses %s', async (_title, bytes, code) => {
    expect(await codeOf(() => readSafetensors(bytes))).toBe(code);
  });

  it('a tensor named __proto__ is a tensor of that name', () => {
    const tensors = readSafetensors(file(`{"__proto__":${good}}`, 8));
    expect([...tensors.keys()]).toEqual(['__proto__']);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });
});

const tensor = (shape: readonly number[], value = 1): StoredTensor => ({
  shape,
  data: new Float64Array(shape.reduce((all, size) => all * size, 1)).fill(value),
});
const feedforward = loadArchitecture('feedforward');
const two = { 'C.1': tensor([4, 3]), 'C.2': tensor([5, 4]), B: tensor([2, 5]) };
const map = (of: Readonly<Record<string, StoredTensor>>): ReadonlyMap<string, StoredTensor> =>
  new Map(Object.entries(of));

describe('a network from tensors', () => {
  it('has depth, widths and names from them', () => {
    const network = networkFromTensors(map(two), { architecture: feedforward });
    expect(network).toMatchObject({ depth: 2, widths: { x: 3, 'w[1]': 4, 'w[2]': 5, y: 2 } });
    expect(Object.keys(network.weights).sort()).toEqual(['B', 'C[1]', 'C[2]']);
    expect(network.biases).toBeUndefined();
    const withBiases = networkFromTensors(map({ ...two, 'b[1]': tensor([4]), 'b.2': tensor([5]), c: tensor([2]) }), {
      architecture: feedforward,
    });
    expect(Object.keys(withBiases.biases ?? {}).sort()).toEqual(['b[1]', 'b[2]', 'c']);
  });

  it.each<readonly [string, Readonly<Record<string, StoredTensor>>, string]>([
    ['C[1] twice', { ...two, 'C[1]': tensor([4, 3]) }, 'LW312'],
    ['a layer left out', { 'C.2': two['C.2'], B: two.B }, 'LW302'],
    ['layers counted from 0', { 'C.0': two['C.1'], 'C.1': two['C.2'], B: two.B }, 'LW302'],
    ['a tensor too many', { ...two, optimizer: tensor([1]) }, 'LW302'],
    ['some biases only', { ...two, 'b.1': tensor([4]) }, 'LW312'],
    ['a matrix turned round', { ...two, 'C.2': tensor([4, 5]) }, 'LW312'],
    ['a vector for a matrix', { ...two, B: tensor([10]) }, 'LW312'],
    ['a scalar for a bias', { ...two, 'b.1': tensor([]), 'b.2': tensor([5]), c: tensor([2]) }, 'LW312'],
    ['three dimensions', { ...two, 'C.1': tensor([4, 3, 1]) }, 'LW312'],
    ['an infinite entry', { ...two, B: tensor([2, 5], Infinity) }, 'LW307'],
    ['a tensor without entries', { ...two, B: tensor([0, 5]) }, 'LW304'],
  ])('refuses %s', async (_title, tensors, code) => {
    expect(await codeOf(() => networkFromTensors(map(tensors), { architecture: feedforward }))).toBe(code);
  });

  it('needs an architecture, and a depth that is right if one is given', async () => {
    expect(await codeOf(() => networkFromTensors(map(two), {}))).toBe('LW301');
    expect(await codeOf(() => networkFromTensors(map(two), { architecture: feedforward, depth: 1 }))).toBe('LW312');
    expect(await codeOf(() => networkFromTensors(map(two), { architecture: feedforward, depth: 3 }))).toBe('LW312');
    expect(
      await codeOf(() => networkFromTensors(map(two), { architecture: feedforward, widths: new Map([['q', 1]]) })),
    ).toBe('LW304');
  });
});

describe('a network from JSON', () => {
  const value = { architecture: 'feedforward', weights: { 'C[1]': [[1, 2]], B: [[1]] } };

  it('needs weights and an architecture only', () => {
    expect(networkFromJson({ ...value, multipliers: 'none yet', lipschitz: null, verdict: 7, lmi: {} })).toMatchObject({
      depth: 1,
      widths: { x: 2, 'w[1]': 1, y: 1 },
    });
  });

  it('options win over the file', () => {
    const other = networkFromJson(
      { ...value, architecture: 'residual', depth: 4, slopes: [[0, 1]] },
      { architecture: feedforward, depth: 1, slopes: [-1, 1] },
    );
    expect(other).toMatchObject({ depth: 1, slopes: [[-1, 1]] });
    expect(other.architecture.name).toBe('feedforward');
  });

  it.each<readonly [string, unknown, string]>([
    ['no weights', { architecture: 'feedforward' }, 'LW105'],
    ['no architecture', { weights: value.weights }, 'LW301'],
    ['a path for an architecture', { ...value, architecture: './rules/architectures/feedforward.yaml' }, 'LW301'],
    ['a definition that does not parse', { ...value, definition: 'name: [' }, 'LW103'],
    ['crooked rows', { ...value, weights: { 'C[1]': [[1, 2], [1]], B: [[1, 1]] } }, 'LW312'],
    ['a text for a number', { ...value, weights: { 'C[1]': [['NaN', 2]], B: [[1]] } }, 'LW307'],
    [
      'a name of the prototype',
      JSON.parse('{"architecture":"feedforward","weights":{"C[1]":[[1,2]],"B":[[1]],"__proto__":[[1]]}}'),
      'LW312',
    ],
    ['an empty matrix', { ...value, weights: { 'C[1]': [], B: [[1]] } }, 'LW304'],
  ])('refuses %s', async (_title, given, code) => {
    expect(await codeOf(() => networkFromJson(given))).toBe(code);
  });
});

describe('names that come twice', () => {
  it('two tensors of one name in other words are refused', async () => {
    const tensor: StoredTensor = { shape: [1, 1], data: Float64Array.of(1) };
    const architecture = loadArchitecture('feedforward');
    const names = (...list: readonly string[]): Map<string, StoredTensor> =>
      new Map(list.map((name) => [name, tensor]));
    expect(await codeOf(() => networkFromTensors(names('C.1', 'C.01', 'B'), { architecture }))).toBe('LW312');
    expect(await codeOf(() => networkFromTensors(names('C.1', 'C[1]', 'B'), { architecture }))).toBe('LW312');
    expect(await codeOf(() => networkFromTensors(names('C.1', 'B'), { architecture }))).toBe('nothing');
  });

  it('a bias that has the name of a weight does not take its place', async () => {
    const network = { architecture: 'linear', depth: 1, weights: { W: [[100]] }, biases: { W: [[0.1]] } };
    expect(await codeOf(() => networkFromJson(network))).toBe('LW312');
  });
});
