import { describe, expect, it } from 'vitest';
import { generator, xoshiro } from '../../src/numeric/random.js';

describe('random', () => {
  it('gives the published words of xoshiro128++ for the state 1, 2, 3, 4', () => {
    // Reference values of the authors' C code, as in the tests of Rust's rand_xoshiro.
    const seeds = [1, 2, 3, 4];
    const word = xoshiro(() => seeds.shift() ?? 0);
    const expected = [641, 1573767, 3222811527, 3517856514, 836907274, 4247214768, 3867114732, 1355841295];
    expect(expected.map(() => word())).toEqual(expected);
  });

  it('repeats itself for equal seeds and not for others', () => {
    const first = (seed: number): number[] => {
      const random = generator(seed);
      return Array.from({ length: 4 }, () => random.uniform());
    };
    expect(first(7)).toEqual(first(7));
    const seeds = [0, 1, 2, -1, 0.5, 2 ** 32, 2 ** 33, 2 ** 32 + 1, 1e300, Number.MIN_VALUE];
    expect(new Set(seeds.map((seed) => first(seed).join())).size).toBe(seeds.length);
    expect(first(-0)).toEqual(first(0));
  });

  it('is uniform in [0, 1) down to the last bits', () => {
    const random = generator(3);
    const runs = 100_000;
    const bins = new Float64Array(64);
    let odd = 0;
    let inside = 0;
    for (let i = 0; i < runs; i += 1) {
      const x = random.uniform();
      inside += x >= 0 && x < 1 ? 1 : 0;
      bins[Math.floor(x * 64)] = (bins[Math.floor(x * 64)] ?? 0) + 1;
      odd += (x * 2 ** 53) % 2;
    }
    expect(inside).toBe(runs);
    const chi = bins.reduce((sum, count) => sum + (count - runs / 64) ** 2 / (runs / 64), 0);
    expect(chi).toBeGreaterThan(30); // 63 degrees of freedom: 0.02 % below 30, 0.02 % above 112
    expect(chi).toBeLessThan(112);
    expect(Math.abs(odd - runs / 2)).toBeLessThan(4 * Math.sqrt(runs / 4));
  });

  it('has the moments of the normal distribution', () => {
    const random = generator(5);
    const runs = 200_000;
    const moments = [0, 0, 0, 0];
    for (let i = 0; i < runs; i += 1) {
      const x = random.normal();
      moments.forEach((sum, k) => (moments[k] = sum + x ** (k + 1) / runs));
    }
    [0, 1, 0, 3].forEach((moment, k) => {
      expect(Math.abs((moments[k] ?? NaN) - moment)).toBeLessThan(
        (5 * Math.sqrt([1, 2, 15, 96][k] ?? 0)) / Math.sqrt(runs),
      );
    });
  });

  it('reaches both ends of an integer range and every item of a list', () => {
    const random = generator(11);
    const seen = new Set(Array.from({ length: 200 }, () => random.integer(-2, 3)));
    expect([...seen].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2, 3]);
    expect(new Set(Array.from({ length: 100 }, () => random.pick(['a', 'b', 'c'])))).toEqual(new Set(['a', 'b', 'c']));
    expect(random.integer(4, 4)).toBe(4);
  });

  it('refuses what has no answer', () => {
    const random = generator(1);
    expect(() => generator(NaN)).toThrow(/LW311/);
    expect(() => random.integer(2, 1)).toThrow(/LW311/);
    expect(() => random.integer(0, 0.5)).toThrow(/LW311/);
    expect(() => random.pick([])).toThrow(/LW311/);
  });
});
