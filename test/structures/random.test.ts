import { expect, it } from 'vitest';
import { parseArchitecture, pivotStrategy, sampleInstance, strategies } from '../../src/index.js';
import { contractionChoices } from '../../rules/contractions.js';
import { LipwrightError } from '../../src/base/diagnostic.js';
import { multiplierChoices } from '../../src/model/strategy.js';
import { generator } from '../../src/numeric/random.js';
import type { Random } from '../../src/numeric/random.js';
import { checkText } from '../../src/verify/check.js';
import { randomArchitectureText, sharingArchitectureText } from '../random-architecture.js';

const all = [
  ...strategies,
  ...multiplierChoices.flatMap((multipliers) =>
    contractionChoices.map((contraction) => pivotStrategy({ multipliers, contraction })),
  ),
];

/** Half of the weights that nothing is said of are Toeplitz; null where that is none. */
function withShared(text: string, random: Random): string | null {
  const names = [...new Set([...text.matchAll(/\b(W\d+) \*/g)].map(([, name = '']) => name))].filter(
    (name) => !text.includes(`  ${name}: {`) && random.uniform() < 0.5,
  );
  const declared = names.map((name) => `  ${name}: { structure: toeplitz }\n`).join('');
  return names.length === 0 ? null : `${text}${text.includes('parameters:') ? '' : 'parameters:\n'}${declared}`;
}

it('entries that share numbers keep every bound that is promised, or are refused by a code, in random networks', () => {
  const counts = new Map<string, number>();
  const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);
  for (let seed = 0; seed < 150; seed += 1) {
    const random = generator(seed + 1000);
    const text = withShared((seed % 2 === 0 ? sharingArchitectureText : randomArchitectureText)(seed), random);
    if (text === null) continue;
    const architecture = parseArchitecture(text, null);
    const width = random.integer(1, 5);
    const families = ['x', ...architecture.equations.map(({ target }) => target.family)];
    const options = {
      depth: 1,
      strategy: random.pick(all),
      widths: Object.fromEntries(families.map((family) => [family, width])),
      seed,
      scale: 10 ** random.integer(-3, 3),
      lipschitz: 10 ** random.integer(-2, 3),
      slopes: random.pick([[0, 1] as const, [-0.2, 1.1] as const, [-1, 1] as const, [1, 1] as const]),
    };
    try {
      const { verdict } = checkText(JSON.stringify(sampleInstance(architecture, options)), null);
      expect(verdict.negativeSemidefinite, `seed ${seed}, ${options.strategy.name}\n${text}`).toBe(true);
      count(options.strategy.kind);
    } catch (problem) {
      if (!(problem instanceof LipwrightError)) throw problem;
      count(problem.code);
    }
  }
  expect([...counts.keys()].filter((each) => !['rows', 'pivot', 'LW401', 'LW402'].includes(each))).toEqual([]);
  expect(counts.get('rows') ?? 0).toBeGreaterThan(7);
  expect(counts.get('pivot') ?? 0).toBeGreaterThan(50);
});
