import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstOverlap, span } from '../../src/1-parse/indices.js';

const interval = fc
  .record({ first: fc.integer({ min: 0, max: 40 }), length: fc.integer({ min: -2, max: 9 }) })
  .map(({ first, length }) => ({ first, last: first + length - 1 }));

describe('firstOverlap', () => {
  it('finds the same set as a comparison of all pairs', () => {
    let found = 0;
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 12, size: 'max' }), (spans) => {
        const brute = spans.find((b, k) =>
          spans.slice(0, k).some((a) => {
            for (let member = a.first; member <= a.last; member += 1)
              if (member >= b.first && member <= b.last) return true;
            return false;
          }),
        );
        if (brute !== undefined) found += 1;
        expect(firstOverlap(spans)).toBe(brute ?? null);
      }),
      { seed: 7, numRuns: 2_000 },
    );
    expect(found).toBeGreaterThan(500);
    expect(found).toBeLessThan(1_900);
  });
});

describe('span', () => {
  it('keeps constants apart from what moves with the depth', () => {
    const range = { variable: 'l', from: { base: 'constant', offset: 2 }, to: { base: 'depth', offset: -1 } } as const;
    const shifted = span({ base: 'loop', offset: 3 }, range);
    expect(shifted.first).toBe(5);
    expect(shifted.last - span({ base: 'depth', offset: 0 }, null).first).toBe(2);
    expect(span({ base: 'constant', offset: 9_999 }, range).last).toBeLessThan(
      span({ base: 'depth', offset: -9_999 }, null).first,
    );
  });
});
