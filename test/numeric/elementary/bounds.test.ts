import { describe, expect, it } from 'vitest';
import { expm1Down, expm1Up } from '../../../src/numeric/elementary/exp.js';
import { atanhDown, atanhUp, log1pDown, log1pUp } from '../../../src/numeric/elementary/log.js';
import { generator } from '../../../src/numeric/random.js';
import { oracle, side } from './fixed-point.js';
import { around } from './points.js';

/** The bounds that the other functions are made of, where these do not hide an error of theirs. */
const subjects = [
  {
    name: 'expm1',
    lower: expm1Down,
    upper: expm1Up,
    from: -29,
    to: 3,
    turns: [0.3466, 0.34657359027997264, 0.6931, 1],
    most: 40,
  },
  { name: 'log1p', lower: log1pDown, upper: log1pUp, from: -1074, to: 0, turns: [2 ** -60, 2 ** -1021, 0.5], most: 16 },
  { name: 'atanh', lower: atanhDown, upper: atanhUp, from: -400, to: -1.6, turns: [0.25, 1 / 3], most: 16 },
] as const;

describe.each(subjects)('$name', ({ name, lower, upper, from, to, turns, most }) => {
  it('lies between its bounds, which are a few ulps apart', () => {
    const random = generator(31);
    const steep = Array.from({ length: 2000 }, () => 2 ** (to - 4 * random.uniform()));
    const small = Array.from({ length: 500 }, () => 2 ** (from + (to - from) * random.uniform()));
    for (const x of [...steep, ...small, ...turns.flatMap(around)]) {
      const [lo, hi] = [lower(x), upper(x)];
      const truth = oracle[name](x);
      expect(side(lo, truth), `${name}(${x}) ≥ ${lo}`).not.toBe(1);
      expect(side(hi, truth), `${name}(${x}) ≤ ${hi}`).not.toBe(-1);
      expect(hi - lo).toBeLessThanOrEqual(most * 2 ** -53 * hi + 2 * Number.MIN_VALUE);
    }
  });
});
