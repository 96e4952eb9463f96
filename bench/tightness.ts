import { strategies } from '../rules/strategies.js';
import { loadArchitecture } from '../src/1-parse/index.js';
import { lowerBounds } from '../src/certify/lower-bound.js';
import { compile } from '../src/compile.js';
import type { Strategy } from '../src/model/strategy.js';
import { multiplierChoices } from '../src/model/strategy.js';
import { contractionChoices } from '../rules/contractions.js';
import { generator } from '../src/numeric/random.js';

const depths = [1, 2, 3, 4] as const;
const width = 8;
const seeds = 5;

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Every strategy, and every variant of one that has variants. */
function variants(): readonly (readonly [string, Strategy])[] {
  return strategies.flatMap((strategy): readonly (readonly [string, Strategy])[] => {
    if (strategy.kind === 'rows') return [[strategy.name, strategy]];
    return multiplierChoices.flatMap((multipliers) =>
      contractionChoices.map(
        (contraction) =>
          [`${strategy.name}, ${multipliers}, ${contraction}`, { ...strategy, multipliers, contraction }] as const,
      ),
    );
  });
}

/** 𝓛 = 1 over the steepest slope that the search finds, for random free parameters; with the skip A, and with A = 0. */
function ratio(strategy: Strategy, depth: number, seed: number, skip: boolean): number {
  const compiled = compile(loadArchitecture('residual'), { depth, strategy });
  const random = generator(seed);
  const free = Object.fromEntries(
    Object.entries(compiled.dims({ x: width, w: width, y: width })).map(([name, shape]) => {
      const count = shape.reduce((all, size) => all * size, 1);
      const isWeight = shape.length === 2 || name === 'A';
      return [
        name,
        Float64Array.from({ length: count }, () => (isWeight ? random.normal() : 0) * (name === 'A' && !skip ? 0 : 1)),
      ];
    }),
  );
  const values = compiled.constrain(free);
  return values.lipschitz / lowerBounds(compiled.program, values, { starts: 4, seconds: 0.15, seed }).slopes;
}

/** How much of what a strategy certifies its random networks really use. */
export function tightness(say: (line: string) => void): void {
  say(
    'certified 𝓛 over the largest slope found by search (worst activations with slopes in [0, ' +
      `1]); residual, width ${width}, Gaussian free parameters, median of ${seeds} seeds`,
  );
  say(
    `${''.padEnd(34)}${depths.map((depth) => `n = ${depth}`.padStart(10)).join('')}      A = ` +
      `0${depths.map((depth) => `n = ${depth}`.padStart(10)).join('')}`,
  );
  const text = (value: number): string => (value < 1000 ? value.toPrecision(3) : value.toExponential(1)).padStart(10);
  for (const [name, strategy] of variants()) {
    const at = (skip: boolean): string =>
      depths
        .map((depth) => text(median(Array.from({ length: seeds }, (_, seed) => ratio(strategy, depth, seed, skip)))))
        .join('');
    say(`${name.padEnd(34)}${at(true)}           ${at(false)}`);
  }
}
