import { Matrix as Dense } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { freeMultiplier } from '../../../rules/allocate/free-multiplier.js';
import { labelText } from '../../../src/base/label.js';
import { generator } from '../../../src/numeric/random.js';
import { descriptionViolations } from '../../laws/common.js';
import { drawLogarithms, fullness } from './multiplier.js';
import { layerTrials, partsOf, put, runs, unitNorm } from './allocation.js';
import type { Numbers, Trial } from './allocation.js';
import type { MultiplierSource } from '../../../src/model/pivot.js';
import { lipschitzSymbol } from '../../../rules/lmi/lipschitz-goal.js';

function contracted(seed: number): readonly (Trial<MultiplierSource> & { readonly contraction: Dense | null })[] {
  const random = generator(seed);
  return layerTrials(random, 12).map((trial) => {
    const {
      source: { allocation },
      numbers,
    } = trial;
    drawLogarithms(random, trial.source, numbers);
    const contraction =
      allocation.dense === null
        ? null
        : unitNorm(
            random,
            numbers.width(labelText(allocation.width)),
            numbers.width(labelText(allocation.dense.dimension)),
          );
    if (contraction !== null) put(numbers, allocation.symbols.contraction, contraction);
    return { ...trial, contraction };
  });
}

const range = ({ split, spread }: MultiplierSource, numbers: Numbers): readonly number[] =>
  [split.range, spread].map((symbol) => numbers.value(symbol).get(0, 0));

describe('allocate/free-multiplier', () => {
  it('has the description of a rule', () =>
    expect(descriptionViolations(freeMultiplier, 'allocate/free-multiplier')).toEqual([]));

  it('meets s² Λ (X Xᵀ + Q) Λ ≼ 2μΛ by its eigenvalues, for any ψ, any contraction and any fixed reads', () => {
    let [fixed, less] = [0, 0];
    for (const { source, numbers } of contracted(55)) {
      const { fixedSquare } = partsOf(source.allocation, numbers);
      if (fixedSquare !== null) fixed += 1;
      if (numbers.value(source.used).get(0, 0) < 0.9 * (1 - source.allocation.margin)) less += 1;
      expect(runs(freeMultiplier.apply(source), numbers)).toBe(true);
      for (const entry of numbers.value(source.split.layer.multiplier).diagonal()) expect(entry).toBeGreaterThan(0);
      expect(fullness(source, numbers, fixedSquare)).toBeLessThan(1 + 1e-11);
    }
    expect(fixed).toBeGreaterThan(20);
    // In some layers μ is not 1 − η.
    expect(less).toBeGreaterThan(2);
  });

  it(
    'loses nothing but 1 − μ where nothing is fixed: λ = 𝓛² exp ψ, and a contraction of norm 1 ' +
      'meets the condition with equality',
    () => {
      let tight = 0;
      for (const { source, numbers } of contracted(56)) {
        const { allocation, split, logMultiplier } = source;
        const [s, sigma] = range(source, numbers);
        const absorbs = allocation.groups.some(({ absorber, fixed }) => absorber !== null && fixed.length > 0);
        if (allocation.fixed !== null || absorbs || s !== sigma) continue;
        tight += 1;
        runs(freeMultiplier.apply(source), numbers);
        expect(fullness(source, numbers, null)).toBeCloseTo(1, 10);
        const lip = numbers.value(lipschitzSymbol).get(0, 0);
        numbers
          .value(logMultiplier)
          .to1DArray()
          .forEach((psi, i) =>
            expect(numbers.value(split.layer.multiplier).get(i, i) / (lip * lip * Math.exp(psi))).toBeCloseTo(1, 12),
          );
      }
      expect(tight).toBeGreaterThan(5);
    },
  );

  it('would not hold without Q in J, or with a contraction 1 % too long', () => {
    const worst = { longer: 0, without: 0 };
    for (const { source, numbers, contraction } of contracted(57)) {
      const { fixedSquare } = partsOf(source.allocation, numbers);
      const { symbols } = source.allocation;
      if (contraction === null) continue;
      put(numbers, symbols.contraction, Dense.mul(contraction, 1.01));
      runs(freeMultiplier.apply(source), numbers);
      worst.longer = Math.max(worst.longer, fullness(source, numbers, fixedSquare));
      put(numbers, symbols.contraction, contraction);
      if (fixedSquare === null) continue;
      put(numbers, symbols.fixedSquare, Dense.mul(fixedSquare, 1e-6));
      runs(freeMultiplier.apply(source), numbers);
      worst.without = Math.max(worst.without, fullness(source, numbers, fixedSquare));
    }
    expect(worst.longer).toBeGreaterThan(1.01);
    expect(worst.without).toBeGreaterThan(1.5);
  });

  it('is undone: multipliers and X come from the ψ and U that they were made of', () => {
    for (const { source, numbers, contraction } of contracted(58)) {
      const { symbols } = source.allocation;
      runs(freeMultiplier.apply(source), numbers);
      const psi = numbers.value(source.logMultiplier);
      for (const symbol of [
        symbols.contraction,
        source.logMultiplier,
        source.room,
        symbols.diagonalRoom,
        symbols.roomFactor,
      ])
        numbers.store.delete(symbol.key);
      expect(runs(freeMultiplier.undo(source), numbers)).toBe(true);
      if (contraction !== null)
        expect(Dense.sub(numbers.value(symbols.contraction), contraction).norm()).toBeLessThan(1e-8);
      // ψ comes back as its exponential.
      numbers
        .value(source.logMultiplier)
        .to1DArray()
        .forEach((value, i) => expect(Math.log(value)).toBeCloseTo(psi.get(i, 0), 6));
    }
  });
});
