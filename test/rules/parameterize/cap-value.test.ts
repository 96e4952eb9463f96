import { describe, expect, it } from 'vitest';
import { capValue } from '../../../rules/parameterize/cap-value.js';
import { label } from '../../../src/base/label.js';
import { abs, fill, number, quotient, rowSums, symbol } from '../../../src/expr/build.js';
import { evaluate } from '../../../src/expr/evaluate.js';
import type { Expression } from '../../../src/expr/node.js';
import type { Cycle } from '../../../src/model/inequality.js';
import { matrix } from '../../../src/numeric/matrix.js';
import { generator } from '../../../src/numeric/random.js';
import { hostileWeight, mapViolations } from '../../laws/map.js';
import type { Point } from '../../laws/points.js';
import { least, samplePoint } from '../../laws/points.js';
import { A, D, S, X, d } from '../../laws/symbols.js';

const cap = symbol('cap', label('K'), { rows: d, columns: null }, { positive: true });
const cycle = (weight: typeof X, value: Expression | null): Cycle => ({ between: [weight, D], cap, value, span: null });

describe('parameterize/cap-value', () => {
  it.each([X, A])(
    'passes the laws of a parameterizing rule: κ = |Z| 1 caps every W that shrinking makes of Z ($key)',
    (weight) => {
      const random = generator(26);
      const points = Array.from({ length: 200 }, () => {
        const point = samplePoint(random, 'plain');
        return point.with(weight, hostileWeight(weight, point, random));
      });
      const trial = {
        stem: 'parameterize/cap-value',
        assignment: capValue.apply({ cycle: cycle(weight, null) }),
        weights: [],
        points,
        // Strict up to the candidate itself, which may touch its cap.
        slack: (point: Point) => {
          const { rows, columns, data } = point.value(weight);
          const reached = [1, 0.7, 0].map((factor) =>
            evaluate(
              rowSums(abs(weight)),
              point.with(weight, { rows, columns, data: data.map((entry) => entry * factor) }),
            ),
          );
          return Math.min(...reached.map((sums) => least(sums, evaluate(cap, point), (x, y) => (y >= x ? 1 : -1))));
        },
      };
      expect(mapViolations(capValue, trial)).toEqual([]);
    },
  );

  it("gives the paper's constant κ = 1/|S|, finite where S = 0", () => {
    const assignment = capValue.apply({ cycle: cycle(X, fill(quotient(number(1), abs(S)), d)) });
    if (assignment.kind !== 'define') throw new Error('a definition expected');
    const value = (slope: number): number =>
      evaluate(
        assignment.value,
        samplePoint(generator(1), 'plain').with(
          S,
          matrix(1, 1, () => slope),
        ),
      ).data[0] ?? NaN;
    expect(value(0.5)).toBe(2);
    expect(value(-4)).toBe(0.25);
    expect(value(0)).toBe(2 ** 60);
  });

  it('refuses a cycle without a weight', () => {
    expect(capValue.refuses({ cycle: cycle(D, null) })?.because).toBeTruthy();
    expect(capValue.refuses({ cycle: cycle(X, null) })).toBeNull();
  });
});
