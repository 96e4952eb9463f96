import { describe, expect, it } from 'vitest';
import { slopeSpread } from '../../../rules/allocate/slope-spread.js';
import { Matrix as Dense } from 'ml-matrix';
import { roundoff } from '../../../src/model/roundoff.js';
import { generator } from '../../../src/numeric/random.js';
import { descriptionViolations } from '../../laws/common.js';
import { layerTrials, put, runs, usedPart } from './allocation.js';

describe('allocate/slope-spread', () => {
  it('has the description of a rule', () =>
    expect(descriptionViolations(slopeSpread, 'allocate/slope-spread')).toEqual([]));

  it('gives s = L − m and a positive σ ≥ s, equal to it unless the slopes are nearly one', () => {
    const random = generator(53);
    for (const { source, numbers } of layerTrials(random, 8)) {
      const { split, spread, upper } = source;
      const size = 10 ** random.integer(-12, 6);
      const m = random.normal() * size;
      for (const step of [0, 1e-9 * size, 0.01 * size, size, 100 * size]) {
        const L = m + step;
        put(numbers, split.lower, new Dense([[m]]));
        put(numbers, upper, new Dense([[L]]));
        put(numbers, split.layer.slopeSum, new Dense([[L + m]]));
        for (const symbol of [split.range, spread]) numbers.store.delete(symbol.key);
        expect(runs(slopeSpread.apply(source), numbers)).toBe(true);
        const [s, sigma] = [split.range, spread].map((symbol) => numbers.value(symbol).get(0, 0));
        expect(s).toBe(L - m);
        expect(sigma).toBe(
          Math.max(L - m, 2 ** -6 * Math.abs(m), 2 ** -6 * Math.abs(L), numbers.value(roundoff).get(0, 0)),
        );
      }
    }
  });

  it('lets μ = min(1 − η, 1/(1 + max(S², σ²)/(σ²g))) of the pivot be used: less where the slopes are nearly one', () => {
    const random = generator(61);
    const kinds = { margin: 0, spread: 0, sum: 0 };
    for (const { source: drawn, numbers } of layerTrials(random, 8)) {
      // As much growth as the derivation allows, or as little as many layers leave.
      const source = random.integer(0, 1) === 0 ? drawn : { ...drawn, growth: 4 };
      const { split, upper, used, growth, allocation } = source;
      const eta = allocation.margin;
      for (const [m, L] of [
        [0, 1],
        [-0.3, 0.3],
        [0.5, 1],
        [0.99, 1],
        [-1, -0.98],
        [2, 2],
        [-7e5, -7e5],
        [3e-9, 4e-9],
      ] as const) {
        for (const [symbol, value] of [
          [split.lower, m],
          [upper, L],
          [split.layer.slopeSum, L + m],
        ] as const)
          put(numbers, symbol, new Dense([[value]]));
        numbers.store.delete(used.key);
        expect(runs(slopeSpread.apply(source), numbers)).toBe(true);
        const mu = numbers.value(used).get(0, 0);
        const sigma = Math.max(L - m, 2 ** -6 * Math.max(Math.abs(m), Math.abs(L)), numbers.value(roundoff).get(0, 0));
        expect(Math.abs(mu / usedPart(source, L + m, sigma) - 1)).toBeLessThan(1e-13);
        expect(mu).toBeGreaterThan(0);
        expect(mu).toBeLessThanOrEqual(1 - eta);
        // What a signal takes over from v is less than g times its noise: S²/σ² · μ/(1 − μ) ≤ g, and so for σ in the
        // place of S.
        for (const size of [L + m, sigma])
          expect((size / sigma) ** 2 * (mu / (1 - mu))).toBeLessThanOrEqual(growth * (1 + 1e-9));
        kinds[mu === 1 - eta ? 'margin' : Math.abs(L + m) <= sigma ? 'spread' : 'sum'] += 1;
      }
    }
    // Each of the three is the least one somewhere.
    for (const count of Object.values(kinds)) expect(count).toBeGreaterThan(5);
  });

  it('is positive for a constant activation, slopes [0, 0]', () => {
    const [trial] = layerTrials(generator(54), 1);
    if (trial === undefined) throw new Error('no layer');
    const { source, numbers } = trial;
    for (const symbol of [source.split.lower, source.upper, source.split.layer.slopeSum])
      put(numbers, symbol, new Dense([[0]]));
    for (const u of [2 ** -53, 2 ** -24]) {
      for (const symbol of [source.spread, source.used, source.split.range]) numbers.store.delete(symbol.key);
      put(numbers, roundoff, new Dense([[u]]));
      runs(slopeSpread.apply(source), numbers);
      expect(numbers.value(source.spread).get(0, 0)).toBe(u);
      expect(numbers.value(source.used).get(0, 0)).toBeCloseTo(usedPart(source, 0, u), 14);
    }
  });
});
