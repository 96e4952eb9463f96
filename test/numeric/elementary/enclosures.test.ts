import { describe, expect, it } from 'vitest';
import * as elementary from '../../../src/numeric/elementary/index.js';
import { generator } from '../../../src/numeric/random.js';
import { approximately, misses, oracle } from './fixed-point.js';
import { points } from './points.js';
import type { Interval } from '../../../src/numeric/interval.js';

/** The functions of one interval. */
type Name = 'asinh' | 'atan' | 'cos' | 'erf' | 'exp' | 'log' | 'sech' | 'sigmoid' | 'sin' | 'softplus' | 'tanh';

interface Subject {
  readonly name: Name;
  /** Arguments within ± this are drawn most often, none beyond `largest`. */
  readonly spread: number;
  readonly largest: number;
  /** Where the implementation or the function changes its ways. */
  readonly turns: readonly number[];
  /**
   * The relative width that the value of a point may have: twice what the docstring promises for either end, or less.
   */
  readonly width: number;
}

/** Among them the doubles next to a multiple of π/2 (29, and 204551 times it), where the reduction cancels most. */
const quarters = [...[1, 2, 3, 4, 5, 8, 355, 1e5].map((n) => (n * Math.PI) / 2), 45.553093477052, 321307.9594422229];

const subjects: readonly Subject[] = [
  {
    name: 'exp',
    spread: 30,
    largest: 800,
    turns: [0, 0.34657, 0.3466, 709.782712893384, 710, 708.3964185322641, 745.1332191019412, 746, 1e-300],
    width: 1.3e-15,
  },
  {
    name: 'log',
    spread: 10,
    largest: 1e308,
    turns: [1, 0.7, 1.42, 0.5, 2, 1.4, 2 ** -1000, 2 ** -1022, 2 ** 512, 2 ** -512, 1e308],
    width: 2.2e-15,
  },
  {
    name: 'sin',
    spread: 20,
    largest: 1e6,
    turns: [2 ** -30, 2 ** 20, 0.7853981633974483, 2.356194490192345, ...quarters],
    width: 2.2e-15,
  },
  {
    name: 'cos',
    spread: 20,
    largest: 1e6,
    turns: [2 ** -30, 2 ** 20, 0.7853981633974483, 2.356194490192345, ...quarters],
    width: 2.2e-15,
  },
  { name: 'atan', spread: 5, largest: 1e308, turns: [2 ** -30, 1, 1e308], width: 4e-15 },
  { name: 'tanh', spread: 5, largest: 1e308, turns: [2 ** -30, 2 ** -61, 0.1733, 20, 1e308], width: 4e-15 },
  { name: 'sech', spread: 5, largest: 800, turns: [0, 1e-8, 709.1, 745.8, 746], width: 2e-15 },
  { name: 'sigmoid', spread: 20, largest: 800, turns: [0, 37, 709, 745.1332191019412, 746], width: 2e-15 },
  {
    name: 'softplus',
    spread: 20,
    largest: 800,
    turns: [0, 41.58883083359672, 709, 745.1332191019412, 746],
    width: 3e-15,
  },
  { name: 'asinh', spread: 3, largest: 1e308, turns: [2 ** -30, 0.35, 2 ** 30, 1e308], width: 4e-15 },
  { name: 'erf', spread: 3, largest: 30, turns: [2 ** -30, 2, 6, 7], width: 8e-15 },
];

/** Below, doubles have no 53 digits and widths count in units of 2^-1074. */
const smallest = 2 ** -1021;

/** The absolute width that sin and cos may have beside it, where they reduce their arguments. */
const reduction = 2 ** -93;

function relativeWidth(a: Interval, value: number, allowance: number): number {
  const width = a.hi - a.lo - allowance;
  return Math.abs(value) < smallest
    ? width <= 4 * Number.MIN_VALUE + 1e-14 * smallest
      ? 0
      : Infinity
    : width / Math.abs(value);
}

/** Arguments at which f certainly misses the true value. */
function failures(f: (a: Interval) => Interval, name: keyof typeof oracle, at: readonly number[]): number[] {
  return at.filter((x) => misses(f({ lo: x, hi: x }), oracle[name](x)));
}

describe.each(subjects)('$name', ({ name, spread, largest, turns, width }) => {
  const f = elementary[name];
  const isPeriodic = name === 'sin' || name === 'cos';
  const at = points(7, 2400, spread, largest, turns).filter((x) => (name !== 'log' || x > 0) && Number.isFinite(x));

  it('contains the true value, and little else', () => {
    let count = 0;
    let widest = 0;
    for (const x of name === 'log' ? [...at, ...points(8, 2400, spread, largest, []).map(Math.abs)] : at) {
      const value = f({ lo: x, hi: x });
      const truth = oracle[name](x);
      expect(misses(value, truth), `${name}(${x}) = [${value.lo}, ${value.hi}]`).toBe(false);
      expect(Object.is(value.lo, -0) || Object.is(value.hi, -0)).toBe(false);
      const near = approximately(truth);
      if (isPeriodic && Math.abs(x) > 2 ** 20) {
        expect(value).toEqual({ lo: -1, hi: 1 });
      } else if (Math.abs(near) < Number.MAX_VALUE) {
        widest = Math.max(widest, relativeWidth(value, near, isPeriodic && Math.abs(x) > 0.78 ? reduction : 0));
      }
      count += 1;
    }
    expect(count).toBeGreaterThanOrEqual(2000);
    expect(widest).toBeLessThan(width);
    expect(widest).toBeGreaterThan(2 ** -53); // of a test that measures
  });

  it('contains the values at members of wide intervals, and no more than their range', () => {
    const random = generator(9);
    const inside = at.filter((x) => Math.abs(x) <= Math.min(largest, 100));
    for (let run = 0; run < 300; run += 1) {
      const lo = random.pick(inside);
      const hi = run % 2 === 0 ? random.pick(inside) : lo + Math.abs(random.normal());
      const a = lo < hi ? { lo, hi } : { lo: hi, hi: lo };
      const value = f(a);
      let [least, most] = [Infinity, -Infinity];
      const see = (x: number): void => {
        const truth = oracle[name](x);
        expect(misses(value, truth), `${name}[${a.lo}, ${a.hi}] at ${x}`).toBe(false);
        least = Math.min(least, approximately(truth));
        most = Math.max(most, approximately(truth));
      };
      see(a.lo);
      see(a.hi);
      for (let n = 0; n < 3; n += 1) {
        see(Math.min(a.hi, a.lo + (a.hi - a.lo) * random.uniform()));
      }
      // The extrema are at the ends, or where sin and cos are ±1 and sech is 1.
      const turning = name === 'sin' ? Math.PI / 2 : name === 'cos' || name === 'sech' ? 0 : NaN;
      const period = name === 'sech' ? Infinity : Math.PI;
      if (Number.isFinite(turning)) {
        const from = period === Infinity ? 0 : Math.ceil((a.lo - turning) / period);
        for (const n of [from, from + 1]) {
          const x = n === 0 ? turning : turning + n * period;
          if (a.lo <= x && x <= a.hi) {
            see(x);
          }
        }
      }
      const slack = isPeriodic ? reduction : 4 * Number.MIN_VALUE;
      expect(Math.abs(value.lo - least)).toBeLessThanOrEqual(1e-14 * Math.abs(least) + slack);
      expect(Math.abs(value.hi - most)).toBeLessThanOrEqual(1e-14 * Math.abs(most) + slack);
    }
  });
});

describe('the check of containment', () => {
  const at = points(11, 600, 4, 100, []);

  it('sees that the library functions of the language are not enclosures', () => {
    for (const [name, f] of [
      ['exp', Math.exp],
      ['sin', Math.sin],
      ['tanh', Math.tanh],
      ['atan', Math.atan],
    ] as const) {
      const rounded = (a: Interval): Interval => ({ lo: f(a.lo), hi: f(a.hi) });
      expect(failures(rounded, name, at).length).toBeGreaterThan(300);
    }
  });

  it('sees an end that is off by one part in 10^15', () => {
    for (const name of ['exp', 'sigmoid', 'erf', 'asinh', 'cos'] as const) {
      const shifted = (a: Interval): Interval => {
        const { lo, hi } = elementary[name](a);
        return { lo: lo + 8e-15 * Math.abs(lo), hi: hi + 8e-15 * Math.abs(hi) };
      };
      expect(failures(shifted, name, at).length).toBeGreaterThan(300);
    }
  });
});
