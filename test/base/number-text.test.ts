import { describe, expect, it } from 'vitest';
import {
  boundAbove,
  boundBelow,
  brief,
  briefAbove,
  briefBelow,
  intervalText,
  marginText,
} from '../../src/base/number-text.js';
import { generator } from '../../src/numeric/random.js';

describe('numbers for people', () => {
  it.each([
    [1, '1', '1'],
    [1.0001831549839033, '1.0002', '1.0001'],
    [0.9987217514609922, '0.99873', '0.99872'],
    [1208.8170402340838, '1208.9', '1208.8'],
    [1.8890719e24, '1.8891e24', '1.889e24'],
    [9.99999, '10', '9.9999'],
    [0.0000014085378567940242, '1.4086e-6', '1.4085e-6'],
    [99999.5, '100000', '99999'],
    [0, '0', '0'],
  ])('%d to five digits, upwards and downwards', (value, above, below) => {
    expect([briefAbove(value, 5), briefBelow(value, 5)]).toEqual([above, below]);
  });

  it.each([
    [[-0.128904145185156, 1.1289041451851558], '[-0.128905, 1.12891]'],
    [[0.09999999999999999, 1.1], '[0.1, 1.1]'],
    [[0, 1 / 6], '[0, 0.166667]'],
    [[-2 / 3, -1 / 3], '[-0.666667, -0.333333]'],
    [[1 / 3, 2 / 3], '[0.333333, 0.666667]'],
    [[-0, 1e-7 / 3], '[0, 3.33334e-8]'],
  ] as const)('an interval %j outwards', (pair, text) => expect(intervalText(pair, 6)).toBe(text));

  it.each([
    [2 ** -43, '1.13e-13'],
    [1.81899e-12, '1.81e-12'],
    [0.25, '0.25'],
    [0, '0'],
    [-0.5, '-0.5'],
  ])('a margin %d downwards', (margin, text) => expect(marginText(margin)).toBe(text));

  it.each([
    [3 * Math.fround(1 / 3), '1 + 3e-8', '1'],
    [1, '1', '1'],
    [1.00018, '1.0002', '1.0001'],
    [0.9999999, '1', '0.99999'],
    [0.5 + 2 ** -53, '0.5 + 1.2e-16', '0.5'],
    [0.348171234, '0.34818', '0.34817'],
  ])('a bound %d, upwards and downwards', (value, above, below) => {
    expect([boundAbove(value), boundBelow(value)]).toEqual([above, below]);
  });

  it('read back they are on the right side, and no further off than a unit of the last digit', () => {
    const random = generator(1);
    for (let run = 0; run < 3000; run += 1) {
      const value = Math.abs(random.normal()) * 10 ** random.integer(-300, 300);
      for (const digits of [1, 3, 5]) {
        const [above, below] = [Number(briefAbove(value, digits)), Number(briefBelow(value, digits))];
        expect(above).toBeGreaterThanOrEqual(value);
        expect(below).toBeLessThanOrEqual(value);
        expect(above - below).toBeLessThanOrEqual(1.001 * 10 ** (1 - digits) * value);
        expect([above, below]).toContain(Number(brief(value, digits)));
      }
    }
  });
});
