import { describe, expect, it } from 'vitest';
import { budgetShrink } from '../../../rules/parameterize/budget-shrink.js';
import { label } from '../../../src/base/label.js';
import {
  abs,
  diag,
  fill,
  hadamard,
  number,
  product,
  rowSums,
  scale,
  subtract,
  sum,
  symbol,
  transpose,
} from '../../../src/expr/build.js';
import { evaluate } from '../../../src/expr/evaluate.js';
import type { Expression, SymbolNode } from '../../../src/expr/node.js';
import type { Constraint } from '../../../src/model/inequality.js';
import { generator } from '../../../src/numeric/random.js';
import { matrix } from '../../../src/numeric/matrix.js';
import { hostileWeight, mapViolations } from '../../laws/map.js';
import type { Point } from '../../laws/points.js';
import { least, samplePoint } from '../../laws/points.js';
import { A, D, F, P, S, X, Y, c, d, e } from '../../laws/symbols.js';

const of = (parameters: readonly SymbolNode[], left: Expression, right: Expression): Constraint => ({
  kind: 'budget',
  parameters,
  left,
  relation: '<',
  right,
  onlyIfPositive: null,
  row: label('x'),
  span: null,
});
const sums = (node: Expression): Expression => rowSums(abs(node));
const columns = (node: Expression, vector: Expression): Expression => product([transpose(abs(node)), vector]);
/** d × d: what the first output weight multiplies in |X|ᵀ (|W| 1). */
const W = symbol('weight', label('W'), { rows: d, columns: d });
const limit = (size: typeof d): Expression => fill(abs(c), size);
const cap = symbol('cap', label('K'), { rows: d, columns: null }, { positive: true });

/** Every form of a share: its kind of spread, and the power with which it answers. */
const cases: readonly (readonly [string, Constraint, string, number])[] = [
  ['|C|ᵀ λ', of([X], scale(1, [abs(S)], columns(X, diag(D))), limit(e)), 'columns', 1],
  [
    '|S| |C|ᵀ λ + 2 |P| |C|ᵀ (λ ∘ κ)',
    of(
      [X],
      sum([scale(1, [abs(S)], columns(X, diag(D))), scale(2, [abs(P)], columns(X, hadamard([diag(D), cap])))]),
      limit(e),
    ),
    'columns',
    1,
  ],
  ['two readers', of([X, Y], sum([columns(X, diag(D)), columns(Y, diag(D))]), limit(e)), 'columns', 1],
  ['|a| ∘ (|B| 1)', of([X], hadamard([abs(diag(A)), sums(X)]), limit(d)), 'rows', 1],
  ['|B| 1', of([X], scale(0.5, [], sums(X)), limit(d)), 'rows', 1],
  ['|Wᵀ W| 1', of([X], sums(product([transpose(X), X])), limit(e)), 'all', 2],
  ['|X|ᵀ (|W| 1)', of([W], columns(X, sums(W)), limit(e)), 'support', 1],
  [
    'a gram beside a linear term',
    of([X], sum([sums(product([transpose(X), X])), columns(X, diag(D))]), limit(e)),
    'all',
    1,
  ],
  ['rows beside columns', of([W], sum([columns(W, diag(D)), sums(W)]), limit(d)), 'all', 1],
  ['|X|ᵀ (|X| 1), its own rows and columns', of([X], columns(X, sums(X)), limit(e)), 'all', 1],
  ['a diagonal weight: |a| ∘ λ', of([A], hadamard([abs(diag(A)), diag(D)]), limit(d)), 'rows', 1],
  [
    'a limit that earlier shares lower',
    of([X], columns(X, diag(D)), subtract(limit(e), scale(1, [abs(c)], fill(number(0.99), e)))),
    'columns',
    1,
  ],
];

function points({ parameters }: Constraint): readonly Point[] {
  const random = generator(29);
  return Array.from({ length: 200 }, () => {
    const point = samplePoint(random, 'plain').with(
      c,
      matrix(1, 1, () => random.pick([1, 2 ** -120, 2 ** 120, 0.37])),
    );
    const sparse = point.value(X);
    const through = parameters.includes(X)
      ? point
      : point.with(
          X,
          matrix(sparse.rows, sparse.columns, () => random.pick([0, 0, 1, -2.5])),
        );
    return parameters.reduce((all, weight) => all.with(weight, hostileWeight(weight, point, random)), through);
  });
}

describe('parameterize/budget-shrink', () => {
  it.each(cases)('passes the laws of a parameterizing rule: %s', (_name, constraint, spread, power) => {
    for (const last of [true, false]) {
      const assignment = budgetShrink.apply({ constraint, last });
      expect(assignment).toMatchObject({ kind: 'shrink', exponent: power === 2 ? 0.5 : 1, spread: { kind: spread } });
      const slack = (point: Point): number =>
        least(evaluate(constraint.left, point), evaluate(constraint.right, point), (x, y) => y - x);
      expect(
        mapViolations(budgetShrink, {
          stem: 'parameterize/budget-shrink',
          assignment,
          weights: constraint.parameters,
          points: points(constraint),
          slack,
        }),
      ).toEqual([]);
    }
  });

  it('takes all but 2⁻¹² of the budget in the last share, and leaves 2⁻⁶ of it in earlier ones', () => {
    const constraint = of([X], columns(X, diag(D)), limit(e));
    const [last, early] = [true, false].map((flag) => budgetShrink.apply({ constraint, last: flag }));
    expect(last).toMatchObject({ limit: { coefficient: 1 - 2 ** -12 } });
    expect(early).toMatchObject({ limit: { coefficient: 1 - 2 ** -6 } });
  });

  it('refuses what is no share, or has no weight', () => {
    const share = of([X], columns(X, diag(D)), limit(e));
    expect(budgetShrink.refuses({ constraint: { ...share, kind: 'row-ball' }, last: true })?.because).toBeTruthy();
    expect(budgetShrink.refuses({ constraint: of([], diag(F), limit(e)), last: true })?.because).toBeTruthy();
    expect(budgetShrink.refuses({ constraint: share, last: true })).toBeNull();
  });
});
