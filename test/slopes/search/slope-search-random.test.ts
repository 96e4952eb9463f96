import { describe, expect, it } from 'vitest';
import type { Random } from '../../../src/numeric/random.js';
import { generator } from '../../../src/numeric/random.js';
import type { Interval } from '../../../src/numeric/interval.js';
import { divide, point, subtract } from '../../../src/numeric/interval.js';
import { encloser } from '../../../src/slopes/scalar/enclose.js';
import type { Scalar } from '../../../src/slopes/scalar/node.js';
import { scalarText } from '../../../src/slopes/scalar/print.js';
import type { Search } from '../../../src/slopes/search/slope-search.js';
import { searchSlopes } from '../../../src/slopes/search/slope-search.js';
import { anyFunction, boundedSlopes } from '../random-function.js';

/** Doubles over many magnitudes, some of them close together, in increasing order. */
function points(random: Random, count: number): readonly number[] {
  const found = Array.from({ length: count }, () =>
    random.uniform() < 0.9 ? 12 * random.normal() : random.normal() * 10 ** random.integer(-6, 12),
  );
  return [...found, ...found.slice(0, count / 10).map((x) => x + 1e-4)];
}

/** Points around those where the search says that the extreme slopes are. */
function claimed(found: Search): readonly number[] {
  if (found.kind !== 'enclosed') return [];
  return [found.mAt, found.LAt].flatMap((at) => {
    const far = at === '+∞' ? 1 : -1;
    return typeof at === 'string'
      ? [3 * far, 4 * far, 1e6 * far, 2e6 * far]
      : [-1e-3, -1e-4, -1e-6, 0, 1e-6, 1e-4, 1e-3].map((offset) => at.lo + offset * Math.max(1, Math.abs(at.lo)));
  });
}

/** Enclosures of 10,000 difference quotients, of neighbours and of points far apart; no rounding error goes unseen. */
function slopes(f: Scalar, found: Search, random: Random): readonly Interval[] {
  const value = encloser([f]);
  const at = [...points(random, 2_000), ...claimed(found)].sort((a, b) => a - b);
  const values = at.map((x) => value(point(x)).ranges[0] ?? { lo: -Infinity, hi: Infinity });
  const quotient = (a: number, b: number): Interval[] => {
    const [x, y, p, r] = [at[a], at[b], values[a], values[b]];
    return x === undefined || y === undefined || p === undefined || r === undefined || x === y
      ? []
      : [divide(subtract(r, p), subtract(point(y), point(x)))];
  };
  const near = at.flatMap((_, i) => quotient(i, i + 1));
  return [
    ...near,
    ...Array.from({ length: 8_000 }, () =>
      quotient(random.integer(0, at.length - 1), random.integer(0, at.length - 1)),
    ).flat(),
  ];
}

interface Tally {
  readonly kinds: Record<string, number>;
  wrong: string[];
  loose: string[];
}

function judge(f: Scalar, found: Search, random: Random, tally: Tally): void {
  tally.kinds[found.kind] = (tally.kinds[found.kind] ?? 0) + 1;
  if (found.kind === 'unbounded') return;
  const sampled = slopes(f, found, random);
  if (sampled.some(({ lo, hi }) => lo > found.L.hi || hi < found.m.lo)) tally.wrong.push(scalarText(f));
  if (found.kind !== 'enclosed') return;
  // Slopes that the sample surely has.
  const least = Math.min(...sampled.map(({ hi }) => hi));
  const most = Math.max(...sampled.map(({ lo }) => lo));
  if (found.L.hi - found.m.lo > 1.01 * (most - least) + 1e-9) tally.loose.push(scalarText(f));
}

function run(make: (random: Random, depth: number) => Scalar, count: number, seed: number): Tally {
  const tally: Tally = { kinds: {}, wrong: [], loose: [] };
  for (let at = 0; at < count; at += 1) {
    const random = generator(seed + at);
    const f = make(random, random.integer(1, 3));
    judge(f, searchSlopes(f), random, tally);
  }
  return tally;
}

describe('random functions: every sampled slope lies in the enclosure', () => {
  it('bounded slopes by construction', () => {
    const tally = run(boundedSlopes, 100, 9_000);
    expect(tally.wrong).toEqual([]);
    expect(tally.kinds['unbounded'] ?? 0).toBe(0);
    expect(tally.kinds['undecided'] ?? 0).toBeLessThanOrEqual(8);
    expect(tally.loose.length).toBeLessThanOrEqual(2);
  });

  it('any functions', () => {
    const tally = run(anyFunction, 60, 5_000);
    expect(tally.wrong).toEqual([]);
    expect(tally.kinds['enclosed'] ?? 0).toBeGreaterThan(30);
    expect(tally.loose.length).toBeLessThanOrEqual(2);
  });

  it('notices an enclosure that is a little too narrow', () => {
    const random = generator(1);
    const f = boundedSlopes(random, 2);
    const found = searchSlopes(f);
    if (found.kind !== 'enclosed') throw new Error('an example that is enclosed');
    const tally: Tally = { kinds: {}, wrong: [], loose: [] };
    const width = found.L.hi - found.m.lo;
    judge(
      f,
      {
        ...found,
        L: { lo: found.L.lo, hi: found.L.hi - 0.02 * width },
        m: { lo: found.m.lo + 0.02 * width, hi: found.m.hi },
      },
      random,
      tally,
    );
    expect(tally.wrong).toHaveLength(1);
  });
});
