import { Matrix as Dense, SingularValueDecomposition } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { tiedMultiplier } from '../../../rules/allocate/tied-multiplier.js';
import { createRules } from '../../../rules/index.js';
import { derive } from '../../../src/compile.js';
import { scalarSymbol } from '../../../src/expr/build.js';
import type { MultiplierSource } from '../../../src/model/pivot.js';
import { roundoff } from '../../../src/model/roundoff.js';
import { generator } from '../../../src/numeric/random.js';
import { carryOut, storeEnvironment } from '../../laws/carry-out.js';
import type { Store } from '../../laws/carry-out.js';
import { descriptionViolations } from '../../laws/common.js';
import { withLayerAssignments } from '../exchange.js';
import { dense, plain } from '../pivot/elimination.js';
import { bare, drawStep, largestOf, scaled } from '../ties.js';

function sourcesOf(architecture: typeof bare): readonly MultiplierSource[] {
  const found: MultiplierSource[] = [];
  const rules = withLayerAssignments(createRules(), 'free-multiplier', (assignments, source) => {
    found.push(source);
    return assignments;
  });
  derive(architecture, { depth: 1, strategy: 'pivot', rules });
  return found;
}

describe('allocate/tied-multiplier', () => {
  it('has the description of a rule', () =>
    expect(descriptionViolations(tiedMultiplier, 'allocate/tied-multiplier')).toEqual([]));

  it('fits weights to the multiplier that a step without a scale asks for, with nothing lost', () => {
    const [source] = sourcesOf(bare);
    const tie = source?.tie ?? null;
    if (source === undefined || tie === null) throw new Error('a tie');
    const random = generator(84);
    for (let run = 0; run < 60; run += 1) {
      const lipschitz = 2 ** random.normal();
      const kappa = lipschitz ** -2;
      const drawn = drawStep(random, 1);
      const own = { ...drawn, a: 1, g: 1, c: -2, kappa };
      const step = { ...own, C: Dense.mul(drawn.C, (drawn.g * Math.sqrt(drawn.kappa)) / Math.sqrt(kappa)) };
      const [m, L] = step.slopes;
      const store: Store = new Map();
      const put = (key: string, value: Dense): void => void store.set(key, plain(value));
      put(tie.layer.multiplier.key, Dense.diag([...step.multiplier]));
      put(tie.layer.slopeSum.key, new Dense([[m + L]]));
      put(roundoff.key, new Dense([[2 ** -53]]));
      put(scalarSymbol('slope-lower', tie.layer.derived).key, new Dense([[m]]));
      put(tie.weight.key, step.C);
      const lookup = storeEnvironment(
        store,
        () => lipschitz,
        () => step.multiplier.length,
      );
      for (const assignment of tiedMultiplier.apply(source)) carryOut(assignment, store, lookup);
      const [weight, multiplier] = [store.get(tie.weight.key), store.get(tie.layer.multiplier.key)];
      if (weight === undefined || multiplier === undefined) throw new Error('no value');
      const lambda = dense(multiplier);
      const uniform = step.multiplier.map((_, i) => (lambda.columns === 1 ? lambda.get(i, 0) : lambda.get(i, i)));
      expect(new Set(uniform).size).toBe(1);
      const made = { ...step, C: dense(weight), multiplier: uniform };
      const size = Math.max(...uniform);
      expect(
        largestOf(
          made,
          uniform.map(() => 1),
        ),
      ).toBeLessThan(1e-12 * size);
      // The condition was met with equality, and is again: S² κ Λ C Cᵀ Λ = 2Λ in one direction.
      const reach = new SingularValueDecomposition(made.C, { autoTranspose: true }).norm2 ** 2;
      expect(Math.abs(((m + L) ** 2 * kappa * size * reach) / 2 - 1)).toBeLessThan(1e-12);
    }
  });

  it('is for ties without a scale', () => {
    expect(sourcesOf(scaled).map((source) => tiedMultiplier.refuses(source) === null)).toEqual([false, false]);
    expect(sourcesOf(bare).map((source) => tiedMultiplier.refuses(source) === null)).toEqual([true]);
  });
});
