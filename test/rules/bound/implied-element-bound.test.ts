import { describe, expect, it } from 'vitest';
import { impliedElementBound } from '../../../rules/bound/implied-element-bound.js';
import { label } from '../../../src/base/label.js';
import { abs, fill, number, quotient, rowSums, scale, subtract, sum } from '../../../src/expr/build.js';
import type { Expression } from '../../../src/expr/node.js';
import type { ImpliedSource } from '../../../src/model/bounding.js';
import type { Constraint } from '../../../src/model/inequality.js';
import { matrix } from '../../../src/numeric/matrix.js';
import { generator } from '../../../src/numeric/random.js';
import type { Algebra } from '../../../src/rule/algebra.js';
import { createAlgebra } from '../../../src/rule/algebra.js';
import { constraintSlack, implicationViolations } from '../../laws/implication.js';
import type { Point } from '../../laws/points.js';
import { samplePoint } from '../../laws/points.js';
import { X, Y, d, layerOf } from '../../laws/symbols.js';

const layer = layerOf(2, [{ coefficient: 1, weight: X, signal: label('e') }]);
const { slopeSum: S, slopeProduct: P } = layer;
const width = fill(quotient(number(2), abs(S)), d);

const constraint = (kind: Constraint['kind'], left: Expression, right: Expression): Constraint => ({
  kind,
  parameters: [X],
  left,
  relation: kind === 'row-ball' ? '<' : '<=',
  right,
  onlyIfPositive: kind === 'row-ball' ? null : P,
  row: layer.target,
  span: null,
});
const ballOf = (share: number, right: Expression = width, of: Expression = X): Constraint =>
  constraint('row-ball', scale(share, [], rowSums(abs(of))), right);
const elementOf = (share: number): Constraint =>
  constraint('element-bound', abs(X), quotient(scale(0.5 / share, [abs(S)], number(1)), P));
const source = (element: Constraint, ball: Constraint): ImpliedSource => ({ element, ball, layer });

describe('bound/implied-element-bound', () => {
  const rule = impliedElementBound(createAlgebra());

  it.each([1, 0.5, 3])('passes the laws of an implying rule where P > 0 (read with coefficient %d)', (share) => {
    const random = generator(8);
    const points = Array.from({ length: 400 }, (): Point => {
      const point = samplePoint(random, 'plain');
      const m = random.uniform() + 0.01;
      // L = m is where the two bounds meet.
      const L = random.pick([m, m + random.uniform(), m + 4 * random.uniform()]);
      const { rows, columns } = point.value(X);
      const size = (2 / (L + m) / share) * 4 * random.uniform();
      return point
        .with(
          S,
          matrix(1, 1, () => L + m),
        )
        .with(
          P,
          matrix(1, 1, () => L * m),
        )
        .with(
          X,
          matrix(rows, columns, () => random.pick([0, (size * random.normal()) / columns, size])),
        );
    });
    const [element, ball] = [elementOf(share), ballOf(share)];
    const [kept] = rule.apply(source(element, ball));
    if (kept === undefined) throw new Error('nothing kept');
    const trial = {
      stem: 'bound/implied-element-bound',
      points,
      source: (point: Point) => Math.min(constraintSlack(element, point), constraintSlack(ball, point)),
      target: (point: Point) => constraintSlack(kept, point),
    };
    expect(implicationViolations(rule, trial)).toEqual([]);
  });

  it('accepts narrower balls and keeps only the ball', () => {
    const narrow = ballOf(1, subtract(width, fill(number(0.25), d)));
    expect(rule.refuses(source(elementOf(1), narrow))).toBeNull();
    expect(rule.apply(source(elementOf(1), narrow))).toEqual([narrow]);
  });

  it('refuses wider balls, balls about other weights and tighter element bounds', () => {
    const wide = ballOf(1, sum([width, fill(number(0.25), d)]));
    const wider = ballOf(1, fill(quotient(number(3), abs(S)), d));
    const tight = constraint('element-bound', abs(X), quotient(scale(0.25, [abs(S)], number(1)), P));
    for (const refused of [
      source(elementOf(1), wide),
      source(elementOf(1), wider),
      source(elementOf(1), ballOf(1, width, Y)),
      source(tight, ballOf(1)),
      source(elementOf(1), ballOf(2)),
    ]) {
      expect(rule.refuses(refused)?.because).toBeTruthy();
    }
  });

  it('does not drop the bound without the identity S² − 4P = (L − m)²', () => {
    const asked: string[] = [];
    const silent: Algebra = {
      ...createAlgebra(),
      identical: (left, right) => {
        asked.push(left, right);
        return false;
      },
    };
    expect(impliedElementBound(silent).refuses(source(elementOf(1), ballOf(1)))?.because).toContain('S² − 4P');
    expect(asked).toEqual(['(L1+m1)^2-4*L1*m1', '(L1-m1)^2']);
  });
});
