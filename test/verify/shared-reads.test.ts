import { describe, expect, it } from 'vitest';
import { createRules } from '../../rules/index.js';
import { pivotStrategy } from '../../rules/variants.js';
import { compile } from '../../src/compile.js';
import { scale } from '../../src/expr/build.js';
import { multiplierChoices } from '../../src/model/strategy.js';
import { contractionChoices } from '../../rules/contractions.js';
import { decide } from '../../src/numeric/definiteness.js';
import { generator } from '../../src/numeric/random.js';
import { runCampaign } from '../../src/verify/campaign.js';
import { codeOf } from '../5-emit/targets.js';
import { written } from '../architectures.js';
import { sharingArchitecture, sharingArchitectureText } from '../random-architecture.js';
import { withAssignments, withLayerSource, without } from '../rules/exchange.js';

const variants = multiplierChoices.flatMap((multipliers) =>
  contractionChoices.map((contraction) => [multipliers, contraction] as const),
);
const graphs = Array.from({ length: 25 }, (_, seed) => sharingArchitecture(seed));
const depth = { from: 1, to: 1 };

const third = written(['w = phi(C * x)', 'y = w - (1/3) * B * w']);
const tenth = written(['w = phi(C * x)', 'y = w + 0.1 * B * w']);
const one = written(['w = phi(C * x + b)', 'y = w + B * w']);

describe('signals that are read more than once', () => {
  it('graphs hold what they are drawn for', () => {
    const texts = graphs.map((_graph, seed) => sharingArchitectureText(seed));
    // In the output: an identity beside a dense weight on one signal, coefficients that are no powers of two; in a
    // hidden layer: several reads.
    const outputs = texts.map((text) => /y = .*/.exec(text)?.[0] ?? '');
    expect(outputs.filter((line) => /W\d+ \* (\w+)\b.*[+*] \1\b/.test(line)).length).toBeGreaterThan(10);
    expect(texts.filter((text) => /\(1\/3\)/.test(text)).length).toBeGreaterThan(20);
    expect(texts.filter((text) => /h\d = phi\(.*W\d+ \* (\w+)\b.*[*+-] \1\b/.test(text)).length).toBeGreaterThan(10);
  });

  it.each(variants)('%s %s: no failure in any graph', async (multipliers, contraction) => {
    const runs = 200;
    const result = await runCampaign({
      architectures: graphs,
      strategy: pivotStrategy({ multipliers, contraction }),
      runs,
      seed: 11,
      depth,
    });
    expect({
      ...result,
      counterexample: result.counterexample === null ? null : JSON.stringify(result.counterexample),
    }).toMatchObject({ counterexample: null, runs, failures: 0, undecided: 0, refused: [] });
    expect(result.infeasible).toBeLessThan(runs / 5);
  });

  it.each(variants)(
    '%s %s: y = w + c B w has weights for all free numbers and every bound',
    (multipliers, contraction) => {
      const random = generator(13);
      for (const architecture of [third, tenth, one]) {
        const { constrain, assembly, dims } = compile(architecture, {
          depth: 1,
          strategy: pivotStrategy({ multipliers, contraction }),
        });
        for (const precision of ['double', 'single'] as const) {
          for (const lipschitz of [1, 1e-3, 1e-10, 2 ** -60, 1e5]) {
            const width = random.integer(1, 4);
            const widths = { x: random.integer(1, 3), w: width, y: width };
            const size = random.pick([1, 10, 1e3]);
            const free = Object.fromEntries(
              Object.entries(dims(widths)).map(([name, shape]) => [
                name,
                Float64Array.from({ length: shape.reduce((all, side) => all * side, 1) }, () => size * random.normal()),
              ]),
            );
            const weights = constrain(free, { widths, lipschitz, precision });
            expect(decide(assembly(weights), { margin: false }).negativeSemidefinite, `${lipschitz} ${precision}`).toBe(
              true,
            );
          }
        }
      }
    },
  );

  it('x beside a dense weight needs a bound that rounding leaves room for, and says so', () => {
    const { constrain } = compile(written(['w = phi(C * x)', 'y = x + (1/3) * D * x + B * w']), {
      depth: 1,
      strategy: pivotStrategy({ contraction: 'spectral' }),
    });
    const free = { C: [1], D: [1], B: [1], psi_w: [0] };
    const code = (lipschitz: number, precision: 'double' | 'single'): string | null =>
      codeOf(() => constrain(free, { widths: { x: 1, w: 1, y: 1 }, lipschitz, precision }));
    expect([1e-9, 1e-12].map((lipschitz) => code(lipschitz, 'double'))).toEqual([null, 'LW402']);
    expect([1, 1e-3].map((lipschitz) => code(lipschitz, 'single'))).toEqual([null, 'LW402']);
  });

  it('rounding that is not counted shows', async () => {
    const faulty = withAssignments(without(createRules(), 'absorbed-multiplier'), 'shared-rounding', (assignments) =>
      assignments.map((item) => (item.kind === 'define' ? { ...item, value: scale(1e-60, [], item.value) } : item)),
    );
    const strategy = pivotStrategy({ multipliers: 'dominance' });
    // Without ν the multiplier is not defined: the layer is told that nothing is absorbed.
    const blind = withLayerSource(faulty, 'dominance-multiplier', (source) => ({ ...source, absorbed: null }));
    const result = await runCampaign({
      architectures: [third],
      strategy,
      runs: 1500,
      seed: 0,
      depth,
      compileNetwork: (architecture, n) => compile(architecture, { depth: n, strategy, rules: blind }),
    });
    expect(result.failures).toBeGreaterThan(0);
  });
});
