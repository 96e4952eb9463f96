import { Matrix as Dense } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { activationCovariance } from '../../../rules/pivot/activation-covariance.js';
import { labelText } from '../../../src/base/label.js';
import { identity, sum, summands } from '../../../src/expr/build.js';
import type { Definition } from '../../../src/model/pivot.js';
import { generator } from '../../../src/numeric/random.js';
import { covarianceOf, definitionViolations, environmentOf, layerTrials } from './elimination.js';
import type { DefinitionTrial } from './elimination.js';

function trials(change: (definition: Definition) => Definition = (same) => same): readonly DefinitionTrial[] {
  return layerTrials(generator(37), 60).flatMap(({ sample, index, source }) => {
    if (!source.wanted) return [];
    const { target } = source.split.layer;
    const v = labelText(source.drive);
    const [m, L] = sample.layers[index]?.slopes ?? [Number.NaN, Number.NaN];
    const after = covarianceOf(sample, index + 1);
    const own = covarianceOf(sample, index)(v, v).mmul(sample.layers[index]?.multiplier ?? Dense.zeros(0, 0));
    // G is only a name for I + m s K[v, v] Λ; the covariances are what matters.
    const gain = Dense.add(Dense.eye(own.rows), own.mul(m * (L - m)));
    return [
      {
        definitions: activationCovariance.apply(source).map(change),
        environment: (made) => environmentOf(sample, index, made),
        expected: new Map([
          [source.gain.key, gain],
          ...source.after.map((j) => [source.symbolOf(j, target).key, after(labelText(j), labelText(target))] as const),
          [source.symbolOf(target, target).key, after(labelText(target), labelText(target))],
        ]),
      } satisfies DefinitionTrial,
    ];
  });
}

describe('pivot/activation-covariance', () => {
  it('passes the laws of a defining rule: the inverse of N with the layer, seen by w = m v + w̃', () => {
    expect(definitionViolations(activationCovariance, 'pivot/activation-covariance', trials())).toEqual([]);
  });

  it('would not without G, or without the m² K[v, v] that comes before the layer', () => {
    const bare = (definition: Definition): Definition =>
      definition.symbol.role === 'gain' ? { ...definition, value: identity(definition.symbol.rows) } : definition;
    const late = (definition: Definition): Definition =>
      definition.symbol.role === 'gain'
        ? definition
        : { ...definition, value: sum(summands(definition.value).slice(1), definition.value) };
    for (const change of [bare, late])
      expect(definitionViolations(activationCovariance, 'pivot/activation-covariance', trials(change)).join()).toMatch(
        'value',
      );
  });

  it('defines nothing for a signal that nobody reads', () => {
    const unread = layerTrials(generator(38), 5).filter(({ source }) => !source.wanted);
    expect(unread.length).toBeGreaterThan(0);
    for (const { source } of unread) expect(activationCovariance.apply(source)).toEqual([]);
  });
});
