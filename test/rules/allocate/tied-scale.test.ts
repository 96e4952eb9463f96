import { Matrix as Dense } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { tiedScale } from '../../../rules/allocate/tied-scale.js';
import { generator } from '../../../src/numeric/random.js';
import { scalarSymbol } from '../../../src/expr/build.js';
import { Infeasible, carryOut, storeEnvironment } from '../../laws/carry-out.js';
import type { Store } from '../../laws/carry-out.js';
import { descriptionViolations } from '../../laws/common.js';
import { dense, plain } from '../pivot/elimination.js';
import { drawStep, largestOf, recursionOf, scaled } from '../ties.js';

const ties = recursionOf(scaled).sums.flatMap(({ source }) => (source.tie === null ? [] : [source]));

describe('allocate/tied-scale', () => {
  it('has the description of a rule', () =>
    expect(descriptionViolations(tiedScale, 'allocate/tied-scale')).toEqual([]));

  it('makes a T that takes the step back: the form of the step is at most 0', () => {
    expect(ties).toHaveLength(2);
    const random = generator(83);
    for (const source of ties)
      for (let run = 0; run < 30; run += 1) {
        const { tie } = source;
        if (tie === null || tie.scale === null) throw new Error('a scale');
        const lipschitz = 2 ** random.normal();
        const own = { a: tie.skip, c: tie.back, g: tie.read, kappa: (tie.skip === 0.5 ? 1 : 0.25) / lipschitz ** 2 };
        const drawn = drawStep(random, 1);
        // The same weights in the tie's own coefficients, short enough for them.
        const scale = (Math.abs(drawn.g) * Math.sqrt(drawn.kappa)) / (Math.abs(own.g) * Math.sqrt(own.kappa));
        const step = { ...drawn, ...own, C: Dense.mul(drawn.C, scale) };
        const [m, L] = step.slopes;
        const store: Store = new Map();
        const put = (key: string, value: Dense): void => void store.set(key, plain(value));
        put(tie.layer.multiplier.key, Dense.diag([...step.multiplier]));
        put(tie.layer.slopeSum.key, new Dense([[m + L]]));
        put(scalarSymbol('slope-lower', tie.layer.derived).key, new Dense([[m]]));
        const lookup = storeEnvironment(
          store,
          () => lipschitz,
          () => step.multiplier.length,
        );
        for (const assignment of tiedScale.apply(source)) carryOut(assignment, store, lookup);
        const made = store.get(tie.scale.key);
        if (made === undefined) throw new Error('no T');
        const value = dense(made);
        const T = step.multiplier.map((_, i) => (value.columns === 1 ? value.get(i, 0) : value.get(i, i)));
        const size = Math.max(...step.multiplier);
        expect(largestOf(step, T)).toBeLessThan(1e-12 * size);
        put(scalarSymbol('slope-lower', tie.layer.derived).key, new Dense([[-1e-9]]));
        expect(() => {
          for (const assignment of tiedScale.apply(source)) carryOut(assignment, store, lookup);
        }).toThrow(Infeasible);
      }
  });
});
