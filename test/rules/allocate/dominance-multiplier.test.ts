import { Matrix as Dense } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { dominanceMultiplier } from '../../../rules/allocate/dominance-multiplier.js';
import { generator } from '../../../src/numeric/random.js';
import { descriptionViolations } from '../../laws/common.js';
import { drawLogarithms, fullness } from './multiplier.js';
import { layerTrials, partsOf, runs } from './allocation.js';

describe('allocate/dominance-multiplier', () => {
  it('has the description of a rule', () =>
    expect(descriptionViolations(dominanceMultiplier, 'allocate/dominance-multiplier')).toEqual([]));

  it('meets s² Λ (X Xᵀ + Q) Λ ≼ 2μΛ by its eigenvalues, for any X, any scales and any fixed reads', () => {
    const random = generator(59);
    let least = 1;
    for (const { source, numbers } of layerTrials(random, 15)) {
      const { fixedSquare } = partsOf(source.allocation, numbers);
      drawLogarithms(random, source, numbers);
      expect(runs(dominanceMultiplier.apply(source), numbers)).toBe(true);
      for (const entry of numbers.value(source.split.layer.multiplier).diagonal()) expect(entry).toBeGreaterThan(0);
      const full = fullness(source, numbers, fixedSquare);
      expect(full).toBeLessThan(1 + 1e-11);
      least = Math.min(least, full);
    }
    // And it is not complete: something is left unused.
    expect(least).toBeLessThan(0.9);
  });

  it('has θ_i = μ⁻¹ Σ_j |B|_ij q_j / q_i and λ_i = 2 / (σ² θ_i), by plain loops', () => {
    const random = generator(60);
    let [compared, less] = [0, 0];
    for (const { source, numbers } of layerTrials(random, 8)) {
      const { allocation, split, spread, used, logScale } = source;
      if (allocation.groups.some(({ absorber, fixed }) => absorber !== null && fixed.length > 0)) continue;
      drawLogarithms(random, source, numbers);
      runs(dominanceMultiplier.apply(source), numbers);
      const { fixedSquare } = partsOf(allocation, numbers);
      const lambda = numbers.value(split.layer.multiplier).diagonal();
      const body = fixedSquare ?? Dense.zeros(lambda.length, lambda.length);
      if (allocation.dense !== null)
        body.add(numbers.value(allocation.symbols.image).mmul(numbers.value(allocation.symbols.image).transpose()));
      const q = numbers.value(logScale).to1DArray().map(Math.exp);
      const [sigma = NaN, mu = NaN] = [spread, used].map((symbol) => numbers.value(symbol).get(0, 0));
      if (mu < 0.9 * (1 - allocation.margin)) less += 1;
      lambda.forEach((entry, i) => {
        let sums = 0;
        q.forEach((scale, j) => {
          sums += (Math.abs(body.get(i, j)) * scale) / (q[i] ?? Number.NaN);
        });
        expect((entry * sigma * sigma * sums) / (2 * mu)).toBeCloseTo(1, 10);
        compared += 1;
      });
    }
    expect(compared).toBeGreaterThan(20);
    // In some layers μ is not 1 − η.
    expect(less).toBeGreaterThan(2);
  });
});
