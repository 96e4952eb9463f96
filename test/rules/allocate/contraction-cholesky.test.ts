import { CholeskyDecomposition, Matrix as Dense, inverse } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { contractionCholesky } from '../../../rules/allocate/contraction-cholesky.js';
import { generator } from '../../../src/numeric/random.js';
import { descriptionViolations } from '../../laws/common.js';
import { freeTrials } from './contraction.js';
import { longest, put, runs, unitNorm } from './allocation.js';

describe('allocate/contraction-cholesky', () => {
  it('has the description of a rule', () => expect(descriptionViolations(contractionCholesky, 'allocate/contraction-cholesky')).toEqual([]));

  it('takes every Z to a strict contraction: I − U Uᵀ = (I + Z Zᵀ)⁻¹ up to a triangular congruence', () => {
    for (const { source, numbers, free } of freeTrials(generator(44), 5)) {
      expect(runs(contractionCholesky.apply(source), numbers)).toBe(true);
      const found = numbers.value(source.symbols.contraction);
      const length = longest(free);
      // U Uᵀ and (I + Z Zᵀ)⁻¹ Z Zᵀ are similar: the largest singular value is known from Z alone.
      expect(longest(found)).toBeCloseTo(length / Math.sqrt(1 + length * length), 10);
      expect(longest(found)).toBeLessThan(1);
    }
  });

  it('reaches every strict contraction, from one Z, which undo finds', () => {
    const random = generator(45);
    for (const { source, numbers, free, load } of freeTrials(random, 5)) {
      const wanted = unitNorm(random, free.rows, free.columns).mul(0.999 * random.uniform());
      const inner = new CholeskyDecomposition(Dense.sub(Dense.eye(free.rows), wanted.mmul(wanted.transpose()))).lowerTriangularMatrix;
      const z = inverse(inner).mmul(wanted);
      load(z);
      runs(contractionCholesky.apply(source), numbers);
      expect(Dense.sub(numbers.value(source.symbols.contraction), wanted).norm()).toBeLessThan(1e-9);
      put(numbers, source.symbols.contraction, wanted);
      expect(runs(contractionCholesky.undo(source), numbers)).toBe(true);
      expect(Dense.sub(numbers.value(source.symbols.free), z).norm()).toBeLessThan(1e-9 * (1 + z.norm()));
      put(numbers, source.symbols.contraction, Dense.mul(wanted, 1.01 / longest(wanted)));
      expect(runs(contractionCholesky.undo(source), numbers)).toBe(false);
    }
  });

  it('refuses where nothing is dense', () => {
    for (const { source } of freeTrials(generator(46), 1)) expect([contractionCholesky.refuses(source), contractionCholesky.refuses({ ...source, dense: null })?.because]).toEqual([null, expect.any(String)]);
  });
});
