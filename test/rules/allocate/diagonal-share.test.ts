import { CholeskyDecomposition, Matrix as Dense } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { diagonalShare } from '../../../rules/allocate/diagonal-share.js';
import { generator } from '../../../src/numeric/random.js';
import { descriptionViolations } from '../../laws/common.js';
import { jointOf, longest, outputTrials, partsOf, put, remaining, runs } from './allocation.js';

describe('allocate/diagonal-share', () => {
  it('has the description of a rule', () =>
    expect(descriptionViolations(diagonalShare, 'allocate/diagonal-share')).toEqual([]));

  it('leaves ‖V_f R_f‖ ≤ κ, or stops where the identity reads alone are beyond κ', () => {
    const random = generator(65);
    const seen = { shrunk: 0, kept: 0, stopped: 0 };
    for (const {
      source: { allocation },
      numbers,
    } of outputTrials(random, 40)) {
      if (diagonalShare.refuses(allocation) !== null) continue;
      const own = allocation.groups.flatMap(({ absorber, fixed }) =>
        absorber === null ? fixed.flatMap(({ weight }) => (weight === null ? [] : [weight])) : [],
      );
      const factor = 10 ** random.integer(-3, 1);
      for (const weight of own) put(numbers, weight, numbers.value(weight).mul(factor));
      // Larger covariances, as for smaller 𝓛: identity reads alone may then be too much.
      const stretch = 4 ** random.integer(0, 3);
      for (const [key, value] of numbers.store)
        if (key.startsWith('covariance:'))
          numbers.store.set(key, { ...value, data: value.data.map((entry) => stretch * entry) });
      put(numbers, allocation.symbols.factor, numbers.value(allocation.symbols.factor).mul(Math.sqrt(stretch)));
      const before = own.map((weight) => numbers.value(weight));
      const kappa = Math.sqrt((1 - allocation.margin) * (1 - 2 ** -10));
      const root = new CholeskyDecomposition(
        remaining(jointOf(allocation, numbers), partsOf(allocation, numbers).order),
      ).lowerTriangularMatrix;
      const lengthOf = (scaled: readonly Dense[]): number => {
        own.forEach((weight, k) => put(numbers, weight, scaled[k] ?? Dense.zeros(0, 0)));
        return longest((partsOf(allocation, numbers).fixed ?? Dense.zeros(0, 0)).mmul(root));
      };
      const identities = lengthOf(before.map((value) => Dense.mul(value, 0)));
      lengthOf(before);
      const ended = runs(diagonalShare.apply(allocation), numbers);
      // The bound of the norm is at most a third of a percent too large.
      if (identities < 0.99 * kappa) expect(ended).toBe(true);
      if (identities > kappa) expect(ended).toBe(false);
      if (!ended) {
        expect(identities).toBeGreaterThan(0.99 * kappa);
        seen.stopped += 1;
        continue;
      }
      const after = own.map((weight) => numbers.value(weight));
      expect(lengthOf(after)).toBeLessThan(kappa * (1 + 1e-12));
      const ratios = after.flatMap((value, k) =>
        value.diagonal().map((entry, i) => entry / (before[k]?.get(i, i) ?? Number.NaN)),
      );
      const [share = Number.NaN] = ratios;
      for (const ratio of ratios) expect(ratio).toBeCloseTo(share, 12);
      expect(share).toBeLessThanOrEqual(1);
      seen[share < 1 ? 'shrunk' : 'kept'] += 1;
    }
    expect(Math.min(seen.shrunk, seen.kept, seen.stopped)).toBeGreaterThan(3);
  });

  it('refuses where no diagonal weight stands alone', () => {
    for (const {
      source: { allocation },
    } of outputTrials(generator(66), 1)) {
      const alone = allocation.groups.some(
        ({ absorber, fixed }) => absorber === null && fixed.some(({ weight }) => weight !== null),
      );
      expect(diagonalShare.refuses(allocation) === null).toBe(alone);
    }
  });
});
