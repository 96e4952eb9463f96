import { describe, expect, it } from 'vitest';
import { slopeSpread } from '../../../rules/allocate/slope-spread.js';
import { Matrix as Dense } from 'ml-matrix';
import { generator } from '../../../src/numeric/random.js';
import { descriptionViolations } from '../../laws/common.js';
import { layerTrials, put, runs } from './allocation.js';

describe('allocate/slope-spread', () => {
  it('has the description of a rule', () => expect(descriptionViolations(slopeSpread, 'allocate/slope-spread')).toEqual([]));

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
        for (const symbol of [split.range, spread]) numbers.store.delete(symbol.key);
        expect(runs(slopeSpread.apply(source), numbers)).toBe(true);
        const [s, sigma] = [split.range, spread].map((symbol) => numbers.value(symbol).get(0, 0));
        expect(s).toBe(L - m);
        expect(sigma).toBe(Math.max(L - m, 2 ** -6 * Math.abs(m), 2 ** -6 * Math.abs(L), 2 ** -60));
      }
    }
  });

  it('is positive for a constant activation, slopes [0, 0]', () => {
    const [trial] = layerTrials(generator(54), 1);
    if (trial === undefined) throw new Error('no layer');
    const { source, numbers } = trial;
    for (const symbol of [source.split.lower, source.upper]) put(numbers, symbol, new Dense([[0]]));
    runs(slopeSpread.apply(source), numbers);
    expect(numbers.value(source.spread).get(0, 0)).toBe(2 ** -60);
  });
});
