import { describe, expect, it } from 'vitest';
import { drivenCovariance } from '../../../rules/pivot/driven-covariance.js';
import { labelText } from '../../../src/base/label.js';
import type { LayerSource } from '../../../src/model/pivot.js';
import { generator } from '../../../src/numeric/random.js';
import { covarianceOf, definitionViolations, environmentOf, layerTrials } from './elimination.js';
import type { DefinitionTrial } from './elimination.js';

function trials(change: (source: LayerSource) => LayerSource = (same) => same): readonly DefinitionTrial[] {
  return layerTrials(generator(32), 50).map(({ sample, index, source }) => {
    const covariance = covarianceOf(sample, index);
    const v = labelText(source.drive);
    const cross = source.before.map(
      (j) => [source.symbolOf(j, source.drive).key, covariance(labelText(j), v)] as const,
    );
    return {
      definitions: drivenCovariance.apply(change(source)),
      environment: (made) => environmentOf(sample, index, made),
      expected: new Map([...cross, [source.symbolOf(source.drive, source.drive).key, covariance(v, v)]]),
    };
  });
}

describe('pivot/driven-covariance', () => {
  it('passes the laws of a defining rule: T_j N⁻¹ Vᵀ and V N⁻¹ Vᵀ with N inverted as a whole', () => {
    expect(definitionViolations(drivenCovariance, 'pivot/driven-covariance', trials())).toEqual([]);
  });

  it('would not without a read, a coefficient or a weight', () => {
    const withReads = (
      change: (reads: LayerSource['split']['layer']['reads']) => LayerSource['split']['layer']['reads'],
    ) =>
      trials((source) => ({
        ...source,
        split: { ...source.split, layer: { ...source.split.layer, reads: change(source.split.layer.reads) } },
      }));
    for (const wrong of [
      withReads((reads) => (reads.length > 1 ? reads.slice(0, -1) : reads)),
      withReads((reads) => reads.map((read) => ({ ...read, coefficient: 1 }))),
      withReads((reads) => reads.map((read) => (read.weight?.diagonal === true ? { ...read, weight: null } : read))),
    ]) {
      expect(definitionViolations(drivenCovariance, 'pivot/driven-covariance', wrong).join()).toMatch('value');
    }
  });
});
