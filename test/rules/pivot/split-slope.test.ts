import { describe, expect, it } from 'vitest';
import { splitSlope } from '../../../rules/pivot/split-slope.js';
import { label } from '../../../src/base/label.js';
import { evaluate } from '../../../src/expr/evaluate.js';
import { at, matrix } from '../../../src/numeric/matrix.js';
import { generator } from '../../../src/numeric/random.js';
import { createAlgebra } from '../../../src/rule/algebra.js';
import { descriptionViolations } from '../../laws/common.js';
import { X, layerOf } from '../../laws/symbols.js';

const rule = splitSlope(createAlgebra());
const layer = layerOf(1, [{ coefficient: 1, weight: X, signal: label('x') }]);

describe('pivot/split-slope', () => {
  it('has the description of a rule, and accepts every layer', () => {
    expect(descriptionViolations(rule, 'pivot/split-slope')).toEqual([]);
    expect(rule.refuses(layer)).toBeNull();
  });

  it('gives the same form: −2Lm v² + 2(L + m) v w − 2w² at w = m v + w̃, in integers', () => {
    const random = generator(40);
    const { mixed, own, lower, range } = rule.apply(layer);
    for (let round = 0; round < 300; round += 1) {
      const [m, step, v, rest] = [
        random.integer(-9, 9),
        random.integer(0, 9),
        random.integer(-9, 9),
        random.integer(-9, 9),
      ];
      const L = m + step;
      const environment = {
        width: () => 1,
        value: ({ key }: { readonly key: string }) =>
          matrix(1, 1, () => (key === lower.key ? m : key === range.key ? L - m : Number.NaN)),
      };
      const [crossed, square] = [mixed, own].map((node) => at(evaluate(node, environment), 0, 0));
      const w = m * v + rest;
      const restricted = -2 * L * m * v * v + 2 * (L + m) * v * w - 2 * w * w;
      expect(Math.abs((crossed ?? Number.NaN) * v * rest - (square ?? Number.NaN) * rest * rest - restricted)).toBe(0);
    }
  });

  it('says nothing if the algebra does not find the forms equal', () => {
    const doubtful = splitSlope({ ...createAlgebra(), identical: () => false });
    expect(doubtful.refuses(layer)?.because).toBeTruthy();
  });

  it('asks the algebra about a polynomial in v: w̃ with another slope split off leaves v² behind', () => {
    const { identical } = createAlgebra();
    const restricted = (k: string): string => `-2*L*m*v^2 + 2*(L+m)*v*(${k}*v+u) - 2*(${k}*v+u)^2`;
    expect(identical(restricted('m'), '2*(L-m)*v*u - 2*u^2')).toBe(true);
    // Splitting off the upper slope works as well, with −s; the mean slope does not.
    expect(identical(restricted('L'), '2*(m-L)*v*u - 2*u^2')).toBe(true);
    expect(identical(restricted('(L+m)/2'), '2*(L-m)*v*u - 2*u^2')).toBe(false);
  });
});
