import { Matrix as Dense } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { contractionSpectral } from '../../../rules/allocate/contraction-spectral.js';
import { gramNormInto, gramNormWork } from '../../../src/runtime/js/gram-norm.js';
import { generator } from '../../../src/numeric/random.js';
import { descriptionViolations } from '../../laws/common.js';
import { freeTrials } from './contraction.js';
import { longest, runs } from './allocation.js';

describe('allocate/contraction-spectral', () => {
  it('has the description of a rule', () =>
    expect(descriptionViolations(contractionSpectral, 'allocate/contraction-spectral')).toEqual([]));

  it('takes every Z to a contraction of nearly unit norm in the same direction, and 0 to 0', () => {
    for (const { source, numbers, free } of freeTrials(generator(51), 8)) {
      expect(runs(contractionSpectral.apply(source), numbers)).toBe(true);
      const found = numbers.value(source.symbols.contraction);
      if (free.norm() === 0) {
        expect(found.norm()).toBe(0);
        continue;
      }
      const length = longest(found);
      expect(length).toBeLessThan(1 + 1e-12);
      expect(length).toBeGreaterThan(Math.min(free.rows, free.columns) ** (-1 / 1026) - 1e-12);
      expect(Dense.sub(Dense.mul(found, longest(free) / length), free).norm()).toBeLessThan(1e-12 * free.norm());
    }
  });

  it('by the Gram iteration of the programs: between σ_max and rank^(1/1026) σ_max', () => {
    for (const { free } of freeTrials(generator(52), 8)) {
      const { rows, columns } = free;
      const bound = gramNormInto(
        new Float64Array(gramNormWork(rows, columns)),
        Float64Array.from(free.to1DArray()),
        rows,
        columns,
      );
      expect(bound).toBeGreaterThanOrEqual(longest(free) * (1 - 1e-13));
      expect(bound).toBeLessThanOrEqual(longest(free) * Math.min(rows, columns) ** (1 / 1026) * (1 + 1e-13));
    }
  });
});
