import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtinArchitectures, loadArchitecture, parseArchitecture } from '../../src/1-parse/index.js';
import { LipwrightError } from '../../src/base/diagnostic.js';
import type { Diagnostic } from '../../src/base/diagnostic.js';
import { strategies } from '../../rules/strategies.js';
import { checkFile, checkSample, checkText } from '../../src/verify/check.js';
import { maximumSampleBytes } from '../../src/verify/json.js';
import type { Sample } from '../../src/verify/instance.js';
import { sampleInstance } from '../../src/verify/sample.js';

const residual = loadArchitecture('residual');
const sample = (): Sample =>
  sampleInstance(residual, {
    depth: 2,
    strategy: 'gershgorin',
    widths: { x: 3, w: 4 },
    slopes: [-0.5, 1],
    lipschitz: 2,
    seed: 4,
  });

type Fields = Record<string, unknown>;

interface Copy extends Fields {
  weights: Fields;
  biases: Fields;
  multipliers: Fields;
  dims: Fields;
  slopes: number[][];
  lmi: number[][];
}

/** A plain copy, as JSON.parse makes it, to be tampered with. */
function copy(): Copy {
  return JSON.parse(JSON.stringify(sample())) as Copy;
}

const list = (of: Fields, name: string): number[] => of[name] as number[];
const rows = (of: Fields, name: string): number[][] => of[name] as number[][];
/** One row of a matrix. */
const row = (of: Fields, name: string, at: number): unknown[] => (of[name] as unknown[][])[at] ?? [];

function tampered(change: (value: Copy) => unknown): Copy {
  const value = copy();
  change(value);
  return value;
}

function diagnostic(run: () => unknown): Diagnostic {
  try {
    run();
  } catch (error) {
    if (error instanceof LipwrightError) return error.diagnostic;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const codeOf = (change: Parameters<typeof tampered>[0]): string => diagnostic(() => checkSample(tampered(change))).code;

describe('a sample', () => {
  it('has the fields of the contract', () => {
    const value = copy();
    expect(value).toMatchObject({
      architecture: 'residual',
      depth: 2,
      strategy: 'gershgorin',
      lipschitz: 2,
      slopes: [
        [-0.5, 1],
        [-0.5, 1],
      ],
      dims: { x: 3, w: 4, y: 3 },
      signals: ['x', 'w[1]', 'w[2]'],
      seed: 4,
      scale: 1,
    });
    expect(value.weights['A']).toHaveLength(3);
    expect(rows(value.weights, 'C[1]').map(({ length }) => length)).toEqual([3, 3, 3, 3]);
    expect(rows(value.weights, 'B').map(({ length }) => length)).toEqual([4, 4, 4]);
    expect(Object.keys(value.biases)).toEqual(['b[1]', 'b[2]', 'c']);
    expect(Object.keys(value.multipliers)).toEqual(['lambda[1]', 'lambda[2]']);
    expect(value.lmi).toHaveLength(11);
    expect(value['verdict']).toMatchObject({ negativeSemidefinite: true, method: 'verified-cholesky' });
    expect(sample().verdict.margin).toBeGreaterThan(0);
    expect(value['definition']).toBe(residual.definition);
  });

  it.each(builtinArchitectures().flatMap((name) => strategies.map((strategy) => [name, strategy.name] as const)))(
    'of %s with %s is accepted, hostile scales included',
    (name, strategy) => {
      for (const scale of [0, 5e-324, 1e-150, 1, 10, 1e150, 1e308]) {
        const made = sampleInstance(loadArchitecture(name), {
          depth: 3,
          strategy,
          widths: {
            x: 2,
            ...(name === 'linear' ? {} : { w: 3 }),
            ...(name === 'two-branch' ? { u: 2 } : {}),
            ...(name === 'residual' ? {} : { y: 2 }),
          },
          slopes: [-1, 0.5],
          scale,
          seed: 3,
        });
        const report = checkText(JSON.stringify(made));
        expect(report).toMatchObject({ accepted: true, reasons: [], notes: [], architecture: name, depth: 3 });
        expect(report.verdict).toEqual(made.verdict);
      }
    },
  );

  it('refuses bad input by the catalogue', () => {
    const make = (options: object) =>
      diagnostic(() => sampleInstance(residual, { depth: 2, widths: { x: 2, w: 2 }, ...options }));
    expect(make({ widths: { x: 2, w: 2, y: 3 } })).toMatchObject({ code: 'LW303', position: { line: 11 } });
    expect(make({ widths: { x: 2 } }).code).toBe('LW304');
    expect(make({ widths: { x: 2, w: 2, v: 1 } }).code).toBe('LW304');
    expect(make({ widths: { x: 2, w: 60_000 } }).code).toBe('LW314');
    expect(make({ depth: 0 }).code).toBe('LW302');
    expect(make({ slopes: [1, 0] }).code).toBe('LW305');
    expect(make({ lipschitz: 0 }).code).toBe('LW306');
    expect(make({ strategy: 'magic' }).code).toBe('LW308');
    expect(make({ scale: Infinity }).code).toBe('LW311');
    expect(make({ seed: NaN }).code).toBe('LW311');
  });
});

describe('check accepts', () => {
  it('a file without definition, biases, lmi, strategy or verdict, of a built-in architecture', () => {
    const { accepted, notes, size, lipschitz } = checkSample(
      tampered((value) => {
        for (const field of ['definition', 'biases', 'lmi', 'strategy', 'verdict', 'signals', 'seed', 'scale'])
          Reflect.deleteProperty(value, field);
      }),
    );
    expect({ accepted, notes, size, lipschitz }).toEqual({ accepted: true, notes: [], size: 11, lipschitz: 2 });
  });

  it('whatever the strategy is called, with a note', () => {
    const report = checkSample(tampered((value) => (value['strategy'] = 'by hand')));
    expect(report.accepted).toBe(true);
    expect(report.notes).toHaveLength(1);
  });

  it('a certificate of a network that no strategy here can parameterize', () => {
    // y = x/2 + w/4, w = relu(x): λ = 1 makes M = [[1/4 − 1, 1/8 + 1·λ], [·, 1/16 − 2λ]]; with λ = 1/2 the determinant
    // is (3/4)(15/16) − (5/8)² = 0.703125 − 0.390625 > 0, so M ≺ 0.
    const definition = 'name: plain\nequations: |\n  w = phi(x)\n  y = 0.5 * x + 0.25 * w\n';
    const value = {
      architecture: 'plain',
      definition,
      depth: 1,
      lipschitz: 1,
      slopes: [[0, 1]],
      dims: { x: 1, w: 1, y: 1 },
      weights: {},
      multipliers: { lambda_w: [0.5] },
      lmi: [
        [-0.75, 0.625],
        [0.625, -0.9375],
      ],
    };
    expect(checkSample(value)).toMatchObject({ accepted: true, reasons: [], size: 2 });
    // A bound of 0.7 is false: for x > 0 the slope is 3/4.
    expect(checkSample({ ...value, lipschitz: 0.7, lmi: undefined })).toMatchObject({
      accepted: false,
      verdict: { negativeSemidefinite: false },
    });
  });

  it('members of a family with widths of their own', () => {
    const made = sampleInstance(residual, { depth: 2, widths: { x: 2, 'w[1]': 3, 'w[2]': 5 } });
    expect(made.dims).toEqual({ x: 2, 'w[1]': 3, 'w[2]': 5, y: 2 });
    expect(checkSample(made).accepted).toBe(true);
  });

  it('the definition in the file before a built-in of that name, with a note', () => {
    const other = parseArchitecture('name: residual\nequations: |\n  y = W * x\n', null);
    const made = sampleInstance(other, { depth: 1, widths: { x: 2, y: 2 } });
    const report = checkSample(made);
    expect(report.accepted).toBe(true);
    expect(report.notes[0]).toMatch(/differs from the built-in/);
  });
});

describe('check rejects', () => {
  it('one weight entry changed a little: the printed lmi is another one', () => {
    const report = checkSample(tampered((value) => (row(value.weights, 'C[2]', 1)[2] = 0.125)));
    expect(report.accepted).toBe(false);
    expect(report.reasons[0]).toMatch(/not the LMI of its weights/);
  });

  it('the same without the lmi only if M ≼ 0 is false', () => {
    const grown = (factor: number) =>
      checkSample(
        tampered((value) => {
          Reflect.deleteProperty(value, 'lmi');
          value.weights['A'] = list(value.weights, 'A').map((entry) => entry * factor);
        }),
      );
    expect(grown(0.5).accepted).toBe(true);
    expect(grown(4)).toMatchObject({ accepted: false, verdict: { negativeSemidefinite: false } });
  });

  it('an lmi with one entry changed, while the verdict on the weights stands', () => {
    for (const [i, j] of [
      [0, 0],
      [3, 7],
      [10, 4],
    ] as const) {
      const report = checkSample(
        tampered((value) => {
          const line = value.lmi[i] ?? [];
          line[j] = (line[j] ?? 0) + 1e-6 * Math.max(1, Math.abs(line[i] ?? 0));
        }),
      );
      expect(report.accepted).toBe(false);
      expect(report.verdict.negativeSemidefinite).toBe(true);
      expect(report.reasons).toHaveLength(1);
    }
  });

  it('a smaller bound, wider slopes or other multipliers than were certified', () => {
    const plain = (change: Parameters<typeof tampered>[0]) =>
      checkSample(
        tampered((value) => {
          Reflect.deleteProperty(value, 'lmi');
          change(value);
        }),
      );
    expect(plain((value) => (value['lipschitz'] = 0.1)).accepted).toBe(false);
    expect(
      plain(
        (value) =>
          (value['slopes'] = [
            [-9, 9],
            [-9, 9],
          ]),
      ).accepted,
    ).toBe(false);
    expect(
      plain(
        (value) => (value.multipliers['lambda[2]'] = list(value.multipliers, 'lambda[2]').map((entry) => entry / 100)),
      ).accepted,
    ).toBe(false);
  });

  it('a negative multiplier, even where M ≼ 0 holds', () => {
    // λ < 0 with no weight on the hidden signal: its row is −2λ > 0, so make it 0 by hand in a bigger one instead.
    const definition = 'name: plain\nequations: |\n  w = phi(C * x)\n  y = B * w\n';
    const value = {
      architecture: 'plain',
      definition,
      depth: 1,
      lipschitz: 1,
      slopes: [[-1, 0.5]],
      dims: { x: 1, w: 1, y: 1 },
      weights: { C: [[0]], B: [[0]] },
      multipliers: { lambda_w: [-1e-300] },
    };
    const report = checkSample(value);
    expect(report.accepted).toBe(false);
    expect(report.reasons[0]).toMatch(/LW313/);
  });

  it('what the file says of itself, if the numbers say otherwise', () => {
    const report = checkSample(
      tampered((value) => {
        value['verdict'] = { negativeSemidefinite: true, method: 'verified-cholesky', margin: 0.5 };
        value['lipschitz'] = 1e-3;
        Reflect.deleteProperty(value, 'lmi');
      }),
    );
    expect(report.verdict.negativeSemidefinite).toBe(false);
  });
});

describe('check refuses', () => {
  it.each<readonly [string, string, Parameters<typeof tampered>[0]]>([
    ['a missing weight', 'LW312', (value) => Reflect.deleteProperty(value.weights, 'B')],
    ['an unknown weight', 'LW312', (value) => (value.weights['Z'] = [[1]])],
    [
      'a weight named __proto__',
      'LW312',
      (value) => Object.defineProperty(value.weights, '__proto__', { value: [[1]], enumerable: true }),
    ],
    ['a missing multiplier', 'LW312', (value) => Reflect.deleteProperty(value.multipliers, 'lambda[1]')],
    ['a multiplier too many', 'LW312', (value) => (value.multipliers['lambda[3]'] = [1, 1, 1, 1])],
    ['a row too few', 'LW312', (value) => rows(value.weights, 'C[1]').pop()],
    ['a ragged row', 'LW312', (value) => row(value.weights, 'C[1]', 2).push(0)],
    [
      'a matrix for a diagonal',
      'LW312',
      (value) =>
        (value.weights['A'] = [
          [1, 0, 0],
          [0, 1, 0],
          [0, 0, 1],
        ]),
    ],
    ['a vector for a matrix', 'LW312', (value) => (value.weights['B'] = [1, 2, 3])],
    ['a short bias', 'LW312', (value) => list(value.biases, 'c').pop()],
    ['an lmi of the wrong size', 'LW312', (value) => value.lmi.pop()],
    ['a ragged lmi', 'LW312', (value) => value.lmi[4]?.pop()],
    ['null for a number', 'LW105', (value) => (value.weights['A'] = [null, 0, 0])],
    ['text for a number', 'LW105', (value) => (value.weights['A'] = ['1', 0, 0])],
    ['NaN as text', 'LW307', (value) => (value.weights['A'] = ['NaN', 0, 0])],
    ['an infinite number', 'LW307', (value) => (value.weights['A'] = [Infinity, 0, 0])],
    ['no weights', 'LW105', (value) => Reflect.deleteProperty(value, 'weights')],
    ['weights in a list', 'LW105', (value) => Object.assign(value, { weights: [] })],
    ['a slope pair of three', 'LW105', (value) => value.slopes[0]?.push(1)],
    ['m > L', 'LW305', (value) => (value.slopes[0] = [1, 0])],
    ['one pair too few', 'LW305', (value) => value.slopes.pop()],
    ['𝓛 = 0', 'LW306', (value) => (value['lipschitz'] = 0)],
    ['𝓛 < 0', 'LW306', (value) => (value['lipschitz'] = -1)],
    ['depth 0', 'LW302', (value) => (value['depth'] = 0)],
    ['depth 1.5', 'LW302', (value) => (value['depth'] = 1.5)],
    ['depth 10⁹', 'LW302', (value) => (value['depth'] = 1e9)],
    ['clashing dims', 'LW303', (value) => (value.dims['y'] = 4)],
    ['a missing width', 'LW304', (value) => Reflect.deleteProperty(value.dims, 'w')],
    ['a fractional width', 'LW304', (value) => (value.dims['w'] = 2.5)],
    ['a huge width', 'LW314', (value) => (value.dims['w'] = 65_536)],
    [
      'an unknown architecture without a definition',
      'LW301',
      (value) => {
        Reflect.deleteProperty(value, 'definition');
        value['architecture'] = 'nothing';
      },
    ],
    [
      'a path for an architecture',
      'LW301',
      (value) => {
        Reflect.deleteProperty(value, 'definition');
        value['architecture'] = 'rules/architectures/residual.yaml';
      },
    ],
    [
      'a definition that does not parse',
      'LW201',
      (value) => (value['definition'] = 'name: a\nequations: |\n  y = = x\n'),
    ],
    [
      'a definition with code',
      'LW201',
      (value) => (value['definition'] = 'name: a\nequations: |\n  y = import("fs") * x\n'),
    ],
  ])('%s', (_what, code, change) => {
    expect(codeOf(change)).toBe(code);
  });

  it('values that are no samples at all', () => {
    for (const value of [null, 3, 'text', [], {}, [[1]]])
      expect(diagnostic(() => checkSample(value)).code).toBe('LW105');
  });

  it('names the path of what is wrong', () => {
    expect(diagnostic(() => checkSample(tampered((value) => (row(value.weights, 'C[1]', 2)[1] = true))))).toMatchObject(
      { code: 'LW105', found: 'weights["C[1]"][2][1]: true' },
    );
    expect(diagnostic(() => checkText(JSON.stringify(sample()).replace('"depth":2', '"depth":1e999')))).toMatchObject({
      code: 'LW307',
      found: 'depth = Infinity',
    });
  });
});

describe('JSON', () => {
  const place = (text: string) => {
    const { code, position } = diagnostic(() => checkText(text, 'a.json'));
    return [code, position?.file, position?.line, position?.column];
  };
  it.each([
    ['', 1, 1],
    ['{', 1, 2],
    ['{"a": 1,\n  "b": }', 2, 8],
    ['{"a": [1, 2,, 3]}', 1, 13],
    ['{"a": 1}\n\n  x', 3, 3],
    ['{"a": 01}', 1, 7],
    ['{"a": "b\nc"}', 1, 7],
    ["{'a': 1}", 1, 2],
    ['{"a" 1}', 1, 6],
    ['[1, 2', 1, 6],
    ['{"a": NaN}', 1, 7],
    ['[1]]', 1, 4],
    ['{"a": 1,}', 1, 9],
    ['\ufeff{"a": 1]', 1, 9],
  ])('%j stops at line %i, column %i', (text, line, column) => {
    expect(place(text)).toEqual(['LW104', 'a.json', line, column]);
  });

  it('points into long texts and nested brackets', () => {
    expect(place(`[${'[1, 2],\n'.repeat(5000)}oops]`)).toEqual(['LW104', 'a.json', 5001, 1]);
    // At the first bracket too many: 256 may be open at a time.
    expect(place('['.repeat(200_000))).toEqual(['LW104', 'a.json', 1, 257]);
    expect(place(`{"a": "${'x'.repeat(3_000_000)}`)[0]).toBe('LW104');
  });

  it('is read from files, bounded', () => {
    const folder = mkdtempSync(join(tmpdir(), 'check-'));
    try {
      const path = (name: string, content: string | Uint8Array): string => {
        writeFileSync(join(folder, name), content);
        return join(folder, name);
      };
      expect(checkFile(path('good.json', JSON.stringify(sample()))).accepted).toBe(true);
      expect(checkFile(path('bom.json', `\ufeff${JSON.stringify(sample())}`)).accepted).toBe(true);
      expect(diagnostic(() => checkFile(path('large.json', new Uint8Array(maximumSampleBytes + 1)))).code).toBe(
        'LW102',
      );
      expect(diagnostic(() => checkFile(path('binary.json', Uint8Array.of(0xff, 0xfe, 0)))).code).toBe('LW104');
      expect(diagnostic(() => checkFile(join(folder, 'absent.json'))).code).toBe('LW101');
      expect(diagnostic(() => checkFile(folder)).code).toBe('LW101');
      expect(diagnostic(() => checkFile('a\0b')).code).toBe('LW101');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
