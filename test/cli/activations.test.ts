import { describe, expect, it } from 'vitest';
import { run } from '../../src/cli/run.js';
import { activationReports, activationText, activationsText } from '../../src/report/index.js';
import type { ActivationReport } from '../../src/report/index.js';
import { codeOf, lipwright } from './harness.js';

const activations = async (...argv: readonly string[]): Promise<string> => {
  const { status, out, err } = await lipwright(['activations', ...argv]);
  expect([status, err]).toEqual([0, '']);
  return out;
};

const at = async (columns: number, ...argv: readonly string[]): Promise<string> => {
  let out = '';
  await run(['activations', ...argv], {
    out: (text) => (out += text),
    err: () => undefined,
    errIsTerminal: false,
    columns,
    readStdin: () => Promise.resolve(''),
    onInterrupt: () => () => undefined,
  });
  return out;
};

const lines = (text: string): readonly string[] => text.split('\n');

describe('the table', () => {
  it.each([80, 100, 120, 200])('fits %d columns', async (columns) => {
    const widest = Math.max(...lines(await at(columns)).map((line) => [...line].length));
    expect(widest).toBeLessThanOrEqual(columns);
  });

  it.each([80, 100, 120])('stands in columns at %d', async (columns) => {
    const all = lines(await at(columns));
    const start = all.findIndex((line) => /^ +m +L /.test(line));
    const rows = all.slice(start, all.indexOf('', start));
    const heads = [...(rows[0] ?? '').matchAll(/\S+(?: \S+)*/g)].map(
      ({ index }) => [...(rows[0] ?? '').slice(0, index)].length,
    );
    // Every cell begins below its head: two blanks stand in front of it.
    for (const row of rows.slice(1)) {
      expect(row).toMatch(/^[a-z]/);
      const verdict = [...row].slice(heads.at(-1)).join('');
      expect([row, /^(?:|equal|loose|wrong|wrong\*|wrong for [a-z]+ \S+ \d)$/.test(verdict)]).toEqual([row, true]);
      if (!/none: |see below/.test(row))
        for (const head of heads.slice(0, -2)) expect([...row].slice(head - 2, head + 1).join('')).toMatch(/^ {2}\S$/);
    }
  });

  it('shows m, L, S, P, what is published and the verdict', async () => {
    const out = await activations();
    expect(out).toMatch(/^sigmoid +0 +1\/4 +1\/4 +0 +0, 1 +loose$/m);
    expect(out).toMatch(
      /^mish +-0\.11252612 +1\.0884982 +0\.97597204 +-0\.12248448 +-0\.2157287822, 1\.199678640 +wrong$/m,
    );
    expect(out).toMatch(/^gelu-tanh +-0\.12899307 +1\.1289931 +1 +-0\.14563228$/m);
    // The numbers beside it are those of a = 0.01, which nothing is wrong with.
    expect(out).toMatch(/^leaky-relu +0\.01 +1 +1\.01 +0\.01 +a, 1 +wrong for a > 1$/m);
    expect(await at(80)).toMatch(/^leaky-relu +0\.01 +1 +a, 1 +wrong\*$/m);
    expect(out).toMatch(/^hardshrink +none: it jumps +none \(discontinuous\) +equal$/m);
    expect(out).toContain('Of 24 published entries 15 are equal to what is computed, 2 valid but loose, 7 wrong.');
    expect(out).toMatch(
      /^ {2}leaky-relu\n {4}L = 1 is wrong by a - 1 for a > 1: the supremum is a\n {4}m = a is wrong by a - 1 for a > 1: the infimum is 1$/m,
    );
  });

  it('has no number longer than a double, no negative jump, no doubled condition', () => {
    const reports = activationReports();
    const text =
      activationsText(reports, 120) +
      reports.map((report) => activationText(report, 120).replace(/^ {2}φ[^]*?\n(?= {2}\S)/m, '')).join('');
    expect(text).not.toMatch(/\d\.?\d{21}/);
    expect(text).not.toMatch(/jumps by -/);
    expect(text).not.toMatch(/undefined|NaN|null|\[object|LW5\d\d: |%/);
    expect(text).not.toMatch(/(\S+) (\S+) (\S+) and \1 \2 \3(?!\S)/);
  });
});

describe('one activation', () => {
  it('tells the closed form first, then doubles around it', async () => {
    const out = await activations('gelu');
    expect(out).toMatch(/^ {2}S = 1 in \[0\.99999\d+, 1\.00000\d+\]$/m);
    expect(out).toMatch(/^ {2}m = .*erf\(1\).* in \[-0\.128904145185\d+, -0\.128904145185\d+\], at v = -sqrt\(2\)$/m);
    expect(await activations('leaky-relu(a=0.2)')).toMatch(/^ {2}S = 1\.2 in \[1\.\d+, 1\.2\d*\]$/m);
    expect(await activations('sigmoid')).toMatch(/^ {2}L = 1\/4 = 0\.25, at v = 0$/m);
    expect(await activations('relu')).toMatch(/^ {2}m = 0, at v = 0\n {2}L = 1, at v = 0\n {2}S = 1\n {2}P = 0$/m);
  });

  it('keeps parameters as letters', async () => {
    expect(await activations('LeakyReLU')).toMatch(/for all a {2}m = min\((a, 1|1, a)\), L = max\((1, a|a, 1)\)$/m);
    const celu = await activations('CELU');
    expect(celu).toMatch(
      /^ {2}for all alpha\n {4}alpha < 0: no bounds, .*\n {4}alpha = 0: no bounds, .*\n {4}alpha > 0: m = 0, L = 1$/m,
    );
  });

  it('asks for parameters that have no default', async () => {
    const out = await activations('threshold');
    expect(out).toContain('no numbers  without threshold and value; for example "threshold(threshold=1, value=1)"');
    expect(await activations('threshold(threshold=1, value=1)')).toMatch(/^ {2}m = 0, at v = 1\n {2}L = 1, /m);
  });

  it('takes an expression', async () => {
    expect(await activations('v * tanh(v)')).toMatch(
      /^φ\(v\) = v \* tanh\(v\)\n {2}m in \[-1\.19967864025\d+, -1\.1996786402577\d+\]/,
    );
  });
});

describe('--json', () => {
  const parse = async <T>(...argv: readonly string[]): Promise<T> =>
    JSON.parse(await activations(...argv, '--json')) as T;

  it('prints one object with the enclosures', async () => {
    const { activations: all } = await parse<{ readonly activations: readonly ActivationReport[] }>();
    expect(all.map(({ name }) => name)).toContain('tanhshrink');
    const mish = all.find(({ name }) => name === 'mish');
    expect(Object.keys(mish ?? {}).sort()).toEqual([
      'L',
      'P',
      'S',
      'cases',
      'expression',
      'findings',
      'm',
      'method',
      'name',
      'note',
      'parameters',
      'published',
      'refused',
      'title',
      'verdict',
      'verdictWhere',
    ]);
    expect(mish).toMatchObject({
      verdict: 'wrong',
      published: { L: '1.199678640', S: '0.8060623125' },
      L: { exact: null },
    });
    for (const { m, L } of all) if (m !== null && L !== null) expect(m.lower).toBeLessThanOrEqual(L.upper);
  });

  it('prints the entry alone for a name', async () => {
    expect(await parse<ActivationReport>('sigmoid')).toMatchObject({
      name: 'sigmoid',
      m: { lower: 0, upper: 0, exact: '0' },
      L: { lower: 0.25, upper: 0.25, exact: '1/4' },
      S: { exact: '1/4' },
      P: { exact: '0' },
      verdict: 'loose',
    });
    expect(await parse<ActivationReport>('elu(alpha=2)')).toMatchObject({
      name: 'elu',
      parameters: { alpha: 2 },
      L: { exact: '2' },
    });
  });
});

/** 1 MB of it. */
const flood = (part: string, end = ''): string => part.repeat(Math.ceil(2 ** 20 / part.length)) + end;

const bad: readonly (readonly [title: string, text: string, code: string, column: number])[] = [
  ['a name that is not known', 'gelo', 'LW310', 1],
  ['a name of the prototype', 'constructor', 'LW310', 1],
  ['another parameter', 'elu(beta=2)', 'LW507', 1],
  ['a parameter without its value', 'elu(alpha=)', 'LW507', 1],
  ['a parameter that is no number', 'elu(alpha=two)', 'LW507', 1],
  ['an infinite parameter', 'elu(alpha=1e999)', 'LW507', 1],
  ['a parameter out of range', 'softshrink(lambda=-1)', 'LW507', 1],
  ['one of two parameters', 'threshold(value=1)', 'LW507', 1],
  ['parameters for what has none', 'relu(a=1)', 'LW507', 1],
  ['parameters of GroupSort', 'groupsort(size=2)', 'LW506', 1],
  ['nothing', '', 'LW201', 1],
  ['blanks', '   ', 'LW201', 1],
  ['1/0', '1/0', 'LW504', 3],
  ['x^x', 'x^x', 'LW501', 3],
  ['gamma(x)', 'gamma(x)', 'LW501', 1],
  ['an unclosed bracket', 'max(0, v', 'LW201', 9],
  ['another letter', 'v * w', 'LW202', 5],
  ['a jump', 'if(v > 0, 1, 0)', 'LW502', 1],
  ['slopes without bound', 'v^2', 'LW503', 1],
  ['slopes without bound near a point', 'v * log(v^2 + 1)', 'LW503', 1],
  ['a root of a negative number', 'sqrt(v)', 'LW504', 6],
  ['a logarithm of 0', 'v * log(abs(v))', 'LW504', 9],
  ['a pole', 'v / (v - 1)', 'LW504', 6],
  ['a call of code', 'process.exit(1)', 'LW201', 8],
  ['terminal escapes', '\u001b[31mv', 'LW201', 1],
  ['1 MB of brackets', flood('(', 'v'), 'LW214', 1],
  ['1 MB of calls', flood('max(', 'v'), 'LW214', 1],
  ['1 MB of minus signs', `0${flood('-', 'v')}`, 'LW214', 1],
  ['1 MB of powers', flood('v^', 'v'), 'LW214', 1],
  ['1 MB of digits', flood('9', '*v'), 'LW214', 1],
  ['1 MB of letters', flood('a'), 'LW214', 1],
  ['a name with 1 MB of equals signs', `a(${flood('=')}`, 'LW214', 1],
];

describe('bad input', () => {
  it.each(bad)('%s', async (_title, text, code, column) => {
    const { status, out, err } = await lipwright(['activations', text]);
    expect(codeOf(err), err.slice(0, 500)).toBe(code);
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain(`at <activation>:1:${column}\n`);
    expect(err).toMatch(/^ {2}found: {4}\S/m);
    expect(err).toMatch(/^ {2}expected: \S/m);
    expect(err).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(err.length).toBeLessThan(1500);
    expect((await lipwright(['activations', text, '--json'])).out).toBe('');
  });

  it('shows the place', async () => {
    expect((await lipwright(['activations', 'v * w'])).err).toContain('    1 | v * w\n      |     ^\n');
    expect(
      (await lipwright(['sample', 'residual', '--depth', '1', '--dims', 'x=2,w=2,y=2', '--activation', 'v * w'])).err,
    ).toContain('  at --activation:1:5\n    1 | v * w\n      |     ^\n');
  });

  it.each([
    ['gelo', 'gelu'],
    ['LeakyRelo', 'leaky-relu'],
    ['tanhh', 'tanh'],
    ['elu(alpa=1)', 'alpha'],
  ])('%s is met with a suggestion', async (text, suggestion) => {
    expect((await lipwright(['activations', text])).err).toContain(`${suggestion} (did you mean it?)`);
  });
});
