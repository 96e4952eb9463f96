import { Matrix as Dense } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { absorbedShare } from '../../../rules/allocate/absorbed-share.js';
import { generator } from '../../../src/numeric/random.js';
import { descriptionViolations } from '../../laws/common.js';
import { outputTrials, put, runs } from './allocation.js';

describe('allocate/absorbed-share', () => {
  it('has the description of a rule', () =>
    expect(descriptionViolations(absorbedShare, 'allocate/absorbed-share')).toEqual([]));

  it('shrinks all weights that share a signal by one factor, to what rounding changes by η/32 at most', () => {
    const random = generator(67);
    const seen = { shrunk: 0, kept: 0 };
    for (const {
      source: { allocation },
      numbers,
    } of outputTrials(random, 25)) {
      if (absorbedShare.refuses(allocation) !== null) continue;
      const reads = allocation.groups.flatMap(({ absorber, fixed }) =>
        fixed.length + (absorber === null ? 0 : 1) > 1 ? fixed.flatMap(({ weight }) => weight ?? []) : [],
      );
      const before = reads.map((weight) => numbers.value(weight));
      const epsilon = 10 ** random.integer(-9, 3);
      put(numbers, allocation.symbols.weightRounding, new Dense([[epsilon]]));
      expect(runs(absorbedShare.apply(allocation), numbers)).toBe(true);
      const share = Math.min(1, allocation.margin / 32 / epsilon);
      expect(numbers.value(allocation.symbols.absorbedShare).get(0, 0)).toBeCloseTo(share, 14);
      reads.forEach((weight, k) => {
        const old = before[k] ?? Dense.zeros(0, 0);
        expect(Dense.sub(numbers.value(weight), Dense.mul(old, share)).norm()).toBeLessThan(1e-12 * old.norm());
      });
      seen[share < 1 ? 'shrunk' : 'kept'] += 1;
    }
    expect(Math.min(seen.shrunk, seen.kept)).toBeGreaterThan(10);
  });
});
