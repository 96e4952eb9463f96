import { CholeskyDecomposition, Matrix as Dense } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { absorbedShare } from '../../../rules/allocate/absorbed-share.js';
import { labelText } from '../../../src/base/label.js';
import { margins } from '../../../src/model/margins.js';
import { generator } from '../../../src/numeric/random.js';
import { descriptionViolations } from '../../laws/common.js';
import { jointOf, longest, outputTrials, put, runs } from './allocation.js';

describe('allocate/absorbed-share', () => {
  it('has the description of a rule', () => expect(descriptionViolations(absorbedShare, 'allocate/absorbed-share')).toEqual([]));

  it('shrinks all weights that are made up for by one factor, to images of at most ω together', () => {
    const random = generator(67);
    const seen = { shrunk: 0, kept: 0 };
    for (const { source: { allocation }, numbers } of outputTrials(random, 25)) {
      if (absorbedShare.refuses(allocation) !== null) continue;
      const factor = new CholeskyDecomposition(jointOf(allocation, numbers)).lowerTriangularMatrix;
      let from = 0;
      const reads = allocation.groups.flatMap(({ absorber, fixed, signal }) => {
        if (absorber === null) return [];
        const columns = numbers.width(labelText(signal));
        const rows = factor.subMatrix(from, from + columns - 1, 0, factor.columns - 1);
        from += columns;
        return fixed.flatMap(({ weight, coefficient }) => (weight === null ? [] : [{ weight, coefficient, rows }]));
      });
      for (const { weight } of reads) put(numbers, weight, numbers.value(weight).mul(10 ** random.integer(0, 6)));
      const before = reads.map(({ weight }) => numbers.value(weight));
      expect(runs(absorbedShare.apply(allocation), numbers)).toBe(true);
      const total = reads.reduce((sum, { weight, coefficient, rows }) => sum + longest(numbers.value(weight).mmul(rows).mul(coefficient)), 0);
      expect(total).toBeLessThan(margins.absorbedOutput * (1 + 1e-12));
      const shares = reads.map(({ weight }, k) => numbers.value(weight).norm() / (before[k]?.norm() ?? Number.NaN));
      const [share = Number.NaN] = shares;
      reads.forEach(({ weight }, k) => {
        const old = before[k] ?? Dense.zeros(0, 0);
        expect(Dense.sub(numbers.value(weight), Dense.mul(old, share)).norm()).toBeLessThan(1e-12 * old.norm());
      });
      seen[share < 1 - 1e-12 ? 'shrunk' : 'kept'] += 1;
    }
    expect(Math.min(seen.shrunk, seen.kept)).toBeGreaterThan(2);
  });
});
