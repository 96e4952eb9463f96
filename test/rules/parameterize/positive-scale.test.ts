import { describe, expect, it } from 'vitest';
import { positiveScale } from '../../../rules/parameterize/positive-scale.js';
import { label } from '../../../src/base/label.js';
import { diag, symbol } from '../../../src/expr/build.js';
import { evaluate } from '../../../src/expr/evaluate.js';
import { matrix } from '../../../src/numeric/matrix.js';
import { generator } from '../../../src/numeric/random.js';
import { firstColumn, hostileEntry, mapViolations } from '../../laws/map.js';
import type { Point } from '../../laws/points.js';
import { samplePoint } from '../../laws/points.js';
import { D, X, d } from '../../laws/symbols.js';

const T = symbol('scale', label('x'), { rows: d, columns: d }, { diagonal: true, positive: true });
const assignment = positiveScale.apply(T);
if (assignment.kind !== 'define') throw new Error('a definition expected');
const { value } = assignment;

/** t for one free value. */
function scaleOf(z: number): number {
  const point = samplePoint(generator(1), 'plain');
  const width = point.width('d');
  return (
    firstColumn(
      evaluate(
        value,
        point.with(
          T,
          matrix(width, width, (i, j) => (i === j ? z : 0)),
        ),
      ),
    )[0] ?? NaN
  );
}

describe('parameterize/positive-scale', () => {
  it('passes the laws of a parameterizing rule: t is positive and in range for any z', () => {
    const random = generator(61);
    const points = Array.from({ length: 300 }, () => {
      const point = samplePoint(random, 'plain');
      const width = point.width('d');
      return point.with(
        T,
        matrix(width, width, (i, j) => (i === j ? random.pick([1, 1e150, 1e290]) * hostileEntry(random) : 0)),
      );
    });
    const slack = (point: Point): number =>
      Math.min(...firstColumn(evaluate(diag(T), point)).map((t) => (t >= 2 ** -20 && t <= 2 ** 20 ? 1 : -1)));
    expect(
      mapViolations(positiveScale, { stem: 'parameterize/positive-scale', assignment, weights: [], points, slack }),
    ).toEqual([]);
  });

  it('is exp(asinh(z / 2)): exactly 1 at 0, and t(−z) is 1 / t(z)', () => {
    for (const zero of [0, -0, 5e-324, -5e-324]) expect(scaleOf(zero)).toBe(1);
    for (const z of [1e-9, 0.5, 1, -1, -3.5, 100, -1e5, 3e5]) {
      expect(scaleOf(z) / Math.exp(Math.asinh(z / 2))).toBeCloseTo(1, 13);
      expect(scaleOf(z) * scaleOf(-z)).toBeCloseTo(1, 14);
    }
  });

  it('never falls as z grows, and stops at 2^±20', () => {
    const grid = Array.from({ length: 2001 }, (_, k) => Math.sinh((k - 1000) / 20));
    const scales = grid.map(scaleOf);
    scales.forEach((t, k) => expect(t).toBeGreaterThanOrEqual(scales[k - 1] ?? 0));
    expect([scaleOf(1e300), scaleOf(-1e300), scaleOf(Number.MAX_VALUE), scaleOf(-Number.MAX_VALUE)]).toEqual([
      2 ** 20,
      2 ** -20,
      2 ** 20,
      2 ** -20,
    ]);
    expect(scaleOf(2 ** 19)).toBeLessThan(2 ** 20);
  });

  it('refuses all but scales', () => {
    for (const other of [X, D]) expect(positiveScale.refuses(other)?.because).toBeTruthy();
    expect(positiveScale.refuses(T)).toBeNull();
  });
});
