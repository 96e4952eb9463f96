import { describe, expect, it } from 'vitest';
import { rowBall } from '../../../rules/bound/row-ball.js';
import { label } from '../../../src/base/label.js';
import { abs, fill, number, quotient, rowSums, scale, square, subtract, sum } from '../../../src/expr/build.js';
import type { Expression } from '../../../src/expr/node.js';
import { text } from '../../../src/expr/print.js';
import type { Matrix } from '../../../src/numeric/matrix.js';
import { matrix } from '../../../src/numeric/matrix.js';
import { generator } from '../../../src/numeric/random.js';
import { createAlgebra } from '../../../src/rule/algebra.js';
import { constraintSlack, implicationViolations, slackBetween } from '../../laws/implication.js';
import type { Point } from '../../laws/points.js';
import { flavours, samplePoint } from '../../laws/points.js';
import { P, X, Y, d, layerOf } from '../../laws/symbols.js';

const rule = rowBall(createAlgebra());
const layer = layerOf(2, [
  { coefficient: 1, weight: X, signal: label('e') },
  { coefficient: -0.5, weight: Y, signal: label('e') },
]);
const S = layer.slopeSum;
const two = fill(number(2), d);
const sums = (of: Expression): Expression => rowSums(abs(of));
const divisor = subtract(two, sum([scale(1, [abs(S)], sums(X)), scale(0.5, [abs(S)], sums(Y))]));

describe('bound/row-ball', () => {
  it('passes the laws of an implying rule where |S| > 0', () => {
    const random = generator(6);
    const points = Array.from({ length: 300 }, (_, at): Point => {
      const point = samplePoint(random, flavours[at % flavours.length] ?? 'plain');
      const shape = point.value(X);
      const size = 2 ** random.normal();
      const draw = (): Matrix => matrix(shape.rows, shape.columns, () => (size * random.normal()) / shape.columns);
      return point
        .with(
          S,
          matrix(1, 1, () => random.pick([-1, 1, 2, 0.3, 1e-6])),
        )
        .with(X, draw())
        .with(Y, draw());
    });
    const constraint = rule.apply({ layer, span: null, divisor });
    const zero = fill(number(0), d);
    const trial = {
      stem: 'bound/row-ball',
      points,
      source: (point: Point) => slackBetween(zero, divisor, point),
      target: (point: Point) => constraintSlack(constraint, point),
    };
    expect(implicationViolations(rule, trial)).toEqual([]);
  });

  it('is |C| 1 < 2/|S|, as in the literature', () => {
    const constraint = rule.apply({ layer, span: null, divisor: subtract(two, scale(1, [abs(S)], sums(X))) });
    expect(constraint).toMatchObject({
      kind: 'row-ball',
      relation: '<',
      onlyIfPositive: null,
      parameters: [X],
      row: layer.target,
    });
    expect(constraint.left.key).toBe(sums(X).key);
    expect(constraint.right.key).toBe(fill(quotient(number(2), abs(S)), d).key);
    expect(text(constraint.right)).toBe('2 / |S[2]|');
  });

  it('bounds all weights of a layer together, and takes off what identity reads use up', () => {
    const mixed = rule.apply({
      layer,
      span: null,
      divisor: subtract(divisor, scale(0.25, [abs(S)], fill(number(1), d))),
    });
    expect(mixed.parameters.map((weight) => weight.key).sort()).toEqual([X.key, Y.key]);
    expect(mixed.left.key).toBe(sum([sums(X), scale(0.5, [], sums(Y))]).key);
    expect(mixed.right.key).toBe(subtract(fill(quotient(number(2), abs(S)), d), fill(number(0.25), d)).key);
  });

  it('refuses divisors of another form', () => {
    const refused: readonly Expression[] = [
      // No constant; a constant of the wrong sign; another scalar; a plus sign; not linear in |S|.
      scale(-1, [abs(S)], sums(X)),
      subtract(fill(number(-2), d), scale(1, [abs(S)], sums(X))),
      subtract(two, scale(1, [abs(P)], sums(X))),
      sum([two, scale(1, [abs(S)], sums(X))]),
      subtract(two, scale(1, [abs(S), abs(S)], sums(X))),
      subtract(two, square(sums(X))),
    ];
    for (const node of refused)
      expect(rule.refuses({ layer, span: null, divisor: node })?.because, node.key).toBeTruthy();
  });
});
