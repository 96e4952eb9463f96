import { describe, expect, it } from 'vitest';
import { pivotStrategy } from '../../rules/variants.js';
import { labelText } from '../../src/base/label.js';
import { derive } from '../../src/compile.js';
import { multiplierChoices } from '../../src/model/strategy.js';
import { contractionChoices } from '../../rules/contractions.js';
import { generator } from '../../src/numeric/random.js';
import { builtin, failure, written } from '../architectures.js';
import { Infeasible } from '../laws/carry-out.js';
import { runReference, weightsOfNetwork } from '../laws/run.js';
import { randomArchitecture } from '../random-architecture.js';
import { randomCase, subjectOf } from './targets.js';

const architectures = [
  ...(['residual', 'dense-skip', 'two-branch', 'feedforward', 'linear'] as const).map(
    (name) => [builtin(name), 2] as const,
  ),
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
  ] as const,
  [written(['h = phi(H * x - G * x + b)', 'y = B * h + 0.3 * C * h + c']), 1] as const,
  ...[400, 401, 402, 403].map((seed) => [randomArchitecture(seed), 1] as const),
];
const variants = multiplierChoices.flatMap((multipliers) =>
  contractionChoices.map((contraction) => ({ multipliers, contraction })),
);

describe('the in-memory target of the pivot strategy', () => {
  // The reference works with other kernels: what differs is rounding, which the factored matrices magnify by their
  // condition.
  it.each(variants)(
    'equals the parameterization carried out by expr/evaluate, $multipliers $contraction',
    (variant) => {
      const cases = generator(211);
      let compared = 0;
      let sharp = 0;
      for (const [architecture, depth] of architectures) {
        const strategy = pivotStrategy(variant);
        const subject = subjectOf(architecture, depth, strategy);
        const { naming } = derive(architecture, { depth, strategy });
        for (let round = 0; round < 6; round += 1) {
          const given = randomCase(subject, cases);
          const refused = failure(() => subject.compiled.constrain(given.free, given.options));
          if (refused !== null) {
            expect(refused.code).toBe('LW402');
            expect(() => runReference(subject.parameterization, given.free, given, naming)).toThrow(Infeasible);
            continue;
          }
          const result = subject.compiled.constrain(given.free, given.options);
          const condition = Math.max(1, ...Object.values(result.conditions ?? {}));
          const { store } = runReference(subject.parameterization, given.free, given, naming);
          const multipliers = subject.parameterization.network.rows.flatMap(({ layer }) =>
            layer === null ? [] : [layer.multiplier],
          );
          const values = [
            ...weightsOfNetwork(subject.parameterization.network).map(
              (weight) => [weight, result.weights[labelText(weight.label)]] as const,
            ),
            ...multipliers.map(
              (multiplier, k) =>
                [multiplier, result.multipliers[subject.compiled.program.multipliers[k]?.name ?? '']] as const,
            ),
          ];
          for (const [symbol, found] of values) {
            const value = store.get(symbol.key);
            if (value === undefined || found === undefined) throw new Error(`no value of ${symbol.key}`);
            const expected = symbol.diagonal
              ? Array.from({ length: value.rows }, (_, i) => value.data[i * (value.columns + 1)] ?? NaN)
              : Array.from(value.data);
            expect(found).toHaveLength(expected.length);
            const size = Math.hypot(...expected);
            const error = Math.hypot(...expected.map((entry, k) => entry - (found[k] ?? NaN)));
            expect(error, `${symbol.key} of ${architecture.definition}`).toBeLessThanOrEqual(1e-11 * condition * size);
          }
          compared += 1;
          if (condition < 1e5) sharp += 1;
        }
      }
      expect(compared).toBeGreaterThan(architectures.length * 4);
      // Enough comparisons are to six digits at the least.
      expect(sharp).toBeGreaterThan(compared / 3);
    },
  );
});
