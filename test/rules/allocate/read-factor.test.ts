import { Matrix as Dense } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { readFactor } from '../../../rules/allocate/read-factor.js';
import { generator } from '../../../src/numeric/random.js';
import { descriptionViolations } from '../../laws/common.js';
import { jointOf, partsOf, reachedBy, readTrials, runs } from './allocation.js';

describe('allocate/read-factor', () => {
  it('has the description of a rule', () =>
    expect(descriptionViolations(readFactor, 'allocate/read-factor')).toEqual([]));

  it('splits V K Vᵀ into X Xᵀ + Y Yᵀ, whatever V is', () => {
    let split = 0;
    for (const { source, numbers } of readTrials(generator(41), 6)) {
      numbers.store.delete(source.symbols.factor.key);
      if (source.joint.signals.length > 1) numbers.store.delete(source.symbols.stacked.key);
      expect(readFactor.refuses(source)).toBeNull();
      expect(runs(readFactor.apply(source), numbers)).toBe(true);
      const factor = numbers.value(source.symbols.factor);
      const joint = jointOf(source, numbers);
      expect(Dense.sub(factor.mmul(factor.transpose()), joint).norm()).toBeLessThan(1e-12 * joint.norm());
      for (let i = 0; i < factor.rows; i += 1)
        for (let j = i + 1; j < factor.rows; j += 1) expect(factor.get(i, j)).toBe(0);
      const { dense, fixed, order } = partsOf(source, numbers);
      if (dense === null || fixed === null) continue;
      split += 1;
      const last = factor.rows - 1;
      const x = Dense.add(
        dense.mmul(factor.subMatrix(0, order - 1, 0, order - 1)),
        fixed.mmul(factor.subMatrix(order, last, 0, order - 1)),
      );
      const y = fixed.mmul(factor.subMatrix(order, last, order, last));
      const reached = reachedBy(source, numbers);
      expect(Dense.sub(Dense.add(x.mmul(x.transpose()), y.mmul(y.transpose())), reached).norm()).toBeLessThan(
        1e-11 * reached.norm(),
      );
    }
    expect(split).toBeGreaterThan(5);
  });

  it('refuses a layer that reads nothing', () => {
    const [trial] = readTrials(generator(42), 1);
    if (trial === undefined) throw new Error('no trial');
    expect(
      readFactor.refuses({ ...trial.source, joint: { ...trial.source.joint, signals: [] } })?.because,
    ).toBeTruthy();
  });
});
