import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import ts from 'typescript';
import { typescript } from '../../../src/5-emit/js/typescript.js';
import type { Constrained } from '../../../src/5-emit/run/compiled.js';
import { generator } from '../../../src/numeric/random.js';
import { builtin, failure, written } from '../../architectures.js';
import { randomArchitecture } from '../random-architecture.js';
import type { EmittedModule, Subject } from '../targets.js';
import { Workshop, codeOf, freeFor, randomCase, subjectOf, strictest } from '../targets.js';

const workshop = new Workshop();
afterAll(() => workshop.close());

const random = generator(101);
/** One after the other. */
const inTurn = (k: number): string => ['gershgorin', 'gershgorin-paper', 'scaled-gershgorin', 'pivot'][k % 4] ?? '';
const shipped: readonly Subject[] = [
  ['residual', 2],
  ['residual', 1],
  ['dense-skip', 3],
  ['two-branch', 2],
  ['feedforward', 2],
  ['linear', 1],
].flatMap(([name, depth]) =>
  ['gershgorin', 'gershgorin-paper'].map((strategy) => subjectOf(builtin(String(name)), Number(depth), strategy)),
);
const generated: readonly Subject[] = Array.from({ length: 32 }, (_, k) =>
  subjectOf(randomArchitecture(random), 1, inTurn(k)),
);

/** Names that mean something in the emitted code, to JavaScript, or to the derivation. */
const hostile = [
  'constructor1',
  'toString1',
  'hasOwn',
  'then',
  'S',
  'P',
  'L',
  'm',
  'M',
  'lambda',
  'Lambda',
  'kappa',
  't0',
  't1',
  'd0',
  'd1',
  'lip',
  'lipschitz',
  'weights',
  'biases',
  'multipliers',
  'buffers',
  'plan',
  'plans',
  'run',
  'free',
  'options',
  'into',
  'v0',
  'phi1',
  'Math',
  'Object',
  'Float64Array',
  'NaN1',
  'length',
  'name',
  'line',
  'await',
  'class',
  'let',
  'static',
  'eval',
  'arguments',
  'import',
  'export',
  'default',
  'λ',
  'κ',
  'α',
  'Σ',
  'I',
  'diag',
  'widths',
  't',
  'psi',
  'rho',
  'ψ',
  'ρ',
  'work',
  'K',
  'R',
  'Z',
  's1',
  'N',
  'offset',
  '__proto__'.slice(2, 7),
  'u',
  'X',
];
const named: readonly Subject[] = Array.from({ length: 16 }, (_, k) =>
  subjectOf(randomArchitecture(random, { identity: true, names: hostile }), 1, inTurn(k)),
);
const subjects: readonly Subject[] = [...shipped, ...generated, ...named];

let modules: readonly EmittedModule[] = [];
beforeAll(async () => {
  modules = await Promise.all(subjects.map(({ text }) => workshop.load(text)));
});

const entries = (values: Readonly<Record<string, Float64Array>>): readonly (readonly [string, readonly number[]])[] =>
  Object.entries(values).map(([name, data]) => [name, Array.from(data)] as const);

describe('the JavaScript module', () => {
  it('gives the weights, biases and multipliers of the in-memory target, bit for bit', () => {
    const cases = generator(102);
    let compared = 0;
    subjects.forEach((subject, k) => {
      const emitted = modules[k];
      for (let round = 0; round < 5; round += 1) {
        const given = randomCase(subject, cases);
        const code = codeOf(() => subject.compiled.constrain(given.free, given.options));
        expect(codeOf(() => emitted?.constrain(given.free, given.options))).toBe(code);
        if (code !== null || emitted === undefined) continue;
        compared += 1;
        const [here, there] = [
          subject.compiled.constrain(given.free, given.options),
          emitted.constrain(given.free, given.options),
        ];
        for (const part of ['weights', 'biases', 'multipliers'] as const)
          expect(entries(there[part]), subject.architecture.definition).toEqual(entries(here[part]));
        expect([there.widths, there.slopes, there.lipschitz]).toEqual([here.widths, here.slopes, here.lipschitz]);
        expect(emitted.dims(given.widths)).toEqual(subject.compiled.dims(given.widths));
        for (const phi of [undefined, Math.tanh, (v: number, layer: number): number => v / (layer + 1)]) {
          expect(Array.from(emitted.forward(there, given.input, phi))).toEqual(
            Array.from(subject.compiled.forward(here, given.input, phi)),
          );
        }
        const [mine, theirs] = [subject.compiled.lmi(here), emitted.lmi(there)];
        const largest = mine.reduce((all, entry) => Math.max(all, Math.abs(entry)), 0);
        expect(theirs).toHaveLength(mine.length);
        const worst = mine.reduce((all, entry, at) => Math.max(all, Math.abs(entry - (theirs[at] ?? Number.NaN))), 0);
        expect(worst).toBeLessThanOrEqual(1e-12 * largest);
      }
    });
    expect(compared).toBeGreaterThan(subjects.length * 3);
  });

  it('tells where it comes from', () => {
    subjects.forEach((subject, k) => {
      expect(modules[k]).toMatchObject({
        architecture: subject.architecture.name,
        depth: subject.depth,
        strategy: subject.strategy,
        lipschitz: 1,
      });
      expect(subject.text).toMatch(/SHA-256 [0-9a-f]{64}/);
    });
  });

  it('imports nothing and evaluates nothing', () => {
    for (const { text, compiled } of subjects) {
      for (const source of [text, typescript(compiled.program)]) {
        // Comments and string literals hold the author's names, which may be anything.
        const code = source
          .replace(/\/\/.*$|\/\*[^]*?\*\//gm, '')
          .replace(/"(?:[^"\\]|\\.)*"/g, '""')
          .replace(/'(?:[^'\\]|\\.)*'/g, "''");
        expect(code).not.toMatch(
          /\beval\b|\bFunction\s*\(|\bimport\b|\brequire\b|\bprocess\b|\bglobalThis\b|\bwindow\b|\bfetch\b/,
        );
      }
    }
  });

  it('cannot be left by a title, a source or a name that closes a comment or a string', async () => {
    const wicked = builtin('residual');
    const subject = subjectOf(
      { ...wicked, title: 'a\u2028throw 1 */ `${x}` \\', source: '"; throw 2; // \r\n throw 3' },
      1,
      'gershgorin',
    );
    const emitted = await workshop.load(subject.text);
    expect(emitted.depth).toBe(1);
  });
});

describe('the TypeScript module', () => {
  it('compiles under strict, every one of them, and says the same as the JavaScript module', () => {
    // Names are what may clash with types; of the others, all strategies and every third architecture.
    const some = subjects.filter((subject, k) => named.includes(subject) || k % 3 === 0);
    const texts = some.map(({ compiled }) => typescript(compiled.program));
    const files = texts.map((text) => workshop.write(text, 'ts'));
    const program = ts.createProgram(files, strictest);
    const problems = ts
      .getPreEmitDiagnostics(program)
      .map(
        ({ messageText, file, start }) =>
          `${file?.text.slice(start, (start ?? 0) + 60) ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
      );
    expect(problems.slice(0, 3)).toEqual([]);
  });

  it('becomes the same functions once its types are taken off', async () => {
    const subject = shipped[4];
    if (subject === undefined) throw new Error('no subject');
    const { outputText } = ts.transpileModule(typescript(subject.compiled.program), {
      compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext },
    });
    const [typed, plain] = await Promise.all([workshop.load(outputText), workshop.load(subject.text)]);
    const given = randomCase(subject, generator(103));
    expect(typed.constrain(given.free, given.options)).toEqual(plain.constrain(given.free, given.options));
  });
});

describe('bad calls', () => {
  const subject = subjectOf(builtin('residual'), 2, 'gershgorin');
  const widths = { x: 2, w: 3 };
  const free = freeFor(subject.compiled, widths, () => 0.5);
  const without = (name: string): Record<string, Float64Array> =>
    Object.fromEntries(Object.entries(free).filter(([key]) => key !== name));
  const { compiled } = subject;
  let emitted: EmittedModule | null = null;
  beforeAll(async () => {
    emitted = await workshop.load(subject.text);
  });

  const calls: readonly (readonly [
    string,
    string,
    (target: Pick<EmittedModule, 'constrain' | 'dims' | 'forward'>) => unknown,
  ])[] = [
    ['a missing weight', 'LW312', ({ constrain }) => constrain(without('B'), { widths })],
    ['a missing bias', 'LW312', ({ constrain }) => constrain(without('b[1]'), { widths })],
    [
      'a weight of the wrong length',
      'LW312',
      ({ constrain }) => constrain({ ...free, 'C[1]': new Float64Array(5) }, { widths }),
    ],
    ['NaN slopes', 'LW305', ({ constrain }) => constrain(free, { widths, slopes: [Number.NaN, 1] })],
    ['infinite slopes', 'LW305', ({ constrain }) => constrain(free, { widths, slopes: [0, Number.POSITIVE_INFINITY] })],
    ['m > L', 'LW305', ({ constrain }) => constrain(free, { widths, slopes: [1, 0] })],
    ['huge slopes', 'LW305', ({ constrain }) => constrain(free, { widths, slopes: [0, 2 ** 41] })],
    ['too few pairs of slopes', 'LW305', ({ constrain }) => constrain(free, { widths, slopes: [[0, 1]] })],
    [
      'a pair without an end',
      'LW305',
      ({ constrain }) =>
        constrain(free, { widths, slopes: [[0, 1], [0]] as unknown as readonly (readonly [number, number])[] }),
    ],
    ['𝓛 = 0', 'LW306', ({ constrain }) => constrain(free, { widths, lipschitz: 0 })],
    ['𝓛 < 0', 'LW306', ({ constrain }) => constrain(free, { widths, lipschitz: -1 })],
    ['𝓛 = NaN', 'LW306', ({ constrain }) => constrain(free, { widths, lipschitz: Number.NaN })],
    ['𝓛 = ∞', 'LW306', ({ constrain }) => constrain(free, { widths, lipschitz: Number.POSITIVE_INFINITY })],
    [
      'a free parameter that is not a number',
      'LW307',
      ({ constrain }) => constrain({ ...free, 'C[1]': new Float64Array(6).fill(Number.NaN) }, { widths }),
    ],
    ['widths that clash', 'LW303', ({ dims }) => dims({ x: 2, w: 3, y: 4 })],
    ['a width that is missing', 'LW304', ({ dims }) => dims({ x: 2 })],
    ['a width that is no positive integer', 'LW304', ({ dims }) => dims({ x: 2, w: 1.5 })],
    ['a width of 0', 'LW304', ({ dims }) => dims({ x: 0, w: 3 })],
    ['a width for nothing', 'LW304', ({ dims }) => dims({ x: 2, w: 3, z: 1 })],
    ['lengths that do not tell the widths', 'LW304', ({ constrain }) => constrain({ 'C[1]': free['C[1]'] ?? [] }, {})],
    [
      'an input of the wrong length',
      'LW303',
      ({ constrain, forward }) => forward(constrain(free, { widths }), [1, 2, 3]),
    ],
  ];

  it.each(calls)('%s: %s, in memory and in the module', (_name, code, call) => {
    expect(codeOf(() => call(compiled))).toBe(code);
    expect(emitted === null ? '' : codeOf(() => call(emitted as EmittedModule))).toBe(code);
  });

  it('a demand that cannot be met is LW402', async () => {
    const infeasible = subjectOf(written(['h = phi(H * x)', 'y = 2 * x + B * h']), 1, 'gershgorin');
    const target = await workshop.load(infeasible.text);
    const sizes = { x: 2, h: 2 };
    const values = freeFor(infeasible.compiled, sizes, () => 1);
    expect(failure(() => infeasible.compiled.constrain(values, { widths: sizes }))).toMatchObject({ code: 'LW402' });
    expect(codeOf(() => target.constrain(values, { widths: sizes }))).toBe('LW402');
    expect(codeOf(() => target.constrain(values, { widths: sizes, lipschitz: 3 }))).toBeNull();
  });

  it('widths come from the lengths where they tell them', () => {
    const inferred = compiled.constrain(free);
    expect(inferred.widths).toEqual({ x: 2, 'w[1]': 3, 'w[2]': 3, y: 2 });
    expect(emitted?.constrain(free).widths).toEqual(inferred.widths);
  });
});

describe('results', () => {
  const subject = subjectOf(builtin('dense-skip'), 2, 'gershgorin');
  const widths = { x: 2, w: 3, y: 2 };
  const draws = generator(104);
  const [first, second] = [0, 1].map(() => freeFor(subject.compiled, widths, () => draws.normal()));
  const copy = (of: Constrained): Constrained => structuredClone(of);

  it.each(['in memory', 'in the module'])(
    'without `into` are arrays of their own, and with it the very ones given (%s)',
    async (where) => {
      const { constrain } = where === 'in memory' ? subject.compiled : await workshop.load(subject.text);
      const one = constrain(first ?? {}, { widths });
      const before = copy(one);
      const two = constrain(second ?? {}, { widths, slopes: [0.1, 0.9], lipschitz: 2 });
      // The second run has not touched the first result.
      expect(one).toEqual(before);
      expect(two.weights['A']).not.toBe(one.weights['A']);
      const expected = copy(two);
      const { weights, multipliers, biases } = one;
      const arrays = [...Object.values(weights), ...Object.values(biases), ...Object.values(multipliers)];
      const again = constrain(second ?? {}, { widths, slopes: [0.1, 0.9], lipschitz: 2, into: one });
      expect(again).toBe(one);
      expect(
        [...Object.values(again.weights), ...Object.values(again.biases), ...Object.values(again.multipliers)].every(
          (data, k) => data === arrays[k],
        ),
      ).toBe(true);
      expect(again).toEqual(expected);
      // Changing a result changes neither the workspace nor other results.
      again.weights['A']?.fill(7);
      expect(constrain(second ?? {}, { widths, slopes: [0.1, 0.9], lipschitz: 2 })).toEqual(expected);
    },
  );

  it.each(['in memory', 'in the module'])('of other widths follow one another (%s)', async (where) => {
    const { constrain } = where === 'in memory' ? subject.compiled : await workshop.load(subject.text);
    const small = constrain(first ?? {}, { widths });
    const other = { x: 1, w: 2, y: 3 };
    const large = constrain(
      freeFor(subject.compiled, other, () => 1),
      { widths: other },
    );
    expect(large.widths).toMatchObject({ x: 1, y: 3 });
    expect(constrain(first ?? {}, { widths })).toEqual(small);
  });
});
