import { Matrix as Dense } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { contractionAol } from '../../../rules/allocate/contraction-aol.js';
import { generator } from '../../../src/numeric/random.js';
import { descriptionViolations } from '../../laws/common.js';
import { freeTrials } from './contraction.js';
import { longest, runs } from './allocation.js';

describe('allocate/contraction-aol', () => {
  it('has the description of a rule', () =>
    expect(descriptionViolations(contractionAol, 'allocate/contraction-aol')).toEqual([]));

  it('takes every Z to a contraction, column by column a multiple of Z', () => {
    for (const { source, numbers, free } of freeTrials(generator(47), 8)) {
      expect(runs(contractionAol.apply(source), numbers)).toBe(true);
      const found = numbers.value(source.symbols.contraction);
      expect(longest(found)).toBeLessThan(1 + 1e-12);
      for (let j = 0; j < free.columns; j += 1) {
        const [before, after] = [free.getColumnVector(j), found.getColumnVector(j)];
        expect(Math.abs(before.dot(after) - before.norm() * after.norm())).toBeLessThan(
          1e-12 * Math.max(1, before.norm()),
        );
      }
    }
  });

  it('loses nothing for orthogonal columns, and is not complete: one column is always of length 1', () => {
    for (const { source, numbers, free, load } of freeTrials(generator(48), 3)) {
      // Columns e_1 … of different lengths, as far as there are rows.
      const z = Dense.zeros(free.rows, free.columns);
      const count = Math.min(free.rows, free.columns);
      for (let i = 0; i < count; i += 1) z.set(i, i, 0.01 * (i + 1));
      load(z);
      runs(contractionAol.apply(source), numbers);
      const found = numbers.value(source.symbols.contraction);
      for (let i = 0; i < count; i += 1) expect(found.get(i, i)).toBeCloseTo(1, 12);
    }
  });
});
