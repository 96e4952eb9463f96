import { CholeskyDecomposition, Matrix as Dense, inverse } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { contractionCholesky } from '../../../rules/allocate/contraction-cholesky.js';
import { roundoff } from '../../../src/model/roundoff.js';
import { generator } from '../../../src/numeric/random.js';
import { descriptionViolations } from '../../laws/common.js';
import { freeTrials } from './contraction.js';
import type { Numbers } from './allocation.js';
import { longest, put, runs, unitNorm } from './allocation.js';

/** g = min(1, τ/ζ), τ = 2⁻⁵/√u, by plain loops. */
function shareOf(numbers: Numbers, free: Dense): number {
  const lines = (value: Dense): number =>
    Math.max(...value.to2DArray().map((line) => line.reduce((sum, entry) => sum + Math.abs(entry), 0)));
  return Math.min(1, 2 ** -5 / Math.sqrt(numbers.value(roundoff).get(0, 0) * lines(free) * lines(free.transpose())));
}

describe('allocate/contraction-cholesky', () => {
  it('has the description of a rule', () =>
    expect(descriptionViolations(contractionCholesky, 'allocate/contraction-cholesky')).toEqual([]));

  it('takes every Z to a strict contraction: I − U Uᵀ = (I + Z Zᵀ)⁻¹ up to a triangular congruence', () => {
    const seen = { shortened: 0, kept: 0 };
    for (const { source, numbers, free } of freeTrials(generator(44), 5)) {
      expect(runs(contractionCholesky.apply(source), numbers)).toBe(true);
      const found = numbers.value(source.symbols.contraction);
      const shortened = shareOf(numbers, free);
      const length = shortened * longest(free);
      seen[shortened < 1 ? 'shortened' : 'kept'] += 1;
      // U Uᵀ and (I + Z Zᵀ)⁻¹ Z Zᵀ are similar: the largest singular value is known from Z alone.
      expect(longest(found)).toBeCloseTo(length / Math.sqrt(1 + length * length), 10);
      expect(longest(found)).toBeLessThan(1);
    }
    expect(Math.min(seen.shortened, seen.kept)).toBeGreaterThan(2);
  });

  it('reaches every strict contraction, from one Z, which undo finds', () => {
    const random = generator(45);
    for (const { source, numbers, free, load } of freeTrials(random, 5)) {
      const wanted = unitNorm(random, free.rows, free.columns).mul(0.999 * random.uniform());
      const inner = new CholeskyDecomposition(Dense.sub(Dense.eye(free.rows), wanted.mmul(wanted.transpose())))
        .lowerTriangularMatrix;
      const z = inverse(inner).mmul(wanted);
      load(z);
      put(numbers, roundoff, new Dense([[2 ** -53]]));
      runs(contractionCholesky.apply(source), numbers);
      expect(Dense.sub(numbers.value(source.symbols.contraction), wanted).norm()).toBeLessThan(1e-9);
      put(numbers, source.symbols.contraction, wanted);
      expect(runs(contractionCholesky.undo(source), numbers)).toBe(true);
      expect(Dense.sub(numbers.value(source.symbols.free), z).norm()).toBeLessThan(1e-9 * (1 + z.norm()));
      put(numbers, source.symbols.contraction, Dense.mul(wanted, 1.01 / longest(wanted)));
      expect(runs(contractionCholesky.undo(source), numbers)).toBe(false);
    }
  });

  it('keeps I + Z Zᵀ away from what rounding Z Zᵀ in single precision loses, whatever Z is', () => {
    const random = generator(47);
    for (const { source, numbers, free, load } of freeTrials(random, 3)) {
      put(numbers, roundoff, new Dense([[2 ** -24]]));
      load(Dense.mul(free, 2 ** 15));
      expect(runs(contractionCholesky.apply(source), numbers)).toBe(true);
      const z = numbers.value(source.symbols.free);
      // |fl(Z Zᵀ) − Z Zᵀ| ≤ d u |Z| |Zᵀ| at d columns, and the factorization as much again: 2⁻⁹ d at most, less than I
      // up to d = 512.
      expect(2 * z.columns * 2 ** -24 * longest(Dense.abs(z)) ** 2).toBeLessThan(
        2 * z.columns * 2 ** -10 * (1 + 1e-12),
      );
      const length = longest(free) * 2 ** 15;
      if (length > 2 ** 7) expect(1 - longest(numbers.value(source.symbols.contraction))).toBeLessThan(2 ** -10);
    }
  });

  it('refuses where nothing is dense', () => {
    for (const { source } of freeTrials(generator(46), 1))
      expect([
        contractionCholesky.refuses(source),
        contractionCholesky.refuses({ ...source, dense: null })?.because,
      ]).toEqual([null, expect.any(String)]);
  });
});
