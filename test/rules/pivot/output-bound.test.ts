import { Matrix as Dense } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { lipschitzSymbol } from '../../../rules/lmi/lipschitz-goal.js';
import { outputBound } from '../../../rules/pivot/output-bound.js';
import { number, scale, sum, summands } from '../../../src/expr/build.js';
import { evaluate } from '../../../src/expr/evaluate.js';
import type { Expression } from '../../../src/expr/node.js';
import { generator } from '../../../src/numeric/random.js';
import { implicationViolations } from '../../laws/implication.js';
import type { Sample } from './elimination.js';
import { atBorder, definiteness, dense, drawSample, environmentOf, lmiOf } from './elimination.js';

function violations(change: (left: Expression, sample: Sample) => Expression): readonly string[] {
  const random = generator(39);
  const points = Array.from({ length: 150 }, (_, which) => atBorder(drawSample(random, which), random));
  return implicationViolations(outputBound, {
    stem: 'pivot/output-bound',
    points,
    source: (sample: Sample) => definiteness(lmiOf(sample).mul(-1)),
    target: (sample: Sample) => {
      const { network, recursion, layers } = sample;
      const { left, right } = outputBound.apply({ ...recursion, network });
      const environment = environmentOf(sample, layers.length);
      return definiteness(
        Dense.sub(dense(evaluate(right, environment)), dense(evaluate(change(left, sample), environment))),
      );
    },
  });
}

describe('pivot/output-bound', () => {
  it('passes the laws of an exact implying rule: W K Wᵀ ≼ I exactly where M ≼ 0 by its eigenvalues', () => {
    expect(violations((same) => same)).toEqual([]);
  });

  it('would not without the summands between two signals, or with half of all', () => {
    const diagonalOnly = (left: Expression, { network, recursion }: Sample): Expression =>
      sum(
        network.output.reads.map(
          (read) =>
            outputBound.apply({
              network: { ...network, output: { ...network.output, reads: [read] } },
              supply: recursion.supply,
              covariance: recursion.covariance,
            }).left,
        ),
        left,
      );
    expect(violations(diagonalOnly).join()).toMatch(/implies|converse/);
    expect(violations((left) => scale(0.5, [], left)).join()).toMatch('implies');
    expect(violations((left) => scale(2, [], left)).join()).toMatch('converse');
  });

  it('names the weights that are to be chosen, and is a constraint ≼ I', () => {
    const { network, recursion } = drawSample(generator(3), 2);
    const constraint = outputBound.apply({ ...recursion, network });
    expect([constraint.kind, constraint.relation, constraint.parameters.map(({ label }) => label.name)]).toEqual([
      'output-bound',
      '≼',
      ['B', 'C'],
    ]);
    // Three reads: three own summands and three pairs, each twice.
    expect(summands(constraint.left)).toHaveLength(9);
  });

  it('weighs ‖Δy‖² as the property does, and refuses what is not a negative number', () => {
    const { recursion } = drawSample(generator(3), 2);
    const weighed = (output: Expression): string =>
      outputBound.apply({ ...recursion, supply: { ...recursion.supply, output } }).left.key;
    expect(weighed(number(-7))).toBe(scale(7, [], outputBound.apply(recursion).left).key);
    const refused = [number(-7), number(0), number(1), lipschitzSymbol].map(
      (output) => outputBound.refuses({ ...recursion, supply: { ...recursion.supply, output } }) !== null,
    );
    expect(refused).toEqual([false, true, true, true]);
  });
});
