import { describe, expect, it } from 'vitest';
import { isolateMultiplier } from '../../../rules/bound/isolate-multiplier.js';
import { label } from '../../../src/base/label.js';
import {
  abs,
  diag,
  fill,
  hadamard,
  number,
  product,
  quotient,
  rowSums,
  scale,
  square,
  subtract,
  sum,
  symbol,
  transpose,
} from '../../../src/expr/build.js';
import type { Expression } from '../../../src/expr/node.js';
import { generator } from '../../../src/numeric/random.js';
import { matrix } from '../../../src/numeric/matrix.js';
import type { RowTotal } from '../../../src/model/bounding.js';
import { createAlgebra } from '../../../src/rule/algebra.js';
import type { ImplicationTrial } from '../../laws/implication.js';
import { implicationViolations, slackBetween } from '../../laws/implication.js';
import type { Point } from '../../laws/points.js';
import { flavours, samplePoint } from '../../laws/points.js';
import { D, P, S, X, Y, d, f } from '../../laws/symbols.js';

const rule = isolateMultiplier(createAlgebra());
const lambda = diag(D);
/** The next layer's multiplier and weight, which reads this row's signal. */
const next = symbol('multiplier', label('N'), { rows: f, columns: f }, { diagonal: true, positive: true });
const up = symbol('weight', label('U'), { rows: f, columns: d });
const ownSums = scale(1, [abs(S)], hadamard([lambda, rowSums(abs(X))]));
const linear = scale(1, [abs(P)], product([transpose(abs(up)), diag(next)]));
const squares = product([transpose(square(up)), diag(next)]);

function trialFor(source: RowTotal): ImplicationTrial<Point> {
  const random = generator(5);
  const { bound, divisor } = rule.apply(source);
  const zero = fill(number(0), d);
  const points = Array.from({ length: 400 }, (_, at): Point => {
    const point = samplePoint(random, flavours[at % flavours.length] ?? 'plain');
    // Small weights keep the divisor positive often enough, and λ lies on either side of its bound.
    const { rows, columns } = point.value(X);
    const small = point
      .with(
        X,
        matrix(rows, columns, () => random.normal() / 8),
      )
      .with(
        S,
        matrix(1, 1, () => random.normal()),
      );
    return small.with(
      D,
      matrix(rows, rows, (i, j) => (i === j ? 2 ** (8 * random.normal()) : 0)),
    );
  }).filter((point) => slackBetween(zero, divisor, point) > 1e-9);
  return {
    stem: 'bound/isolate-multiplier',
    points,
    source: (point) => slackBetween(source.total, zero, point),
    target: (point) => slackBetween(bound, lambda, point),
  };
}

describe('bound/isolate-multiplier', () => {
  const total = sum([scale(-2, [], lambda), ownSums, linear, scale(0.1, [], squares)]);

  it('passes the laws of an implying rule where δ > 0', () => {
    const trial = trialFor({ total, multiplier: D });
    expect(trial.points.length).toBeGreaterThan(150);
    expect(implicationViolations(rule, trial)).toEqual([]);
  });

  it('is λ ∘ (2 − |S| |C| 1) ≥ ρ, the middle block of the literature', () => {
    const { divisor, numerator, bound } = rule.apply({
      total: sum([scale(-2, [], lambda), ownSums, linear]),
      multiplier: D,
    });
    const expected = subtract(fill(number(2), d), scale(1, [abs(S)], rowSums(abs(X))));
    expect(divisor.key).toBe(expected.key);
    expect(numerator.key).toBe(linear.key);
    expect(bound.key).toBe(quotient(linear, expected).key);
  });

  it('keeps a coefficient that is no small integer bit for bit', () => {
    for (const value of [0.1, 1e-20, 1 / 3, 123456789.123, 2 ** 80]) {
      const { numerator } = rule.apply({
        total: sum([scale(-2, [], lambda), scale(value, [], linear)]),
        multiplier: D,
      });
      expect(numerator.key).toBe(scale(value, [], linear).key);
    }
  });

  it('refuses rows that are not affine in their own multiplier, or lack it', () => {
    const twice = sum([scale(-2, [], lambda), square(lambda)]);
    const inside = sum([scale(-2, [], lambda), product([abs(X), transpose(abs(X)), lambda])]);
    const product2 = sum([scale(-2, [], lambda), hadamard([lambda, product([abs(X), transpose(abs(Y)), lambda])])]);
    const refused: readonly Expression[] = [twice, inside, product2, linear];
    for (const node of refused) expect(rule.refuses({ total: node, multiplier: D })?.because).toMatch(/multiplier/);
  });
});
