import { Matrix as Dense, determinant } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { contractionCayley } from '../../../rules/allocate/contraction-cayley.js';
import { generator } from '../../../src/numeric/random.js';
import { descriptionViolations } from '../../laws/common.js';
import { freeTrials } from './contraction.js';
import { runs, singularValues } from './allocation.js';

describe('allocate/contraction-cayley', () => {
  it('has the description of a rule', () =>
    expect(descriptionViolations(contractionCayley, 'allocate/contraction-cayley')).toEqual([]));

  it('takes every Z to orthonormal columns or rows; square ones are rotations', () => {
    let squares = 0;
    for (const { source, numbers, free, load } of freeTrials(generator(49), 8)) {
      if (free.norm() > 0) load(free.div(free.norm()));
      expect(runs(contractionCayley.apply(source), numbers)).toBe(true);
      const found = numbers.value(source.symbols.contraction);
      for (const length of singularValues(found)) expect(length).toBeCloseTo(1, 10);
      if (found.rows !== found.columns) continue;
      squares += 1;
      expect(determinant(found)).toBeCloseTo(1, 9);
    }
    expect(squares).toBeGreaterThan(5);
  });

  it('is not complete: a single number is 1 whatever Z is, and only the skew part of a square Z matters', () => {
    for (const { source, numbers, free, load } of freeTrials(generator(50), 8)) {
      if (free.rows !== free.columns) continue;
      runs(contractionCayley.apply(source), numbers);
      const found = numbers.value(source.symbols.contraction);
      if (free.rows === 1) expect(found.get(0, 0)).toBe(1);
      load(Dense.sub(free, free.transpose()).mul(0.5));
      runs(contractionCayley.apply(source), numbers);
      expect(Dense.sub(numbers.value(source.symbols.contraction), found).norm()).toBeLessThan(1e-9);
    }
  });
});
