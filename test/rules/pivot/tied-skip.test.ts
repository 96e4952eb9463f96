import { describe, expect, it } from 'vitest';
import { tiedSkip } from '../../../rules/pivot/tied-skip.js';
import { evaluate } from '../../../src/expr/evaluate.js';
import { generator } from '../../../src/numeric/random.js';
import { storeEnvironment } from '../../laws/carry-out.js';
import { descriptionViolations } from '../../laws/common.js';
import { dense } from './elimination.js';
import { bare, drawStep, largestOf, recursionOf, scaled } from '../ties.js';

describe('pivot/tied-skip', () => {
  it('has the description of a rule', () => expect(descriptionViolations(tiedSkip, 'pivot/tied-skip')).toEqual([]));

  it('takes κ I to a² κ I, step by step from I/𝓛²', () => {
    const { sums } = recursionOf(scaled);
    const found = sums.flatMap(({ source }) => tiedSkip.apply(source));
    // 𝓛 = 4, a = 1/2: κ is 1/16 and then 1/64; the second step has a = 1, and nothing reads its h′ but the output.
    const lookup = storeEnvironment(
      new Map(),
      () => 4,
      () => 3,
    );
    const values = found.map(({ value }) => dense(evaluate(value, lookup)));
    expect(values.map((value) => value.to2DArray())).toEqual(
      [1 / 64, 1 / 64].map((k) => [
        [k, 0, 0],
        [0, k, 0],
        [0, 0, k],
      ]),
    );
  });

  it('is about a form that is at most 0 for its T, and for no other', () => {
    const random = generator(81);
    for (let run = 0; run < 200; run += 1) {
      const step = drawStep(random, run % 2 === 0 ? 1 : random.uniform());
      const { a, c, g, kappa, slopes, multiplier } = step;
      const T = multiplier.map((lambda) => (-(slopes[0] + slopes[1]) * g * a * kappa * lambda) / c);
      const size = Math.max(...multiplier);
      expect(largestOf(step, T)).toBeLessThan(1e-12 * size);
      if (slopes[0] > 0) continue;
      for (const factor of [0.9, 1.1, -1]) {
        const wrong = largestOf(
          step,
          T.map((t) => t * factor),
        );
        expect(wrong).toBeGreaterThan(1e-6 * size * step.C.norm() ** 2 * Math.min(1, kappa) * 1e-3);
      }
    }
  });

  it('would not be with a larger weight, or a negative slope', () => {
    const random = generator(82);
    for (let run = 0; run < 50; run += 1) {
      const larger = drawStep(random, 1.1);
      const negative = { ...drawStep(random, 0.5), slopes: [-0.2, 1] as const };
      for (const step of [larger, negative]) {
        const { a, c, g, kappa, slopes, multiplier } = step;
        const T = multiplier.map((lambda) => (-(slopes[0] + slopes[1]) * g * a * kappa * lambda) / c);
        expect(largestOf(step, T)).toBeGreaterThan(0);
      }
    }
  });

  it('needs a tie, and says nothing of what nobody reads', () => {
    const [{ source } = { source: null }] = recursionOf(bare).sums;
    if (source === null) throw new Error('a sum');
    expect(tiedSkip.refuses(source)).toBeNull();
    expect(tiedSkip.refuses({ ...source, tie: null })?.because).toBeTruthy();
    expect(tiedSkip.apply({ ...source, wanted: false })).toEqual([]);
  });
});
