import { describe, expect, it } from 'vitest';
import { strategies } from '../../rules/strategies.js';
import { pivotStrategy, withVariant } from '../../rules/variants.js';
import type { Compiled } from '../../src/5-emit/index.js';
import { compile } from '../../src/compile.js';
import type { Architecture } from '../../src/model/architecture.js';
import type { Strategy } from '../../src/model/strategy.js';
import { multiplierChoices } from '../../src/model/strategy.js';
import { contractionChoices } from '../../rules/contractions.js';
import { strategyText, variantOf } from '../../src/model/variant.js';
import { decide } from '../../src/numeric/definiteness.js';
import { runCampaign } from '../../src/verify/campaign.js';
import { failure, written } from '../architectures.js';
import { randomArchitecture, randomArchitectureText } from '../random-architecture.js';

const graphs: readonly Architecture[] = Array.from({ length: 40 }, (_, seed) => randomArchitecture(seed));

const fewCases = 8;
/** Every strategy, and every variant of those that have some. Defaults get more cases. */
const contestants: readonly (readonly [string, Strategy, number])[] = strategies.flatMap((strategy) => {
  const own = variantOf(strategy);
  if (own === null) return [[strategy.name, strategy, 30] as const];
  return multiplierChoices.flatMap((multipliers) =>
    contractionChoices.map((contraction) => {
      const isDefault = multipliers === own.multipliers && contraction === own.contraction;
      const chosen = withVariant(strategy, { multipliers, contraction });
      return [strategyText(strategy.name, variantOf(chosen)), chosen, isDefault ? 30 : fewCases] as const;
    }),
  );
});

/** Does a hidden layer read x itself, whatever its weights are? */
function readsInputAsItIs({ equations }: Architecture): boolean {
  return equations.some(
    ({ target, terms }) =>
      target.family !== 'y' && terms.some(({ signal, weight }) => signal.family === 'x' && weight === null),
  );
}

describe('random graphs', () => {
  it('hold what they are drawn for', () => {
    const texts = graphs.map((_graph, seed) => randomArchitectureText(seed));
    expect(new Set(texts).size).toBe(graphs.length);
    const with_ = (pattern: RegExp): number => texts.filter((text) => pattern.test(text)).length;
    // A diagonal weight, an identity read of a hidden signal, two weights on one signal in one line, a scaled weight, a
    // line above what it reads.
    for (const pattern of [
      /diagonal/,
      /[+-] h\d/,
      /W\d+ \* (\w+)\b.*W\d+ \* \1\b/,
      /1\.5 \* W/,
      /h2 = .*\n(.*\n)*.*h1 = /,
    ])
      expect(with_(pattern), String(pattern)).toBeGreaterThan(3);
    expect(graphs.filter(readsInputAsItIs).length).toBeGreaterThan(3);
  });

  it.each(contestants)('%s: no failure and nothing undecided', async (_name, strategy, cases) => {
    const compiled = new Map<Architecture, Compiled>();
    // Contractions have rules of their own for the last step alone.
    const own = cases === fewCases ? graphs.filter((_graph, at) => at % 2 === 0) : graphs;
    const refused = own.map(
      (graph) => failure(() => compiled.set(graph, compile(graph, { depth: 1, strategy })))?.code ?? null,
    );
    // Rows need weights that make their part of the budget of x small, and there is none where a hidden layer reads x
    // through the identity; pivots need nothing.
    expect(refused).toEqual(own.map((graph) => (strategy.kind === 'rows' && readsInputAsItIs(graph) ? 'LW401' : null)));
    const taken = [...compiled.keys()];
    expect(taken.length).toBeGreaterThan(own.length / 2);
    const runs = taken.length * cases;
    const result = await runCampaign({
      architectures: taken,
      strategy,
      runs,
      seed: 31,
      depth: { from: 1, to: 1 },
      compileNetwork: (graph) => compiled.get(graph) ?? compile(graph, { depth: 1, strategy }),
    });
    expect({
      ...result,
      counterexample: result.counterexample === null ? null : JSON.stringify(result.counterexample),
    }).toMatchObject({ counterexample: null, runs, failures: 0, undecided: 0, refused: [] });
    // LW402: with fixed reads a bound below what they alone have.
    expect(result.infeasible).toBeLessThan(runs / 10);
    expect(result.forwardChecks).toBeGreaterThan(runs / 40);
  });
});

describe('fixed reads', () => {
  // Two diagonal weights on one signal that nearly cancel, beside a dense weight on what is correlated with it.
  it.each([
    ['free', 'cholesky'],
    ['free', 'aol'],
    ['free', 'cayley'],
    ['dominance', 'cholesky'],
  ] as const)('weights that cancel lose no room, %s %s', (multipliers, contraction) => {
    const graph = written(['h = phi(H * x)', 'g = phi(G * x + D * h - E * h)', 'y = B * g'], {
      D: 'diagonal',
      E: 'diagonal',
    });
    const compiled = compile(graph, { depth: 1, strategy: pivotStrategy({ multipliers, contraction }) });
    const widths = { x: 2, h: 2, g: 2, y: 2 };
    const others = Object.fromEntries(
      Object.entries(compiled.dims(widths))
        .filter(([name]) => /^(psi|rho)/.test(name))
        .map(([name]) => [name, new Float64Array(2)]),
    );
    for (const [slope, size] of [
      [1e3, 1e12],
      [1e6, 1e9],
    ] as const) {
      const free = { H: [1, 2, -1, 1], G: [1, -3, 2, 1], D: [size, size], E: [size, 1], B: [1, 1, 2, -1], ...others };
      const values = compiled.constrain(free, {
        widths,
        slopes: [
          [0, 1],
          [-slope, slope],
        ],
      });
      expect(decide(compiled.assembly(values), { margin: false }).negativeSemidefinite).toBe(true);
    }
  });
});
