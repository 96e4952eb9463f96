import { Matrix as Dense } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { sharedRounding } from '../../../rules/allocate/shared-rounding.js';
import { labelText } from '../../../src/base/label.js';
import { roundings } from '../../../src/model/reads.js';
import { roundoff } from '../../../src/model/roundoff.js';
import { generator } from '../../../src/numeric/random.js';
import { descriptionViolations } from '../../laws/common.js';
import { longest, put, readTrials, runs, sharedSizes } from './allocation.js';
import type { Trial } from './allocation.js';
import type { AllocationSource } from '../../../src/model/pivot.js';

const sharing = (seed: number): readonly Trial<AllocationSource>[] =>
  readTrials(generator(seed), 12).filter(({ source }) => sharedRounding.refuses(source) === null);

/** ε as the rule has it, of weights and identities together. */
function epsilonOf({ source: { symbols, groups }, numbers }: Trial<AllocationSource>): number {
  const read = groups.flatMap(({ absorber, fixed }) => (fixed.length + (absorber === null ? 0 : 1) > 1 ? fixed : []));
  const part = (isIdentity: boolean): number =>
    read.some(({ weight }) => (weight === null) === isIdentity)
      ? numbers.value(isIdentity ? symbols.identityRounding : symbols.weightRounding).get(0, 0)
      : 0;
  return part(false) + part(true);
}

describe('allocate/shared-rounding', () => {
  it('has the description of a rule', () =>
    expect(descriptionViolations(sharedRounding, 'allocate/shared-rounding')).toEqual([]));

  it('refuses where every signal is read once', () => {
    for (const { source } of readTrials(generator(81), 2)) {
      const several = source.groups.some(({ absorber, fixed }) => fixed.length + (absorber === null ? 0 : 1) > 1);
      expect(sharedRounding.refuses(source) === null).toBe(several);
    }
  });

  it('has ε = κ u Σ ρ Σ |c| ν by plain loops and singular values', () => {
    for (const trial of sharing(82)) {
      const { source, numbers } = trial;
      for (const symbol of [source.symbols.weightRounding, source.symbols.identityRounding])
        put(numbers, symbol, new Dense([[Number.NaN]]));
      expect(runs(sharedRounding.apply(source), numbers)).toBe(true);
      const sizes = sharedSizes(source, numbers);
      const counted = 4 * (Math.max(...sizes.map(({ reads }) => reads)) + 4);
      const expected =
        counted *
        numbers.value(roundoff).get(0, 0) *
        sizes.reduce((sum, { root, weights, identities }) => sum + root * (weights + identities), 0);
      // The bound of the largest singular value may be a little above it.
      expect(epsilonOf(trial) / expected).toBeGreaterThan(1 - 1e-12);
      expect(epsilonOf(trial) / expected).toBeLessThan(1.01);
    }
  });

  it('bounds ‖E R‖ for every E that is no larger than its entries allow, and by no more than it has to', () => {
    const random = generator(83);
    let fullest = 0;
    for (const trial of sharing(83)) {
      const { source, numbers } = trial;
      runs(sharedRounding.apply(source), numbers);
      const u = numbers.value(roundoff).get(0, 0);
      const counted = roundings(
        source.groups.filter(({ absorber, fixed }) => fixed.length + (absorber === null ? 0 : 1) > 1),
      );
      const joint = numbers.value(source.symbols.factor);
      const rows = numbers.width(labelText(source.width));
      let from = 0;
      const changed = Dense.zeros(rows, joint.columns);
      for (const { signal, absorber, fixed } of source.groups) {
        const columns = numbers.width(labelText(signal));
        const own = joint.subMatrix(from, from + columns - 1, 0, joint.columns - 1);
        from += columns;
        if (fixed.length + (absorber === null ? 0 : 1) < 2) continue;
        const size = Dense.zeros(rows, columns);
        for (const { weight, coefficient } of fixed)
          size.add(Dense.abs(weight === null ? Dense.eye(rows) : numbers.value(weight)).mul(Math.abs(coefficient)));
        // Signs that follow the largest direction, and random ones.
        const sign = random.integer(0, 1) === 0 ? 1 : null;
        const error = new Dense(
          size.to2DArray().map((line) => line.map((entry) => counted * u * entry * (sign ?? random.pick([-1, 1])))),
        );
        changed.add(error.mmul(own));
      }
      const part = longest(changed) / epsilonOf(trial);
      expect(part).toBeLessThan(1 + 1e-12);
      fullest = Math.max(fullest, part);
    }
    expect(fullest).toBeGreaterThan(0.3);
  });

  it('counts enough roundings: c D + Σ c_k O_k in single precision, operation by operation', () => {
    const random = generator(84);
    const f = Math.fround;
    let fullest = 0;
    for (let round = 0; round < 20_000; round += 1) {
      const others = Array.from({ length: random.integer(1, 4) }, () => ({
        c: f(random.normal()),
        o: f(random.normal() * 10 ** random.integer(0, 3)),
      }));
      const [c, v] = [f(random.normal()), f(random.normal() * 10 ** random.integer(-6, 0))];
      // D = v/c − Σ (c_k/c) o_k, then c D + Σ c_k o_k, each step rounded.
      const reciprocal = f(1 / c);
      const d = others.reduce((sum, { c: each, o }) => f(sum - f(f(reciprocal * each) * o)), f(reciprocal * v));
      const total = others.reduce((sum, { c: each, o }) => f(sum + f(each * o)), f(c * d));
      const exact = others.reduce((sum, { c: each, o }) => sum + each * o, c * d);
      const size = others.reduce((sum, { c: each, o }) => sum + Math.abs(each * o), 0);
      const counted = 4 * (others.length + 1 + 4);
      const error = Math.abs(exact - v) + Math.abs(total - exact);
      const part = error / (counted * 2 ** -24 * (size + Math.abs(v)));
      expect(part).toBeLessThan(1);
      fullest = Math.max(fullest, part);
    }
    // Twice as many as there can be are counted, and signs never agree all the way.
    expect(fullest).toBeGreaterThan(0.05);
  });
});
