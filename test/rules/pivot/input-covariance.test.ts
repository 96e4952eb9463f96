import { describe, expect, it } from 'vitest';
import { inputCovariance } from '../../../rules/pivot/input-covariance.js';
import { lipschitzSymbol } from '../../../rules/lmi/lipschitz-goal.js';
import { negate, number, scale } from '../../../src/expr/build.js';
import { text } from '../../../src/expr/print.js';
import type { Definition } from '../../../src/model/pivot.js';
import { generator } from '../../../src/numeric/random.js';
import { covarianceOf, definitionViolations, drawSample, environmentOf } from './elimination.js';
import type { DefinitionTrial } from './elimination.js';

function trials(change: (definition: Definition) => Definition = (same) => same): readonly DefinitionTrial[] {
  const random = generator(31);
  return Array.from({ length: 60 }, (_, which) => {
    const sample = drawSample(random, which);
    const { network, recursion } = sample;
    const definition = change(inputCovariance.apply({ ...recursion, network }));
    return {
      definitions: [definition],
      environment: (made) => environmentOf(sample, 0, made),
      expected: new Map([[definition.symbol.key, covarianceOf(sample, 0)('x', 'x')]]),
    };
  });
}

describe('pivot/input-covariance', () => {
  it('passes the laws of a defining rule: N of no layers, inverted', () => {
    expect(definitionViolations(inputCovariance, 'pivot/input-covariance', trials())).toEqual([]);
  });

  it('would not with 𝓛 in the place of 𝓛²', () => {
    const wrong = trials((definition) => ({ ...definition, value: scale(1, [lipschitzSymbol], definition.value) }));
    expect(definitionViolations(inputCovariance, 'pivot/input-covariance', wrong).join()).toMatch('value');
  });

  it('defines K[x, x], which is no update', () => {
    const { network, recursion } = drawSample(generator(1), 0);
    const definition = inputCovariance.apply({ ...recursion, network });
    expect([text(definition.symbol), definition.update]).toEqual(['K[x, x]', false]);
  });

  it('takes the coefficient of ‖Δx‖² from the property, and refuses one that may not be positive or a product', () => {
    const { recursion } = drawSample(generator(1), 0);
    const { supply } = recursion;
    const valueFor = (change: Partial<typeof supply>): string =>
      text(inputCovariance.apply({ ...recursion, supply: { ...supply, ...change } }).value);
    expect([
      valueFor({}),
      valueFor({ input: scale(7, [lipschitzSymbol], number(1)) }),
      valueFor({ input: number(4) }),
    ]).toEqual(['I / 𝓛²', 'I / (7 𝓛)', '0.25 I']);
    const refusal = (change: Partial<typeof supply>): boolean =>
      inputCovariance.refuses({ ...recursion, supply: { ...supply, ...change } }) !== null;
    expect([{}, { input: negate(supply.input) }, { input: number(0) }, { cross: number(0.5) }].map(refusal)).toEqual([
      false,
      true,
      true,
      true,
    ]);
  });
});
