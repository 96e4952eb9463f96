import { describe, expect, it } from 'vitest';
import { parseArchitecture, pivotStrategy, sampleInstance } from '../../src/index.js';
import { contractionChoices } from '../../rules/contractions.js';
import { LipwrightError } from '../../src/base/diagnostic.js';
import { multiplierChoices } from '../../src/model/strategy.js';
import { generator } from '../../src/numeric/random.js';
import { checkText } from '../../src/verify/check.js';
import { failure, resnet, tied, written } from '../architectures.js';
import { sumsArchitectureText } from '../random-architecture.js';
import { compile, derive } from '../../src/compile.js';

const all = multiplierChoices.flatMap((multipliers) =>
  contractionChoices.map((contraction) => pivotStrategy({ multipliers, contraction })),
);

describe('networks with affine signals and ties', () => {
  it('keep every bound that is promised, or are refused by a code: 200 random ones', () => {
    const counts = new Map<string, number>();
    const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);
    for (let seed = 0; seed < 200; seed += 1) {
      const random = generator(seed + 5000);
      const text = sumsArchitectureText(seed);
      const architecture = parseArchitecture(text, null);
      const families = ['x', ...architecture.equations.map(({ target }) => target.family)];
      // Ties and identities join widths: one width for all, now and then two where they allow it.
      const width = random.integer(1, 5);
      const options = {
        depth: 1,
        strategy: random.pick(all),
        widths: Object.fromEntries(families.map((family) => [family, width])),
        seed,
        scale: 10 ** random.integer(-3, 3),
        lipschitz: 10 ** random.integer(-2, 3),
        slopes: random.pick([
          [0, 1] as const,
          [0, 1] as const,
          [0.1, 1] as const,
          [-0.2, 1.1] as const,
          [-1, 1] as const,
        ]),
      };
      try {
        const { verdict } = checkText(JSON.stringify(sampleInstance(architecture, options)), null);
        expect(verdict.negativeSemidefinite, `seed ${seed}, ${options.strategy.name}\n${text}`).toBe(true);
        count(text.includes("'") ? 'tied' : 'affine');
      } catch (problem) {
        if (!(problem instanceof LipwrightError)) throw problem;
        count(problem.code);
      }
    }
    expect([...counts.keys()].filter((each) => !['affine', 'tied', 'LW208', 'LW401', 'LW402'].includes(each))).toEqual(
      [],
    );
    expect(counts.get('affine') ?? 0).toBeGreaterThan(45);
    expect(counts.get('tied') ?? 0).toBeGreaterThan(30);
  });

  it('are exactly 1-Lipschitz where steps take themselves back, at every depth and width', () => {
    for (const depth of [1, 2, 5])
      for (const [x, w] of [
        [1, 1],
        [3, 7],
        [6, 2],
      ] as const)
        for (const strategy of all) {
          const widths = { x, w, u: w };
          const sample = sampleInstance(tied(), { depth, strategy, widths, seed: depth, lipschitz: 1, slopes: [0, 1] });
          expect(checkText(JSON.stringify(sample), null).verdict.negativeSemidefinite).toBe(true);
        }
    const options = { depth: 2, strategy: 'pivot', widths: { x: 3, w: 4, u: 2 }, slopes: [0, 1] as const };
    expect(failure(() => sampleInstance(tied(), { ...options, lipschitz: 1 - 2 ** -52 }))?.code).toBe('LW402');
    expect(failure(() => sampleInstance(tied(), { ...options, lipschitz: 2, slopes: [-0.1, 1] }))?.code).toBe('LW402');
  });

  it('do not lose what a network without sums has: a stem and a head alone reach the bound', () => {
    const identity = Float64Array.of(1, 0, 0, 1);
    const first = (lines: readonly string[]): number => {
      const { constrain } = compile(written(lines), { depth: 1, strategy: 'pivot' });
      const { weights } = constrain(lines.length === 1 ? { H: identity } : { S: identity, H: identity }, {
        widths: { x: 2, y: 2 },
      });
      return weights['H']?.[0] ?? Number.NaN;
    };
    const [alone, behind] = [first(['y = H * x']), first(['h = 0.5 * x + 0.5 * S * x', 'y = H * h'])];
    expect(behind).toBeLessThanOrEqual(1);
    expect(behind / alone).toBeGreaterThan(1 - 2 ** -20);
  });

  it('say why not, where no rule applies', () => {
    const refusal = (equations: readonly string[], strategy = 'pivot', structures = {}) =>
      failure(() => derive(written(equations, structures), { depth: 2, strategy }));
    expect(refusal(['h = x + R * u', 'u = phi(P * x)', 'y = B * h'], 'gershgorin')?.code).toBe('LW401');
    expect(refusal(['h = x + R * u', 'u = phi(P * x)', 'y = h'])?.message).toMatch(/affine signal h as it is/);
    const twice = refusal(['u = phi(W * x)', 'v = phi(W * u)', 'y = B * v']);
    expect(twice?.code).toBe('LW208');
    expect(twice?.message).toMatch(/W in v and before that in u/);
    expect(refusal(['u = phi(W * x)', 'v = phi(W * u)', 'y = B * v'], 'gershgorin')?.code).toBe('LW208');
    expect(failure(() => derive(resnet(), { depth: 'n', strategy: 'pivot' }))?.code).toBe('LW213');
  });
});
