import { describe, expect, it } from 'vitest';
import { createRules } from '../../rules/index.js';
import { pivotStrategy } from '../../rules/variants.js';
import type { Compiled } from '../../src/5-emit/index.js';
import { compile } from '../../src/compile.js';
import type { Assignment } from '../../src/model/parameterization.js';
import { multiplierChoices } from '../../src/model/strategy.js';
import { contractionChoices } from '../../rules/contractions.js';
import type { ContractionChoice, MultiplierChoice } from '../../src/model/strategy.js';
import { decide } from '../../src/numeric/definiteness.js';
import { generator } from '../../src/numeric/random.js';
import type { RuleBook } from '../../src/rule/rule-book.js';
import { codeOf } from '../5-emit/targets.js';
import { randomArchitecture } from '../random-architecture.js';
import { withAssignments } from '../rules/exchange.js';

const slopes = [
  [0, 1],
  [0, 1],
  [-0.13, 1.13],
  [-1, 1],
] as const;
const graphs = Array.from({ length: 24 }, (_, seed) => randomArchitecture(100 + seed));

const single = (values: Readonly<Record<string, Float64Array>>): boolean =>
  Object.values(values).every((data) => data.every((entry) => entry === Math.fround(entry)));

/**
 * How many of the runs in single precision have multipliers of their own that do not prove them, and how many hold
 * numbers that are not single.
 */
function unproven(
  multipliers: MultiplierChoice,
  contraction: ContractionChoice,
  rules?: RuleBook,
): { readonly failures: number; readonly wide: number; readonly runs: number } {
  const counts = { failures: 0, wide: 0, runs: 0 };
  for (const graph of graphs) {
    const { program, dims, constrain, assembly } = compile(graph, {
      depth: 1,
      strategy: pivotStrategy({ multipliers, contraction }),
      ...(rules === undefined ? {} : { rules }),
    });
    const random = generator(701);
    for (let run = 0; run < 6; run += 1) {
      const widths = Object.fromEntries(
        program.widths.flatMap((names) => ((width) => names.map((name) => [name, width]))(random.integer(1, 4))),
      );
      const size = random.pick([1, 10]);
      const free = Object.fromEntries(
        Object.entries(dims(widths)).map(([name, shape]) => [
          name,
          Float64Array.from({ length: shape.reduce((all, side) => all * side, 1) }, () =>
            Math.fround(size * random.normal()),
          ),
        ]),
      );
      const made: ReturnType<Compiled['constrain']>[] = [];
      const code = codeOf(() =>
        made.push(
          constrain(free, {
            widths,
            precision: 'single',
            lipschitz: 10 ** random.integer(-2, 2),
            slopes: program.layers.map(() => random.pick(slopes)),
          }),
        ),
      );
      const [weights] = made;
      // An identity skip may ask for a larger bound.
      if (code === 'LW402' || weights === undefined) continue;
      counts.runs += 1;
      if (!single(weights.weights) || !single(weights.multipliers)) counts.wide += 1;
      for (const values of [...Object.values(weights.weights), ...Object.values(weights.multipliers)])
        values.forEach((entry, i) => {
          values[i] = Math.fround(entry);
        });
      if (!decide(assembly(weights), { margin: false }).negativeSemidefinite) counts.failures += 1;
    }
  }
  return counts;
}

describe('weights that are kept in single precision', () => {
  it.each(
    multiplierChoices.flatMap((multipliers) =>
      contractionChoices.map((contraction) => [multipliers, contraction] as const),
    ),
  )('%s %s: are proven as they are, by their own multipliers', (multipliers, contraction) => {
    const { failures, runs } = unproven(multipliers, contraction);
    expect(failures).toBe(0);
    expect(runs).toBeGreaterThan(100);
  });

  it('are those that the recursion goes on with: rounded afterwards, some are not proven', () => {
    const rules = createRules();
    const left = (assignments: readonly Assignment[]): readonly Assignment[] =>
      assignments.filter(({ kind }) => kind !== 'keep');
    const faulty = ['solve-weights', 'free-multiplier'].reduce(
      (book, stem) => withAssignments(book, stem, left),
      rules,
    );
    const { failures, wide } = unproven('free', 'spectral', faulty);
    expect(failures).toBeGreaterThan(0);
    expect(wide).toBeGreaterThan(0);
  });
});
