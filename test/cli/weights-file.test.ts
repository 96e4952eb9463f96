import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Certified } from '../../src/certify/certify.js';
import { Folder, codeOf, lipwright } from './harness.js';

const folder = new Folder();
afterAll(folder.remove);
const example = (name: string): string => fileURLToPath(new URL(`../examples/files/${name}`, import.meta.url));

const parsed = (text: string): Certified => JSON.parse(text) as Certified;

describe('certify reads what import reads', () => {
  it("a file's slopes count: the GELU network is not certified with those of ReLU", async () => {
    const file = example('gelu-with-metadata.safetensors');
    const { out } = await lipwright(['certify', file, '--json']);
    const imported = await lipwright(['import', file, '--json']);
    // 0.9955 was measured with GELU; [0, 1] would give 0.7809.
    expect(parsed(out).lipschitz).toBeGreaterThan(0.9955);
    expect(parsed(out).lipschitz).toBeCloseTo(0.9987, 4);
    expect(parsed(out).lipschitz).toBe(parsed(imported.out).lipschitz);
    expect(parsed(out)).toMatchObject({
      slopes: [
        [-0.129, 1.129],
        [-0.129, 1.129],
        [-0.129, 1.129],
      ],
      assumed: [],
      ignored: [],
    });
    // An architecture without a family needs no depth, with metadata or without.
    expect(
      parsed((await lipwright(['certify', file, '--architecture', example('bottleneck.yaml'), '--json'])).out)
        .lipschitz,
    ).toBe(parsed(out).lipschitz);
    const narrower = await lipwright(['certify', file, '--slopes=0,1']);
    expect([narrower.status, narrower.out, codeOf(narrower.err)]).toEqual([2, '', 'LW305']);
  });

  it('what is assumed and left is printed, and stands in JSON; text and JSON alike', async () => {
    const argv = [example('integer-buffer.safetensors'), '--prefix', 'lip.', '--architecture', 'feedforward'];
    for (const name of ['import', 'certify']) {
      const text = await lipwright([name, ...argv]);
      expect(text.out).toMatch(
        /assumed +slopes \[0, 1\][\s\S]*assumed +C\[1\] = lip\.0\.weight[\s\S]*note +left, as they are not under "lip\.": backbone\.bias/,
      );
      const json = await lipwright([name, ...argv, '--json']);
      expect(parsed(json.out).assumed).toEqual([expect.stringMatching(/^slopes/), expect.stringMatching(/^C\[1\] = /)]);
      expect(parsed(json.out).ignored).toContain('backbone.running_var');
      expect(json.err).toMatch(/assumed:? +slopes[\s\S]*backbone\.bias/);
      // And the verdict on what was written says it again.
      expect((await lipwright(['check', '-'], { stdin: json.out })).out).toMatch(
        /^accepted[\s\S]*assumed slopes \[0, 1\]/,
      );
    }
  });

  it.each<readonly [string, readonly string[], string]>([
    ['a layout that is none', ['--layout', 'rows'], 'LW311'],
    ['an eps below 0', ['--eps', '-1'], 'LW311'],
    ['a place of a normalization that is none', ['--batch-norm', 'anywhere'], 'LW311'],
    ['nothing to ignore', ['--ignore', 'a,,b'], 'LW311'],
    ['everything to ignore', ['--ignore', '*'], 'LW311'],
  ])('%s', async (_title, options, code) => {
    for (const name of ['import', 'certify'])
      expect(
        codeOf(
          (await lipwright([name, example('batch-norm.safetensors'), '--architecture', 'feedforward', ...options])).err,
        ),
      ).toBe(code);
  });

  it('check says what to do with a file of tensors', async () => {
    const { status, err } = await lipwright(['check', example('batch-norm.safetensors')]);
    expect([status, codeOf(err)]).toEqual([2, 'LW111']);
    expect(err).toMatch(/lipwright import or certify/);
  });
});

describe("a reviewer's path", () => {
  const certificate = folder.file('certificate.json');
  const model = example('batch-norm.safetensors');
  beforeAll(async () => {
    expect(
      (await lipwright(['certify', model, '--architecture', 'feedforward', '--iterations', '2', '--out', certificate]))
        .status,
    ).toBe(0);
  });
  const copy = (name: string, change: (bytes: Buffer) => void): string => {
    const bytes = readFileSync(model);
    change(bytes);
    writeFileSync(folder.file(name), bytes);
    return folder.file(name);
  };
  const header = Number(readFileSync(model).readBigUInt64LE(0)) + 8;
  const places = JSON.parse(readFileSync(model).subarray(8, header).toString()) as Record<
    string,
    { readonly data_offsets: readonly [number, number] }
  >;
  /** The first number of a tensor moved by its last bit. */
  const nudge =
    (tensor: string) =>
    (bytes: Buffer): void => {
      const at = header + (places[tensor]?.data_offsets[0] ?? NaN);
      bytes.writeUInt32LE((bytes.readUInt32LE(at) ^ 1) >>> 0, at);
    };

  it('the certificate names its tensors, and they are those of the file', async () => {
    expect(parsed(readFileSync(certificate, 'utf8')).origin).toMatchObject({
      tensors: { 'C[1]': '0.weight', 'b[1]': '0.bias', B: '6.weight' },
      layout: 'outputs-first',
      folds: [{ weight: 'C[1]', side: 'output', variance: '1.running_var', eps: 1e-5 }, { weight: 'C[2]' }],
    });
    const { status, out } = await lipwright(['check', certificate, '--weights', model]);
    expect(status).toBe(0);
    expect(out).toMatch(/number by number[\s\S]*C\[1\] = 0\.weight.*eps 0\.00001\) folded/);
  });

  it.each(['0.weight', '6.weight', '3.bias', '1.running_var', '4.weight', '4.bias'])(
    'a file that differs in the last bit of a number of %s is rejected',
    async (tensor) => {
      const { status, out } = await lipwright([
        'check',
        certificate,
        '--weights',
        copy(`${tensor}.safetensors`, nudge(tensor)),
        '--json',
      ]);
      expect(status).toBe(1);
      const { reasons, ...report } = JSON.parse(out) as { readonly reasons: readonly string[] };
      expect(report).toMatchObject({ accepted: false, verdict: { negativeSemidefinite: true } });
      // A scale is in the weight and in the bias.
      for (const reason of reasons) expect(reason).toMatch(/in the weight file$/);
      expect(reasons.length).toBeGreaterThan(0);
    },
  );

  it('a certificate that names other tensors, other folds, or none', async () => {
    const changed = async (
      change: (
        value: Record<string, unknown> & {
          origin: { tensors: Record<string, string>; layout: string; folds: unknown[] };
        },
      ) => void,
    ): Promise<readonly [number, string | null]> => {
      const value = JSON.parse(readFileSync(certificate, 'utf8')) as Parameters<typeof change>[0];
      change(value);
      const { status, err } = await lipwright(['check', '-', '--weights', model], { stdin: JSON.stringify(value) });
      return [status, codeOf(err)];
    };
    expect(await changed(() => undefined)).toEqual([0, null]);
    expect(await changed(({ origin }) => (origin.tensors['C[2]'] = '0.weight'))).toEqual([1, null]);
    expect(await changed(({ origin }) => delete origin.tensors['B'])).toEqual([1, null]);
    expect(await changed(({ origin }) => (origin.tensors['B'] = 'none'))).toEqual([1, null]);
    expect(await changed(({ origin }) => origin.folds.pop())).toEqual([1, null]);
    expect(await changed(({ origin }) => (origin.layout = 'inputs-first'))).toEqual([2, 'LW312']);
    expect(await changed(({ origin }) => (origin.layout = 'sideways'))).toEqual([2, 'LW112']);
    expect(await changed((value) => Reflect.deleteProperty(value, 'origin'))).toEqual([2, 'LW112']);
  });

  it('the digest by node:crypto alone, from the numbers of the certificate', () => {
    const { weights, certificate: claims } = parsed(readFileSync(certificate, 'utf8'));
    const hash = createHash('sha256');
    const u32 = (value: number): Buffer => Buffer.from(Uint32Array.of(value).buffer);
    for (const name of Object.keys(weights).sort()) {
      const rows = weights[name] as readonly (readonly number[])[];
      hash
        .update(u32(Buffer.byteLength(name)))
        .update(name)
        .update(u32(2))
        .update(u32(rows.length))
        .update(u32(rows[0]?.length ?? 0));
      for (const row of rows) hash.update(Buffer.from(Float64Array.from(row, (value) => value + 0).buffer));
    }
    expect(claims.weights).toBe(`sha256:${hash.digest('hex')}`);
  });
});
