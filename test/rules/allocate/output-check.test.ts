import { Matrix as Dense } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { outputCheck } from '../../../rules/allocate/output-check.js';
import { generator } from '../../../src/numeric/random.js';
import { descriptionViolations } from '../../laws/common.js';
import { eigenvalues } from '../pivot/elimination.js';
import { outputTrials, put, reachedBy, runs } from './allocation.js';

describe('allocate/output-check', () => {
  it('has the description of a rule', () =>
    expect(descriptionViolations(outputCheck, 'allocate/output-check')).toEqual([]));

  it(
    'passes exactly the weights with W K Wᵀ ≺ (1 − 2ε) I by its eigenvalues, ε = 0 where no ' +
      'signal is read more than once',
    () => {
      const random = generator(69);
      const seen = { passed: 0, stopped: 0, rounded: 0 };
      for (const { source, numbers } of outputTrials(random, 30)) {
        const { allocation } = source;
        const weights = allocation.groups.flatMap(({ absorber, fixed }) =>
          [...(absorber === null ? [] : [absorber]), ...fixed].flatMap(({ weight }) =>
            weight === null ? [] : [weight],
          ),
        );
        const factor = 10 ** -random.uniform();
        for (const weight of weights) put(numbers, weight, numbers.value(weight).mul(factor));
        const shared = allocation.groups
          .filter(({ absorber, fixed }) => fixed.length + (absorber === null ? 0 : 1) > 1)
          .flatMap(({ fixed }) => fixed);
        // The last one is more than the margin leaves to rounding.
        const epsilon = (allocation.margin / 8) * random.pick([0, 0.1, 0.4, 0.49, 1.1]);
        for (const symbol of [allocation.symbols.weightRounding, allocation.symbols.identityRounding])
          put(numbers, symbol, new Dense([[epsilon]]));
        const counted =
          epsilon *
          ((shared.some(({ weight }) => weight === null) ? 1 : 0) +
            (shared.some(({ weight }) => weight !== null) ? 1 : 0));
        const limit = 1 - 2 * counted;
        const largest = Math.max(...eigenvalues(reachedBy(allocation, numbers)));
        if (Math.abs(largest - limit) < 1e-9) continue;
        // As large as may be without rounding: ε decides.
        if (counted > 0 && random.integer(0, 1) === 0) {
          for (const weight of weights)
            put(numbers, weight, numbers.value(weight).mul(Math.sqrt((1 - 1e-6) / largest)));
          if (shared.some(({ weight }) => weight === null)) continue;
          expect(runs(outputCheck.apply(source), numbers)).toBe(false);
          seen.rounded += 1;
          continue;
        }
        const holds = largest < limit && counted < allocation.margin / 8;
        expect(runs(outputCheck.apply(source), numbers)).toBe(holds);
        seen[holds ? 'passed' : 'stopped'] += 1;
        if (!holds) continue;
        const root = numbers.value(allocation.symbols.checkedFactor);
        expect(
          Dense.sub(
            root.mmul(root.transpose()),
            Dense.sub(Dense.eye(root.rows).mul(limit), reachedBy(allocation, numbers)),
          ).norm(),
        ).toBeLessThan(1e-11);
      }
      expect(Math.min(seen.passed, seen.stopped)).toBeGreaterThan(10);
      expect(seen.rounded).toBeGreaterThan(1);
    },
  );
});
