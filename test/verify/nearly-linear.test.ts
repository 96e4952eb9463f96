import { describe, expect, it } from 'vitest';
import { compile, findStrategy } from '../../src/compile.js';
import type { Architecture } from '../../src/model/architecture.js';
import type { PivotStrategy } from '../../src/model/strategy.js';
import { multiplierChoices } from '../../src/model/strategy.js';
import { contractionChoices } from '../../rules/contractions.js';
import { decide } from '../../src/numeric/definiteness.js';
import { generator } from '../../src/numeric/random.js';
import { builtin, written } from '../architectures.js';

const base = findStrategy('pivot');
const variant = (choice: Partial<PivotStrategy>): PivotStrategy => {
  if (base.kind !== 'pivot') throw new Error('pivot is no pivot strategy');
  return { ...base, ...choice };
};

/** Every layer reads all signals before it: the worst that rounding errors can meet. */
function everything(layers: number): Architecture {
  const names = ['x', ...Array.from({ length: layers }, (_, at) => `h${at + 1}`)];
  const reads = (letter: string, count: number): string =>
    names
      .slice(0, count)
      .map((name) => `${letter}${name} * ${name}`)
      .join(' + ');
  return written([
    ...Array.from({ length: layers }, (_, at) => `h${at + 1} = phi(${reads(`C${at + 1}_`, at + 1)})`),
    `y = ${reads('B_', layers + 1)}`,
  ]);
}

function failures(
  architecture: Architecture,
  depth: number,
  strategy: PivotStrategy,
  slopes: readonly [number, number],
  cases: number,
): number {
  const compiled = compile(architecture, { depth, strategy });
  let failed = 0;
  for (let seed = 0; seed < cases; seed += 1) {
    const random = generator(seed);
    const width = 1 + (seed % 3);
    const size = [1, 10, 100][Math.floor(seed / 3) % 3] ?? 1;
    const widths = Object.fromEntries(compiled.program.widths.flatMap((names) => names.map((name) => [name, width])));
    const free = Object.fromEntries(
      Object.entries(compiled.dims(widths)).map(([name, shape]) => [
        name,
        Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () =>
          name.startsWith('psi') ? 0 : Math.round(size * random.normal()),
        ),
      ]),
    );
    const values = compiled.constrain(free, { widths, slopes });
    if (decide(compiled.assembly(values), { margin: false }).negativeSemidefinite !== true) failed += 1;
  }
  return failed;
}

describe('layers that are nearly linear, where what they take over from below dwarfs their own noise', () => {
  it.each([
    [6, [1, 1]],
    [6, [0.99, 1]],
    [8, [0.9, 1]],
    [7, [-1000, -999]],
  ] as const)('%d layers that all read all, slopes %j: every case is proven', (layers, slopes) => {
    expect(failures(everything(layers), 1, variant({}), slopes, 45)).toBe(0);
  });

  it.each(
    multiplierChoices.flatMap((multipliers) =>
      contractionChoices.map((contraction) => [multipliers, contraction] as const),
    ),
  )('two branches of depth 12, %s, %s', (multipliers, contraction) => {
    for (const slopes of [
      [0.9, 1],
      [-0.2, 1.1],
    ] as const)
      expect(failures(builtin('two-branch'), 12, variant({ multipliers, contraction }), slopes, 9)).toBe(0);
  });

  it.each([0.1, 0.01, 1e-3, 1e-6, 1e-9])(
    'a margin of %d that is asked for takes nothing away that rounding needs',
    (margin) => {
      for (const contraction of ['cayley', 'cholesky'] as const) {
        for (const slopes of [
          [0, 1],
          [-0.2, 1.1],
          [0.9, 1],
        ] as const)
          expect(failures(builtin('feedforward'), 8, variant({ contraction, margin }), slopes, 9)).toBe(0);
      }
    },
  );
});
