import { describe, expect, it } from 'vitest';
import { rowShrink } from '../../../rules/parameterize/row-shrink.js';
import { label } from '../../../src/base/label.js';
import {
  abs,
  fill,
  number,
  quotient,
  rowSums,
  scalarSymbol,
  scale,
  subtract,
  sum,
  symbol,
} from '../../../src/expr/build.js';
import { evaluate } from '../../../src/expr/evaluate.js';
import type { Expression, SymbolNode } from '../../../src/expr/node.js';
import type { Constraint } from '../../../src/model/inequality.js';
import { matrix } from '../../../src/numeric/matrix.js';
import { generator } from '../../../src/numeric/random.js';
import { hostileWeight, mapViolations } from '../../laws/map.js';
import type { Point } from '../../laws/points.js';
import { least, samplePoint } from '../../laws/points.js';
import { A, S, X, Y, d } from '../../laws/symbols.js';

const lip = scalarSymbol('lipschitz', label('Lip'), { positive: true });
const cap = symbol('cap', label('K'), { rows: d, columns: null }, { positive: true });
const sums = (of: Expression): Expression => rowSums(abs(of));
const ball = fill(quotient(number(2), abs(S)), d);

const of = (
  kind: Constraint['kind'],
  parameters: readonly SymbolNode[],
  left: Expression,
  right: Expression,
): Constraint => ({ kind, parameters, left, relation: '<', right, onlyIfPositive: null, row: label('w'), span: null });

const cases: readonly (readonly [string, Constraint])[] = [
  ['row ball', of('row-ball', [X], sums(X), ball)],
  ['row ball of two weights', of('row-ball', [X, Y], sum([sums(X), scale(0.5, [], sums(Y))]), ball)],
  ['row ball beside an identity read', of('row-ball', [X], sums(X), subtract(ball, fill(number(0.25), d)))],
  ['cap', of('cap', [X], sums(X), cap)],
  ['interval of a diagonal weight', of('interval', [A], sums(A), fill(lip, d))],
];

/** S from 0 over tiny to large; where |S| exceeds 2⁻⁶⁰ the constraint is the one that was asked for. */
function points(weights: readonly SymbolNode[], slopes: readonly number[]): readonly Point[] {
  const random = generator(22);
  return Array.from({ length: 200 }, () => {
    const point = samplePoint(random, 'plain')
      .with(
        S,
        matrix(1, 1, () => random.pick(slopes)),
      )
      .with(
        lip,
        matrix(1, 1, () => random.pick([1, 2 ** -60, 2 ** 60, 3.7])),
      );
    return weights.reduce((all, weight) => all.with(weight, hostileWeight(weight, point, random)), point);
  });
}

describe('parameterize/row-shrink', () => {
  it.each(cases)('passes the laws of a parameterizing rule: %s', (_name, constraint) => {
    const trial = {
      stem: 'parameterize/row-shrink',
      assignment: rowShrink.apply({ constraint, last: false }),
      weights: constraint.parameters,
      points: points(constraint.parameters, [1, -1, 0.3, 1e-9, 4]),
      slack: (point: Point) =>
        least(evaluate(constraint.left, point), evaluate(constraint.right, point), (x, y) => y - x),
    };
    expect(mapViolations(rowShrink, trial)).toEqual([]);
  });

  it('stays finite where S = 0 and the ball is the whole space', () => {
    const constraint = of('row-ball', [X], sums(X), ball);
    const trial = {
      stem: 'parameterize/row-shrink',
      assignment: rowShrink.apply({ constraint, last: false }),
      weights: [X],
      points: points([X], [0, -0, 1e-300]),
      slack: (point: Point) => 2 ** 62 - Math.max(...evaluate(sums(X), point).data),
    };
    expect(mapViolations(rowShrink, trial)).toEqual([]);
  });

  it('scales row by row, by min(1, (1 − η) (2/|S|) / (|Z| 1))', () => {
    const assignment = rowShrink.apply({ constraint: of('row-ball', [X], sums(X), ball), last: false });
    expect(assignment).toMatchObject({ kind: 'shrink', weights: [X], exponent: 1, spread: { kind: 'rows' } });
  });

  it('refuses bounds that mix rows', () => {
    const refused = [
      of('budget', [X], sums(X), ball),
      of('element-bound', [X], abs(X), number(1)),
      of('multiplier-bound', [X], sums(X), ball),
      of('row-ball', [], sums(X), ball),
    ];
    for (const constraint of refused)
      expect(rowShrink.refuses({ constraint, last: false })?.because, constraint.kind).toBeTruthy();
  });
});
