import { describe, expect, it } from 'vitest';
import { conditioning } from '../../../rules/pivot/conditioning.js';
import { labelText } from '../../../src/base/label.js';
import { scale, sum, summands } from '../../../src/expr/build.js';
import type { Definition } from '../../../src/model/pivot.js';
import { generator } from '../../../src/numeric/random.js';
import { covarianceOf, definitionViolations, environmentOf, layerTrials } from './elimination.js';
import type { DefinitionTrial } from './elimination.js';

function trials(change: (definition: Definition) => Definition = (same) => same): readonly DefinitionTrial[] {
  return layerTrials(generator(35), 60).map(({ sample, index, source }) => {
    const after = covarianceOf(sample, index + 1);
    return {
      definitions: conditioning.apply(source).map(change),
      environment: (made) => environmentOf(sample, index, made),
      expected: new Map(source.pairs.map(([i, j]) => [source.symbolOf(i, j).key, after(labelText(i), labelText(j))])),
    };
  });
}

describe('pivot/conditioning', () => {
  it('passes the laws of a defining rule: the inverse of N with the layer, seen by earlier signals', () => {
    expect(definitionViolations(conditioning, 'pivot/conditioning', trials())).toEqual([]);
  });

  it('would not with s for s², without the update, or with its sign turned', () => {
    const second =
      (factor: number) =>
      (definition: Definition): Definition => {
        const [known, ...rest] = summands(definition.value);
        return known === undefined
          ? definition
          : { ...definition, value: sum([known, ...rest.map((term) => scale(factor, [], term))]) };
      };
    for (const factor of [0, 0.5, -1])
      expect(definitionViolations(conditioning, 'pivot/conditioning', trials(second(factor))).join()).toMatch('value');
  });

  it('updates what has a value already', () => {
    const updates = layerTrials(generator(36), 5).flatMap(({ source }) => conditioning.apply(source));
    expect(updates.length).toBeGreaterThan(5);
    for (const { update, symbol, value } of updates) {
      expect(update).toBe(true);
      expect(summands(value)[0]?.key).toBe(symbol.key);
    }
  });
});
