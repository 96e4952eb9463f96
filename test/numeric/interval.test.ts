import { describe, expect, it } from 'vitest';
import * as arithmetic from '../../src/numeric/interval.js';
import { generator } from '../../src/numeric/random.js';
import { anyDouble, integerOf } from './oracle.js';
import type { Interval } from '../../src/numeric/interval.js';
import type { Random } from '../../src/numeric/random.js';

const { add, absolute, contains, divide, down, hull, integerPower, intersect, interval, magnitude, maximum, middle } =
  arithmetic;
const { minimum, multiply, negate, point, ratio, sqrt, subtract, up, whole } = arithmetic;

const [least, greatest] = [Number.MIN_VALUE, Number.MAX_VALUE];

/** An exact rational, denominator > 0. */
interface Exact {
  readonly over: bigint;
  readonly under: bigint;
}

const unit = 1n << 1074n;

function exact(x: number): Exact {
  return { over: integerOf(x), under: unit };
}

/** The sign of end − value; infinite ends count as such. */
function compare(end: number, { over, under }: Exact): number {
  if (!Number.isFinite(end)) {
    return end;
  }
  const difference = integerOf(end) * under - over * unit;
  return difference > 0n ? 1 : difference < 0n ? -1 : 0;
}

function holds(a: Interval, value: Exact): boolean {
  return compare(a.lo, value) <= 0 && compare(a.hi, value) >= 0;
}

/** No double above lo is a lower bound too. */
function isGreatest(lo: number, value: Exact): boolean {
  return compare(next(lo, 1), value) > 0;
}

function isLeast(hi: number, value: Exact): boolean {
  return compare(next(hi, -1), value) < 0;
}

/** The neighbour of a double, by its bits. */
function next(x: number, direction: 1 | -1): number {
  if (x === direction * Infinity) {
    return x;
  }
  if (x === 0) {
    return direction * least;
  }
  const bits = new BigInt64Array(Float64Array.of(x).buffer);
  bits[0] = (bits[0] ?? 0n) + (x > 0 === direction > 0 ? 1n : -1n);
  return new Float64Array(bits.buffer)[0] ?? NaN;
}

type Binary = (a: Exact, b: Exact) => Exact;
const exactly: Readonly<Record<'add' | 'subtract' | 'multiply' | 'divide', Binary>> = {
  add: (a, b) => ({ over: a.over * b.under + b.over * a.under, under: a.under * b.under }),
  subtract: (a, b) => ({ over: a.over * b.under - b.over * a.under, under: a.under * b.under }),
  multiply: (a, b) => ({ over: a.over * b.over, under: a.under * b.under }),
  divide: (a, b) =>
    b.over > 0n
      ? { over: a.over * b.under, under: a.under * b.over }
      : { over: -a.over * b.under, under: -a.under * b.over },
};
const operations = ['add', 'subtract', 'multiply', 'divide'] as const;

/** Small integers, everyday numbers, numbers near one another's negatives, and any bits at all. */
function anything(random: Random): number {
  const kind = random.integer(0, 5);
  if (kind === 0) {
    return random.integer(-20, 20);
  }
  if (kind === 1) {
    return random.pick([0, least, -least, greatest, -greatest, 2 ** -1022, 1, -1, 2 ** 1023, 2 ** -537, 1 + 2 ** -52]);
  }
  if (kind === 2) {
    return anyDouble(random);
  }
  return random.normal() * 10 ** random.integer(-3, 3);
}

function anyInterval(random: Random): Interval {
  const [x, y] = [anything(random), anything(random)];
  return x <= y ? { lo: x, hi: y } : { lo: y, hi: x };
}

/** How many of the random points an operation on points fails to enclose. */
function failures(operation: (a: Interval, b: Interval) => Interval, truth: Binary, runs: number): number {
  const random = generator(21);
  let count = 0;
  for (let run = 0; run < runs; run += 1) {
    const [x, y] = [anything(random), anything(random)];
    if (truth === exactly.divide && y === 0) {
      continue;
    }
    count += holds(operation({ lo: x, hi: x }, { lo: y, hi: y }), truth(exact(x), exact(y))) ? 0 : 1;
  }
  return count;
}

describe('rounding outwards', () => {
  it('moves by one ulp nearly everywhere and by at least one everywhere', () => {
    const random = generator(1);
    let further = 0;
    for (let run = 0; run < 20000; run += 1) {
      const x = run % 2 === 0 ? anyDouble(random) : anything(random);
      expect(up(x)).toBeGreaterThanOrEqual(next(x, 1));
      expect(down(x)).toBeLessThanOrEqual(next(x, -1));
      expect(down(-x)).toBe(0 - up(x));
      further += up(x) === next(x, 1) ? 0 : 1;
    }
    expect(further).toBeLessThan(200);
    for (const power of [-1074, -1073, -1023, -1022, -1021, -1020, -970, -969, -968, -1, 0, 52, 1023]) {
      for (const x of [2 ** power, next(2 ** power, -1), next(2 ** power, 1)]) {
        expect(up(x)).toBeGreaterThanOrEqual(next(x, 1));
        expect(up(-x)).toBeGreaterThanOrEqual(next(-x, 1));
      }
    }
  });

  it('goes right at the ends of the range', () => {
    expect([up(greatest), up(Infinity), up(-Infinity)]).toEqual([Infinity, Infinity, -greatest]);
    expect([down(-greatest), down(-Infinity), down(Infinity)]).toEqual([-Infinity, -Infinity, greatest]);
    expect([up(0), up(-least), down(least)]).toEqual([least, 0, 0]);
  });
});

describe('arithmetic, against exact rationals', () => {
  it.each(operations)('%s of points', (name) => {
    expect(failures(arithmetic[name], exactly[name], 20000)).toBe(0);
  });

  it('a missing outward rounding is seen', () => {
    const nearest: Readonly<Record<(typeof operations)[number], (a: number, b: number) => number>> = {
      add: (a, b) => a + b,
      subtract: (a, b) => a - b,
      multiply: (a, b) => a * b,
      divide: (a, b) => a / b,
    };
    for (const name of operations) {
      const rounded = (a: Interval, b: Interval): Interval => ({
        lo: nearest[name](a.lo, b.lo),
        hi: nearest[name](a.hi, b.hi),
      });
      const halfRounded = (a: Interval, b: Interval): Interval => ({
        lo: nearest[name](a.lo, b.lo),
        hi: up(nearest[name](a.lo, b.lo)),
      });
      expect(failures(rounded, exactly[name], 1000)).toBeGreaterThan(100);
      expect(failures(halfRounded, exactly[name], 1000)).toBeGreaterThan(50);
    }
  });

  it.each(operations)('%s of intervals: the range and no more', (name) => {
    const random = generator(22);
    let loose = 0;
    for (let run = 0; run < 6000; run += 1) {
      const [a, b] = [anyInterval(random), anyInterval(random)];
      const result = arithmetic[name](a, b);
      expect(result.lo <= result.hi && !Object.is(result.lo, -0) && !Object.is(result.hi, -0)).toBe(true);
      if (name === 'divide' && contains(b, 0)) {
        continue;
      }
      // All four are monotone in each operand, so that corners make the range.
      const corners = [a.lo, a.hi].flatMap((x) => [b.lo, b.hi].map((y) => exactly[name](exact(x), exact(y))));
      const sorted = corners.sort((p, q) => (p.over * q.under < q.over * p.under ? -1 : 1));
      const [first, last] = [sorted[0] ?? exact(0), sorted[3] ?? exact(0)];
      const text = `${name} [${a.lo}, ${a.hi}] [${b.lo}, ${b.hi}] = [${result.lo}, ${result.hi}]`;
      expect(holds(result, first) && holds(result, last), text).toBe(true);
      loose += isGreatest(result.lo, first) && isLeast(result.hi, last) ? 0 : 1;
      const [inner, outer] = [next(next(result.lo, 1), 1), next(next(result.hi, -1), -1)];
      expect(isGreatest(inner, first) && isLeast(outer, last), text).toBe(true);
    }
    // Only where error terms could overflow or underflow is an end one double further than need be.
    expect(loose).toBeLessThan(name === 'add' || name === 'subtract' ? 60 : 1500);
  });

  it('leaves exact results alone', () => {
    expect(add(point(1), point(0))).toEqual(point(1));
    expect(add(point(0.5), point(0.25))).toEqual(point(0.75));
    expect(add(point(2 ** 53), point(1))).toEqual(interval(2 ** 53, 2 ** 53 + 2));
    expect(subtract(point(0.1), point(0.1))).toEqual(point(0));
    expect(multiply(point(0.1), point(0))).toEqual(point(0));
    expect(multiply(point(-1), point(least))).toEqual(point(-least));
    expect(multiply(point(0.1), point(-4))).toEqual(point(-0.4));
    expect(multiply(point(67108859), point(67108861))).toEqual(point(67108859 * 67108861));
    expect(divide(point(1), point(-8))).toEqual(point(-0.125));
    expect(divide(point(3), point(1))).toEqual(point(3));
    expect(divide(point(0), point(3))).toEqual(point(0));
    const width = ({ lo, hi }: Interval): number => hi - lo;
    expect(width(divide(point(1), point(3)))).toBe(2 ** -54);
    expect(width(multiply(point(0.1), point(0.1)))).toBe(2 ** -59);
  });

  it('divisors that touch 0', () => {
    expect(divide(interval(1, 2), interval(-1, 1))).toEqual(whole);
    expect(divide(interval(1, 2), point(0))).toEqual(whole);
    expect(divide(interval(1, 2), interval(0, 4))).toEqual(interval(0.25, Infinity));
    expect(divide(interval(1, 2), interval(-4, 0))).toEqual(interval(-Infinity, -0.25));
    expect(divide(interval(-2, -1), interval(0, 4))).toEqual(interval(-Infinity, -0.25));
    expect(divide(interval(-2, -1), interval(-4, -0))).toEqual(interval(0.25, Infinity));
    expect(divide(interval(-2, 1), interval(0, 4))).toEqual(whole);
    expect(divide(interval(-2, 1), interval(-4, 0))).toEqual(whole);
    expect(divide(interval(0, 1), interval(0, 4))).toEqual(interval(0, Infinity));
  });

  it('infinite ends', () => {
    expect(add(whole, whole)).toEqual(whole);
    expect(subtract(interval(0, Infinity), interval(0, Infinity))).toEqual(whole);
    expect(multiply(point(0), whole)).toEqual(point(0));
    expect(multiply(interval(0, 1), interval(2, Infinity))).toEqual(interval(0, Infinity));
    expect(multiply(interval(-1, 2), interval(2, Infinity))).toEqual(whole);
    expect(multiply(interval(-Infinity, -2), interval(-3, -1))).toEqual(interval(2, Infinity));
    expect(divide(point(1), interval(2, Infinity))).toEqual(interval(0, 0.5));
    expect(divide(interval(2, Infinity), interval(2, Infinity))).toEqual(interval(0, Infinity));
    expect(divide(interval(-Infinity, -2), interval(2, Infinity))).toEqual(interval(-Infinity, 0));
    expect(divide(interval(-Infinity, 3), interval(2, 4))).toEqual(interval(-Infinity, 1.5));
  });

  it('overflow leaves a finite end on the inner side', () => {
    expect(multiply(point(greatest), point(2))).toEqual(interval(greatest, Infinity));
    expect(add(point(-greatest), point(-greatest))).toEqual(interval(-Infinity, -greatest));
    expect(divide(point(-1), point(least))).toEqual(interval(-Infinity, -greatest));
    expect(integerPower(point(1e200), 2)).toEqual(interval(greatest, Infinity));
    expect(integerPower(point(1e-200), 2)).toEqual(interval(0, least));
  });
});

describe('powers and roots', () => {
  it('integer powers, against exact rationals', () => {
    const random = generator(23);
    for (let run = 0; run < 3000; run += 1) {
      const n = random.integer(-6, 9);
      const a = run % 3 === 0 ? point(random.integer(-30, 30)) : anyInterval(random);
      const result = integerPower(a, n);
      for (const x of [a.lo, a.hi, middle(a)]) {
        const base = integerOf(x);
        if (n < 0 && x === 0) {
          continue;
        }
        const [over, under] = [base ** BigInt(Math.abs(n)), unit ** BigInt(Math.abs(n))];
        const value = n >= 0 ? { over, under } : { over: over < 0n ? -under : under, under: over < 0n ? -over : over };
        expect(holds(result, value), `[${a.lo}, ${a.hi}]^${n}`).toBe(true);
      }
    }
  });

  it('integer powers are exact where that is possible and tight at 0', () => {
    expect(integerPower(point(-3), 3)).toEqual(point(-27));
    expect(integerPower(interval(-3, 2), 2)).toEqual(interval(0, 9));
    expect(integerPower(interval(-3, -2), 2)).toEqual(interval(4, 9));
    expect(integerPower(interval(-3, 2), 3)).toEqual(interval(-27, 8));
    expect(integerPower(interval(-3, 2), 0)).toEqual(point(1));
    expect(integerPower(interval(2, 4), -1)).toEqual(interval(0.25, 0.5));
    expect(integerPower(interval(-2, 4), -2)).toEqual(interval(0.0625, Infinity));
    expect(integerPower(interval(-2, 4), -1)).toEqual(whole);
    expect(integerPower(interval(-Infinity, 4), 2)).toEqual(interval(0, Infinity));
    expect(integerPower(point(3), 20)).toEqual(point(3486784401));
    expect(() => integerPower(point(2), 0.5)).toThrow(RangeError);
  });

  it('square roots, against exact squares', () => {
    const random = generator(24);
    for (let run = 0; run < 5000; run += 1) {
      const x = Math.abs(run % 2 === 0 ? anyDouble(random) : anything(random));
      const { lo, hi } = sqrt(point(x));
      expect(integerOf(lo) ** 2n <= integerOf(x) * unit && integerOf(hi) ** 2n >= integerOf(x) * unit, String(x)).toBe(
        true,
      );
      expect(hi === lo || hi === next(lo, 1) || hi === next(next(lo, 1), 1)).toBe(true);
      expect(lo === hi).toBe(integerOf(lo) ** 2n === integerOf(x) * unit);
    }
    expect(sqrt(interval(9, 16))).toEqual(interval(3, 4));
    expect(sqrt(point(2 ** -1074))).toEqual(point(2 ** -537));
    expect(sqrt(point(2 ** 1000 * 9))).toEqual(point(2 ** 500 * 3));
    expect(sqrt(interval(-1, 4))).toEqual(interval(0, 2));
    expect(sqrt(interval(0, Infinity))).toEqual(interval(0, Infinity));
    expect(() => sqrt(interval(-2, -1))).toThrow(RangeError);
  });
});

describe('ratio', () => {
  it('is the tightest enclosure', () => {
    const random = generator(25);
    const big = (): bigint => {
      let value = BigInt(random.integer(-9, 9));
      for (let n = random.integer(0, 45); n > 0; n -= 1) {
        value = value * BigInt(2 ** 30) + BigInt(random.integer(0, 2 ** 30));
      }
      return value;
    };
    for (let run = 0; run < 4000; run += 1) {
      const [over, drawn] = [big(), big()];
      const under = drawn === 0n ? 1n : drawn;
      const result = ratio(over, under);
      const value = under > 0n ? { over, under } : { over: -over, under: -under };
      expect(
        holds(result, value) && isGreatest(result.lo, value) && isLeast(result.hi, value),
        `${over}/${under} = [${result.lo}, ${result.hi}]`,
      ).toBe(true);
    }
  });

  it('is a point for every double, and only then', () => {
    const random = generator(26);
    for (let run = 0; run < 1000; run += 1) {
      const x = anyDouble(random) + 0;
      expect(ratio(3n * integerOf(x), 3n * unit)).toEqual(point(x));
    }
    expect(ratio(1n, 3n)).toEqual(interval(0.3333333333333333, 0.33333333333333337));
    expect(ratio(-6n, -3n)).toEqual(point(2));
    expect(ratio(0n, -7n)).toEqual(point(0));
    expect(ratio(10n ** 400n, 3n)).toEqual(interval(greatest, Infinity));
    expect(ratio(-1n, 10n ** 400n)).toEqual(interval(-least, 0));
    expect(ratio(2n ** 1024n - 1n, 1n)).toEqual(interval(greatest, Infinity));
    expect(ratio(2n ** 53n + 1n, 1n)).toEqual(interval(2 ** 53, 2 ** 53 + 2));
    expect(() => ratio(1n, 0n)).toThrow(RangeError);
  });
});

describe('sets', () => {
  it('are refused if they are none', () => {
    expect(() => interval(2, 1)).toThrow(RangeError);
    expect(() => interval(NaN, 1)).toThrow(RangeError);
    expect(() => interval(0, NaN)).toThrow(RangeError);
    expect(() => point(NaN)).toThrow(RangeError);
    expect(Object.is(point(-0).lo, 0)).toBe(true);
  });

  it('have hulls, intersections, sizes and members', () => {
    expect(hull(interval(1, 2), interval(4, 5))).toEqual(interval(1, 5));
    expect(intersect(interval(1, 3), interval(2, 5))).toEqual(interval(2, 3));
    expect(intersect(interval(1, 2), interval(2, 5))).toEqual(point(2));
    expect(intersect(interval(1, 2), interval(3, 5))).toBeNull();
    expect(magnitude(interval(-3, 2))).toBe(3);
    expect([contains(interval(1, 2), 1), contains(interval(1, 2), 2.1), contains(whole, 7)]).toEqual([
      true,
      false,
      true,
    ]);
    expect(negate(interval(-3, 2))).toEqual(interval(-2, 3));
    expect([absolute(interval(-3, 2)), absolute(interval(-3, -2)), absolute(interval(2, 3))]).toEqual([
      interval(0, 3),
      interval(2, 3),
      interval(2, 3),
    ]);
    expect(maximum(interval(-1, 3), interval(0, 2))).toEqual(interval(0, 3));
    expect(minimum(interval(-1, 3), interval(0, 2))).toEqual(interval(-1, 2));
  });

  it('have a finite member in the middle', () => {
    expect(middle(interval(1, 3))).toBe(2);
    expect(middle(whole)).toBe(0);
    expect(middle(interval(-greatest, greatest))).toBe(0);
    const random = generator(27);
    const ends = [
      -Infinity,
      -greatest,
      -5,
      -least,
      0,
      least,
      2 * least,
      3,
      greatest,
      Infinity,
      ...Array.from({ length: 40 }, () => anyDouble(random)),
    ];
    for (const lo of ends) {
      for (const hi of ends.filter((end) => end >= lo && end !== -Infinity && lo !== Infinity)) {
        const x = middle({ lo, hi });
        expect(Number.isFinite(x) && lo <= x && x <= hi, `[${lo}, ${hi}]`).toBe(true);
      }
    }
    // Halving a half-line again and again reaches the last double.
    let end = 1;
    let count = 0;
    for (; end < greatest && count < 2000; count += 1) {
      end = middle(interval(end, Infinity));
    }
    expect(end).toBe(greatest);
  });
});
