import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { Folder, codeOf, lipwright } from './harness.js';

const folder = new Folder();
afterAll(folder.remove);

const sample = ['sample', 'residual', '--depth', '2', '--dims', 'x=3,w=4,y=3'] as const;
const widths = (dims: string): readonly string[] => ['sample', 'residual', '--depth', '2', '--dims', dims];
const broken = folder.file('broken.yaml');
writeFileSync(
  broken,
  'name: broken\nequations: |\n  w[0] = x\n  w[l] = phi(C[l] * w[l-1] + b[l])   for l in 1..n\n' +
    '  y = A * z + B * w[n]\n',
);
const huge = folder.file('huge.yaml');
writeFileSync(huge, `name: huge\nequations: |\n  y = W * x\n# ${'x'.repeat(10 * 2 ** 20)}\n`);
const truncated = folder.file('truncated.json');
writeFileSync(truncated, '{"architecture": "residual",\n "weights": {"A": [1, 2');
const notASample = folder.file('other.json');
writeFileSync(notASample, '{"name": "x"}');

const cases: readonly (readonly [title: string, argv: readonly string[], code: string])[] = [
  ['an unknown architecture', ['derive', 'residul'], 'LW301'],
  ['an empty name', ['derive', ''], 'LW301'],
  ['a name of the prototype', ['derive', '__proto__'], 'LW301'],
  ['a path that is not there', ['derive', '../no/such/net.yaml'], 'LW101'],
  ['a name with a zero byte', ['derive', 'res\0idual'], 'LW301'],
  ['a name with terminal escapes', ['derive', '\u001b[31mred'], 'LW301'],
  ['a very long name', ['derive', 'a'.repeat(100_000)], 'LW301'],
  ['a folder for an architecture', ['derive', `${folder.path}/`], 'LW101'],
  ['a file of 10 MB', ['derive', huge], 'LW102'],
  ['an unknown signal in a file', ['derive', broken], 'LW202'],
  ['depth 0', ['derive', 'residual', '--depth', '0'], 'LW302'],
  ['depth −1', ['derive', 'residual', '--depth', '-1'], 'LW302'],
  ['depth 1e9', ['derive', 'residual', '--depth', '1e9'], 'LW302'],
  ['depth 1000000000', ['derive', 'residual', '--depth', '1000000000'], 'LW302'],
  ['depth 1.5', ['derive', 'residual', '--depth', '1.5'], 'LW302'],
  ['depth 3x', ['derive', 'residual', '--depth', '3x'], 'LW302'],
  ['an empty depth', ['derive', 'residual', '--depth', ''], 'LW302'],
  ['the letter N', ['derive', 'residual', '--depth', 'N'], 'LW302'],
  ['depth n for compile', ['compile', 'residual', '--depth', 'n'], 'LW302'],
  ['no depth for compile', ['compile', 'residual'], 'LW311'],
  ['depth range 6..1', ['verify', 'residual', '--depth', '6..1', '--runs', '1'], 'LW302'],
  ['depth range 1..2..3', ['verify', 'residual', '--depth', '1..2..3', '--runs', '1'], 'LW302'],
  ['depth range 1..', ['verify', 'residual', '--depth', '1..', '--runs', '1'], 'LW302'],
  ['slopes 1,0', [...sample, '--slopes', '1,0'], 'LW305'],
  ['slopes 0,inf', [...sample, '--slopes', '0,inf'], 'LW305'],
  ['slopes 0,Infinity', [...sample, '--slopes', '0,Infinity'], 'LW305'],
  ['slopes nan,1', [...sample, '--slopes', 'nan,1'], 'LW305'],
  ['slopes NaN', [...sample, '--slopes=NaN,NaN'], 'LW305'],
  ['one slope', [...sample, '--slopes', '1'], 'LW305'],
  ['three slopes', [...sample, '--slopes', '0,1,2'], 'LW305'],
  ['slopes beyond doubles', [...sample, '--slopes', '0,1e999'], 'LW305'],
  ['slopes 0x0,0x1', [...sample, '--slopes', '0x0,0x1'], 'LW305'],
  ['lipschitz 0', [...sample, '--lipschitz', '0'], 'LW306'],
  ['lipschitz −1', [...sample, '--lipschitz', '-1'], 'LW306'],
  ['lipschitz nan', [...sample, '--lipschitz', 'nan'], 'LW306'],
  ['lipschitz inf', [...sample, '--lipschitz=inf'], 'LW306'],
  ['lipschitz 1e9x', [...sample, '--lipschitz', '1e9x'], 'LW306'],
  ['an empty lipschitz', [...sample, '--lipschitz', ''], 'LW306'],
  ['no dims', ['sample', 'residual', '--depth', '2'], 'LW311'],
  ['dims without w', widths('x=3,y=3'), 'LW304'],
  ['x=0', widths('x=0,w=4,y=0'), 'LW304'],
  ['x=1.5', widths('x=1.5,w=4,y=3'), 'LW304'],
  ['x=-3', widths('x=-3,w=4,y=3'), 'LW304'],
  ['x=1e1', widths('x=1e1,w=4,y=3'), 'LW304'],
  ['x= nothing', widths('x=,w=4'), 'LW304'],
  ['a width without a name', widths('=3'), 'LW304'],
  ['a width without a sign', widths('x3'), 'LW304'],
  ['empty dims', widths(''), 'LW304'],
  ['an unknown width', widths('x=3,w=4,y=3,q=1'), 'LW304'],
  ['two widths for one', widths('x=3,x=3,w=4,y=3'), 'LW304'],
  ['a width that is too large', widths('x=70000,w=4,y=70000'), 'LW304'],
  ['an LMI that is too large', widths('x=65536,w=4,y=65536'), 'LW314'],
  ['widths that clash', widths('x=3,w=4,y=2'), 'LW303'],
  ['an unknown strategy for derive', ['derive', 'residual', '--strategy', 'magic'], 'LW308'],
  ['an unknown strategy for verify', ['verify', 'residual', '--strategy', 'magic', '--runs', '1'], 'LW308'],
  ['an unknown target', ['compile', 'residual', '--depth', '2', '--target', 'cobol'], 'LW309'],
  ['an unknown format', ['derive', 'residual', '--format', 'pdf'], 'LW311'],
  ['an unknown activation', [...sample, '--activation', 'relux'], 'LW310'],
  ['an activation of the prototype', [...sample, '--activation', 'constructor'], 'LW310'],
  ['a parameter that an activation has not', [...sample, '--activation', 'elu(beta=2)'], 'LW507'],
  ['a parameter without a number', [...sample, '--activation', 'elu(alpha=)'], 'LW507'],
  ['a parameter that is out of range', [...sample, '--activation', 'softshrink(lambda=-1)'], 'LW507'],
  ['an activation without its parameters', [...sample, '--activation', 'threshold'], 'LW507'],
  ['an activation of several entries', [...sample, '--activation', 'groupsort'], 'LW506'],
  ['an activation that jumps', [...sample, '--activation', 'hardshrink'], 'LW502'],
  ['an activation that is unbounded', [...sample, '--activation', 'v^2'], 'LW503'],
  ['an activation that is undefined', [...sample, '--activation', '1/0'], 'LW504'],
  ['an activation of two variables', [...sample, '--activation', 'v*z'], 'LW202'],
  ['activation and slopes', [...sample, '--activation', 'relu', '--slopes', '0,1'], 'LW311'],
  ['a fractional seed', [...sample, '--seed', '1.5'], 'LW311'],
  ['an infinite scale', [...sample, '--scale', 'inf'], 'LW311'],
  ['a scale that is no number', [...sample, '--scale', 'nan'], 'LW311'],
  ['runs 0', ['verify', 'residual', '--runs', '0'], 'LW311'],
  ['runs 1e6', ['verify', 'residual', '--runs', '1e6'], 'LW311'],
  ['no architecture for verify', ['verify'], 'LW311'],
  ['--all and an architecture', ['verify', 'residual', '--all'], 'LW311'],
  ['an unknown command', ['dervie', 'residual'], 'LW311'],
  ['an unknown option', ['derive', 'residual', '--dpeth', '3'], 'LW311'],
  ['an option without its value', ['derive', 'residual', '--depth'], 'LW311'],
  ['too many arguments', ['derive', 'residual', 'feedforward'], 'LW311'],
  ['a missing argument', ['derive'], 'LW311'],
  ['a missing file for check', ['check', folder.file('none.json')], 'LW101'],
  ['truncated JSON', ['check', truncated], 'LW104'],
  ['JSON that is no sample', ['check', notASample], 'LW105'],
];

describe('bad input', () => {
  it.each(cases)('%s', async (_title, argv, code) => {
    const before = folder.names();
    const json = argv[0] === 'sample' || argv[0] === 'check' ? ['--json'] : [];
    const { status, out, err } = await lipwright([...argv, ...json]);
    expect(codeOf(err), err).toBe(code);
    expect(status).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/^ {2}found: {4}\S/m);
    expect(err).toMatch(/^ {2}expected: \S/m);
    // Nothing that a file or an argument says may draw on the terminal or flood it.
    expect(err).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(err.length).toBeLessThan(1500);
    expect(folder.names()).toEqual(before);
  });

  it('points at the place in the file', async () => {
    const { err } = await lipwright(['derive', broken]);
    expect(err).toContain(`  at ${broken}:5:11\n    5 |   y = A * z + B * w[n]\n      |           ^\n`);
  });

  it('points at the equation that makes shapes clash, in a built-in architecture too', async () => {
    const { err } = await lipwright(['sample', 'residual', '--depth', '2', '--dims', 'x=3,w=4,y=2']);
    expect(err).toMatch(
      /at rules\/architectures\/residual\.yaml:\d+:\d+\n +\d+ \| {3}y = A \* x \+ B \* w\[n\] \+ c\n {6}\| {7}\^\n/,
    );
  });

  it('points into truncated JSON', async () => {
    const { err } = await lipwright(['check', truncated]);
    expect(err).toContain(`${truncated}:2:24`);
  });

  it('shows a window of a long line, without control characters', async () => {
    const file = folder.file('long.json');
    writeFileSync(file, `{"a": "${'\u001b'.repeat(1)}${'y'.repeat(5000)}", "b": oops, ${'"c": 1, '.repeat(500)}}`);
    const { err } = await lipwright(['check', file]);
    expect(codeOf(err)).toBe('LW104');
    expect(err.length).toBeLessThan(500);
    expect(err).not.toContain('\u001b');
  });

  it.each([
    [['dervie'], 'derive'],
    [['derive', 'residual', '--dpeth', '3'], '--depth'],
    [['derive', 'residul'], 'residual'],
  ])('%j is met with a suggestion', async (argv, suggestion) => {
    const { err } = await lipwright(argv);
    expect(err).toContain(`${suggestion} (did you mean it?)`);
  });
});

describe('strict numbers that are fine', () => {
  it.each([
    ['--slopes=-0.2,1.1'],
    ['--slopes', '-0.2,1.1'],
    ['--slopes', ' 0 , 1'],
    ['--lipschitz', '1e-3'],
    ['--lipschitz', '.5'],
    ['--scale', '1e300'],
    ['--scale', '0'],
    ['--seed', '9007199254740991'],
  ])('%s %s', async (...argv) => {
    const { status, err } = await lipwright([...sample, ...argv.filter((text) => text !== undefined), '--json']);
    expect(err).toBe('');
    expect(status).toBe(0);
  });
});
