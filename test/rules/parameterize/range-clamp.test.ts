import { describe, expect, it } from 'vitest';
import { rangeClamp } from '../../../rules/parameterize/range-clamp.js';
import { matrix } from '../../../src/numeric/matrix.js';
import { generator } from '../../../src/numeric/random.js';
import { anyDouble } from '../../numeric/oracle.js';
import { mapViolations } from '../../laws/map.js';
import { samplePoint } from '../../laws/points.js';
import { A, D, P, X } from '../../laws/symbols.js';

describe('parameterize/range-clamp', () => {
  it.each([X, A])('passes the laws of a parameterizing rule, for every finite double: $key', (weight) => {
    const random = generator(21);
    const points = Array.from({ length: 200 }, () => {
      const point = samplePoint(random, 'plain');
      const { rows, columns } = point.value(weight);
      return point.with(
        weight,
        matrix(rows, columns, (i, j) =>
          weight.diagonal && i !== j
            ? 0
            : random.pick([anyDouble(random), Number.MAX_VALUE, -Number.MAX_VALUE, 2 ** 64, -(2 ** 64)]),
        ),
      );
    });
    const trial = {
      stem: 'parameterize/range-clamp',
      assignment: rangeClamp.apply(weight),
      weights: [weight],
      points,
      // The bound itself is allowed.
      slack: (point: (typeof points)[number]) =>
        2 ** 64 * (1 + 2 ** -52) - Math.max(...point.value(weight).data.map(Math.abs)),
    };
    expect(mapViolations(rangeClamp, trial)).toEqual([]);
  });

  it('clamps to ±2⁶⁴', () => {
    expect(rangeClamp.apply(X)).toMatchObject({ kind: 'clamp', bound: 18446744073709551616 });
  });

  it('refuses everything but weights', () => {
    expect([D, P].map((symbol) => rangeClamp.refuses(symbol)?.because)).toEqual([
      'only weights have free entries',
      'only weights have free entries',
    ]);
    expect(rangeClamp.refuses(X)).toBeNull();
  });
});
