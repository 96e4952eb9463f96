import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { Folder, codeOf, lipwright } from './harness.js';

/** What somebody met who walked the tool for the first time. */
const folder = new Folder();
afterAll(folder.remove);

const ladder = `name: ladder
activations:
  squash: { expression: "v / (1 + abs(v)) + k * v", parameters: { k: 0.1 } }
equations: |
  u[0] = x
  h[0] = x
  u[l] = phi(U[l] * u[l-1] + a[l])                        for l in 1..n
  h[l] = squash(H[l] * h[l-1] + 0.5 * V[l] * u[l] + d[l])    for l in 1..n
  y    = 0.3 * x + P * u[n] + Q * h[n] + c
`;
const written = (name: string, text: string): string => {
  writeFileSync(folder.file(name), text);
  return folder.file(name);
};
const file = written('ladder.yaml', ladder);

describe('an architecture with a slip in it', () => {
  it.each<readonly [string, (text: string) => string, string, RegExp]>([
    ['a misspelt activation', (text) => text.replace('squash(H', 'swich(H'), 'LW310', /silu \(swish\)/],
    ['another', (text) => text.replace('squash(H', 'glue(H'), 'LW310', /\bgelu\b.*did you mean/],
    ['and another', (text) => text.replace('squash(H', 'glu(H'), 'LW310', /\bgelu\b.*did you mean/],
    ['a chain without a beginning', (text) => text.replace('  u[0] = x\n', ''), 'LW202', /add u\[0\] = x, for example/],
    ['a range in words', (text) => text.replace('1..n', '1 to n'), 'LW201', /"for l in 1\.\.n"/],
    ['a tab', (text) => text.replace('  u[l]', '\tu[l]'), 'LW103', /ladder-.*:7:1[^]*a tab[^]*indented by blanks/],
    [
      'equations at the margin',
      (text) => text.replace(/^ {2}(?=.* = )/gm, ''),
      'LW103',
      /:5:1[^]*lines under "equations: \|" indented/,
    ],
  ])('%s', async (title, change, code, message) => {
    const text = change(ladder);
    expect(text).not.toBe(ladder);
    const { status, err } = await lipwright(['derive', written(`ladder-${title}.yaml`, text), '--depth', '1']);
    expect([status, codeOf(err)]).toEqual([2, code]);
    expect(err).toMatch(message);
  });
});

describe('options', () => {
  it('that are missing are called so, with an example; a misspelt one is not missing', async () => {
    expect((await lipwright(['compile', 'residual'])).err).toMatch(
      /LW311: an option is missing[^]*missing: --depth[^]*lipwright compile residual --depth 2, for example/,
    );
    expect((await lipwright(['compile', 'residual', '--dept', '2'])).err).toMatch(
      /unknown option '--dept'[^]*--depth \(did you mean it\?\)/,
    );
    expect((await lipwright(['compile', 'residual', '--dept=2'])).err).toMatch(/unknown option '--dept'/);
  });

  it('--depth is not asked for where the equations have no n', async () => {
    const flat = written(
      'flat.yaml',
      'name: flat\nequations: |\n  w[1] = phi(C[1] * x)\n  w[l] = phi(C[l] * w[l-1]) for l in 2..3\n  y = B * w[3]\n',
    );
    const sampled = async (...more: readonly string[]): Promise<string> =>
      (await lipwright(['sample', flat, '--dims', 'x=1,w=2,y=1', '--json', ...more])).out;
    expect(await sampled()).toBe(await sampled('--depth', '1'));
    expect((await lipwright(['compile', flat, '--target', 'js'])).out).toMatch(/export function constrain/);
    // In a range, a read and a block; the depth of the last one is fixed.
    const inner = (depth: string): string =>
      `blocks: { b: { ${depth}lipschitz: 0.5, text: "name: b\\nequations: |\\n  w[0] = x\\n  w[l] ` +
      '= phi(C[l] * w[l-1]) for l in 1..n\\n  y = B * w[n]\\n" } }\nequations: |\n  z = b(x)\n  y ' +
      '= A * z\n';
    for (const [text, asked] of [
      ['equations: |\n  w[0] = x\n  w[l] = phi(C[l] * w[l-1]) for l in 1..n\n  y = B * w[n]\n', true],
      [inner(''), true],
      [inner('depth: 2, '), false],
    ] as const) {
      const { status, err } = await lipwright(['compile', written('deep.yaml', `name: deep\n${text}`)]);
      expect([status, /missing: --depth/.test(err)], `${text}${err}`).toEqual(asked ? [2, true] : [0, false]);
    }
  });

  it('--out tells the target, or contradicts it', async () => {
    const compile = (...more: readonly string[]): ReturnType<typeof lipwright> =>
      lipwright(['compile', 'feedforward', '--depth', '1', ...more]);
    for (const [argv, message] of [
      [['--out', folder.file('l.py')], /without --target[^]*numpy, jax, torch/],
      [['--out', folder.file('l.mjs'), '--target', 'torch'], /--target torch and --out[^]*js or tfjs/],
      [['--out', folder.file('l.ts'), '--target', 'js'], /--target ts/],
    ] as const) {
      const { status, err } = await compile(...argv);
      expect([status, codeOf(err)]).toEqual([2, 'LW311']);
      expect(err).toMatch(message);
    }
    expect(folder.names().filter((name) => name.startsWith('l.'))).toEqual([]);
    expect((await compile('--out', folder.file('typed.ts'))).status).toBe(0);
    expect((await compile('--out', folder.file('nodir/x.mjs'))).err).toMatch(/LW108[^]*nodir\/x\.mjs" \(ENOENT\)/);
  });

  it('--out net.js says what Node makes of it, by the nearest package.json', async () => {
    const compile = (name: string): ReturnType<typeof lipwright> =>
      lipwright(['compile', 'feedforward', '--depth', '1', '--out', folder.file(name)]);
    written('package.json', '{ "name": "theirs" }');
    expect((await compile('net.js')).err).toMatch(/note: node takes net\.js for CommonJS here.*call it net\.mjs/);
    expect((await compile('net.mjs')).err).not.toMatch(/CommonJS/);
    written('package.json', '{ "type": "module" }');
    expect((await compile('net.js')).err).not.toMatch(/CommonJS/);
  });
});

describe('a bound that an identity skip does not allow', () => {
  it("is said in the author's letters first, and in lines of 80 columns", async () => {
    const { status, err } = await lipwright([
      'sample',
      file,
      '--depth',
      '2',
      '--dims',
      'x=2,u=3,h=3,y=2',
      '--lipschitz',
      '0.3',
    ]);
    expect([status, codeOf(err)]).toEqual([2, 'LW402']);
    expect(err).toMatch(/found: +y reads 0\.3 x as it is: that alone asks for 𝓛 above 0\.3: choose/);
    expect(Math.max(...err.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});

describe('verify', () => {
  it('says in its first line how many cases were infeasible, and its figures divide', async () => {
    const { out } = await lipwright(['verify', file, '--depth', '1', '--runs', '60', '--json']);
    const { runs, infeasible, seconds, perSecond } = JSON.parse(out) as Readonly<Record<string, number>>;
    // The output reads 0.3 x as it is: bounds are drawn above that, in most cases.
    expect(infeasible).toBeGreaterThan(0);
    expect(infeasible).toBeLessThan((runs ?? NaN) / 4);
    expect(perSecond).toBeCloseTo((runs ?? NaN) / (seconds ?? NaN), 6);
    const text = await lipwright(['verify', file, '--depth', '1', '--runs', '60']);
    expect(text.out).toMatch(
      infeasible === 0
        ? /^60 runs, no failure/
        : new RegExp(`^${60 - (infeasible ?? 0)} of 60 runs proven, ${infeasible} infeasible`),
    );
  });
});

describe('check', () => {
  it('says of weights without multipliers who looks for some', async () => {
    const { out } = await lipwright(['sample', 'feedforward', '--depth', '1', '--dims', 'x=1,w=1,y=1', '--json']);
    const { multipliers, ...bare } = JSON.parse(out) as Readonly<Record<string, unknown>>;
    expect(multipliers).toBeDefined();
    expect((await lipwright(['check', '-'], { stdin: JSON.stringify(bare) })).err).toMatch(
      /LW105[^]*no multipliers[^]*lipwright certify/,
    );
  });
});
