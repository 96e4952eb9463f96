import { CholeskyDecomposition, Matrix as Dense, SingularValueDecomposition } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { affineSlack } from '../../../rules/allocate/affine-slack.js';
import { createRules } from '../../../rules/index.js';
import { derive } from '../../../src/compile.js';
import type { SumSource } from '../../../src/model/pivot.js';
import { roundoff } from '../../../src/model/roundoff.js';
import { generator } from '../../../src/numeric/random.js';
import { written } from '../../architectures.js';
import { carryOut, storeEnvironment } from '../../laws/carry-out.js';
import type { Store } from '../../laws/carry-out.js';
import { descriptionViolations } from '../../laws/common.js';
import { dense, plain } from '../pivot/elimination.js';

/** h is wider than x; g may cancel to nearly nothing. */
const network = written(['h = S * x', 'u = phi(P * h)', 'g = h - 2 * Q * u', 'k = phi(T * g)', 'y = B * k + A * h']);

function sources(): readonly SumSource[] {
  const { recursion } = derive(network, { depth: 1, strategy: 'pivot', rules: createRules() });
  if (recursion === null) throw new Error('no recursion');
  return recursion.sums.map(({ source }) => source);
}

/** What K[h, h] becomes, with the summands' sizes taken by singular values, and u. */
function enlarged(source: SumSource, rank: number, seed: number) {
  const random = generator(seed);
  const [wide, u] = [5, 2 ** -random.integer(24, 53)];
  const gaussian = (rows: number, columns: number): Dense =>
    new Dense(Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.normal())));
  const store: Store = new Map([[roundoff.key, plain(new Dense([[u]]))]]);
  const sizes = source.sum.reads.map(({ coefficient, weight, signal }) => {
    const root = gaussian(wide, rank);
    const covariance = root.mmul(root.transpose());
    const factor = weight === null ? Dense.eye(wide) : gaussian(wide, wide);
    if (weight !== null) store.set(weight.key, plain(factor));
    const symbol = source.covariance(signal, signal);
    if (symbol.kind !== 'symbol') throw new Error('a symbol');
    store.set(symbol.key, plain(covariance));
    const part = factor
      .mmul(covariance)
      .mmul(factor.transpose())
      .mul(coefficient ** 2);
    return new SingularValueDecomposition(part).norm2;
  });
  const own = source.symbolOf(source.sum.target, source.sum.target);
  const root = gaussian(wide, rank);
  const before = root.mmul(root.transpose());
  // One summand is the signal itself.
  const size = sizes.length === 1 ? new SingularValueDecomposition(before).norm2 : sizes.reduce((a, b) => a + b, 0);
  store.set(own.key, plain(before));
  const lookup = storeEnvironment(
    store,
    () => Number.NaN,
    () => wide,
  );
  for (const assignment of affineSlack.apply(source)) carryOut(assignment, store, lookup);
  const value = store.get(own.key);
  if (value === undefined) throw new Error('no covariance');
  return { before, after: dense(value), size, u };
}

describe('allocate/affine-slack', () => {
  it('has the description of a rule', () =>
    expect(descriptionViolations(affineSlack, 'allocate/affine-slack')).toEqual([]));

  it('adds κ I, κ at least 4 √u of the size of the summands and at most √d times that', () => {
    const all = sources();
    expect(all.map(({ sum }) => sum.reads.length)).toEqual([1, 2]);
    for (const source of all)
      for (let seed = 0; seed < 20; seed += 1) {
        const { before, after, size, u } = enlarged(source, 1 + (seed % 3), seed);
        const added = Dense.sub(after, before);
        const kappa = added.get(0, 0);
        expect(Dense.sub(added, Dense.eye(5).mul(kappa)).norm()).toBeLessThan(1e-13 * before.norm());
        expect(kappa).toBeGreaterThan(4 * Math.sqrt(u) * size * (1 - 1e-9) - 1e-14 * before.norm());
        expect(kappa).toBeLessThan(4 * Math.sqrt(u) * size * Math.sqrt(5) + 1e-14 * before.norm());
        // In double precision κ is far above the rounding of this factorization.
        expect(new CholeskyDecomposition(after).isPositiveDefinite()).toBe(true);
      }
  });

  it('leaves alone what nobody reads', () => {
    expect(sources().flatMap((source) => affineSlack.apply({ ...source, wanted: false }))).toEqual([]);
  });
});
