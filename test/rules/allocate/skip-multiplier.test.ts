import { Matrix as Dense } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { skipMultiplier } from '../../../rules/allocate/skip-multiplier.js';
import { generator } from '../../../src/numeric/random.js';
import { written } from '../../architectures.js';
import { descriptionViolations } from '../../laws/common.js';
import { layerTrials, put, runs } from './allocation.js';
import { slopeChoices, taken, tooSmall } from './skips.js';

/**
 * The output reads the last signal as it is, an earlier one beside a dense weight, several, and x as well; `least`: 𝓛
 * must be larger.
 */
const skipping = [
  { least: 0, total: (1 - 2 ** -12) ** 2, architecture: written(['f = phi(F * x)', 'g = phi(G * f)', 'y = g']) },
  {
    least: 0,
    total: 1 / 2,
    architecture: written(['f = phi(F * x)', 'g = phi(G * f)', 'h = phi(H * g + E * x)', 'y = 3 * f + B * h']),
  },
  {
    least: 0,
    total: (1 - 2 ** -12) ** 2,
    architecture: written(['f = phi(F * x)', 'g = phi(G * f)', 'y = 0.5 * f - 2 * g']),
  },
  {
    least: 0.5,
    total: 1,
    architecture: written([
      'f = phi(F * x)',
      'g = phi(G * f + D * x)',
      'h = phi(H * g)',
      'y = g - f + 0.5 * x + B * h',
    ]),
  },
] as const;

const variants = [
  {},
  { contraction: 'spectral' },
  { contraction: 'cayley' },
  { contraction: 'aol' },
  { multipliers: 'dominance' },
] as const;
const eta = 2 ** -10;

describe('allocate/skip-multiplier', () => {
  it('has the description of a rule', () =>
    expect(descriptionViolations(skipMultiplier, 'allocate/skip-multiplier')).toEqual([]));

  it('has ν = a²γ/(2b²(1 − η)) (1 + S²/σ² · μ/(1 − μ)) and μ ≤ 1/(1 + S²/σ²), by plain numbers', () => {
    const random = generator(775);
    let compared = 0;
    for (const { source, numbers } of layerTrials(random, 40)) {
      const { skip, used, spread, split } = source;
      // γ = 2 and b = ζ/k where x is not read so.
      if (skip === null || skip.reserve.coefficient !== 0) continue;
      const [before, sigma, sum] = [used, spread, split.layer.slopeSum].map((symbol) =>
        numbers.value(symbol).get(0, 0),
      );
      put(numbers, spread, new Dense([[sigma ?? NaN]]));
      expect(runs(skipMultiplier.apply(source), numbers)).toBe(true);
      const passed = ((sum ?? NaN) / (sigma ?? NaN)) ** 2;
      const mu = Math.min(before ?? NaN, 1 / (1 + passed));
      expect(numbers.value(used).get(0, 0) / mu).toBeCloseTo(1, 12);
      const each = skip.kept / skip.reserve.hidden;
      expect(
        numbers.value(skip.least).get(0, 0) /
          ((skip.coefficient ** 2 / (each ** 2 * (1 - eta))) * (1 + (passed * mu) / (1 - mu))),
      ).toBeCloseTo(1, 10);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(20);
  });

  it.each(variants)('%o: Σ a_k w_k takes at most (Σ b_k)² (1 − η) of the output, by inverting −M', (variant) => {
    const random = generator(776);
    let fullest = 0;
    for (const { least, total, architecture } of skipping) {
      for (let round = 0; round < 12; round += 1) {
        const lipschitz = least === 0 ? 10 ** random.integer(-3, 3) : least * random.pick([1.001, 1.1, 2, 1e3]);
        const found = taken(random, { architecture, variant, lipschitz, slopes: () => random.pick(slopeChoices) }, 100);
        expect(found).not.toBeNull();
        const part = (found ?? Infinity) / ((1 - eta) * total);
        expect(part).toBeLessThan(1 + 1e-9);
        fullest = Math.max(fullest, part);
      }
    }
    expect(fullest).toBeGreaterThan(0.2);
  });

  it('multipliers of a thousandth would leave the output nothing', () => {
    const random = generator(777);
    const found = skipping
      .slice(0, 3)
      .map(({ architecture }) =>
        taken(
          random,
          { architecture, variant: { contraction: 'spectral' }, rules: tooSmall, lipschitz: 0.1, slopes: () => [0, 1] },
          100,
        ),
      );
    expect(found).toEqual([null, null, null]);
  });
});
