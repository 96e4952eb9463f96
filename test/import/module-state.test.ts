import { describe, expect, it } from 'vitest';
import { loadArchitecture } from '../../src/1-parse/index.js';
import { sourceOfJson, sourceOfSafetensors } from '../../src/import/source.js';
import type { FileDetails, NetworkFile } from '../../src/import/network-file.js';
import { readNetwork } from '../../src/import/network-file.js';
import { safetensorsContents } from '../../src/import/safetensors.js';
import { codeOf } from '../certify/code-of.js';
import type { Tensors, Written } from './files.js';
import { safetensors, tensor } from './files.js';

/** The words of a generated PyTorch module in its state_dict; real ones are read in the tests of that target. */

const said = {
  architecture: 'feedforward',
  depth: '1',
  strategy: 'pivot',
  lipschitz: '2.0',
  slopes: '[[-0.25, 1.25]]',
  activation: '[null]',
  generator: 'Lipwright 0.1.0',
  digest: 'ab',
};
const state = (facts: object | string, type: 'I16' | 'F32' = 'I16'): Written => {
  const bytes = Buffer.from(typeof facts === 'string' ? facts : JSON.stringify(facts));
  return { shape: [bytes.length], data: bytes, type };
};
const weights: Tensors = new Map([
  [
    'C[1]',
    tensor([
      [0.5, 0],
      [0, 0.5],
    ]),
  ],
  ['B', tensor([[1, 0]])],
]);
const under = (prefix: string, tensors: Tensors): Tensors =>
  new Map([...tensors].map(([name, value]) => [`${prefix}${name}`, value]));
const read = (
  tensors: Tensors,
  details: FileDetails = {},
  metadata: Readonly<Record<string, string>> | null = null,
): NetworkFile =>
  readNetwork(
    sourceOfSafetensors(safetensorsContents(safetensors(tensors, 'F32', metadata))),
    details,
    'a.safetensors',
  );
const asked = { as: 'weights' } as const;

describe('what a module says in its state_dict', () => {
  it('counts like metadata: 16-bit integers, floats of another precision, numbers in JSON', () => {
    for (const tensors of [
      new Map([...weights, ['_extra_state', state(said)]]),
      new Map([...weights, ['_extra_state', state(said, 'F32')]]),
    ]) {
      const { settings, values, assumed, ignored, notes } = read(tensors, asked);
      expect({
        name: settings.architecture.name,
        lipschitz: settings.lipschitz,
        slopes: values.values.slopes,
        assumed,
        ignored,
        notes,
      }).toEqual({ name: 'feedforward', lipschitz: 2, slopes: [[-0.25, 1.25]], assumed: [], ignored: [], notes: [] });
    }
    const json = {
      'C[1]': [
        [0.5, 0],
        [0, 0.5],
      ],
      B: [[1, 0]],
      _extra_state: [...Buffer.from(JSON.stringify(said))],
    };
    expect(readNetwork(sourceOfJson(json), asked).values.values.slopes).toEqual([[-0.25, 1.25]]);
  });

  it('is found where the module stands in another one, and loses to the user', () => {
    const file = new Map([
      ...under('net.lip.', new Map([...weights, ['_extra_state', state(said)]])),
      ['head._extra_state', state({ ...said, slopes: '[[0, 9]]' })],
    ]);
    const { values, settings, notes } = read(file, { prefix: 'net.lip.', lipschitz: 3, ...asked });
    expect([values.values.slopes, settings.lipschitz]).toEqual([[[-0.25, 1.25]], 3]);
    expect(notes.join('\n')).toMatch(/--lipschitz 3 wins over the file, which says 2/);
  });

  it('of several networks is nobody\u2019s: nothing is taken from any of them, and that is said', () => {
    const file = new Map([
      ...weights,
      ['one._extra_state', state(said)],
      ['two._extra_state', state({ ...said, lipschitz: '5.0' })],
    ]);
    const { assumed, notes, settings } = read(file, { architecture: loadArchitecture('feedforward'), ...asked });
    expect(settings.lipschitz).toBeNull();
    expect(assumed.join('\n')).toMatch(/slopes \[0, 1\]/);
    expect(notes.join('\n')).toMatch(/states of 2 networks.*one\._extra_state, two\._extra_state/);
  });

  it('that contradicts the metadata is refused', async () => {
    const file = new Map([...weights, ['_extra_state', state(said)]]);
    expect(await codeOf(() => read(file, asked, { slopes: '[[0, 1]]' }))).toBe('LW105');
    expect(read(file, asked, { slopes: said.slopes, generator: 'Lipwright 0.0.9' }).values.values.slopes).toEqual([
      [-0.25, 1.25],
    ]);
  });

  it.each([
    ['is not ours', { fp8: [1, 2] }],
    ['is no text', '{\u0000'],
    ['is no object', '[1]'],
    ['is another tool\u2019s', '{0: 1}'],
  ])('that %s is a tensor like any other that is left', (_title, facts) => {
    const file = new Map([
      ...weights,
      ['_extra_state', facts === '{\u0000' ? { shape: [2], data: [0x7b, 300], type: 'I16' as const } : state(facts)],
    ]);
    const { assumed, ignored } = read(file, { architecture: loadArchitecture('feedforward'), ...asked });
    expect(ignored).toEqual(['_extra_state']);
    expect(assumed.join('\n')).toMatch(/slopes \[0, 1\]/);
  });

  it('that begins like ours and breaks off is refused', async () => {
    expect(
      await codeOf(() =>
        read(new Map([...weights, ['_extra_state', state(JSON.stringify(said).slice(0, -5))]]), asked),
      ),
    ).toBe('LW104');
  });
});
