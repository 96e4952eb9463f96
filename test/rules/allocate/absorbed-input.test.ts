import { Matrix as Dense } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { absorbedInput } from '../../../rules/allocate/absorbed-input.js';
import { lipschitzSymbol } from '../../../rules/lmi/lipschitz-goal.js';
import { roundoff } from '../../../src/model/roundoff.js';
import { generator } from '../../../src/numeric/random.js';
import { written } from '../../architectures.js';
import { descriptionViolations } from '../../laws/common.js';
import { covarianceOf } from './absorbed.js';
import { layerTrials, longest, put, runs } from './allocation.js';
import { slopeChoices } from './skips.js';

const eta = 2 ** -10;

/** x beside a dense weight, under one layer and under three. */
const absorbing = [
  { a: 2, reads: 2, layers: 1, architecture: written(['f = phi(F * x)', 'y = 2 * x + (1/3) * D * x + B * f']) },
  {
    a: 0.7,
    reads: 3,
    layers: 3,
    architecture: written([
      'f = phi(F * x)',
      'g = phi(G * x)',
      'h = phi(H * x + E * g)',
      'y = D * x - 0.7 * x + E2 * x + B * h + C * f',
    ]),
  },
] as const;

describe('allocate/absorbed-input', () => {
  it('has the description of a rule', () =>
    expect(descriptionViolations(absorbedInput, 'allocate/absorbed-input')).toEqual([]));

  it('takes μ to 1 − γ^(−1/2^k) at most and asks for γ > 1, by plain numbers', () => {
    const random = generator(781);
    const seen = { less: 0, same: 0, refused: 0 };
    for (const { source, numbers } of layerTrials(random, 60)) {
      const layers = random.integer(1, 9);
      const given = {
        ...source,
        absorbedInput: {
          coefficient: 2 ** random.normal(),
          perRoundoff: 2 ** random.integer(8, 23),
          layers,
          first: random.integer(0, 1) === 0,
        },
      };
      put(numbers, roundoff, new Dense([[2 ** -24]]));
      const before = numbers.value(source.used).get(0, 0);
      const lip = numbers.value(lipschitzSymbol).get(0, 0);
      const inverse = ((given.absorbedInput.coefficient * given.absorbedInput.perRoundoff) / 2 ** 24 / lip) ** 2;
      const ran = runs(absorbedInput.apply(given), numbers);
      expect(ran).toBe(inverse < 1 || !given.absorbedInput.first);
      if (!ran) {
        seen.refused += 1;
        continue;
      }
      const expected = Math.min(before, Math.max(2 ** -20, 1 - inverse ** (1 / 2 ** Math.ceil(Math.log2(layers)))));
      expect(numbers.value(source.used).get(0, 0) / expected).toBeCloseTo(1, 10);
      seen[expected < before ? 'less' : 'same'] += 1;
    }
    expect(Math.min(seen.less, seen.same, seen.refused)).toBeGreaterThan(5);
  });

  it('keeps a² ‖K[x, x]‖ ≤ ω² at the output, by inverting −M, where layers would enlarge it without', () => {
    const random = generator(782);
    let fullest = 0;
    for (const { a, reads, layers, architecture } of absorbing) {
      const omega = eta / 32 / (4 * (reads + 4)) / 2 ** -24;
      for (let round = 0; round < 10; round += 1) {
        const lipschitz = (a / omega) * random.pick([1.1, 2, 5]);
        // What is kept is rounded to single precision.
        const found = covarianceOf(
          random,
          { architecture, lipschitz, slopes: () => random.pick(slopeChoices), precision: 'single', size: 100 },
          'x',
        );
        expect(found).not.toBeNull();
        const part = (a * a * (found === null ? Infinity : longest(found))) / omega ** 2;
        expect(part, `${layers} layers`).toBeLessThan(1 + 1e-4);
        fullest = Math.max(fullest, part);
      }
      expect(
        covarianceOf(
          random,
          { architecture, lipschitz: (a / omega) * 0.99, slopes: () => [0, 1], precision: 'single', size: 100 },
          'x',
        ),
      ).toBeNull();
      expect(
        covarianceOf(
          random,
          { architecture, lipschitz: (a / omega) * 0.99, slopes: () => [0, 1], precision: 'double', size: 1 },
          'x',
        ),
      ).not.toBeNull();
    }
    expect(fullest).toBeGreaterThan(0.3);
  });
});
