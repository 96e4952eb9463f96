import { expect, it } from 'vitest';
import { excessOf } from '../../src/verify/excess.js';

it('is the largest eigenvalue of matrices whose eigenvalues are known', () => {
  expect(
    excessOf([
      [1, 0],
      [0, -2],
    ]),
  ).toBeCloseTo(1, 12);
  // Eigenvalues a ± b.
  expect(
    excessOf([
      [-1, 3],
      [3, -1],
    ]),
  ).toBeCloseTo(2, 12);
  expect(
    excessOf([
      [-3, 1],
      [1, -3],
    ]),
  ).toBeCloseTo(-2, 12);
  expect(excessOf([[0]])).toBe(0);
  for (const none of [[], [[1, 2]], [['NaN']]]) expect(excessOf(none)).toBeNull();
});
