import { describe, expect, it } from 'vitest';
import { rangeGuard } from '../../../rules/parameterize/range-guard.js';
import { abs, diag, fill, hadamard, number, product, rowSums, scale, sum, transpose } from '../../../src/expr/build.js';
import { evaluate } from '../../../src/expr/evaluate.js';
import { matrix } from '../../../src/numeric/matrix.js';
import { generator } from '../../../src/numeric/random.js';
import { hostileWeight, mapViolations } from '../../laws/map.js';
import type { Point } from '../../laws/points.js';
import { least, samplePoint } from '../../laws/points.js';
import { A, D, P, S, X, d } from '../../laws/symbols.js';

const cases = [
  [
    'dense',
    X,
    product([transpose(abs(X)), hadamard([diag(D), sum([fill(abs(S), d), scale(2, [abs(P)], rowSums(abs(X)))])])]),
  ],
  ['diagonal', A, hadamard([rowSums(abs(A)), diag(D)])],
] as const;

/** λ up to 2⁴⁰⁰: far beyond what the guard lets through. */
function points(weight: typeof X, exponents: readonly [number, number]): readonly Point[] {
  const random = generator(27);
  return Array.from({ length: 200 }, () => {
    const point = samplePoint(random, 'plain');
    const { rows } = point.value(D);
    const large = point.with(
      D,
      matrix(rows, rows, (i, j) => (i === j ? 2 ** random.integer(...exponents) : 0)),
    );
    return large.with(weight, hostileWeight(weight, point, random));
  });
}

describe('parameterize/range-guard', () => {
  it.each(cases)('passes the laws of a parameterizing rule: %s weight', (_name, weight, usage) => {
    const trial = {
      stem: 'parameterize/range-guard',
      assignment: rangeGuard.apply({ weight, usage }),
      weights: [weight],
      points: points(weight, [-40, 400]),
      // The limit may be reached up to rounding; what matters is that it stays far below overflow.
      slack: (point: Point) =>
        least(
          evaluate(usage, point),
          matrix(1, 1, () => 2 ** 300 * (1 + 2 ** -40)),
          (x, y) => y - x,
        ),
    };
    expect(mapViolations(rangeGuard, trial)).toEqual([]);
  });

  it('touches no ordinary weight', () => {
    const random = generator(28);
    const assignment = rangeGuard.apply({ weight: X, usage: cases[0][2] });
    if (assignment.kind !== 'shrink') throw new Error('a shrink expected');
    for (let k = 0; k < 50; k += 1) {
      const point = samplePoint(random, 'large');
      const [usage, limit] = [evaluate(assignment.usage, point), evaluate(assignment.limit, point)];
      expect(least(usage, limit, (x, y) => y / x)).toBeGreaterThan(1);
    }
    expect(assignment.limit.key).toBe(fill(number(2 ** 300), X.columns).key);
  });

  it('refuses everything but weights', () => {
    expect(rangeGuard.refuses({ weight: D, usage: diag(D) })?.because).toBeTruthy();
    expect(rangeGuard.refuses({ weight: X, usage: diag(D) })).toBeNull();
  });
});
