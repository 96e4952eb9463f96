import { Matrix as Dense } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { isotropicOutput } from '../../../rules/allocate/isotropic-output.js';
import { scalarSymbol } from '../../../src/expr/build.js';
import type { IsotropicOutput } from '../../../src/model/pivot.js';
import { roundoff } from '../../../src/model/roundoff.js';
import { Infeasible, carryOut, storeEnvironment } from '../../laws/carry-out.js';
import type { Store } from '../../laws/carry-out.js';
import { descriptionViolations } from '../../laws/common.js';
import { plain } from '../pivot/elimination.js';
import { bare, recursionOf, scaled } from '../ties.js';

const { isotropic } = recursionOf(scaled);
const u = 2 ** -53;

/** Whether the demand holds at this bound and these slopes. */
function isMet(source: IsotropicOutput, lipschitz: number, [m, L]: readonly [number, number]): boolean {
  const store: Store = new Map([[roundoff.key, plain(new Dense([[u]]))]]);
  for (const { layer } of source.ties) {
    store.set(layer.slopeSum.key, plain(new Dense([[m + L]])));
    store.set(scalarSymbol('slope-lower', layer.derived).key, plain(new Dense([[m]])));
  }
  const lookup = storeEnvironment(
    store,
    () => lipschitz,
    () => 1,
  );
  try {
    for (const assignment of isotropicOutput.apply(source)) carryOut(assignment, store, lookup);
    return true;
  } catch (error) {
    if (error instanceof Infeasible) return false;
    throw error;
  }
}

describe('allocate/isotropic-output', () => {
  it('has the description of a rule', () =>
    expect(descriptionViolations(isotropicOutput, 'allocate/isotropic-output')).toEqual([]));

  it('is met from 𝓛 = |e a …| on, exactly where all fits to the last bit', () => {
    if (isotropic === null) throw new Error('an output that is a tied signal');
    // e = 2 and a = 1/2, 1: 𝓛 = 1.
    const below = 1 - 2 ** -53;
    expect(isMet(isotropic, 1, [0, 1])).toBe(true);
    expect(isMet(isotropic, below, [0, 1])).toBe(false);
    expect(isMet(isotropic, 3, [0, 1])).toBe(true);
    // P > 0 covers rounding; m = 0 with another L does not.
    expect(isMet(isotropic, 1, [0.1, 1])).toBe(true);
    expect(isMet(isotropic, 1, [0, 1.1])).toBe(false);
    expect(isMet(isotropic, 1 + 2 ** -39, [0, 1.1])).toBe(true);
    expect(isMet(isotropic, 1 + 2 ** -42, [0, 1.1])).toBe(false);
  });

  it('asks for room where coefficients are no powers of two', () => {
    if (isotropic === null) throw new Error('an output that is a tied signal');
    const odd = { ...isotropic, ties: isotropic.ties.map((tie) => ({ ...tie, back: -3 })) };
    expect(isMet(odd, 1, [0, 1])).toBe(false);
    expect(isMet(odd, 1 + 2 ** -39, [0, 1])).toBe(true);
    expect(isMet({ ...isotropic, coefficient: 1.9999 }, 1, [0, 1])).toBe(true);
    expect(isMet({ ...isotropic, coefficient: 2.0001 }, 1, [0, 1])).toBe(false);
  });

  it('is not asked where a weight reads the signal', () => {
    expect(recursionOf(bare).isotropic).toBeNull();
  });
});
