import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import ts from 'typescript';
import { pivotStrategy } from '../../../rules/variants.js';
import { LipwrightError } from '../../../src/base/diagnostic.js';
import { derive, lower } from '../../../src/compile.js';
import { javascript } from '../../../src/5-emit/js/javascript.js';
import { inMemory } from '../../../src/5-emit/run/memory.js';
import type { Compiled, Constrained, Values } from '../../../src/5-emit/run/compiled.js';
import { typescript } from '../../../src/5-emit/js/typescript.js';
import type { Architecture } from '../../../src/model/architecture.js';
import type { Operation, Program } from '../../../src/model/program.js';
import type { ContractionChoice, MultiplierChoice } from '../../../src/model/strategy.js';
import { multiplierChoices } from '../../../src/model/strategy.js';
import { contractionChoices } from '../../../rules/contractions.js';
import { assemble } from '../../../src/numeric/assembly.js';
import { absolute } from '../absolute.js';
import type { Random } from '../../../src/numeric/random.js';
import { generator } from '../../../src/numeric/random.js';
import { builtin, lastActivation, shared, skipping, written, resnet, tied } from '../../architectures.js';
import { randomArchitecture } from '../../random-architecture.js';
import type { Case, EmittedModule, Subject } from '../targets.js';
import { Workshop, codeOf, freeFor, subjectOf, strictest } from '../targets.js';

const workshop = new Workshop();
afterAll(() => {
  workshop.close();
});

/** Two families side by side, the second reading the first, and a layer of its own behind both. */
const branches = [
  'u[1] = phi(C[1] * x + b[1])',
  'u[l] = phi(C[l] * u[l-1] + b[l]) for l in 2..n',
  'v[1] = phi(E[1] * x)',
  'v[l] = phi(E[l] * v[l-1] + F[l] * u[l-1]) for l in 2..n',
  'h = phi(H * u[n] - 2 * G * v[n] + d)',
  'y = B * h + A * v[n]',
];
const architectures: readonly (readonly [Architecture, number])[] = [
  [builtin('residual'), 2],
  [builtin('dense-skip'), 3],
  [builtin('two-branch'), 2],
  [builtin('feedforward'), 3],
  [builtin('linear'), 1],
  [skipping(), 1],
  [shared(), 1],
  [resnet(), 2],
  [tied(), 2],
  [lastActivation(), 1],
  [
    written(
      [
        'h = phi(H * x)',
        'g = phi(G * h + 0.5 * E * h + D * x + 0.25 * x)',
        'k = phi(K * g + h)',
        'y = A * x + B * k + F * h',
      ],
      { D: 'diagonal', A: 'diagonal', E: 'diagonal' },
    ),
    1,
  ],
  [written(['h = phi(H * x - G * x + b)', 'y = B * h + 0.3 * C * h + c']), 1],
  [written(['h = phi(H * x)', 'g = phi(G * h)', 'y = B * h + A * x + E * g'], { A: 'diagonal', E: 'diagonal' }), 1],
  [written(branches), 2],
];
const variants: readonly (readonly [MultiplierChoice, ContractionChoice])[] = multiplierChoices.flatMap((multipliers) =>
  contractionChoices.map((contraction) => [multipliers, contraction] as const),
);
/** All architectures under every variant, and random graphs, one for each variant. */
const subjects: readonly Subject[] = variants.flatMap(([multipliers, contraction], k) =>
  [...architectures, [randomArchitecture(300 + k), 1] as const].map(([architecture, depth]) =>
    subjectOf(architecture, depth, pivotStrategy({ multipliers, contraction })),
  ),
);

let modules: readonly EmittedModule[] = [];
beforeAll(async () => {
  modules = await Promise.all(subjects.map(({ text }) => workshop.load(text)));
});

const slopePairs: readonly (readonly [number, number])[] = [
  [0, 1],
  [-0.129, 1.129],
  [0.2, 1],
  [-1, 0.3],
  [0, 0],
  [1, 1],
  [-1, 1],
  [-0.4, -0.1],
  [-2, -2],
  [0.3, 7],
  [1e-9, 1e3],
  [-1e6, 1e6],
  [-1e3, 1e-12],
];
const special: readonly number[] = [
  0,
  -0,
  Number.MIN_VALUE,
  -Number.MIN_VALUE,
  2 ** -1040,
  1e-150,
  -1e-150,
  1e150,
  -1e150,
  1e308,
  -1e308,
  Number.MAX_VALUE,
];

/** Slopes of any sign, 𝓛 from 1e-6 to 1e6, free parameters of one size, or of sizes that doubles just about hold. */
function hostileCase({ program, dims }: Compiled, random: Random): Case {
  const widths = Object.fromEntries(
    program.widths.flatMap((names) => {
      const width = random.integer(1, 6);
      return names.map((name) => [name, width]);
    }),
  );
  const kind = random.pick(['ordinary', 'small', 'large', 'mixed', 'special'] as const);
  const size = { ordinary: 1, small: 1e-3, large: 100, mixed: 1, special: 0 }[kind];
  const draw = (): number =>
    kind === 'special' || (kind === 'mixed' && random.uniform() < 0.3) ? random.pick(special) : size * random.normal();
  const shapes = Object.entries(dims(widths)).map(
    ([name, shape]) => [name, shape.reduce((all, count) => all * count, 1)] as const,
  );
  const slopes = program.layers.map(() => random.pick(slopePairs));
  const lipschitz = 10 ** (12 * random.uniform() - 6);
  return {
    widths,
    slopes,
    lipschitz,
    options: { widths, slopes, lipschitz },
    free: Object.fromEntries(shapes.map(([name, length]) => [name, Float64Array.from({ length }, draw)])),
    input: Float64Array.from({ length: widths['x'] ?? 0 }, () => random.normal()),
  };
}

/** The eight bytes of every entry: 0 and −0 differ, and so would two different NaN. */
const bits = (values: Values): readonly (readonly [string, string])[] =>
  Object.entries(values).map(([name, data]) => [
    name,
    Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64'),
  ]);
const results = ({ weights, biases, multipliers }: Constrained): unknown => [weights, biases, multipliers].map(bits);
const where = ({ architecture, compiled }: Subject): string =>
  `${String(compiled.program.variant)}\n${architecture.definition}`;

function messageOf(action: () => unknown): string | null {
  try {
    action();
  } catch (error) {
    if (error instanceof LipwrightError || error instanceof RangeError) return error.message;
    throw error;
  }
  return null;
}

describe('the JavaScript module of the pivot strategy', () => {
  it('gives the weights, biases and multipliers of the in-memory target, bit for bit, and fails with its codes', () => {
    const cases = generator(202);
    let compared = 0;
    const codes = new Map<string, number>();
    subjects.forEach((subject, k) => {
      const { compiled } = subject;
      const emitted = modules[k];
      if (emitted === undefined) throw new Error('a module for every subject');
      for (let round = 0; round < 12; round += 1) {
        const given = hostileCase(compiled, cases);
        const code = codeOf(() => compiled.constrain(given.free, given.options));
        expect(
          codeOf(() => emitted.constrain(given.free, given.options)),
          where(subject),
        ).toBe(code);
        expect(emitted.dims(given.widths)).toEqual(compiled.dims(given.widths));
        if (code !== null) {
          codes.set(code, (codes.get(code) ?? 0) + 1);
          continue;
        }
        compared += 1;
        const [here, there] = [
          compiled.constrain(given.free, given.options),
          emitted.constrain(given.free, given.options),
        ];
        expect(results(there), where(subject)).toEqual(results(here));
        expect([there.widths, there.slopes, there.lipschitz]).toEqual([here.widths, here.slopes, here.lipschitz]);
        for (const phi of [undefined, Math.tanh]) {
          expect(bits({ y: emitted.forward(there, given.input, phi) })).toEqual(
            bits({ y: compiled.forward(here, given.input, phi) }),
          );
        }
        // The terms of the LMI are summed in another order: entries agree up to the rounding of what is summed.
        const [mine, theirs, sizes] = [
          compiled.lmi(here),
          emitted.lmi(there),
          assemble(absolute(compiled.assembly(here))),
        ];
        expect(theirs).toHaveLength(mine.length);
        // Products of two more matrices where affine signals are substituted; below that only denormal numbers.
        const allowed = compiled.assembly(here).image === undefined ? 1e-14 : 1e-13;
        expect(
          mine.findIndex(
            (entry, at) => !(Math.abs(entry - (theirs[at] ?? Number.NaN)) <= allowed * (sizes[at] ?? 0) + 2 ** -1015),
          ),
          where(subject),
        ).toBe(-1);
      }
    });
    // Only identity reads by the output or inside can ask for more than 𝓛 leaves.
    expect([...codes.keys()].filter((code) => code !== 'LW402')).toEqual([]);
    expect(compared).toBeGreaterThan(subjects.length * 10);
  });

  it('tells which variant it is', () => {
    subjects.forEach(({ text }, k) => {
      const [multipliers, contraction] = variants[Math.floor((k * variants.length) / subjects.length)] ?? ['', ''];
      expect(modules[k]?.strategy).toBe('pivot');
      expect(text.split('\n')[0]).toContain(`strategy pivot (${multipliers} multipliers, ${contraction} contraction)`);
    });
  });

  it.each(variants)('at widths up to 130, %s %s', async (multipliers, contraction) => {
    const subject = subjectOf(builtin('feedforward'), 2, pivotStrategy({ multipliers, contraction }));
    const emitted = await workshop.load(subject.text);
    const random = generator(203);
    const widths = { x: 67, 'w[1]': 130, 'w[2]': 33, y: 10 };
    const given = { widths, lipschitz: 2, slopes: [-0.1, 1] as const };
    const free = freeFor(subject.compiled, widths, () => 0.1 * random.normal());
    const [here, there] = [subject.compiled.constrain(free, given), emitted.constrain(free, given)];
    expect(results(there)).toEqual(results(here));
    expect(Math.max(...(here.weights['C[1]'] ?? []))).toBeGreaterThan(0);
    const input = Float64Array.from({ length: 67 }, () => random.normal());
    expect(bits({ y: emitted.forward(there, input) })).toEqual(bits({ y: subject.compiled.forward(here, input) }));
  });
});

describe('results of the pivot strategy', () => {
  const targets = variants.flatMap(([multipliers, contraction]) => [
    ['in memory', multipliers, contraction] as const,
    ['in the module', multipliers, contraction] as const,
  ]);

  it.each(targets)(
    '%s, %s %s: with `into` the very arrays given, and what they hold depends on nothing before',
    async (place, multipliers, contraction) => {
      const subject = subjectOf(builtin('dense-skip'), 2, pivotStrategy({ multipliers, contraction }));
      const { constrain } = place === 'in memory' ? subject.compiled : await workshop.load(subject.text);
      const random = generator(204);
      const widths = { x: 2, w: 3, y: 2 };
      const [first, second] = [0, 1].map(() => freeFor(subject.compiled, widths, () => random.normal()));
      const options = { widths, slopes: [-0.1, 0.9] as const, lipschitz: 2 };
      const one = constrain(first ?? {}, { widths });
      const arrays = [one.weights, one.biases, one.multipliers].flatMap((group) => Object.values(group));
      const before = results(one);
      const apart = constrain(second ?? {}, options);
      expect(results(one)).toEqual(before);
      const again = constrain(second ?? {}, { ...options, into: one });
      expect(again).toBe(one);
      expect(
        [again.weights, again.biases, again.multipliers]
          .flatMap((group) => Object.values(group))
          .every((data, k) => data === arrays[k]),
      ).toBe(true);
      expect(results(again)).toEqual(results(apart));
      expect(results(again)).not.toEqual(before);
      // Other widths in between leave nothing behind.
      const other = { x: 1, w: 4, y: 3 };
      constrain(
        freeFor(subject.compiled, other, () => 1),
        { widths: other },
      );
      again.weights['A']?.fill(7);
      expect(results(constrain(second ?? {}, options))).toEqual(results(apart));
    },
  );

  it('a run makes no array of numbers: all are made when the widths are planned', () => {
    for (const { text } of subjects) {
      const [planned = ''] = text.slice(text.indexOf('function plan(')).split('\n}\n');
      const [, ...parts] = planned.split('const run = ');
      // Forwards, and back.
      const [forward, back] = parts.map((part) => part.slice(0, part.indexOf('\n  };')));
      expect(parts).toHaveLength(2);
      expect(forward).toMatch(/choleskyInto|solveRightInto/);
      expect(back).toMatch(/Into|entries\d/);
      expect(`${forward}${back}`).not.toMatch(/new Float64Array|\.slice\(|\.map\(/);
    }
  });
});

describe('demands that cannot be met', () => {
  const infeasible = derive(written(['h = phi(H * x)', 'y = 2 * x + B * h']), { depth: 1, strategy: 'pivot' });
  const both = async (
    program: Program,
    free: number,
    options: { readonly lipschitz?: number } = {},
    widths: Readonly<Record<string, number>> = { x: 2, h: 2 },
  ): Promise<readonly (string | null)[]> => {
    const compiled = inMemory(program);
    const emitted = await workshop.load(javascript(program));
    const values = freeFor(compiled, widths, () => free);
    return [
      messageOf(() => compiled.constrain(values, { widths, ...options })),
      messageOf(() => emitted.constrain(values, { widths, ...options })),
    ];
  };
  const changed = (program: Program, change: (operation: Operation) => Operation): Program => ({
    ...program,
    operations: program.operations.map(change),
  });

  it('LW402 in both targets, the code first, and not where 𝓛 is large enough', async () => {
    const [here, there] = await both(lower(infeasible), 1);
    expect([here?.slice(0, 6), there?.slice(0, 6)]).toEqual(['LW402 ', 'LW402 ']);
    expect(await both(lower(infeasible), 1, { lipschitz: 4 })).toEqual([null, null]);
  });

  it('LW404 in both targets where a factorization stops for want of digits', async () => {
    const runsOut = changed(lower(infeasible), (operation) =>
      operation.kind === 'cholesky' ? { ...operation, code: 'LW404' } : operation,
    );
    const [here, there] = await both(runsOut, 1);
    expect([here?.slice(0, 6), there?.slice(0, 6)]).toEqual(['LW404 ', 'LW404 ']);
  });

  it('LW404 in both targets where a Cayley transform overflows', async () => {
    const cayley = lower(
      derive(written(['h = phi(H * x)', 'y = B * h']), {
        depth: 1,
        strategy: pivotStrategy({ contraction: 'cayley' }),
      }),
    );
    const unclamped = changed(cayley, (operation) =>
      operation.kind === 'clamp' ? { ...operation, bound: Number.MAX_VALUE } : operation,
    );
    const widths = { x: 2, h: 4, y: 3 };
    expect(await both(cayley, 1e300, {}, widths)).toEqual([null, null]);
    const found = await both(unclamped, 1e300, {}, widths);
    expect(found.map((message) => message?.slice(0, 6))).toEqual(['LW404 ', 'LW404 ']);
  });
});

describe('the TypeScript module of the pivot strategy', () => {
  // Every seventh: of every variant at least one, and of every architecture.
  const some = subjects.filter((_subject, k) => k % 7 === 0);

  it('compiles under strict', () => {
    const files = some.map(({ compiled }) => workshop.write(typescript(compiled.program), 'ts'));
    const problems = ts
      .getPreEmitDiagnostics(ts.createProgram(files, strictest))
      .map(
        ({ messageText, file, start }) =>
          `${file?.text.slice(start, (start ?? 0) + 60) ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
      );
    expect(problems.slice(0, 3)).toEqual([]);
  });

  it('becomes the same functions once its types are taken off', async () => {
    const random = generator(205);
    for (const subject of some) {
      const { outputText } = ts.transpileModule(typescript(subject.compiled.program), {
        compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext },
      });
      const typed = await workshop.load(outputText);
      const given = hostileCase(subject.compiled, random);
      const code = codeOf(() => subject.compiled.constrain(given.free, given.options));
      expect(codeOf(() => typed.constrain(given.free, given.options))).toBe(code);
      if (code === null)
        expect(results(typed.constrain(given.free, given.options))).toEqual(
          results(subject.compiled.constrain(given.free, given.options)),
        );
    }
  });
});
