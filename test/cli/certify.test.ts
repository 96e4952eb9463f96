import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Certified } from '../../src/certify/certify.js';
import { Folder, codeOf, lipwright } from './harness.js';

const folder = new Folder();
afterAll(folder.remove);

const network = folder.file('net.json');
const model = folder.file('model.safetensors');

beforeAll(async () => {
  const { out } = await lipwright([
    'sample',
    'feedforward',
    '--depth',
    '2',
    '--dims',
    'x=3,w=4,y=2',
    '--slopes=-0.2,1.1',
    '--seed',
    '5',
    '--json',
  ]);
  writeFileSync(network, out);
  writeFileSync(model, safetensors({ 'C.1': [2, 3], 'C.2': [2, 2], B: [1, 2] }));
});

/** F32 tensors of these shapes, entry k being (−1)ᵏ (k + 1). */
function safetensors(shapes: Readonly<Record<string, readonly [number, number]>>): Buffer {
  let offset = 0;
  const entries = Object.entries(shapes).map(([name, shape]): [string, unknown] => {
    const from = offset;
    offset += 4 * shape[0] * shape[1];
    return [name, { dtype: 'F32', shape, data_offsets: [from, offset] }];
  });
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const file = Buffer.alloc(8 + header.length + offset);
  file.writeBigUInt64LE(BigInt(header.length));
  header.copy(file, 8);
  for (let k = 0; k < offset / 4; k += 1)
    file.writeFloatLE((k % 2 === 0 ? 1 : -1) * (k + 1), 8 + header.length + 4 * k);
  return file;
}

const certificate = (path: string): Certified => JSON.parse(readFileSync(path, 'utf8')) as Certified;

describe('certify', () => {
  it('writes what check accepts, and prints bounds side by side', async () => {
    const out = folder.file('certificate.json');
    const result = await lipwright(['certify', network, '--out', out]);
    expect(result.status).toBe(0);
    expect(result.out).toMatch(
      /^certified: feedforward at depth 2 is [\d.]+-Lipschitz\n {2}certified bound .*proven.*\n {2}lower bound .*not proven\n.*\n {2}spectral product/,
    );
    // On a slow machine progress comes before it.
    expect(result.err).toMatch(/^wrote /m);
    const {
      lipschitz,
      certificate: { lowerBound, slopeLowerBound, spectralProduct },
    } = certificate(out);
    // The weights were made for the bound 1.
    expect(lipschitz).toBeLessThanOrEqual(1);
    expect(lowerBound).toBeLessThanOrEqual(lipschitz);
    expect(slopeLowerBound).toBeLessThanOrEqual(lipschitz);
    expect(spectralProduct).toBeGreaterThanOrEqual(lipschitz * (1 - 1e-6));
    expect(await lipwright(['check', out])).toMatchObject({ status: 0, err: '' });
    expect(folder.names().filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('takes its own certificate, and stdin, and gives the same', async () => {
    const first = await lipwright(['certify', network, '--json']);
    const again = await lipwright(['certify', '-', '--json'], { stdin: first.out });
    expect({ status: again.status, out: again.out }).toEqual({ status: first.status, out: first.out });
  });

  it('check rejects a certificate of other weights with exit status 1', async () => {
    const file = folder.file('tampered.json');
    const { out } = await lipwright(['certify', network, '--json']);
    const value = JSON.parse(out) as { weights: { B: number[][] } };
    const [row] = value.weights.B;
    if (row !== undefined) row[0] = (row[0] ?? 0) / 2;
    writeFileSync(file, JSON.stringify(value));
    const result = await lipwright(['check', file]);
    expect(result.status).toBe(1);
    expect(result.out).toContain('REJECTED');
    expect(result.out).toContain('other weights');
  });

  it('reads safetensors: weights exactly, depth and widths from the tensors', async () => {
    const out = folder.file('model.json');
    expect(
      await lipwright(['certify', model, '--architecture', 'feedforward', '--slopes=0,1', '--out', out]),
    ).toMatchObject({ status: 0 });
    const { weights, depth, dims, slopes, biases } = certificate(out);
    expect(weights).toEqual({
      'C[1]': [
        [1, -2, 3],
        [-4, 5, -6],
      ],
      'C[2]': [
        [7, -8],
        [9, -10],
      ],
      B: [[11, -12]],
    });
    expect({ depth, dims, slopes }).toEqual({
      depth: 2,
      dims: { x: 3, w: 2, y: 1 },
      slopes: [
        [0, 1],
        [0, 1],
      ],
    });
    expect(biases).toEqual({ 'b[1]': [0, 0], 'b[2]': [0, 0], c: [0] });
    expect((await lipwright(['check', out])).status).toBe(0);
  });

  it('--activation and --slopes change the class that is certified', async () => {
    const bound = async (...options: readonly string[]): Promise<number> =>
      (
        JSON.parse(
          (await lipwright(['certify', model, '--architecture', 'feedforward', '--json', ...options])).out,
        ) as Certified
      ).lipschitz;
    const [relu, absolute, gelu] = [
      await bound('--activation', 'relu'),
      await bound('--slopes=-1,1'),
      await bound('--activation', 'gelu'),
    ];
    expect(await bound()).toBe(relu);
    expect(absolute).toBeGreaterThan(relu);
    expect(gelu).toBeGreaterThan(relu);
  });

  it('an interrupt ends the search: what was found is proven, written whole and printed', async () => {
    const out = folder.file('interrupted.json');
    const result = await lipwright(['certify', network, '--json', '--out', out], { interrupt: (now) => now() });
    expect(result.status).toBe(0);
    expect(readFileSync(out, 'utf8')).toBe(result.out);
    expect((JSON.parse(result.out) as Certified).certificate.stopped).toBe('aborted');
    expect((await lipwright(['check', '-'], { stdin: result.out })).status).toBe(0);
  });
});

describe('bad input to certify', () => {
  it('a place where nothing can be written is refused before the file is read', async () => {
    const missing = folder.file('none.json');
    const codes = [folder.file('none/certificate.json'), folder.path, ''].map(async (out) =>
      codeOf((await lipwright(['certify', missing, '--out', out])).err),
    );
    expect(await Promise.all(codes)).toEqual(['LW108', 'LW108', 'LW108']);
    expect(codeOf((await lipwright(['certify', missing, '--out', folder.file('certificate.json')])).err)).toBe('LW101');
  });

  const broken = folder.file('broken.safetensors');
  writeFileSync(broken, safetensors({ 'C.1': [2, 3] }).subarray(0, 70));
  const empty = folder.file('empty.json');
  writeFileSync(empty, '{}');

  it.each<readonly [string, readonly string[], string]>([
    ['no file', [], 'LW311'],
    ['a file that is not there', [folder.file('none.json')], 'LW101'],
    ['safetensors that are not there', [folder.file('none.safetensors')], 'LW101'],
    ['a folder', [folder.path], 'LW101'],
    ['an empty object', [empty], 'LW105'],
    ['safetensors that are cut', [broken, '--architecture', 'feedforward'], 'LW109'],
    ['safetensors without an architecture', [model], 'LW301'],
    ['an architecture that is unknown', [model, '--architecture', 'feedfoward'], 'LW301'],
    ['an architecture of other weights', [model, '--architecture', 'linear'], 'LW312'],
    ['a depth of other weights', [model, '--architecture', 'feedforward', '--depth', '1'], 'LW312'],
    ['depth 0', [network, '--depth', '0'], 'LW302'],
    ['dims that clash', [network, '--dims', 'x=5'], 'LW312'],
    ['dims that are no widths', [network, '--dims', 'x'], 'LW304'],
    ['slopes turned round', [network, '--slopes', '1,0'], 'LW305'],
    ['slopes and an activation', [network, '--slopes', '0,1', '--activation', 'relu'], 'LW311'],
    ['an unknown activation', [network, '--activation', 'relux'], 'LW310'],
    ['no time', [network, '--seconds', '0'], 'LW311'],
    ['no time by its other name', [network, '--time', '0'], 'LW311'],
    ['two limits', [network, '--time', '1', '--seconds', '1'], 'LW311'],
    ['half a step', [network, '--iterations', '0.5'], 'LW311'],
    ['a folder for the output', [network, '--out', folder.path], 'LW108'],
    ['an output in a folder that is not there', [network, '--out', folder.file('none/certificate.json')], 'LW108'],
  ])('%s', async (_title, argv, code) => {
    const before = folder.names();
    const { status, out, err } = await lipwright(['certify', ...argv]);
    expect({ status, out, code: codeOf(err) }).toEqual({ status: 2, out: '', code });
    expect(folder.names()).toEqual(before);
  });
});
