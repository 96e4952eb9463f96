import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { strategies } from '../../rules/strategies.js';
import { activationLibrary } from '../../src/slopes/library/index.js';
import { builtinArchitectures, loadArchitecture } from '../../src/1-parse/index.js';
import { progressOn } from '../../src/cli/progress.js';
import { shippedArchitectures } from '../../src/cli/package.js';
import { compile } from '../../src/compile.js';
import type { Compiled } from '../../src/5-emit/index.js';
import { run } from '../../src/cli/run.js';
import { functions, quotients } from '../report/activation-truths.js';
import { Folder, lipwright } from './harness.js';

const library = activationLibrary();
const folder = new Folder();
afterAll(folder.remove);

interface Named {
  readonly name: string;
}

/** The fields of the contract that the tests below look at. */
interface Printed {
  readonly architectures: readonly Named[];
  readonly strategies: readonly Named[];
  readonly targets: readonly Named[];
  readonly activations: readonly (Named & {
    readonly slopes: readonly [number, number] | null;
    readonly wanted: readonly string[];
  })[];
  readonly weights: Readonly<Record<string, number[][]>>;
  readonly multipliers: Readonly<Record<string, number[]>>;
  readonly slopes: readonly (readonly number[])[];
  readonly lmi: readonly (readonly number[])[];
  readonly worstMargin: number;
  readonly seconds: number;
  readonly runs: number;
  readonly failures: number;
  readonly interrupted: boolean;
}

async function json(argv: readonly string[]): Promise<Printed> {
  const { status, out, err } = await lipwright([...argv, '--json']);
  expect(err).toBe('');
  expect(status).toBe(0);
  return JSON.parse(out) as Printed;
}

const names = (items: readonly Named[]): readonly string[] => items.map(({ name }) => name);

describe('list', () => {
  it('names everything that the other commands accept', async () => {
    const listing = await json(['list']);
    expect(names(listing.architectures)).toEqual(builtinArchitectures());
    expect(names(listing.strategies)).toEqual(strategies.map(({ name }) => name));
    expect(names(listing.targets)).toEqual(['js', 'ts', 'tfjs', 'numpy', 'jax', 'torch']);
    expect(names(listing.activations)).toEqual(library.map(({ name }) => name));
    const { out } = await lipwright(['list']);
    for (const name of [
      ...builtinArchitectures(),
      ...strategies.map((item) => item.name),
      ...library.map((item) => item.name),
    ])
      expect(out).toContain(name);
  });

  it('reads titles and sources as the parser does', async () => {
    const parsed = builtinArchitectures().map((name) => {
      const { title, source } = loadArchitecture(name);
      return { name, title, source };
    });
    expect(await shippedArchitectures()).toEqual(parsed);
  });
});

describe('activations', () => {
  it('have slopes in the interval that is listed, and in no smaller one', async () => {
    const { activations } = await json(['list']);
    const bounded = activations.flatMap(({ name, slopes }) => (slopes === null ? [] : [{ name, slopes }]));
    // Without bounds: two of several entries at once, two that jump, one without defaults.
    expect(
      names(activations)
        .filter((name) => !names(bounded).includes(name))
        .sort(),
    ).toEqual(['groupsort', 'hardshrink', 'maxmin', 'softplus-threshold', 'threshold']);
    expect(names(bounded).filter((name) => functions[name] === undefined)).toEqual([]);
    for (const {
      name,
      slopes: [lower, upper],
    } of bounded) {
      const [least, largest] = quotients(functions[name] ?? expect.unreachable(name));
      // Rounding of a value near 40, divided by the step 2⁻¹⁰.
      expect([name, least]).toEqual([name, expect.toSatisfy((seen: number) => seen >= lower - 2e-11)]);
      expect([name, largest]).toEqual([name, expect.toSatisfy((seen: number) => seen <= upper + 2e-11)]);
      // The infimum of softsign's slopes is only reached at infinity: 1/(1 + 39)² is left here.
      expect([name, least]).toEqual([name, expect.toSatisfy((seen: number) => seen <= lower + 1e-3)]);
      expect([name, largest]).toEqual([name, expect.toSatisfy((seen: number) => seen >= upper - 1e-3)]);
    }
  });

  it('say which parameters have no default', async () => {
    const { activations } = await json(['list']);
    expect(activations.filter(({ wanted }) => wanted.length > 0)).toEqual([
      expect.objectContaining({ name: 'threshold', slopes: null, wanted: ['threshold', 'value'] }),
    ]);
  });
});

describe('derive', () => {
  it('prints exactly three families of rows for the residual block of symbolic depth', async () => {
    const { status, out } = await lipwright(['derive', 'residual', '--depth', 'n', '--format', 'json']);
    expect(status).toBe(0);
    const { architecture, depth, strategy, rows } = JSON.parse(out) as {
      architecture: string;
      depth: string;
      strategy: string;
      rows: readonly { signal: string; range?: string }[];
    };
    expect({ architecture, depth, strategy }).toEqual({ architecture: 'residual', depth: 'n', strategy: 'gershgorin' });
    expect(rows.map(({ signal, range }) => [signal, range])).toEqual([
      ['x', undefined],
      ['w[l]', '1 <= l <= n-1'],
      ['w[n]', undefined],
    ]);
  });

  it('takes n for the default depth', async () => {
    expect((await lipwright(['derive', 'residual'])).out).toBe(
      (await lipwright(['derive', 'residual', '--depth', 'n'])).out,
    );
  });

  it('reads an architecture file', async () => {
    const file = folder.file('own.yaml');
    writeFileSync(file, 'name: own\nequations: |\n  h = phi(U * x + b)\n  y = V * h\n');
    const { status, out } = await lipwright(['derive', file, '--depth', '1']);
    expect(status).toBe(0);
    expect(out).toContain('Uᵀ Λ_h U'.replace('Λ_h', out.includes('Λ_h') ? 'Λ_h' : 'Lambda_h'));
  });

  it('shows every step only on demand', async () => {
    const brief = (await lipwright(['derive', 'residual', '--depth', '2'])).out;
    const steps = (await lipwright(['derive', 'residual', '--depth', '2', '--steps'])).out;
    expect(brief).not.toContain('\nSteps\n');
    expect(steps).toContain('\nSteps\n');
    expect((await lipwright(['derive', 'residual', '--depth', '2', '--trace'])).out).toBe(steps);
  });
});

describe('compile', () => {
  it('writes a module that constrains as the library does', async () => {
    const file = folder.file('residual-2.mjs');
    expect((await lipwright(['compile', 'residual', '--depth', '2', '--target', 'js', '--out', file])).status).toBe(0);
    const module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Pick<Compiled, 'dims' | 'constrain'>;
    const own = compile(loadArchitecture('residual'), { depth: 2 });
    const widths = { x: 2, w: 3, y: 2 };
    expect(module.dims(widths)).toEqual(own.dims(widths));
    const free = Object.fromEntries(
      Object.entries(own.dims(widths)).map(([name, shape]) => [
        name,
        Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_all, at) => Math.sin(at + name.length)),
      ]),
    );
    expect(module.constrain(free, { widths }).weights).toEqual(own.constrain(free, { widths }).weights);
  });

  it('prints to stdout without --out', async () => {
    const { out, err } = await lipwright(['compile', 'residual', '--depth', '1', '--target', 'ts']);
    expect(err).toBe('');
    expect(out).toContain('export function constrain(free: ');
  });
});

describe('sample and check', () => {
  const argv = [
    'sample',
    'residual',
    '--depth',
    '2',
    '--dims',
    'x=3,w[1]=4,w[2]=2,y=3',
    '--slopes=-0.2,1.1',
    '--lipschitz',
    '2',
    '--seed',
    '5',
  ];

  it('prints the fields of the contract', async () => {
    const sample = await json(argv);
    expect(sample).toMatchObject({
      architecture: 'residual',
      depth: 2,
      strategy: 'pivot',
      variant: { multipliers: 'free', contraction: 'spectral', margin: null },
      lipschitz: 2,
      slopes: [
        [-0.2, 1.1],
        [-0.2, 1.1],
      ],
      verdict: { negativeSemidefinite: true },
    });
    expect(Object.keys(sample.weights).sort()).toEqual(['A', 'B', 'C[1]', 'C[2]']);
    expect(sample.weights['A']).toHaveLength(3);
    expect(sample.weights['C[1]']).toHaveLength(4);
    expect(sample.weights['C[1]']?.[0]).toHaveLength(3);
    expect(Object.keys(sample.multipliers)).toEqual(['lambda[1]', 'lambda[2]']);
    expect(sample.lmi).toHaveLength(9);
    expect((await lipwright([...argv, '--json'])).out).toBe((await lipwright([...argv, '--json'])).out);
  });

  it('takes slopes by the name of an activation', async () => {
    const sample = await json([
      'sample',
      'feedforward',
      '--depth',
      '1',
      '--dims',
      'x=2,w=2,y=1',
      '--activation',
      'leaky-relu',
    ]);
    const [m = Number.NaN, L] = sample.slopes[0] ?? [];
    // The decimal 0.01 is no double: the LMI is given the next one below it, if any.
    expect(m).toBeLessThanOrEqual(0.01);
    expect(m).toBeGreaterThan(0.01 - 1e-17);
    expect(L).toBe(1);
  });

  it.each([
    ['gelu', -0.12890414518515478, 1.1289041451851547],
    ['leaky-relu(a=0.2)', 0.2, 1],
    ['LeakyReLU(a=2.5)', 1, 2.5],
    ['elu(alpha=-1)', -1, 1],
    ['v*tanh(v)', -Number('1.19967864025773383392'), Number('1.19967864025773383392')],
    ['max(0, v) - 0.1 * max(0, -v)', 0.1, 1],
  ])('--activation "%s" makes a sample that check accepts', async (activation, m, L) => {
    const { out, status } = await lipwright([
      'sample',
      'residual',
      '--depth',
      '2',
      '--dims',
      'x=3,w=4,y=3',
      '--activation',
      activation,
      '--json',
    ]);
    expect(status).toBe(0);
    const { slopes, verdict } = JSON.parse(out) as Printed & {
      readonly verdict: { readonly negativeSemidefinite: boolean };
    };
    expect(verdict.negativeSemidefinite).toBe(true);
    expect(slopes).toHaveLength(2);
    for (const [lower = Number.NaN, upper = Number.NaN] of slopes) {
      // Outside of the true slopes, but by no more than the enclosures' width.
      expect(lower).toBeLessThanOrEqual(m);
      expect(upper).toBeGreaterThanOrEqual(L);
      expect(m - lower + (upper - L)).toBeLessThan(2e-9);
    }
    const checked = await lipwright(['check', '-', '--json'], { stdin: out });
    expect([checked.status, checked.err]).toEqual([0, '']);
    expect(JSON.parse(checked.out)).toMatchObject({ accepted: true });
  });

  it('is accepted from a file and from stdin', async () => {
    const { out } = await lipwright([...argv, '--json']);
    const file = folder.file('sample.json');
    writeFileSync(file, out);
    expect((await lipwright(['check', file])).status).toBe(0);
    const piped = await lipwright(['check', '-', '--json'], { stdin: out });
    expect(piped.status).toBe(0);
    expect(JSON.parse(piped.out)).toMatchObject({
      accepted: true,
      reasons: [],
      verdict: { negativeSemidefinite: true },
    });
  });

  it('is rejected with status 1 once a weight is 1,000 times as large', async () => {
    const { weights, ...rest } = await json(argv);
    const larger = {
      ...rest,
      lmi: undefined,
      weights: { ...weights, B: weights['B']?.map((row) => row.map((value) => value * 1000)) },
    };
    const { status, out, err } = await lipwright(['check', '-'], { stdin: JSON.stringify(larger) });
    expect(status).toBe(1);
    expect(err).toBe('');
    expect(out).toMatch(/^REJECTED: .*\n[^]*reason /);
  });

  it('has a table for people', async () => {
    const { status, out } = await lipwright(argv);
    expect(status).toBe(0);
    expect(out).toMatch(/verdict {2}LMI proven negative semidefinite/);
    expect(out).toContain('C[1], 4 × 3');
  });
});

describe('verify', () => {
  it('prints the fields of the contract', async () => {
    const result = await json(['verify', 'residual', '--runs', '40', '--seed', '3', '--depth', '1..2']);
    expect(result).toMatchObject({ runs: 40, failures: 0, seed: 3, counterexample: null, interrupted: false });
    expect(result.worstMargin).toBeGreaterThan(0);
    expect(result.seconds).toEqual(expect.any(Number));
  });

  it('takes all that are built in', async () => {
    const { status, out } = await lipwright(['verify', '--all', '--runs', '60', '--depth', '2']);
    expect(status).toBe(0);
    for (const name of builtinArchitectures()) expect(out).toContain(name);
  });

  it('ends with 130 and a summary of what was run when it is interrupted', async () => {
    const interrupt = (now: () => void): void => void setTimeout(now, 100);
    const { status, out } = await lipwright(['verify', 'residual', '--runs', '1000000000', '--depth', '1', '--json'], {
      interrupt,
    });
    expect(status).toBe(130);
    const { runs, failures, interrupted } = JSON.parse(out) as Printed;
    expect(interrupted).toBe(true);
    expect(failures).toBe(0);
    expect(runs).toBeGreaterThan(0);
    expect(runs).toBeLessThan(1e9);
  });

  it('tells its progress in plain lines, seconds apart', async () => {
    const lines: string[] = [];
    let clock = 0;
    const progress = await progressOn({ err: (text) => lines.push(text), errIsTerminal: false }, 100, () => clock);
    for (clock = 0; clock <= 10_000; clock += 500) progress.update(clock / 100, 100, 0);
    progress.stop();
    expect(lines).toEqual([
      '30 of 100 runs, 0 failures\n',
      '60 of 100 runs, 0 failures\n',
      '90 of 100 runs, 0 failures\n',
    ]);
  });
});

describe('the program itself', () => {
  it.each([[['--help']], [['help', 'derive']], [[]], [['sample', '--help']]])('%j is help on stdout', async (argv) => {
    const { status, out, err } = await lipwright(argv);
    expect([status, err]).toEqual([0, '']);
    expect(out).toMatch(/^Usage: lipwright/);
    expect(out).toContain('Examples:');
    expect(out.split('\n').every((line) => line.length <= 160)).toBe(true);
  });

  it('has a version', async () => {
    expect((await lipwright(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('owns up to a fault of its own with status 70', async () => {
    let err = '';
    const status = await run(['list'], {
      out: () => {
        throw new Error('the printer is on fire');
      },
      err: (text) => (err += text),
      errIsTerminal: false,
      columns: null,
      readStdin: () => Promise.resolve(''),
      onInterrupt: () => () => undefined,
    });
    expect(status).toBe(70);
    expect(err).toMatch(/^internal error: .*please report/);
    expect(err).toContain('the printer is on fire');
  });
});
