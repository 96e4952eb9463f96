import { describe, expect, it } from 'vitest';
import { loadArchitecture, parseArchitecture } from '../../src/1-parse/index.js';
import { sourceOfJson, sourceOfSafetensors } from '../../src/import/source.js';
import type { FileDetails, NetworkFile } from '../../src/import/network-file.js';
import { givenNetwork, networkFromJson, provenanceOf, readNetwork } from '../../src/import/network-file.js';
import { safetensorsContents } from '../../src/import/safetensors.js';
import { checkSample } from '../../src/verify/check.js';
import { sampleInstance } from '../../src/verify/sample.js';
import { codeOf } from '../certify/code-of.js';
import type { Tensors } from './files.js';
import { exported, metadataOf, safetensors, tensor } from './files.js';

const feedforward = loadArchitecture('feedforward');
const binary = (
  tensors: Tensors,
  metadata: Readonly<Record<string, unknown>> | null,
  details: FileDetails = {},
): NetworkFile => readNetwork(sourceOfSafetensors(safetensorsContents(safetensors(tensors, 'F64', metadata))), details);

const chain: Tensors = new Map([
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
      [1, 2],
      [3, 4],
      [5, 6],
      [7, 8],
    ]),
  ],
  ['B', tensor([[1, 2, 3, 4]])],
]);

describe('slopes: what the file says, what the user says, what is assumed', () => {
  const slopes = (
    metadata: Readonly<Record<string, string>>,
    details: FileDetails = {},
  ): NetworkFile['values']['values']['slopes'] =>
    binary(chain, metadata, { architecture: feedforward, ...details }).values.values.slopes;
  const file = { slopes: '[[-0.129, 1.129], [-0.25, 1]]' };

  it('those of the file are read, and nothing is assumed', () => {
    const { values, assumed } = binary(chain, { ...file, generator: 'Lipwright 0.1.0' }, { architecture: feedforward });
    expect(values.values.slopes).toEqual([
      [-0.129, 1.129],
      [-0.25, 1],
    ]);
    expect(assumed).toEqual([]);
  });

  it('where nobody says any, [0, 1] is assumed and said, and travels', () => {
    const read = binary(chain, null, { architecture: feedforward });
    expect(read.values.values.slopes).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect(read.assumed).toContainEqual(expect.stringMatching(/^slopes \[0, 1\]/));
    // What is written of it is read again: the assumption is still one, and the user may still say better.
    const written = {
      architecture: 'feedforward',
      depth: 2,
      slopes: read.values.values.slopes,
      weights: {
        'C[1]': [
          [1, 2, 3],
          [4, 5, 6],
        ],
        'C[2]': [
          [1, 2],
          [3, 4],
          [5, 6],
          [7, 8],
        ],
        B: [[1, 2, 3, 4]],
      },
      ...provenanceOf(read),
    };
    const again = readNetwork(sourceOfJson(JSON.parse(JSON.stringify(written))));
    expect(again.assumed).toEqual(read.assumed);
    const better = readNetwork(sourceOfJson(JSON.parse(JSON.stringify(written))), { slopes: [0.25, 0.5] });
    expect(better.values.values.slopes).toEqual([
      [0.25, 0.5],
      [0.25, 0.5],
    ]);
    expect(better.assumed.filter((text) => text.startsWith('slopes'))).toEqual([]);
  });

  it.each<readonly [string, readonly [number, number], string]>([
    ['the same', [-0.25, 1.129], 'nothing'],
    ['wider', [-1, 2], 'nothing'],
    ['narrower at one layer', [-0.2, 1.129], 'LW305'],
    ['narrower at the other end', [-0.25, 1.1], 'LW305'],
    ['[0, 1]', [0, 1], 'LW305'],
  ])('the user may say slopes that are %s', async (_title, given, code) => {
    expect(await codeOf(() => slopes(file, { slopes: given }))).toBe(code);
  });

  it('activations that the file names bring their own slopes', () => {
    const [relu, gelu] = slopes({ activation: '["relu", "gelu"]' });
    expect(relu).toEqual([0, 1]);
    // GELU: 1/2 + erf(1)/2 + e⁻¹/√π = 1.1289041…, and 1 minus it.
    expect(gelu?.[0]).toBeLessThanOrEqual(-0.12890414);
    expect(gelu?.[0]).toBeGreaterThan(-0.12890415);
    expect(gelu?.[1]).toBeGreaterThanOrEqual(1.12890414);
    expect(
      binary(
        chain,
        { activation: '["elu(alpha=1.5)", null]', slopes: '[[0, 1.5], [-1, 1]]' },
        { architecture: feedforward },
      ),
    ).toMatchObject({ activations: ['elu(alpha=1.5)', null], assumed: [] });
  });

  it.each<readonly [string, Readonly<Record<string, string>>, FileDetails, string]>([
    [
      'slopes of the file that are not those of its activation',
      { activation: '["gelu", null]', slopes: '[[0, 1], [0, 1]]' },
      {},
      'LW305',
    ],
    [
      'slopes of the user that are not those of the activation in the file',
      { activation: '["gelu", null]' },
      { slopes: [0, 1] },
      'LW305',
    ],
    ['an activation too few', { activation: '["relu"]' }, {}, 'LW105'],
    ['an activation that is a number', { activation: '["relu", 1]' }, {}, 'LW105'],
    ['an activation that nobody knows', { activation: '["relu", "relux"]' }, {}, 'LW310'],
    ['an activation that is a program', { activation: '["relu", "process.exit(0)"]' }, {}, 'LW201'],
    ['slopes of another depth', { slopes: '[[0, 1]]' }, {}, 'LW305'],
  ])('%s: refused', async (_title, metadata, details, code) => {
    expect(await codeOf(() => slopes(metadata, details))).toBe(code);
  });

  it.each(['gelu', 'GELU', '"gelu"', ' ["gelu", "gelu"] '])(
    'one name is that of every layer that is left open: %s',
    (activation) => {
      const { values, activations, assumed, notes } = binary(chain, { activation }, { architecture: feedforward });
      expect(values.values.slopes.map(([m, L]) => [Number(m.toFixed(6)), Number(L.toFixed(6))])).toEqual([
        [-0.128904, 1.128904],
        [-0.128904, 1.128904],
      ]);
      expect(activations?.map((name) => name?.toLowerCase())).toEqual(['gelu', 'gelu']);
      expect([...assumed, ...notes].filter((text) => /slopes|activation/.test(text))).toEqual([]);
    },
  );

  it.each(['swish-ish', '{"name": "relu"}', '"torch.nn.Something()"'])(
    'what says nothing to us is not taken for ReLU: the user must say it (%s)',
    async (activation) => {
      expect(await codeOf(() => binary(chain, { activation }, { architecture: feedforward }))).toBe('LW310');
      const { values, notes } = binary(chain, { activation }, { architecture: feedforward, slopes: [-1, 1] });
      expect(values.values.slopes).toEqual([
        [-1, 1],
        [-1, 1],
      ]);
      expect(notes).toEqual([expect.stringMatching(/which is not read: what you say of it counts/)]);
    },
  );

  it('the activation of the user travels', () => {
    expect(
      provenanceOf(binary(chain, null, { architecture: feedforward, activation: 'gelu', slopes: [-0.13, 1.13] }))
        .activations,
    ).toEqual(['gelu', 'gelu']);
  });

  it('check rejects an instance whose slopes are not those of the activations that it names', () => {
    const sample = {
      ...sampleInstance(feedforward, {
        depth: 2,
        widths: { x: 2, w: 2, y: 1 },
        strategy: 'pivot',
        slopes: [-0.2, 1.2],
        seed: 1,
      }),
      assumed: ['this and that'],
    };
    expect(checkSample({ ...sample, activations: ['gelu', null] })).toMatchObject({
      accepted: true,
      assumed: ['this and that'],
    });
    for (const activations of [['gelu', 'elu(alpha=3)'], ['gelu'], ['gelu', 'gelu', 'gelu']]) {
      const { accepted, reasons } = checkSample({ ...sample, activations });
      expect(accepted).toBe(false);
      expect(reasons.join()).toMatch(/elu\(alpha=3\)|activations/);
    }
  });
});

describe('what import reads, certify reads', () => {
  it.each(['residual', 'two-branch'])('an export and a state_dict of %s', (name) => {
    const sample = sampleInstance(loadArchitecture(name), {
      depth: 2,
      widths: { x: 3, w: 4, y: 3, ...(name === 'two-branch' ? { u: 4 } : {}) },
      strategy: 'pivot',
      slopes: [-0.2, 1.1],
      seed: 3,
    });
    const network = givenNetwork(binary(exported(sample), metadataOf(sample)));
    expect(network).toMatchObject({ depth: 2, slopes: sample.slopes });
    expect([...(network.weights['A'] ?? [])]).toEqual((sample.weights['A'] ?? []).flat());
    expect(networkFromJson(sample)).toEqual(network);
  });

  it('free parameters, by the strategy that the file names', () => {
    const linear = parseArchitecture('name: one\nequations: |\n  y = W * x\n', null);
    const read = binary(
      new Map([['W', tensor([[3, 4]])]]),
      { strategy: 'pivot', variant: 'free multipliers, spectral contraction' },
      { architecture: linear, as: 'free' },
    );
    expect(read.origin).toEqual({
      tensors: { W: 'W' },
      layout: 'outputs-first',
      folds: [],
      made: {
        strategy: 'pivot',
        variant: { multipliers: 'free', contraction: 'spectral', margin: null },
        lipschitz: 1,
        slopes: [],
      },
    });
    // Divided by its norm, 5, or by a little more.
    expect(givenNetwork(read).weights['W']?.[0]).toBeCloseTo(0.6, 2);
  });
});
