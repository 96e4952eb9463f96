import { Matrix as Dense } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { absorbedMultiplier } from '../../../rules/allocate/absorbed-multiplier.js';
import { scalarSymbol } from '../../../src/expr/build.js';
import { roundoff } from '../../../src/model/roundoff.js';
import { leastMultiplier } from '../../../src/model/symbols.js';
import { generator } from '../../../src/numeric/random.js';
import { written } from '../../architectures.js';
import { descriptionViolations } from '../../laws/common.js';
import { covarianceOf } from './absorbed.js';
import { layerTrials, longest, put, runs } from './allocation.js';
import { slopeChoices } from './skips.js';

const eta = 2 ** -10;

/** The last signal, one with a layer behind it, two at once. */
const absorbing = [
  { a: 1, reads: 2, count: 1, signal: 'f', architecture: written(['f = phi(F * x)', 'y = f + (1/3) * B * f']) },
  {
    a: 3,
    reads: 3,
    count: 1,
    signal: 'f',
    architecture: written(['f = phi(F * x)', 'g = phi(G * f)', 'y = B * f - 3 * f + 0.1 * D * f + C * g']),
  },
  {
    a: 0.5,
    reads: 2,
    count: 2,
    signal: 'g',
    architecture: written(['f = phi(F * x)', 'g = phi(G * f + H * x)', 'y = B * f + f + C * g - 0.5 * g']),
  },
] as const;

const variants = [{}, { contraction: 'spectral' }, { contraction: 'cayley' }, { multipliers: 'dominance' }] as const;

describe('allocate/absorbed-multiplier', () => {
  it('has the description of a rule', () =>
    expect(descriptionViolations(absorbedMultiplier, 'allocate/absorbed-multiplier')).toEqual([]));

  it('has ν = a²γ/(2ω²) (1 + S²/σ² · μ/(1 − μ)), by plain numbers', () => {
    const random = generator(791);
    for (const { source, numbers } of layerTrials(random, 10)) {
      const least = scalarSymbol(leastMultiplier, source.split.layer.derived, { positive: true });
      const absorbed = {
        coefficient: random.normal(),
        perRoundoff: 2 ** random.integer(4, 20),
        least,
        growth: 2 ** random.integer(0, 16),
      };
      put(numbers, roundoff, new Dense([[2 ** -24]]));
      expect(runs(absorbedMultiplier.apply({ ...source, absorbed }), numbers)).toBe(true);
      const [mu = NaN, sigma = NaN, sum = NaN] = [source.used, source.spread, source.split.layer.slopeSum].map(
        (symbol) => numbers.value(symbol).get(0, 0),
      );
      const omega = 2 ** 24 / absorbed.perRoundoff;
      const expected =
        ((absorbed.coefficient ** 2 * absorbed.growth) / (2 * omega ** 2)) * (1 + ((sum / sigma) ** 2 * mu) / (1 - mu));
      expect(numbers.value(least).get(0, 0) / expected).toBeCloseTo(1, 10);
    }
  });

  it.each(variants)('%o: a² ‖K[w, w]‖ ≤ ω² at the output, by inverting −M', (variant) => {
    const random = generator(792);
    let fullest = 0;
    for (const { a, reads, count, signal, architecture } of absorbing) {
      const omega = eta / 32 / (4 * (reads + 4)) / 2 ** -24 / count;
      for (let round = 0; round < 6; round += 1) {
        const lipschitz = 10 ** random.integer(-3, 1);
        // What is kept is rounded to single precision.
        const found = covarianceOf(
          random,
          { architecture, variant, lipschitz, slopes: () => random.pick(slopeChoices), precision: 'single', size: 20 },
          signal,
        );
        expect(found).not.toBeNull();
        const part = (a * a * (found === null ? Infinity : longest(found))) / omega ** 2;
        expect(part).toBeLessThan(1 + 1e-4);
        fullest = Math.max(fullest, part);
      }
    }
    expect(fullest).toBeGreaterThan(0.1);
  });
});
