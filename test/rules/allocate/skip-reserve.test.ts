import { Matrix as Dense } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { skipReserve } from '../../../rules/allocate/skip-reserve.js';
import { lipschitzSymbol } from '../../../rules/lmi/lipschitz-goal.js';
import { generator } from '../../../src/numeric/random.js';
import { written } from '../../architectures.js';
import { descriptionViolations } from '../../laws/common.js';
import { layerTrials, put, runs } from './allocation.js';
import { slopeChoices, taken, unreserved } from './skips.js';

/**
 * y = a x + …: all hidden layers unread but the last, two read, all reads of x by identities beside a diagonal weight.
 */
const skipping = [
  { a: 1, architecture: written(['f = phi(F * x)', 'g = phi(G * f)', 'h = phi(H * g)', 'y = x + B * h']) },
  {
    a: 0.5,
    architecture: written(
      ['f = phi(F * x)', 'g = phi(G * f + D * x)', 'h = phi(H * g)', 'y = 0.5 * x + B * h + C * f'],
      { D: 'diagonal' },
    ),
  },
  { a: -3, architecture: written(['f = phi(F * x)', 'g = phi(G * x)', 'y = B * g - 2 * x - x']) },
  { a: 1, architecture: written(['f = phi(F * x)', 'y = x + B * f']) },
] as const;

const variants = [{}, { contraction: 'spectral' }, { contraction: 'cayley' }, { multipliers: 'dominance' }] as const;
const eta = 2 ** -10;

describe('allocate/skip-reserve', () => {
  it('has the description of a rule', () =>
    expect(descriptionViolations(skipReserve, 'allocate/skip-reserve')).toEqual([]));

  it('takes μ to (1 − r²)/((1 + r²) Σc) at most, by plain numbers', () => {
    const random = generator(771);
    const kinds = { less: 0, same: 0, half: 0, free: 0 };
    for (const { source, numbers } of layerTrials(random, 30)) {
      const { reserve, crossing, used } = source;
      if (reserve === null) continue;
      const lip = numbers.value(lipschitzSymbol).get(0, 0);
      const drawn = new Map(
        reserve.read.map(({ lower, upper, product }) => {
          const [m, L] = random.pick(slopeChoices);
          for (const [symbol, value] of [
            [lower, m],
            [upper, L],
            [product, m * L],
          ] as const)
            put(numbers, symbol, new Dense([[value]]));
          return [lower.key, Math.max(0, -4 * m * L) / (L - m || 1) ** 2] as const;
        }),
      );
      const before = numbers.value(used).get(0, 0);
      expect(runs(skipReserve.apply(source), numbers)).toBe(true);
      const found = numbers.value(used).get(0, 0);
      const square = reserve.coefficient ** 2 / ((1 - eta) * lip ** 2);
      const share = reserve.coefficient === 0 ? 0.5 : Math.max(0, (1 - square) / (1 + square));
      const counted = reserve.unread + [...drawn.values()].reduce((sum, c) => sum + c, 0);
      const isFree = crossing !== null && (drawn.get(crossing.lower.key) ?? 1) === 0;
      const expected = isFree || counted === 0 ? before : Math.min(before, Math.max(2 ** -20, share / counted));
      expect(found / expected).toBeCloseTo(1, 12);
      kinds[isFree ? 'free' : found < before ? (reserve.coefficient === 0 ? 'half' : 'less') : 'same'] += 1;
    }
    expect(kinds.less).toBeGreaterThan(5);
    expect(kinds.free).toBeGreaterThan(3);
  });

  it.each(variants)('%o: a² K[x | d] ≼ (1 − η)(1 + r²)/2 · I for every slope, by inverting −M', (variant) => {
    const random = generator(772);
    let fullest = 0;
    for (const { a, architecture } of skipping) {
      for (let round = 0; round < 12; round += 1) {
        // Where the one layer between x and y takes nothing off it, a = 𝓛 is enough but for η.
        const lipschitz = Math.abs(a) * random.pick([1.001, 1.01, 1.2, 3, 30]);
        const square = a ** 2 / ((1 - eta) * lipschitz ** 2);
        const found = taken(random, { architecture, variant, lipschitz, slopes: () => random.pick(slopeChoices) }, 100);
        expect(found).not.toBeNull();
        const part = (found ?? Infinity) / (((1 - eta) * (1 + square)) / 2);
        expect(part).toBeLessThan(1 + 1e-9);
        fullest = Math.max(fullest, part);
      }
    }
    expect(fullest).toBeGreaterThan(0.7);
  });

  it('without it layers leave too little', () => {
    const random = generator(773);
    const found = skipping.slice(0, 2).map(({ a, architecture }) =>
      taken(
        random,
        {
          architecture,
          variant: { contraction: 'spectral' },
          rules: unreserved,
          lipschitz: 1.2 * a,
          slopes: () => [0, 1],
        },
        100,
      ),
    );
    expect(found).toEqual([null, null]);
  });

  it('one layer alone may use what it likes where its slopes do not cross, and not where they do', () => {
    const random = generator(774);
    const [, , , { architecture }] = skipping;
    for (const slopes of [
      [0, 1],
      [0.2, 1],
    ] as const)
      expect(
        taken(
          random,
          {
            architecture,
            variant: { contraction: 'spectral' },
            rules: unreserved,
            lipschitz: 1.001,
            slopes: () => slopes,
          },
          100,
        ),
      ).not.toBeNull();
    expect(
      taken(
        random,
        {
          architecture,
          variant: { contraction: 'spectral' },
          rules: unreserved,
          lipschitz: 1.001,
          slopes: () => [-1, 1],
        },
        100,
      ),
    ).toBeNull();
  });
});
