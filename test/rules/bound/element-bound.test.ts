import { describe, expect, it } from 'vitest';
import { elementBound } from '../../../rules/bound/element-bound.js';
import { label } from '../../../src/base/label.js';
import { abs, diag, fill, number, product, quotient, scale, square, sum, transpose } from '../../../src/expr/build.js';
import type { Expression } from '../../../src/expr/node.js';
import { text } from '../../../src/expr/print.js';
import type { NumeratorSource } from '../../../src/model/bounding.js';
import type { Matrix } from '../../../src/numeric/matrix.js';
import { matrix } from '../../../src/numeric/matrix.js';
import { generator } from '../../../src/numeric/random.js';
import { createAlgebra } from '../../../src/rule/algebra.js';
import { constraintSlack, implicationViolations, slackBetween } from '../../laws/implication.js';
import type { Point } from '../../laws/points.js';
import { samplePoint } from '../../laws/points.js';
import { P as otherP, X, Y, e, layerOf } from '../../laws/symbols.js';

const rule = elementBound(createAlgebra());
const reader = layerOf(3, [{ coefficient: 1, weight: X, signal: label('e') }]);
const { slopeSum: S, slopeProduct: P, multiplier } = reader;
const lambda = diag(multiplier);
const linear = (a: number, of: Expression = X): Expression => scale(a, [abs(S)], product([transpose(abs(of)), lambda]));
const quadratic = (b: number, of: Expression = X): Expression =>
  scale(-b, [P], product([transpose(square(of)), lambda]));
const source = (numerator: Expression): NumeratorSource => ({ numerator, weight: X, reader, span: null });

/** All widths 1, so that the summands are λ (a |S| |w| − b P w²) for one entry w; P > 0. */
function points(ratio: number): readonly Point[] {
  const random = generator(7);
  const one = (value: number): Matrix => matrix(1, 1, () => value);
  return Array.from({ length: 300 }, () => {
    const m = random.uniform() + 0.01;
    const L = m + 2 * random.uniform();
    const sign = random.pick([-1, 1]);
    const base = samplePoint(random, 'plain');
    return base
      .with(S, one(sign * (L + m)))
      .with(P, one(L * m))
      .with(multiplier, one(2 ** random.normal()))
      .with(X, one((2 * ratio * random.normal() * (L + m)) / (L * m)));
  });
}

describe('bound/element-bound', () => {
  it.each([
    [1, 2],
    [0.5, 2],
    [3, 0.25],
  ])('passes the laws of an implying rule where P > 0 (a = %d, b = %d)', (a, b) => {
    const numerator = sum([linear(a), quadratic(b)]);
    const constraint = rule.apply(source(numerator));
    const trial = {
      stem: 'bound/element-bound',
      points: points(a / b),
      source: (point: Point) => slackBetween(fill(number(0), e), numerator, point),
      target: (point: Point) => constraintSlack(constraint, point),
    };
    expect(implicationViolations(rule, trial)).toEqual([]);
  });

  it('is |c| ≤ |S| / (2 P), the bound of the literature, where P > 0', () => {
    const constraint = rule.apply(source(sum([linear(1), quadratic(2), linear(1, Y)])));
    expect(constraint).toMatchObject({ kind: 'element-bound', relation: '<=', parameters: [X], row: reader.target });
    expect(constraint.onlyIfPositive?.key).toBe(P.key);
    expect(constraint.left.key).toBe(abs(X).key);
    expect(constraint.right.key).toBe(quotient(scale(0.5, [abs(S)], number(1)), P).key);
    expect(text(constraint.right)).toBe('|S[3]| / (2 P[3])');
  });

  it('refuses numerators without the pair', () => {
    const foreign = scale(-2, [otherP], product([transpose(square(X)), lambda]));
    for (const numerator of [
      linear(1),
      quadratic(2),
      sum([linear(1), quadratic(-2)]),
      sum([linear(1, Y), quadratic(2)]),
      sum([linear(1), foreign]),
    ]) {
      expect(rule.refuses(source(numerator))?.because, numerator.key).toBeTruthy();
    }
  });
});
