import { describe, expect, it } from 'vitest';
import { generator } from '../../../src/numeric/random.js';
import { noAssumptions } from '../../../src/slopes/scalar/assumptions.js';
import * as build from '../../../src/slopes/scalar/build.js';
import { encloseConstant } from '../../../src/slopes/scalar/enclose.js';
import { numericFunction } from '../../../src/slopes/scalar/evaluate.js';
import { exactSlopes } from '../../../src/slopes/exact/exact-slopes.js';
import { exactExtremes } from '../../../src/slopes/exact/extremes.js';
import type { ExactExtremes } from '../../../src/slopes/exact/extremes.js';
import type { Scalar } from '../../../src/slopes/scalar/node.js';
import { scalarText } from '../../../src/slopes/scalar/print.js';
import * as q from '../../../src/slopes/scalar/rational.js';
import {
  alpha,
  fraction,
  gelu,
  hardshrink,
  hardtanh,
  hi,
  lo,
  mish,
  silu,
  square,
  tanh,
  thresholded,
  truths,
} from '../activations.js';
import { faultOf, sampleSlopes } from '../sampled-slopes.js';

const {
  call,
  divide,
  maximum,
  negate,
  number,
  one,
  power,
  product,
  select,
  squareRoot,
  subtract,
  sum,
  variable: v,
  zero,
} = build;

function exact(f: Scalar): ExactExtremes & { readonly kind: 'exact' } {
  const found = exactExtremes(f);
  if (found.kind !== 'exact') throw new Error(`${scalarText(f)}: ${JSON.stringify(found)}`);
  return found;
}

/** Whether the enclosure holds a number that is given to 40 digits, exactly. */
function holds({ lo: low, hi: high }: { readonly lo: number; readonly hi: number }, digits: string): boolean {
  const dyadic = (x: number): q.Rational => {
    let [value, shift] = [x, 0];
    while (!Number.isInteger(value)) [value, shift] = [value * 2, shift + 1];
    return q.rational(BigInt(value), 1n << BigInt(shift));
  };
  const truth = q.fromDecimal(digits);
  // The last digit of a number without a finite decimal is rounded.
  const last = digits.length > 20 ? q.fromDecimal('1e-37') : q.ZERO;
  return (
    q.compareRationals(dyadic(low), q.plus(truth, last)) <= 0 &&
    q.compareRationals(dyadic(high), q.minus(truth, last)) >= 0
  );
}

describe('m and L in closed form', () => {
  it.each(truths)('%s', (_, f, m, L) => {
    const found = exact(f);
    expect(holds(found.m.enclosure, m)).toBe(true);
    expect(holds(found.L.enclosure, L)).toBe(true);
    expect(found.m.enclosure.hi - found.m.enclosure.lo).toBeLessThan(1e-14);
    expect(found.L.enclosure.hi - found.L.enclosure.lo).toBeLessThan(1e-14);
  });

  it.each(truths)('%s: sampled slopes stay inside and come near', (_, f) => {
    const { m, L } = exact(f);
    const places = [m.at, L.at].flatMap((at) => (typeof at === 'string' ? [] : [numericFunction(at)(0)]));
    expect(
      faultOf({ m: m.enclosure.lo, L: L.enclosure.hi }, sampleSlopes(numericFunction(f), generator(1), places)),
    ).toBeNull();
  });

  it('says where', () => {
    const found = exact(gelu);
    expect(
      [found.m, found.L].map(({ at, attained }) => [typeof at === 'string' ? at : scalarText(at), attained]),
    ).toEqual([
      ['-sqrt(2)', true],
      ['sqrt(2)', true],
    ]);
    expect([exact(tanh).m.attained, exact(tanh).L.attained]).toEqual([false, true]);
    expect(scalarText(found.L.value)).toBe('0.5 * erf(1) + exp(-1) / sqrt(pi) + 0.5');
  });
});

describe('what has no exact answer', () => {
  it.each<readonly [string, Scalar, string]>([
    ['v²', square(v), 'unbounded'],
    ['exp', call('exp', v), 'unbounded'],
    ['v log(1 + |v|)', product([v, call('log', sum([one, build.absolute(v)]))]), 'unbounded'],
    ['√|v|', squareRoot(build.absolute(v)), 'unbounded'],
    ['CELU(-1)', select(v, v, negate(subtract(call('exp', negate(v)), one))), 'unbounded'],
    ['|v² − 1|', build.absolute(subtract(square(v), one)), 'unbounded'],
    ['v sin v', product([v, call('sin', v)]), 'unknown'],
    ['sin v', call('sin', v), 'unknown'],
    ['SiLU', silu, 'unknown'],
    ['Mish', mish, 'unknown'],
    ['max(v, tanh 2v)', maximum(v, call('tanh', product([number(2), v]))), 'unknown'],
    ['1 / v', divide(one, v), 'undefined'],
    ['1 / (v − 1)²', power(subtract(v, one), q.rational(-2)), 'undefined'],
    ['Hardshrink(1/2)', hardshrink(fraction(1, 2)), 'discontinuous'],
    ['Threshold(1/2, 3)', thresholded(fraction(1, 2), number(3)), 'discontinuous'],
    // Whether f(0) is 1 or 5 depends on how the author wrote |v| > 0.
    ['a touching guard', select(build.absolute(v), sum([v, one]), number(5)), 'unknown'],
    // The author may have written relu(v) > 0 or min(v, 0) < 0; the node does not say which branch holds for v < 0.
    ['a flat guard', select(maximum(v, zero), v, product([fraction(1, 10), v])), 'unknown'],
    ['Hardtanh(lo, hi) without lo < hi', hardtanh(lo, hi), 'unknown'],
    ['ELU of any alpha', product([alpha, select(v, zero, product([v, call('exp', v)]))]), 'unknown'],
  ])('%s', (_, f, kind) => {
    expect(exactSlopes(f, noAssumptions()).kind).toBe(kind);
  });

  it('gives the jump', () => {
    const found = exactSlopes(thresholded(fraction(1, 2), number(3)), noAssumptions());
    expect(found.kind === 'discontinuous' && [scalarText(found.at), scalarText(found.difference)]).toEqual([
      '0.5',
      '-2.5',
    ]);
  });

  it('gives the direction', () => {
    expect(exactSlopes(call('exp', v), noAssumptions())).toMatchObject({ kind: 'unbounded', towards: '+∞', sign: 1 });
    expect(exactSlopes(negate(squareRoot(build.absolute(v))), noAssumptions())).toMatchObject({
      kind: 'unbounded',
      towards: zero,
      sign: 1,
    });
  });
});

describe('the checker of samples', () => {
  const candidates = (f: Scalar): readonly number[] => {
    const found = exactSlopes(f, noAssumptions());
    return found.kind === 'exact' ? found.candidates.map(({ value }) => encloseConstant(value).lo) : [];
  };
  const fault = (f: Scalar, values: readonly number[]): string | null => {
    const { m, L } = exact(f);
    const places = [m.at, L.at].flatMap((at) => (typeof at === 'string' ? [] : [numericFunction(at)(0)]));
    return faultOf(
      { m: Math.min(...values), L: Math.max(...values) },
      sampleSlopes(numericFunction(f), generator(2), places),
    );
  };

  it('accepts the candidates', () => {
    expect(truths.map(([, f]) => fault(f, candidates(f))).filter((found) => found !== null)).toEqual([]);
  });

  it('notices when the greatest or the least candidate is left out', () => {
    for (const [, f] of truths) {
      const all = candidates(f);
      const [least, greatest] = [Math.min(...all), Math.max(...all)];
      if (all.length < 2) continue;
      expect(
        fault(
          f,
          all.filter((value) => value !== greatest),
        ),
      ).not.toBeNull();
      expect(
        fault(
          f,
          all.filter((value) => value !== least),
        ),
      ).not.toBeNull();
    }
  });

  it('notices a bound that is loose', () => {
    expect(fault(gelu, [...candidates(gelu), 1.2])).not.toBeNull();
    expect(fault(tanh, [...candidates(tanh), -0.1])).not.toBeNull();
  });
});
