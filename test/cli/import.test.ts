import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { pivotStrategy } from '../../rules/variants.js';
import type { Certified } from '../../src/certify/certify.js';
import type { Sample } from '../../src/verify/instance.js';
import { sampleInstance } from '../../src/verify/sample.js';
import { loadArchitecture } from '../../src/1-parse/index.js';
import { beside } from '../block-architectures.js';
import { exported, metadataOf, renamedBy, safetensors, tensor } from '../import/files.js';
import { Folder, codeOf, lipwright } from './harness.js';

const folder = new Folder();
afterAll(folder.remove);

const sample = sampleInstance(loadArchitecture('residual'), {
  depth: 2,
  widths: { x: 3, w: 4, y: 3 },
  strategy: 'pivot',
  slopes: [-0.2, 1.1],
  seed: 1,
});
const complete = sampleInstance(loadArchitecture('residual'), {
  depth: 2,
  widths: { x: 3, w: 4, y: 3 },
  strategy: pivotStrategy({ contraction: 'cholesky' }),
  slopes: [-0.2, 1.1],
  seed: 1,
});
const written = (name: string, content: string | Uint8Array): string => {
  writeFileSync(folder.file(name), content);
  return folder.file(name);
};
const model = written('model.safetensors', safetensors(exported(sample), 'F32', metadataOf(sample)));
const parsed = (text: string): Sample => JSON.parse(text) as Sample;

describe('import', () => {
  it('writes what check accepts: the weights as they are in float32, with the verdict', async () => {
    const out = folder.file('net.json');
    const result = await lipwright(['import', model, '--out', out]);
    expect(result.status).toBe(0);
    expect(result.err).toMatch(/^wrote /);
    expect(result.out).toMatch(
      /^imported: residual at depth 2 is 1-Lipschitz\n {2}read +\d+ tensors of weights as they are, float32, taken exactly\n {2}bound +trained for 1, proven 1 with the multipliers of the file/,
    );
    const { weights, verdict } = parsed(readFileSync(out, 'utf8'));
    expect(weights['C[1]']).toEqual((sample.weights['C[1]'] as number[][]).map((row) => row.map(Math.fround)));
    expect(verdict.negativeSemidefinite).toBe(true);
    expect(await lipwright(['check', out])).toMatchObject({ status: 0, err: '' });
    expect(folder.names().filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('--json prints one object alone on stdout; what a reader should know goes to stderr', async () => {
    const prefixed = written(
      'prefixed.safetensors',
      safetensors(
        renamedBy(exported(sample), (name) => `model.lip.${name}`),
        'F32',
        metadataOf(sample),
      ),
    );
    const { status, out, err } = await lipwright(['import', prefixed, '--lipschitz', '2', '--json']);
    expect(status).toBe(0);
    expect(parsed(out).lipschitz).toBe(2);
    expect(err).toMatch(
      /trained for 2, proven 2[\s\S]*prefix "model\.lip\."[\s\S]*--lipschitz 2 wins over the file, which says 1/,
    );
    expect((await lipwright(['check', '-'], { stdin: out })).status).toBe(0);
  });

  it('reads JSON from stdin, and certify takes what it printed', async () => {
    const dictionary = { ...sample.weights, ...sample.biases, ...sample.multipliers, __metadata__: metadataOf(sample) };
    const { status, out } = await lipwright(['import', '-', '--json'], { stdin: JSON.stringify(dictionary) });
    expect(status).toBe(0);
    expect(parsed(out)).toMatchObject({
      weights: sample.weights,
      multipliers: sample.multipliers,
      slopes: sample.slopes,
    });
    const certified = await lipwright(['certify', '-', '--json'], { stdin: out });
    expect((JSON.parse(certified.out) as Certified).lipschitz).toBeLessThanOrEqual(1);
  });

  it("a PyTorch module's raw parameters, with all options by hand", async () => {
    const free = new Map([
      ['lip.W', tensor([[1, 0.5]])],
      ['lip.c', tensor([0.25])],
    ]);
    const file = written('state_dict.safetensors', safetensors(free, 'F32'));
    const argv = [
      'import',
      file,
      '--architecture',
      'linear',
      '--strategy',
      'pivot',
      '--multipliers',
      'free',
      '--contraction',
      'aol',
      '--margin',
      '0.25',
      '--lipschitz',
      '3',
      '--as',
      'free',
    ];
    const { status, out } = await lipwright(argv);
    expect(status).toBe(0);
    expect(out).toMatch(
      /2 tensors of free parameters, float32.*after the prefix "lip\."\n.*proven 3 with the multipliers that come with the weights[\s\S]*margin 0\.25\)[\s\S]*export\(\)/,
    );
    // AOL (Prach and Lampert): column j of Z over √Σ_k |ZᵀZ|_jk, times 𝓛 and the root of 1 − margin.
    const { weights } = parsed((await lipwright([...argv, '--json'])).out);
    const [row = []] = weights['W'] as number[][];
    [1, 0.5].forEach((entry, at) =>
      expect(row[at]).toBeCloseTo((3 * Math.sqrt(1 - 0.25) * entry) / Math.sqrt(entry * 1.5), 12),
    );
  });

  it("somebody else's network by --map", async () => {
    const file = written(
      'theirs.safetensors',
      safetensors(
        new Map([
          ['0.weight', tensor([[3], [4]])],
          ['2.weight', tensor([[0.5, 0]])],
        ]),
        'F32',
      ),
    );
    const { status, out } = await lipwright([
      'import',
      file,
      '--architecture',
      'feedforward',
      '--activation',
      'relu',
      '--map',
      'C[1]=0.weight, B=2.weight',
      '--json',
    ]);
    expect(status).toBe(0);
    expect(parsed(out)).toMatchObject({
      weights: { 'C[1]': [[3], [4]], B: [[0.5, 0]] },
      biases: { 'b[1]': [0, 0], c: [0] },
    });
    // The second neuron is not read: |y'| ≤ 0.5 · 3.
    expect(Math.abs(parsed(out).lipschitz - 1.5)).toBeLessThan(1e-6);
  });

  it('--recover adds free parameters that lead to the weights', async () => {
    const exact = written('exact.safetensors', safetensors(exported(complete), 'F64', metadataOf(complete)));
    // The spectral contraction, which the first file names, has no way back.
    const refused = await lipwright(['import', model, '--recover']);
    expect([refused.status, codeOf(refused.err)]).toEqual([2, 'LW317']);
    expect(refused.err).toContain('--contraction cholesky');
    const { status, out, err } = await lipwright(['import', exact, '--recover', '--json']);
    expect(status).toBe(0);
    expect(err).toContain('the free parameters are those of pivot (free multipliers, cholesky contraction)');
    const { free } = JSON.parse(out) as { readonly free: Record<string, number[]> };
    expect(Object.keys(free)).toContain('psi[1]');
    expect((await lipwright(['check', '-'], { stdin: out })).status).toBe(0);
    const again = await lipwright(
      [
        'import',
        '-',
        '--architecture',
        'residual',
        '--strategy',
        'pivot',
        '--contraction',
        'cholesky',
        '--slopes=-0.2,1.1',
        '--json',
      ],
      { stdin: JSON.stringify(free) },
    );
    const [first, second] = [parsed(out), parsed(again.out)].map(({ weights }) =>
      (weights['C[2]'] as number[][]).flat(),
    );
    first?.forEach((value, at) => expect(Math.abs(value - (second?.[at] ?? NaN))).toBeLessThan(1e-9));
  });

  it('an interrupt ends the search: what was found is proven and printed, exit status 130', async () => {
    const bare = written(
      'bare.safetensors',
      safetensors(new Map([...exported(sample)].filter(([name]) => !name.startsWith('lambda'))), 'F32', {
        architecture: 'residual',
      }),
    );
    const { status, out } = await lipwright(['import', bare, '--json'], { interrupt: (now) => now() });
    expect(status).toBe(130);
    expect((JSON.parse(out) as Certified).certificate.stopped).toBe('aborted');
    expect((await lipwright(['check', '-'], { stdin: out })).status).toBe(0);
  });

  it('what cannot be proven: exit status 1, and no file', async () => {
    const made = sampleInstance(beside(), {
      depth: 2,
      widths: { x: 2, h: 3, z: 3, u: 3, y: 2, 'inner.w': 4 },
      seed: 2,
    });
    const weak = new Map(
      [...exported(made)].map(([name, value]) => [
        name,
        name.includes('lambda') ? { ...value, data: Array.from(value.data, (entry) => entry * 1e-9) } : value,
      ]),
    );
    const before = folder.names();
    const file = written('weak.safetensors', safetensors(weak, 'F64', metadataOf(made)));
    const result = await lipwright(['import', file, '--out', folder.file('weak.json')]);
    expect(result).toMatchObject({ status: 1 });
    expect(result.out).toMatch(/^NOT PROVEN/);
    expect(result.err).toMatch(/not written/);
    const none = written(
      'none.safetensors',
      safetensors(new Map([...exported(made)].filter(([name]) => !name.includes('lambda'))), 'F64', metadataOf(made)),
    );
    const without = await lipwright(['import', none, '--as', 'weights', '--out', folder.file('none.json')]);
    expect({ status: without.status, out: without.out, code: codeOf(without.err) }).toEqual({
      status: 1,
      out: '',
      code: 'LW315',
    });
    expect(folder.names()).toEqual([...before, 'none.safetensors', 'weak.safetensors'].sort());
  });
});

describe('bad input to import', () => {
  const cut = written('cut.safetensors', safetensors(exported(sample), 'F32').subarray(0, 200));
  const text = written('text.json', '{"A": [1, NaN]}');
  const list = written('list.json', '[]');
  const pickle = written('model.pt', 'PK');
  const forged = written(
    'forged.safetensors',
    safetensors(exported(sample), 'F32', {
      ...metadataOf(sample),
      definition: 'name: residual\nequations: |\n  y = A * q\n',
    }),
  );

  it.each<readonly [string, readonly string[], string]>([
    ['no file', [], 'LW311'],
    ['a file that is not there', [folder.file('nothing.json')], 'LW101'],
    ['safetensors that are not there', [folder.file('nothing.safetensors')], 'LW101'],
    ['a folder', [folder.path], 'LW101'],
    ['a pickle', [pickle], 'LW111'],
    ['safetensors that are cut', [cut], 'LW109'],
    ['JSON with NaN', [text], 'LW104'],
    ['a list', [list], 'LW105'],
    ['a forged definition', [forged], 'LW202'],
    ['an unknown architecture', [model, '--architecture', 'none-such'], 'LW301'],
    ['another architecture', [model, '--architecture', 'feedforward'], 'LW312'],
    ['a wrong depth', [model, '--depth', '3'], 'LW312'],
    ['no depth', [model, '--depth', '0'], 'LW302'],
    ['a wrong width', [model, '--dims', 'x=4'], 'LW312'],
    ['an unknown strategy', [model, '--strategy', 'none-such'], 'LW308'],
    ['a variant of rows', [model, '--strategy', 'gershgorin', '--contraction', 'aol'], 'LW311'],
    ['an unknown contraction', [model, '--contraction', 'none-such'], 'LW311'],
    ['a margin of 1', [model, '--margin', '1'], 'LW311'],
    ['slopes that are none', [model, '--slopes', '1,0'], 'LW305'],
    ['an unknown activation', [model, '--activation', 'relux'], 'LW310'],
    ['a bound of 0', [model, '--lipschitz', '0'], 'LW306'],
    ['an unknown kind', [model, '--as', 'tensors'], 'LW311'],
    ['a map of nothing', [model, '--map', 'C[1]'], 'LW311'],
    ['a map of one name twice', [model, '--map', 'C[1]=A,C[1]=B'], 'LW311'],
    ['a map to no tensor', [model, '--map', 'C[1]=none'], 'LW312'],
    ['an unknown prefix', [model, '--prefix', 'model.'], 'LW312'],
    ['no time', [model, '--seconds', '0'], 'LW311'],
    ['a way back that there is not', [model, '--recover', '--strategy', 'gershgorin'], 'LW317'],
    ['a folder for the output', [model, '--out', folder.path], 'LW108'],
    ['an output in a folder that is not there', [model, '--out', folder.file('none/net.json')], 'LW108'],
  ])('%s', async (_title, argv, code) => {
    const before = folder.names();
    const { status, out, err } = await lipwright(['import', ...argv]);
    expect({ status, out, code: codeOf(err) }).toEqual({ status: 2, out: '', code });
    expect(folder.names()).toEqual(before);
  });
});
