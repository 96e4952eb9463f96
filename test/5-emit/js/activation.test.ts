import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import ts from 'typescript';
import { parseArchitecture } from '../../../src/1-parse/index.js';
import type { Values } from '../../../src/5-emit/run/compiled.js';
import { javascript } from '../../../src/5-emit/js/javascript.js';
import { typescript } from '../../../src/5-emit/js/typescript.js';
import { LipwrightError } from '../../../src/base/diagnostic.js';
import { generator } from '../../../src/numeric/random.js';
import type { Random } from '../../../src/numeric/random.js';
import { decide } from '../../../src/numeric/definiteness.js';
import type { Case, EmittedModule, Subject } from '../targets.js';
import { Workshop, codeOf, freeFor, randomCase, subjectOf, strictest } from '../targets.js';
import { allActivations, grid } from '../../python/activations.js';
import { family, seven, splines } from '../../activation-architectures.js';

/** Whole networks with declared activations: what `constrain`, `forward` and `lmi` of the targets give. */

const workshop = new Workshop();
afterAll(() => workshop.close());

const texts: Readonly<Record<string, readonly [text: string, depth: number]>> = {
  seven: [seven, 1],
  family: [family, 4],
  splines: [splines, 3],
  mixed: [
    'name: mixed\nactivations: { s: { spline: { knots: 4, step: 1 } }, r: relu6 }\nequations: |\n' +
      '  u = phi(D * x + d)\n  s_v = r(E * u + e)\n  v = s(F * s_v - 0.25 * u + G * x)\n  y = B * ' +
      'v + s_v\n',
    1,
  ],
  phis: [
    'name: phis\nactivations: { φ: { spline: { knots: 5, range: 2 } } }\nequations: |\n  h = ' +
      'phi(A * x)\n  g = ϕ(C * h + c)\n  y = B * g\n',
    1,
  ],
};

const subjects = Object.entries(texts).flatMap(([, [text, depth]]): readonly Subject[] =>
  ['gershgorin', 'gershgorin-paper', 'scaled-gershgorin', 'pivot'].map((strategy) =>
    subjectOf(parseArchitecture(text, null), depth, strategy),
  ),
);
const subject = (name: string): Subject =>
  subjects.find(({ architecture }) => architecture.name === name) ??
  subjects[0] ??
  subjectOf(parseArchitecture(texts['seven']?.[0] ?? '', null), 1, 'gershgorin');

let modules: readonly EmittedModule[] = [];
beforeAll(async () => {
  modules = await Promise.all(subjects.map(({ text }) => workshop.load(text)));
});

type Pair = readonly [number, number];

/** As wide as the activations ask, or wider; or anything at all. */
function slopesFor({ compiled }: Subject, { slopes }: Case, random: Random): Case['slopes'] {
  if (random.integer(0, 4) === 0) return slopes;
  return slopes.map(([m, L], at): Pair => {
    const activation = compiled.program.layers[at]?.activation;
    if (activation?.kind === 'scalar') return [Math.min(m, activation.slopes[0]), Math.max(L, activation.slopes[1])];
    return activation?.kind === 'spline' && !(m < L) ? activation.slopes : [m, L];
  });
}

describe('emitted modules', () => {
  it('give the tables, weights and multipliers of the in-memory target, bit for bit, or the same code', () => {
    const cases = generator(401);
    const codes = new Map<string | null, number>();
    subjects.forEach((one, k) => {
      const emitted = modules[k];
      for (let round = 0; round < 40; round += 1) {
        const drawn = randomCase(one, cases);
        const slopes = slopesFor(one, drawn, cases);
        const given = { ...drawn, slopes, options: { ...drawn.options, slopes } };
        const code = codeOf(() => one.compiled.constrain(given.free, given.options));
        expect([given.slopes, codeOf(() => emitted?.constrain(given.free, given.options))]).toEqual([
          given.slopes,
          code,
        ]);
        codes.set(code, (codes.get(code) ?? 0) + 1);
        if (code !== null || emitted === undefined) continue;
        const [here, there] = [
          one.compiled.constrain(given.free, given.options),
          emitted.constrain(given.free, given.options),
        ];
        // Modules leave out the condition numbers.
        expect(there).toEqual({ ...here, conditions: undefined });
        expect(emitted.dims(given.widths)).toEqual(one.compiled.dims(given.widths));
        for (const phi of [undefined, Math.tanh]) {
          const [mine, theirs] = [
            one.compiled.forward(here, given.input, phi),
            emitted.forward(there, given.input, phi),
          ];
          expect(theirs).toEqual(mine);
        }
        const [mine, theirs] = [one.compiled.lmi(here), emitted.lmi(there)];
        const largest = mine.reduce((all, entry) => Math.max(all, Math.abs(entry)), 0);
        expect(mine.every((entry, at) => Math.abs(entry - (theirs[at] ?? NaN)) <= 1e-12 * largest)).toBe(true);
        expect(decide(one.compiled.assembly(there), { margin: false }).negativeSemidefinite).toBe(true);
      }
    });
    expect([...codes.keys()].sort()).toEqual(['LW305', 'LW402', null].filter((code) => codes.has(code)).sort());
    expect(codes.get(null)).toBeGreaterThan(subjects.length * 20);
    expect(codes.get('LW305')).toBeGreaterThan(10);
  });

  it('have every activation of the library, and functions of numbers alone, as in memory', async () => {
    const complaints: string[] = [];
    const arrays = (values: Readonly<Record<string, readonly number[]>>): Values =>
      Object.fromEntries(Object.entries(values).map(([name, data]) => [name, Float64Array.from(data)]));
    for (const all of allActivations()) {
      const module = await workshop.load(javascript(all.subject.program));
      all.texts.forEach((_, k) => {
        const { weights, biases } = all.weights(k);
        const made = {
          widths: all.widths,
          slopes: [],
          lipschitz: 1,
          weights: arrays(weights),
          biases: arrays(biases),
          multipliers: arrays(all.multipliers),
        };
        for (const { forward } of [module, all.subject.compiled])
          complaints.push(...all.wrong(k, forward(made, grid), null, 1e-12));
      });
    }
    expect(complaints).toEqual([]);
  });

  it('run again into an earlier result as well as into a new one, whatever the slopes were before', () => {
    const one = subject('splines');
    const emitted = modules[subjects.indexOf(one)];
    const widths = { x: 2, w: 3, y: 1 };
    const random = generator(402);
    const free = freeFor(one.compiled, widths, () => random.normal());
    const sequence: readonly Pair[] = [
      [-1, 1],
      [0, 1],
      [0, 2 ** 20],
      [-1, 1],
      [0.25, 0.5],
    ];
    for (const { constrain } of [one.compiled, ...(emitted === undefined ? [] : [emitted])]) {
      const into = constrain(free, { widths });
      for (const slopes of sequence) {
        const fresh = constrain(free, { widths, slopes });
        expect(constrain(free, { widths, slopes, into })).toEqual(fresh);
      }
    }
  });

  it('have the free values as tables and projected ones as weights, listed after the others', () => {
    const { compiled } = subject('mixed');
    // The table of v would be called s_v, which is a signal here; that is no clash, since signals have no values to
    // hand in.
    expect(compiled.dims({ x: 2, u: 3, s_v: 5 })).toEqual({
      D: [3, 2],
      E: [5, 3],
      F: [3, 5],
      G: [3, 2],
      B: [5, 3],
      d: [3],
      e: [5],
      s_v: [3, 4],
    });
  });

  it('imports nothing and calls nothing of its surroundings', () => {
    for (const { text, compiled } of subjects) {
      for (const source of [text, typescript(compiled.program)]) {
        const code = source
          .replace(/\/\/.*$|\/\*[^]*?\*\//gm, '')
          .replace(/"(?:[^"\\]|\\.)*"/g, '""')
          .replace(/'(?:[^'\\]|\\.)*'/g, "''");
        expect(code).not.toMatch(/\beval\b|\bFunction\s*\(|\bimport\b|\brequire\b|\bprocess\b|\bglobalThis\b/);
      }
    }
  });
});

describe('TypeScript modules', () => {
  it('compile under strict', () => {
    // Each text under two strategies, which others compile without activations.
    const some = subjects.filter((_subject, k) => (k - Math.floor(k / 4)) % 2 === 0);
    const files = some.map(({ compiled }) => workshop.write(typescript(compiled.program), 'ts'));
    const problems = ts
      .getPreEmitDiagnostics(ts.createProgram(files, strictest))
      .map(
        ({ messageText, file, start }) =>
          `${file?.text.slice(start, (start ?? 0) + 60) ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
      );
    expect(problems.slice(0, 3)).toEqual([]);
  });

  it('are the same functions once their types are taken off', async () => {
    const random = generator(403);
    for (const name of ['seven', 'mixed']) {
      const one = subject(name);
      const { outputText } = ts.transpileModule(typescript(one.compiled.program), {
        compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext },
      });
      const typed = await workshop.load(outputText);
      const drawn = randomCase(one, random);
      const widths = drawn.widths;
      const free = freeFor(one.compiled, widths, () => random.normal());
      const given = { widths, lipschitz: 8 };
      const plain = one.compiled.constrain(free, given);
      expect(typed.constrain(free, given)).toEqual(plain);
      expect(typed.forward(plain, drawn.input)).toEqual(one.compiled.forward(plain, drawn.input));
    }
  });
});

describe('the option slopes', () => {
  const constrainers = (name: string): readonly ((slopes: unknown) => unknown)[] => {
    const one = subject(name);
    const emitted = modules[subjects.indexOf(one)];
    const widths = Object.fromEntries(
      one.compiled.program.widths.flatMap((names) => names.map((signal) => [signal, 2])),
    );
    const free = freeFor(one.compiled, widths, () => 0.25);
    return [one.compiled, ...(emitted === undefined ? [] : [emitted])].map(
      ({ constrain }) =>
        (slopes: unknown): unknown => {
          try {
            return constrain(free, {
              widths,
              lipschitz: 8,
              ...(slopes === undefined ? {} : { slopes: slopes as Pair }),
            }).slopes;
          } catch (error) {
            return error instanceof LipwrightError
              ? error.code
              : error instanceof RangeError
                ? error.message.slice(0, 5)
                : String(error);
          }
        },
    );
  };
  const gelu: Pair = [-0.1289041451851558, 1.1289041451851558];

  it.each<readonly [string, string, unknown, unknown]>([
    ['nothing given: the activations’ own', 'family', undefined, [gelu, [0, 1], [0, 1], [0, 1]]],
    ['one pair where none is open: for all, and too narrow for one', 'family', [0, 1], 'LW305'],
    [
      'one pair where none is open: for all, wide enough',
      'family',
      [-1, 2],
      [
        [-1, 2],
        [-1, 2],
        [-1, 2],
        [-1, 2],
      ],
    ],
    [
      'one pair where one is open: for that one alone',
      'mixed',
      [-3, 5],
      [
        [-3, 5],
        [0, 1],
        [0, 1],
      ],
    ],
    [
      'nothing given where one is open',
      'mixed',
      undefined,
      [
        [0, 1],
        [0, 1],
        [0, 1],
      ],
    ],
    [
      'a pair each',
      'mixed',
      [
        [0, 0.5],
        [-1, 1],
        [0.25, 2],
      ],
      [
        [0, 0.5],
        [-1, 1],
        [0.25, 2],
      ],
    ],
    [
      'a spline may be given other slopes, narrower ones too',
      'splines',
      [0, 0.5],
      [
        [0, 0.5],
        [0, 0.5],
        [0, 0.5],
      ],
    ],
    ['a spline needs room', 'splines', [0.5, 0.5], 'LW305'],
    [
      'm of a declared function one double too high',
      'family',
      [
        [gelu[0] * (1 - 2 ** -53), 2],
        [0, 1],
        [0, 1],
        [0, 1],
      ],
      'LW305',
    ],
    [
      'L of a declared function one double too low',
      'family',
      [
        [-1, gelu[1] - 2 ** -52],
        [0, 1],
        [0, 1],
        [0, 1],
      ],
      'LW305',
    ],
    ['its slopes exactly', 'family', [gelu, [0, 1], [0, 1], [0, 1]], [gelu, [0, 1], [0, 1], [0, 1]]],
    ['too few pairs', 'family', [[-1, 2]], 'LW305'],
    ['NaN', 'family', [Number.NaN, 2], 'LW305'],
    ['infinite', 'family', [-Infinity, Infinity], 'LW305'],
    ['huge', 'family', [-1, 2 ** 41], 'LW305'],
    ['m > L', 'splines', [1, 0], 'LW305'],
    ['what is no pair', 'mixed', [[0], [0, 1], [0, 1]], 'LW305'],
  ])('%s (%s)', (_what, name, slopes, expected) => {
    const found = constrainers(name).map((constrain) => constrain(slopes));
    expect(found).toEqual([expected, expected]);
  });

  it('takes the declared slopes of gelu from the analysis, which knows them to 1e-15', () => {
    // φ'(√2) and φ'(−√2) of v Φ(v): Φ(√2) + √2 φ(√2), by mpmath.
    const own = subject('family').compiled.program.layers[0]?.activation;
    expect(own?.kind === 'scalar' ? own.slopes.map((slope) => Number(slope.toFixed(14))) : null).toEqual([
      -0.12890414518516, 1.12890414518516,
    ]);
  });
});

describe('names', () => {
  const hostile = [
    'erf',
    'sigmoid',
    'activations',
    'splineAt',
    'knot',
    'phi1',
    'Math',
    'v',
    'c',
    'weights',
    'declared',
    'own',
    'm',
    'L',
    'lambda',
    'S',
    'P',
    'projectSplines',
    'Infinity1',
    'await',
    'class',
    'λ',
    'Ω',
  ];

  it('of activations may be anything that a name may be', async () => {
    for (const name of hostile) {
      for (const what of ['erf(v) + sech(v) + 1 / (1 + exp(-v))', null]) {
        const text =
          `name: t\nactivations:\n  ${name}: ` +
          `${what === null ? '{ spline: { knots: 3, step: 1 } }' : JSON.stringify(what)}\nequations: ` +
          `|\n  h = ${name}(A1 * x + b1)\n  y = B1 * h\n`;
        const one = subjectOf(parseArchitecture(text, null), 1, 'gershgorin');
        const emitted = await workshop.load(one.text);
        const random = generator(404);
        const widths = { x: 2, h: 3, y: 1 };
        const free = freeFor(one.compiled, widths, () => random.normal());
        const [here, there] = [one.compiled.constrain(free, { widths }), emitted.constrain(free, { widths })];
        expect(there).toEqual(here);
        expect(emitted.forward(there, [1, 2])).toEqual(one.compiled.forward(here, [1, 2]));
      }
    }
  });

  it.each([
    // A weight, a bias, or another spline's table would have the name of the table.
    [
      'a weight',
      'activations: { s: { spline: { knots: 3, step: 1 } } }\nequations: |\n  h = s(s_h * x)\n  g ' +
        '= s(A * h)\n  y = B * g\n',
      ['s_h', 'A', 'B', 's_h_', 's_g'],
    ],
    [
      'a bias',
      'activations: { s: { spline: { knots: 3, step: 1 } } }\nequations: |\n  h = s(A * x + s_h)\n  y = B * h + s_h_\n',
      ['A', 'B', 's_h', 's_h_', 's_h__'],
    ],
    [
      'two tables',
      'activations: { a: { spline: { knots: 3, step: 1 } }, a_b: { spline: { knots: 4, step: 1 } } ' +
        '}\nequations: |\n  b_c = a(A * x)\n  c = a_b(C * b_c)\n  y = B * c\n',
      ['A', 'C', 'B', 'a_b_c', 'a_b_c_'],
    ],
    [
      'members of a family',
      'activations: { s: { spline: { knots: 3, step: 1 } } }\nequations: |\n  h = s(A * x)\n  w[1] ' +
        '= s(s_w[1] * h)\n  w[2] = s(C * w[1])\n  y = B * w[2]\n',
      ['A', 's_w[1]', 'C', 'B', 's_h', 's_w_[1]', 's_w[2]'],
    ],
  ])('of tables step aside for %s', async (_what, body, names) => {
    const one = subjectOf(parseArchitecture(`name: t\n${body}`, null), 1, 'gershgorin');
    const emitted = await workshop.load(one.text);
    expect(one.compiled.program.free.map(({ name }) => name)).toEqual(names);
    expect(new Set(one.compiled.program.weights.map(({ name }) => name)).size).toBe(
      one.compiled.program.weights.length,
    );
    const widths = Object.fromEntries(
      one.compiled.program.widths.flatMap((signals) => signals.map((signal) => [signal, 2])),
    );
    const random = generator(405);
    const free = freeFor(one.compiled, widths, () => random.normal());
    const [here, there] = [one.compiled.constrain(free, { widths }), emitted.constrain(free, { widths })];
    expect(there).toEqual(here);
    expect(emitted.forward(there, [1, 2])).toEqual(one.compiled.forward(here, [1, 2]));
  });
});
