import { afterAll, describe, expect, it } from 'vitest';
import { javascript } from '../../../src/5-emit/js/javascript.js';
import { tensorflowModule } from '../../../src/5-emit/js/tensorflow.js';
import { typescript } from '../../../src/5-emit/js/typescript.js';
import { compile, lowerArchitecture } from '../../../src/compile.js';
import type { Architecture } from '../../../src/model/architecture.js';
import { generator } from '../../../src/numeric/random.js';
import { parseArchitecture } from '../../../src/1-parse/index.js';
import { builtin } from '../../architectures.js';
import type { EmittedModule } from '../targets.js';
import { Workshop, freeFor } from '../targets.js';

const workshop = new Workshop();
afterAll(() => workshop.close());

/** Two families, one inside the other's path, and an affine skip. */
const twofold: Architecture = parseArchitecture(
  [
    'name: twofold',
    'title: Two families in a chain',
    'equations: |',
    '  w[0] = x',
    '  v[l] = tanh(D[l] * w[l-1] + e[l])   for l in 1..n',
    '  w[l] = phi(C[l] * v[l] + b[l])   for l in 1..n',
    '  y = A * x + B * w[n] + c',
    '',
  ].join('\n'),
  null,
);

const strategies = ['gershgorin', 'gershgorin-paper', 'scaled-gershgorin', 'pivot'] as const;
const cases = [builtin('residual'), builtin('feedforward'), twofold].flatMap((architecture) =>
  strategies.map((strategy) => [architecture.name, strategy, architecture] as const),
);
const targets = { js: javascript, ts: typescript, tfjs: tensorflowModule } as const;
const lines = (text: string): number => text.split('\n').length;

describe('a module does not grow with depth', () => {
  // What layers compute takes many lines, twice where lower slopes of 0 have a program. Comments name all weights, and numbers that are too many for a line are listed.
  const limitOf = (name: string): number => (name === 'twofold' ? 60 : 2);
  it.each(cases)('%s by %s: at depth 16 hardly longer than at depth 6', (name, strategy, architecture) => {
    const [shallow, deep] = [6, 16].map((depth) => lowerArchitecture(architecture, { depth, strategy }));
    if (shallow === undefined || deep === undefined) throw new Error('two programs expected');
    for (const [target, print] of Object.entries(targets))
      expect(lines(print(deep)) - lines(print(shallow)), target).toBeLessThanOrEqual(limitOf(name));
  });
});

type Deep = EmittedModule & Pick<ReturnType<typeof compile>, 'vjp'>;

describe('what loops compute', () => {
  const compiled = compile(builtin('residual'), { depth: 7, strategy: 'pivot' });
  const text = javascript(compiled.program);
  const widths = Object.fromEntries(
    compiled.program.widths.flatMap((names, k) => names.map((name) => [name, 2 + (k % 3)])),
  );
  const random = generator(5);
  const free = freeFor(compiled, widths, () => random.normal());
  const cotangents = {
    weights: Object.fromEntries(
      Object.entries(compiled.constrain(free, { widths }).weights).map(([name, values]) => [
        name,
        values.map(() => random.normal()),
      ]),
    ),
  };
  const same = (module: Deep): boolean => {
    try {
      // The program for any slopes, and that for lower slopes of 0.
      for (const slopes of [
        [-0.2, 1.1],
        [0, 1],
      ] as const) {
        const options = { widths, slopes };
        const [made, expected] = [module.constrain(free, options), compiled.constrain(free, options)];
        expect(made.weights).toEqual(expected.weights);
        expect(made.multipliers).toEqual(expected.multipliers);
        expect(module.vjp(free, cotangents, options)).toEqual(compiled.vjp(free, cotangents, options));
      }
      return true;
    } catch {
      return false;
    }
  };

  it('is what the library computes in memory, bit for bit', async () => {
    expect(text).toMatch(/for \(let k = 0; k < [56]; k \+= 1\)/);
    expect(same((await workshop.load(text)) as Deep)).toBe(true);
  });

  it('notices a wrong layer, a wrong last value and swapped lists', async () => {
    const slips: readonly (readonly [RegExp, (found: string, ...groups: string[]) => string])[] = [
      // Another layer's free parameters, and in the reverse sweep another layer's buffers.
      [/(const u\d+ = free\[k \+ )(\d+)\]/, (_all, head, at) => `${head}${Number(at) + 1}]`],
      [/(const u\d+ = layers\[)(\d+) - k\]/, (_all, head, at) => `${head}${Number(at) - 1} - k]`],
      // What is read behind the loop is the last layer's.
      [/(const t\d+ = layers\[)(\d+)\]/, (_all, head, last) => `${head}${Number(last) - 1}]`],
      [/(const t\d+ = back\d*\[)(\d+)\]/, (_all, head, last) => `${head}${Number(last) - 1}]`],
      // What is carried from one layer to the next, out of step, and a list in the place of another.
      [
        /(const list1 = \[)(t\d+), (\.\.\.repeated\([^\n]*\))\];/,
        (_all, head, first, rest) => `${head}${rest}, ${first}];`,
      ],
      [/(const u\d+ = )list1\[k\]/, (_all, head) => `${head}list2[k]`],
      // One layer too few.
      [/k < 6; k/, () => 'k < 5; k'],
    ];
    for (const [right, wrong] of slips) {
      const slipped = text.replace(right, wrong);
      expect(slipped, String(right)).not.toBe(text);
      expect(same((await workshop.load(slipped)) as Deep), String(right)).toBe(false);
    }
  });
});
