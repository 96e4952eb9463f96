import { describe, expect, it } from 'vitest';
import { generator } from '../../../src/numeric/random.js';
import { numericFunction } from '../../../src/slopes/scalar/evaluate.js';
import type { Place } from '../../../src/slopes/exact/exact-slopes.js';
import { exactExtremes } from '../../../src/slopes/exact/extremes.js';
import type { Scalar } from '../../../src/slopes/scalar/node.js';
import { scalarText } from '../../../src/slopes/scalar/print.js';
import { piecewise } from '../random-piecewise.js';
import { faultOf, sampleSlopes } from '../sampled-slopes.js';

const numberOf = (node: Scalar): number => numericFunction(node)(0);

/** What sampling f says against the exact answer. */
function faultIn(f: Scalar, seed: number): { readonly kind: string; readonly fault: string | null } {
  const found = exactExtremes(f);
  const g = numericFunction(f);
  switch (found.kind) {
    case 'exact': {
      const places = [found.m.at, found.L.at].flatMap((at) => (typeof at === 'string' ? [] : [numberOf(at)]));
      return {
        kind: found.kind,
        fault: faultOf(
          { m: found.m.enclosure.lo, L: found.L.enclosure.hi },
          sampleSlopes(g, generator(seed), places, 1500),
          0.02,
        ),
      };
    }
    case 'discontinuous': {
      const [at, jump] = [numberOf(found.at), numberOf(found.difference)];
      const step = 1e-9 * Math.max(1, Math.abs(at));
      const seen = g(at + step) - g(at - step);
      return {
        kind: found.kind,
        fault: Math.abs(seen - jump) < 1e-6 * Math.max(1, Math.abs(jump)) ? null : `a jump of ${seen}, not ${jump}`,
      };
    }
    case 'unbounded':
      return { kind: found.kind, fault: grows(g, found.towards, found.sign) ? null : 'slopes that do not grow' };
    default:
      return { kind: found.kind, fault: null };
  }
}

function grows(g: (v: number) => number, towards: Place, sign: 1 | -1): boolean {
  const slope = (a: number, b: number): number => (sign * (g(b) - g(a))) / (b - a);
  const place = typeof towards === 'string' ? 0 : numberOf(towards);
  const slopes =
    typeof towards === 'string'
      ? [4, 16, 64, 256].map((far) => (towards === '+∞' ? slope(far, far * 1.01) : slope(-far, -far * 1.01)))
      : [1e-2, 1e-4, 1e-6].map((near) => Math.max(slope(place, place + near), slope(place, place - near)));
  return slopes.filter(Number.isFinite).every((value, at, all) => at === 0 || value > (all[at - 1] ?? 0) - 1e-9);
}

describe('random functions with kinks, cases and jumps', () => {
  it.each([1, 2, 3, 4])('never a false bound, seed %i', (seed) => {
    const random = generator(seed);
    const counts = new Map<string, number>();
    for (let n = 0; n < 150; n += 1) {
      const f = piecewise(random, 1 + (n % 3));
      const { kind, fault } = faultIn(f, n);
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      expect(fault, scalarText(f)).toBeNull();
    }
    // The test says something only if most answers are answers.
    expect(counts.get('exact')).toBeGreaterThan(60);
    expect(counts.get('discontinuous')).toBeGreaterThan(5);
    expect(counts.get('unbounded')).toBeGreaterThan(2);
  });
});
