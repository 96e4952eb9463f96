import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Folder, codeOf, lipwright } from './harness.js';

const folder = new Folder();
afterAll(() => folder.remove());
beforeAll(() => {
  writeFileSync(
    folder.file('outer.yaml'),
    'name: outer\nblocks:\n  inner: { include: feedforward, depth: 2, lipschitz: 0.5 }\n' +
      'equations: |\n  z = inner(D * x + d)\n  y = B * z + c\n',
  );
  writeFileSync(
    folder.file('pair.yaml'),
    'name: pair\ncompose: sequence\nblocks:\n  - { include: linear }\n  - { include: outer.yaml, ' +
      'lipschitz: 0.25, name: second }\n',
  );
});

describe('files with blocks', () => {
  it('derive: the full-block constraint by its own rule, and each block with its file and its bound', async () => {
    const { status, out } = await lipwright(['derive', folder.file('outer.yaml'), '--depth', '1', '--steps']);
    expect(status).toBe(0);
    expect(out).toContain('lmi/full-block');
    expect(out).toMatch(
      /Block inner: feedforward from rules\/architectures\/feedforward\.yaml, held to k = 0\.5, depth 2/,
    );
    // 2 C Λ C of the inner network's own LMI.
    expect(out).toContain('λ[2]');
    const json = JSON.parse(
      (await lipwright(['derive', folder.file('outer.yaml'), '--depth', '1', '--format', 'json'])).out,
    ) as {
      readonly blocks: readonly {
        readonly name: string;
        readonly lipschitz: number;
        readonly report: { readonly depth: number };
      }[];
    };
    expect(json.blocks.map(({ name, lipschitz, report }) => [name, lipschitz, report.depth])).toEqual([
      ['inner', 0.5, 2],
    ]);
  });

  it.each(['text', 'markdown', 'latex', 'json'])(
    'derive a composition as %s: its rule, and every block inside',
    async (format) => {
      const { status, out } = await lipwright([
        'derive',
        folder.file('pair.yaml'),
        '--depth',
        '1',
        '--strategy',
        'pivot',
        '--format',
        format,
      ]);
      expect(status).toBe(0);
      for (const name of ['b1', 'second', 'second.inner']) expect(out).toContain(name);
      expect(out).toContain(format === 'json' ? '"composition": "sequence"' : 'the bounds multiply');
    },
  );

  it('sample, and check from the sample alone', async () => {
    const dims = 'x=2,b1.y=3,second.z=2,second.inner.w=4,y=1';
    const sampled = await lipwright([
      'sample',
      folder.file('pair.yaml'),
      '--depth',
      '1',
      '--dims',
      dims,
      '--lipschitz',
      '2',
      '--json',
    ]);
    expect(sampled.status).toBe(0);
    writeFileSync(folder.file('pair.json'), sampled.out);
    expect(sampled.out).not.toContain('outer.yaml');
    const checked = await lipwright(['check', folder.file('pair.json')]);
    expect([checked.status, checked.out]).toEqual([0, expect.stringContaining('accepted')]);
    // The block's own bound is 0.25: with another one in the definition the LMIs of these weights no longer hold.
    writeFileSync(folder.file('pair.json'), sampled.out.replace('lipschitz: 0.25', 'lipschitz: 0.0025'));
    expect((await lipwright(['check', folder.file('pair.json')])).status).toBe(1);
  });

  it('compile, for both targets', async () => {
    for (const target of ['js', 'ts']) {
      const { status } = await lipwright([
        'compile',
        folder.file('pair.yaml'),
        '--depth',
        '1',
        '--target',
        target,
        '--out',
        folder.file(`pair.${target}`),
      ]);
      expect(status).toBe(0);
      expect(readFileSync(folder.file(`pair.${target}`), 'utf8')).toContain('second.inner.C[1]');
    }
  });

  it('verify', async () => {
    const { status, out } = await lipwright(['verify', folder.file('pair.yaml'), '--runs', '20', '--depth', '1']);
    expect([status, out]).toEqual([0, expect.stringContaining('no failure')]);
  });

  it('says where a block cannot be included, with the line', async () => {
    writeFileSync(folder.file('self.yaml'), 'name: self\ncompose: sum\nblocks:\n  - { include: self.yaml }\n');
    const { status, err } = await lipwright(['derive', folder.file('self.yaml')]);
    expect([status, codeOf(err)]).toEqual([2, 'LW110']);
    expect(err).toMatch(/self\.yaml:4:7/);
  });
});
