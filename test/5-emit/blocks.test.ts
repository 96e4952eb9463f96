import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';
import { budgetValues, composesWithin } from '../../src/network/budgets.js';
import { javascript } from '../../src/5-emit/js/javascript.js';
import { typescript } from '../../src/5-emit/js/typescript.js';
import { compile } from '../../src/compile.js';
import type { Architecture } from '../../src/model/architecture.js';
import { generator } from '../../src/numeric/random.js';
import { beside, composed, composition, definitions, gain, nested } from '../block-architectures.js';
import { Workshop, codeOf, freeFor, strictest } from './targets.js';

const workshop = new Workshop();
afterAll(() => workshop.close());

const linear = definitions.linear;
/** The −k² of every block's LMI at W = 0, as bounds. */
function boundsOf(architecture: Architecture, lipschitz: number): readonly number[] {
  const { constrain, lmi, program } = compile(architecture, { depth: 1 });
  const names = program.signals.map(({ name }) => name);
  const widths = Object.fromEntries(
    program.widths.flatMap((each, k) =>
      program.sums.some(({ width }) => width === k) ? [] : each.map((name) => [name, 1]),
    ),
  );
  const free = Object.fromEntries(program.free.map(({ name }) => [name, [0]]));
  const values = lmi(constrain(free, { widths, lipschitz }));
  return names.flatMap((name, k) => (name.endsWith('.x') ? [Math.sqrt(-(values[k * names.length + k] ?? 0))] : []));
}

describe('budgets', () => {
  const rounded = (values: readonly number[]): readonly number[] =>
    values.map((value) => Math.round(value * 1e9) / 1e9);

  // Sequence: the product; sum: the sum; concatenation: the root of the sum of squares (section 11 of the mathematics).
  it.each([
    ['sequence', 4, [null, null], [2, 2]],
    ['sequence', 4, [null, 0.5, null, null], [2, 0.5, 2, 2]],
    ['sum', 4, [null, null, 1], [1.5, 1.5, 1]],
    ['concatenate', 5, [3, null], [3, 4]],
    ['concatenate', 3, [null, 1, null], [2, 1, 2]],
    ['sum', 1, [0.25, 0.75], [0.25, 0.75]],
    ['sequence', 1, [0.5], [0.5]],
  ] as const)('of a %s of bound %d: %j are %j', (kind, lipschitz, given, expected) => {
    expect(
      rounded(
        boundsOf(
          composition(
            kind,
            given.map((k) => [linear, k] as const),
          ),
          lipschitz,
        ),
      ),
    ).toEqual(expected);
  });

  it('go down through compositions inside compositions', () => {
    // 6 = 2 · 3; the sum inside gets 3 = 1 + 2 of it.
    const sum =
      `name: s\ncompose: sum\nblocks:\n  - { text: ${JSON.stringify(linear)}, lipschitz: 1 }\n  - ` +
      `{ text: ${JSON.stringify(linear)} }\n`;
    expect(
      rounded(
        boundsOf(
          composition('sequence', [
            [linear, 2],
            [sum, null],
          ]),
          6,
        ),
      ),
    ).toEqual([2, 1, 2]);
    expect(
      rounded(
        boundsOf(
          composition('sequence', [
            [linear, null],
            [sum, 3],
          ]),
          6,
        ),
      ),
    ).toEqual([2, 1, 2]);
  });

  it('compose to no more than the whole, exactly, whatever it is', () => {
    const random = generator(4);
    for (let k = 0; k < 500; k += 1) {
      const kind = random.pick(['sequence', 'sum', 'concatenate'] as const);
      const lipschitz = 2 ** (random.normal() * 10) * (1 + random.uniform());
      const fixed = Array.from({ length: random.integer(0, 3) }, () =>
        kind === 'sequence' ? 2 ** random.normal() : 0.2 * lipschitz * random.uniform(),
      );
      const parts = random.integer(1, 6);
      const [share = Number.NaN] = budgetValues({ budgets: [{ of: null, kind, fixed, parts }] }, lipschitz);
      const all = [...fixed, ...Array.from({ length: parts }, () => share)];
      expect(composesWithin(kind, all, lipschitz)).toBe(true);
      const whole = {
        sequence: all.reduce((a, b) => a * b, 1),
        sum: all.reduce((a, b) => a + b, 0),
        concatenate: Math.hypot(...all),
      }[kind];
      expect(Math.abs(whole / lipschitz - 1)).toBeLessThan(1e-9);
    }
  });

  it('are refused where they do not fit', () => {
    const cases = [
      ['sequence', [0.5, 2 + 2 ** -51], 1],
      ['sum', [0.5, 0.5 + 2 ** -53], 1],
      ['sum', [1, null], 1],
      ['sum', [0.9999, null], 1],
      ['concatenate', [3, 4], 5 - 2 ** -50],
      ['concatenate', [1, null], 1],
    ] as const;
    for (const [kind, given, lipschitz] of cases)
      expect(
        codeOf(() =>
          boundsOf(
            composition(
              kind,
              given.map((k) => [linear, k] as const),
            ),
            lipschitz,
          ),
        ),
        `${kind} ${given.join()}`,
      ).toBe('LW316');
    expect(
      rounded(
        boundsOf(
          composition('concatenate', [
            [linear, 3],
            [linear, 4],
          ]),
          5,
        ),
      ),
    ).toEqual([3, 4]);
    // Inside a block that states its own bound they are refused before anything runs, at the block.
    const sum =
      `name: s\ncompose: sum\nblocks:\n  - { text: ${JSON.stringify(linear)}, lipschitz: 4 }\n  - ` +
      `{ text: ${JSON.stringify(linear)} }\n`;
    expect(codeOf(() => compile(composition('sequence', [[sum, 3]]), { depth: 1 }))).toBe('LW316');
  });
});

describe('the forward map through blocks', () => {
  it('is that of the equations, by hand', () => {
    const single = compile(gain(3), { depth: 1, strategy: 'gershgorin' });
    const made = single.constrain(
      { D: [0.5], d: [0.25], B: [2], 'inner.W': [1] },
      { widths: { x: 1, z: 1, y: 1 }, lipschitz: 100 },
    );
    const [D = 0, B = 0, W = 0] = ['D', 'B', 'inner.W'].map((name) => made.weights[name]?.[0]);
    expect(single.forward(made, [2])).toEqual(Float64Array.of(B * (W * (D * 2 + 0.25))));

    const { constrain, forward } = compile(
      composition('concatenate', [
        [linear, null],
        [linear, null],
      ]),
      { depth: 1, strategy: 'gershgorin' },
    );
    const values = constrain(
      { 'b1.W': [0.5, 0, 0, 0.25], 'b2.W': [1, -1] },
      { widths: { x: 2, 'b1.y': 2, 'b2.y': 1 }, lipschitz: 10 },
    );
    const [first, second] = [values.weights['b1.W'] ?? [], values.weights['b2.W'] ?? []];
    expect(values.widths).toMatchObject({ x: 2, y: 3 });
    expect([...forward(values, [1, 2])]).toEqual([
      (first[0] ?? 0) + 2 * (first[1] ?? 0),
      (first[2] ?? 0) + 2 * (first[3] ?? 0),
      (second[0] ?? 0) + 2 * (second[1] ?? 0),
    ]);
  });

  it('needs widths that fit together', () => {
    const cat = compile(
      composition('concatenate', [
        [linear, null],
        [linear, null],
      ]),
      { depth: 1, strategy: 'gershgorin' },
    );
    expect(codeOf(() => cat.dims({ x: 2, 'b1.y': 2, 'b2.y': 1, y: 4 }))).toBe('LW303');
    expect(codeOf(() => cat.dims({ x: 2, 'b1.y': 2 }))).toBe('LW304');
    expect(codeOf(() => compile(gain(1), { depth: 1 }).dims({ x: 2, z: 2, y: 1, 'inner.x': 3 }))).toBe('LW303');
    expect(codeOf(() => compile(gain(1), { depth: 1 }).dims({ x: 2, z: 2, y: 1, 'outer.x': 3 }))).toBe('LW304');
  });
});

describe('emitted modules', () => {
  const all = [beside(), beside(8), nested(), ...composed()];

  it.each(
    all.flatMap((architecture) =>
      ['gershgorin', 'scaled-gershgorin', 'pivot'].map(
        (strategy) => [architecture.name, strategy, architecture] as const,
      ),
    ),
  )('%s, %s: constrain, forward and lmi are those in memory', async (_name, strategy, architecture) => {
    const compiled = compile(architecture, { depth: 2, strategy });
    const { program } = compiled;
    const module = await workshop.load(javascript(program));
    const random = generator(9);
    const free = new Set(program.sums.map(({ width }) => width));
    let compared = 0;
    for (let run = 0; run < 8; run += 1) {
      const widths = Object.fromEntries(
        program.widths.flatMap((names, k) => {
          const width = random.integer(1, 3);
          return free.has(k) ? [] : names.map((name) => [name, width]);
        }),
      );
      if (codeOf(() => compiled.dims(widths)) !== null) continue;
      const size = random.pick([0.1, 3]);
      const given = freeFor(compiled, widths, () => random.normal() * size);
      const lipschitz = random.pick([10, 50]);
      // Under the pivot strategy an identity skip inside a block may ask for more than the block has.
      const refused = codeOf(() => compiled.constrain(given, { widths, lipschitz }));
      expect(codeOf(() => module.constrain(given, { widths, lipschitz }))).toBe(refused);
      if (refused !== null) continue;
      compared += 1;
      const [ours, theirs] = [
        compiled.constrain(given, { widths, lipschitz }),
        module.constrain(given, { widths, lipschitz }),
      ];
      expect(theirs).toEqual({
        activations: ours.activations,
        widths: ours.widths,
        slopes: ours.slopes,
        lipschitz,
        weights: ours.weights,
        biases: ours.biases,
        multipliers: ours.multipliers,
      });
      expect(module.dims(widths)).toEqual(compiled.dims(widths));
      const x = Float64Array.from({ length: ours.widths['x'] ?? 0 }, () => random.normal());
      expect(module.forward(theirs, x)).toEqual(compiled.forward(ours, x));
      const [mine, other] = [compiled.lmi(ours), module.lmi(theirs)];
      const order = Math.sqrt(mine.length);
      const scale = (k: number): number => Math.sqrt(Math.abs(mine[k * order + k] ?? 0));
      mine.forEach((value, k) =>
        expect(Math.abs(value - (other[k] ?? Number.NaN))).toBeLessThanOrEqual(
          1e-12 * (scale(Math.floor(k / order)) * scale(k % order) + Math.abs(value)),
        ),
      );
    }
    expect(compared).toBeGreaterThan(0);
  });

  // The exact compositions: 0.1 is a little more than a tenth, 1/3 a little less than a third; √(1 + 2^-60) is above 1;
  // 1 + 2^-30 + 2^-70 is above 1 + 2^-30; the others are doubles.
  it.each([
    ['sequence', [0.1, 10], 1 + 2 ** -52],
    ['sequence', [1 / 3, 3], 1],
    ['sequence', [2 ** -40, 2 ** 40, 0.75], 0.75],
    ['concatenate', [1, 2 ** -30], 1 + 2 ** -52],
    ['concatenate', [3, 4], 5],
    ['sum', [1, 2 ** -30 * (1 + 2 ** -40)], 1 + 2 ** -30 + 2 ** -52],
    ['sum', [0.25, 0.75], 1],
  ] as const)(
    'of a %s of %j, all stated, take the bound from which on the library takes it: %d',
    async (kind, bounds, least) => {
      const compiled = compile(
        composition(
          kind,
          bounds.map((k) => [linear, k] as const),
        ),
        { depth: 1 },
      );
      const module = await workshop.load(javascript(compiled.program));
      const widths = Object.fromEntries(
        compiled.program.widths.flatMap((names, k) =>
          compiled.program.sums.some(({ width }) => width === k) ? [] : names.map((name) => [name, 1]),
        ),
      );
      const free = freeFor(compiled, widths, () => 1);
      // least (1 − 2^-53) rounds to the double below least.
      for (const [lipschitz, code] of [
        [least, null],
        [least * (1 - 2 ** -53), 'LW316'],
      ] as const) {
        for (const target of [compiled, module])
          expect(codeOf(() => target.constrain(free, { widths, lipschitz }))).toBe(code);
      }
    },
  );

  it('of blocks that nothing within doubles is enough for refuse every bound', async () => {
    const compiled = compile(
      composition(
        'sequence',
        Array.from({ length: 28 }, () => [linear, 2 ** 40] as const),
      ),
      { depth: 1 },
    );
    const module = await workshop.load(javascript(compiled.program));
    const widths = Object.fromEntries(compiled.program.widths.flatMap((names) => names.map((name) => [name, 1])));
    const free = freeFor(compiled, widths, () => 1);
    for (const target of [compiled, module])
      expect(codeOf(() => target.constrain(free, { widths, lipschitz: 2 ** 39 }))).toBe('LW316');
  });

  it('refuse what the library refuses', async () => {
    const module = await workshop.load(
      javascript(
        compile(
          composition('sum', [
            [linear, 2],
            [linear, null],
          ]),
          { depth: 1 },
        ).program,
      ),
    );
    const free = { 'b1.W': [1], 'b2.W': [1] };
    expect(codeOf(() => module.constrain(free, { widths: { x: 1, y: 1 }, lipschitz: 1 }))).toBe('LW316');
    const call = await workshop.load(javascript(compile(gain(2), { depth: 1, strategy: 'gershgorin' }).program));
    const single = { D: [1], d: [1], B: [1], 'inner.W': [1] };
    expect(codeOf(() => call.constrain(single, { widths: { x: 1, z: 1, y: 1 }, slopes: [[-1, 1]] }))).toBe('LW305');
    expect(codeOf(() => call.constrain(single, { widths: { x: 1, z: 1, y: 1 }, slopes: [-1, 1] }))).toBeNull();
  });

  it('have types', () => {
    const files = all.map((architecture) =>
      workshop.write(typescript(compile(architecture, { depth: 1 }).program), 'ts'),
    );
    const problems = ts
      .getPreEmitDiagnostics(ts.createProgram(files, strictest))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
    expect(problems).toEqual([]);
  });
});
