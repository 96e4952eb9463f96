import type { Matrix as Dense } from 'ml-matrix';
import { inverse } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { schurPivot } from '../../../rules/pivot/schur-pivot.js';
import { scale, sum, summands, transpose } from '../../../src/expr/build.js';
import { evaluate } from '../../../src/expr/evaluate.js';
import type { Expression } from '../../../src/expr/node.js';
import { generator } from '../../../src/numeric/random.js';
import { implicationViolations } from '../../laws/implication.js';
import type { LayerSource } from '../../../src/model/pivot.js';
import type { Sample } from './elimination.js';
import {
  definiteness,
  definitionViolations,
  dense,
  drawSample,
  environmentOf,
  formOf,
  layerTrials,
  ownCovariance,
  stretched,
} from './elimination.js';

interface Trial {
  readonly sample: Sample;
  readonly index: number;
  readonly source: LayerSource;
}

/** The multiplier of the layer at hand is stretched: N before it is definite all the same. */
const points = (): readonly Trial[] => {
  const random = generator(33);
  return layerTrials(random, 60).map((trial) => ({
    ...trial,
    sample: stretched(trial.sample, trial.index, 2 ** random.integer(-1, 6)),
  }));
};

const pivotOf = ({ sample, index, source }: Trial, change: (value: Expression) => Expression): Dense =>
  dense(evaluate(change(schurPivot.apply(source).constraint.left), environmentOf(sample, index)));

const violations = (change: (value: Expression) => Expression): readonly string[] =>
  implicationViolations(schurPivot, {
    stem: 'pivot/schur-pivot',
    points: points(),
    source: ({ sample, index }: Trial) => definiteness(formOf(sample, index + 1, 'signals')),
    target: (trial: Trial) => definiteness(pivotOf(trial, change)),
  });

/** s² Λ K[v, v] Λ times something. */
const reached =
  (factor: number) =>
  (value: Expression): Expression =>
    sum(
      summands(value).map((term) => (term.kind === 'scale' && term.coefficient < 0 ? scale(factor, [], term) : term)),
      value,
    );

describe('pivot/schur-pivot', () => {
  it('passes the laws of an exact implying rule: D ≻ 0 exactly where N with the layer is ≻ 0 by its eigenvalues', () => {
    expect(violations((same) => same)).toEqual([]);
  });

  it('would not with half or twice of s² Λ K[v, v] Λ', () => {
    expect(violations(reached(0.5)).join()).toMatch('implies');
    expect(violations(reached(2)).join()).toMatch('converse');
  });

  it('defines D as the inverse of the block of N⁻¹ that belongs to w̃', () => {
    const trials = layerTrials(generator(34), 50).map(({ sample, index, source }) => {
      const { definition } = schurPivot.apply(source);
      return {
        definitions: [definition],
        environment: () => environmentOf(sample, index),
        expected: new Map([[definition.symbol.key, inverse(ownCovariance(sample, index))]]),
      };
    });
    expect(definitionViolations(schurPivot, 'pivot/schur-pivot', trials)).toEqual([]);
  });

  it('asks for D ≻ 0 of all that may be chosen in it, and D is symmetric', () => {
    const sample = drawSample(generator(2), 2);
    const [, second] = sample.recursion.layers;
    if (second === undefined) throw new Error('a second layer expected');
    const { constraint, definition } = schurPivot.apply(second.source);
    expect([constraint.kind, constraint.relation]).toEqual(['pivot', '≻']);
    expect(constraint.parameters.map(({ label }) => label.name)).toEqual([
      second.source.split.layer.multiplier.label.name,
      'G',
      'E',
      'F',
    ]);
    const value = evaluate(definition.value, environmentOf(sample, 1));
    const turned = evaluate(transpose(definition.value), environmentOf(sample, 1));
    turned.data.forEach((entry, k) => expect(entry).toBeCloseTo(value.data[k] ?? Number.NaN, 12));
  });
});
