import { describe, expect, it } from 'vitest';
import { affineCovariance } from '../../../rules/pivot/affine-covariance.js';
import { labelText } from '../../../src/base/label.js';
import type { SumSource } from '../../../src/model/pivot.js';
import { generator } from '../../../src/numeric/random.js';
import { covarianceOf, definitionViolations, environmentOf, layerTrials } from './elimination.js';
import type { DefinitionTrial } from './elimination.js';

/** What layers read, as an affine signal: its map is that of the pre-activation, which the inverse of N is known for. */
function trials(change: (source: SumSource) => SumSource = (same) => same): readonly DefinitionTrial[] {
  return layerTrials(generator(32), 50).map(({ sample, index, source }) => {
    const covariance = covarianceOf(sample, index);
    const { drive, before, symbolOf } = source;
    const { reads, biases, position, multiplier } = source.split.layer;
    const v = labelText(drive);
    const cross = before.map((j) => [symbolOf(j, drive).key, covariance(labelText(j), v)] as const);
    if (multiplier.rows === null) throw new Error('a layer has a width');
    const sum: SumSource = {
      sum: { target: drive, reads, biases, position },
      width: multiplier.rows,
      covariance: source.covariance,
      symbolOf,
      before,
      wanted: true,
      tie: null,
    };
    return {
      definitions: affineCovariance.apply(change(sum)),
      environment: (made) => environmentOf(sample, index, made),
      expected: new Map([...cross, [symbolOf(drive, drive).key, covariance(v, v)]]),
    };
  });
}

describe('pivot/affine-covariance', () => {
  it('passes the laws of a defining rule: T_j N⁻¹ T_hᵀ and T_h N⁻¹ T_hᵀ with N inverted as a whole', () => {
    expect(definitionViolations(affineCovariance, 'pivot/affine-covariance', trials())).toEqual([]);
  });

  it('would not without a read, a coefficient or a weight', () => {
    const withReads = (change: (reads: SumSource['sum']['reads']) => SumSource['sum']['reads']) =>
      trials((source) => ({ ...source, sum: { ...source.sum, reads: change(source.sum.reads) } }));
    for (const wrong of [
      withReads((reads) => (reads.length > 1 ? reads.slice(0, -1) : reads)),
      withReads((reads) => reads.map((read) => ({ ...read, coefficient: 1 }))),
      withReads((reads) => reads.map((read) => (read.weight?.diagonal === true ? { ...read, weight: null } : read))),
    ])
      expect(definitionViolations(affineCovariance, 'pivot/affine-covariance', wrong).join()).toMatch('value');
  });

  it('defines nothing for a signal that nobody reads', () => {
    expect(trials((source) => ({ ...source, wanted: false })).flatMap(({ definitions }) => definitions)).toEqual([]);
  });
});
