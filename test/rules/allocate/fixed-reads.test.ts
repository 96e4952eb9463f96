import { Matrix as Dense } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { fixedReads } from '../../../rules/allocate/fixed-reads.js';
import { generator } from '../../../src/numeric/random.js';
import { descriptionViolations } from '../../laws/common.js';
import { eigenvalues } from '../pivot/elimination.js';
import { partsOf, reachedBy, readTrials, runs } from './allocation.js';

describe('allocate/fixed-reads', () => {
  it('has the description of a rule', () =>
    expect(descriptionViolations(fixedReads, 'allocate/fixed-reads')).toEqual([]));

  it('makes Q the part of V K Vᵀ that the Schur complement K[f | d] says, which no dense weights go below', () => {
    let tried = 0;
    for (const { source, numbers } of readTrials(generator(43), 8)) {
      const { fixedSquare } = partsOf(source, numbers);
      numbers.store.delete(source.symbols.fixedSquare.key);
      runs(fixedReads.apply(source), numbers);
      if (fixedSquare === null) {
        expect(fixedReads.apply(source)).toEqual([]);
        continue;
      }
      tried += 1;
      const found = numbers.value(source.symbols.fixedSquare);
      expect(Dense.sub(found, fixedSquare).norm()).toBeLessThan(1e-11 * fixedSquare.norm());
      const [least = Number.NaN] = eigenvalues(Dense.sub(reachedBy(source, numbers), found));
      expect(least).toBeGreaterThan(-1e-11 * fixedSquare.norm());
    }
    expect(tried).toBeGreaterThan(20);
  });
});
