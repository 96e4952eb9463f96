import { Matrix as Dense } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { solveWeights } from '../../../rules/allocate/solve-weights.js';
import { labelText } from '../../../src/base/label.js';
import type { AllocationSource } from '../../../src/model/pivot.js';
import { generator } from '../../../src/numeric/random.js';
import { descriptionViolations } from '../../laws/common.js';
import type { Numbers } from './allocation.js';
import { gaussian, partsOf, put, readTrials, runs } from './allocation.js';

/** V_d R_d + V_f T with the weights as they stand. */
function imageOf(source: AllocationSource, numbers: Numbers): Dense {
  const factor = numbers.value(source.symbols.factor);
  const { dense, fixed, order } = partsOf(source, numbers);
  if (dense === null) throw new Error('no dense weights');
  const own = dense.mmul(factor.subMatrix(0, order - 1, 0, order - 1));
  return fixed === null ? own : own.add(fixed.mmul(factor.subMatrix(order, factor.rows - 1, 0, order - 1)));
}

describe('allocate/solve-weights', () => {
  it('has the description of a rule', () =>
    expect(descriptionViolations(solveWeights, 'allocate/solve-weights')).toEqual([]));

  it('makes weights whose image is X, whatever else is read; and undo makes X of the weights', () => {
    const random = generator(61);
    let tried = 0;
    for (const { source, numbers } of readTrials(random, 8)) {
      const { symbols, dense } = source;
      if (dense === null) {
        expect(solveWeights.refuses(source)?.because).toBeTruthy();
        continue;
      }
      tried += 1;
      expect(solveWeights.refuses(source)).toBeNull();
      const wanted = gaussian(
        random,
        numbers.width(labelText(source.width)),
        numbers.width(labelText(dense.dimension)),
      );
      put(numbers, symbols.image, wanted);
      runs(solveWeights.apply(source), numbers);
      expect(Dense.sub(imageOf(source, numbers), wanted).norm()).toBeLessThan(1e-10 * (1 + wanted.norm()));
      numbers.store.delete(symbols.image.key);
      runs(solveWeights.undo(source), numbers);
      expect(Dense.sub(numbers.value(symbols.image), wanted).norm()).toBeLessThan(1e-10 * (1 + wanted.norm()));
    }
    expect(tried).toBeGreaterThan(30);
  });

  it('leaves weights of fixed structure, and others on the signals that it solves for, as they are', () => {
    const random = generator(62);
    for (const { source, numbers } of readTrials(random, 3)) {
      if (source.dense === null) continue;
      put(
        numbers,
        source.symbols.image,
        gaussian(random, numbers.width(labelText(source.width)), numbers.width(labelText(source.dense.dimension))),
      );
      const others = source.groups.flatMap(({ fixed }) =>
        fixed.flatMap(({ weight }) => (weight === null ? [] : [weight])),
      );
      const before = others.map((weight) => numbers.value(weight).to2DArray());
      runs(solveWeights.apply(source), numbers);
      expect(others.map((weight) => numbers.value(weight).to2DArray())).toEqual(before);
    }
  });
});
