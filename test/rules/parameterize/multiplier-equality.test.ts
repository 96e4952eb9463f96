import { describe, expect, it } from 'vitest';
import { lipschitzSymbol } from '../../../rules/lmi/lipschitz-goal.js';
import { multiplierEquality } from '../../../rules/parameterize/multiplier-equality.js';
import { label } from '../../../src/base/label.js';
import {
  abs,
  diag,
  fill,
  number,
  product,
  quotient,
  rowSums,
  scale,
  subtract,
  transpose,
  zero,
} from '../../../src/expr/build.js';
import { evaluate } from '../../../src/expr/evaluate.js';
import type { Expression } from '../../../src/expr/node.js';
import type { Constraint } from '../../../src/model/inequality.js';
import { matrix } from '../../../src/numeric/matrix.js';
import { generator } from '../../../src/numeric/random.js';
import { hostileWeight, mapViolations } from '../../laws/map.js';
import type { Point } from '../../laws/points.js';
import { least, samplePoint } from '../../laws/points.js';
import { D, F, S, X, Y, e } from '../../laws/symbols.js';

/** λ (over e) ≥ |X|ᵀ μ / (2 − |S| |Yᵀ| 1). */
const rho = product([transpose(abs(X)), diag(D)]);
const divisor = subtract(fill(number(2), e), scale(1, [abs(S)], rowSums(transpose(abs(Y)))));
const of = (right: Expression): Constraint => ({
  kind: 'multiplier-bound',
  parameters: [F],
  left: diag(F),
  relation: '>=',
  right,
  onlyIfPositive: null,
  row: label('w'),
  span: null,
});

describe('parameterize/multiplier-equality', () => {
  it.each([
    ['a quotient', quotient(rho, divisor)],
    ['nothing', zero({ rows: e, columns: null })],
  ])('passes the laws of a parameterizing rule: λ ≥ %s', (_name, bound) => {
    const constraint = of(bound);
    const random = generator(24);
    const points = Array.from({ length: 200 }, () => {
      const point = samplePoint(random, 'plain')
        .with(
          S,
          matrix(1, 1, () => random.pick([1, -1, 0])),
        )
        .with(
          lipschitzSymbol,
          matrix(1, 1, () => random.pick([1, 2 ** -60, 2 ** 60])),
        );
      const { rows, columns } = point.value(Y);
      // The row ball: column sums of |Y| up to 1.97.
      const tame = point.with(
        Y,
        matrix(rows, columns, () => (1.97 / rows) * random.uniform()),
      );
      return tame.with(X, hostileWeight(X, point, random));
    });
    const trial = {
      stem: 'parameterize/multiplier-equality',
      assignment: multiplierEquality.apply({ constraint, last: false }),
      weights: [],
      points,
      slack: (point: Point) =>
        Math.min(
          least(evaluate(bound, point), evaluate(diag(F), point), (x, y) => y - x),
          least(
            evaluate(diag(F), point),
            matrix(1, 1, () => 0),
            (x) => x,
          ),
        ),
    };
    expect(mapViolations(multiplierEquality, trial)).toEqual([]);
  });

  it('is within 2⁻¹² of equality, plus a floor of 2⁻⁴⁰ 𝓛²', () => {
    const assignment = multiplierEquality.apply({ constraint: of(rho), last: false });
    if (assignment.kind !== 'define') throw new Error('a definition expected');
    const point = samplePoint(generator(25), 'plain').with(
      lipschitzSymbol,
      matrix(1, 1, () => 3),
    );
    const [bound, value] = [evaluate(rho, point), evaluate(assignment.value, point)];
    value.data.forEach((lambda, i) => {
      expect(lambda).toBeCloseTo((1 + 2 ** -12) * (bound.data[i] ?? 0) + 9 * 2 ** -40, 13);
    });
    expect(assignment.symbol.key).toBe(F.key);
  });

  it('refuses all but lower bounds of multipliers', () => {
    for (const constraint of [
      { ...of(rho), kind: 'budget' as const },
      { ...of(rho), relation: '<' as const },
    ])
      expect(multiplierEquality.refuses({ constraint, last: false })?.because).toBeTruthy();
  });
});
