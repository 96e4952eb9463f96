import { afterEach, describe, expect, it, vi } from 'vitest';
import { generator } from '../../../src/numeric/random.js';
import { noAssumptions } from '../../../src/slopes/scalar/assumptions.js';
import * as build from '../../../src/slopes/scalar/build.js';
import { encloseConstant } from '../../../src/slopes/scalar/enclose.js';
import { numericFunction } from '../../../src/slopes/scalar/evaluate.js';
import { exactExtremes } from '../../../src/slopes/exact/extremes.js';
import type { Scalar } from '../../../src/slopes/scalar/node.js';
import { parametricSlopes } from '../../../src/slopes/exact/parametric-slopes.js';
import { substitute } from '../../../src/slopes/scalar/visit.js';
import { alpha, elu, gelu, relu, tanh } from '../activations.js';
import { faultOf, sampleSlopes } from '../sampled-slopes.js';

/** Which part of the engine is broken on purpose. */
const broken = vi.hoisted(() => ({ part: 'none' }));

vi.mock(import('../../../src/slopes/exact/limit.js'), async (original) => {
  const sound = await original();
  return {
    ...sound,
    limitAtInfinity: (...given) =>
      broken.part === 'limits are 0' ? { kind: 'finite', value: build.zero } : sound.limitAtInfinity(...given),
  };
});

vi.mock(import('../../../src/slopes/exact/signs.js'), async (original) => {
  const sound = await original();
  return {
    ...sound,
    isOpen: (signs) => (broken.part === 'every sign counts as known' ? false : sound.isOpen(signs)),
    never: (...given) => broken.part === 'every comparison succeeds' || sound.never(...given),
  };
});

vi.mock(import('../../../src/slopes/exact/critical.js'), async (original) => {
  const sound = await original();
  return {
    ...sound,
    polynomialRoots: (...given) => (broken.part === 'no roots' ? [] : sound.polynomialRoots(...given)),
  };
});

vi.mock(import('../../../src/slopes/scalar/differentiate.js'), async (original) => {
  const sound = await original();
  return {
    ...sound,
    differentiate: (f) =>
      broken.part === 'derivatives of opposite sign' ? build.negate(sound.differentiate(f)) : sound.differentiate(f),
  };
});

afterEach(() => {
  broken.part = 'none';
});

/** What sampling holds against the answer; null for a sound one, 'no answer' if there is none. */
function verdict(f: Scalar): string | null {
  const found = exactExtremes(f);
  return found.kind === 'exact'
    ? faultOf(
        { m: found.m.enclosure.lo, L: found.L.enclosure.hi },
        sampleSlopes(numericFunction(f), generator(3), [-Math.SQRT2, Math.SQRT2]),
      )
    : 'no answer';
}

describe('a broken engine', () => {
  it('is found out by samples, which accept the sound one', () => {
    for (const f of [relu, tanh, gelu, elu(build.number(2))]) expect(verdict(f)).toBeNull();
  });

  it.each([
    ['limits are 0', build.call('softplus', build.variable), /slope .* above L/],
    ['every sign counts as known', tanh, /slope .* above L/],
    ['every sign counts as known', gelu, /slope .* below m|slope .* above L/],
    // Without the cut at ±√2 there is no proof, hence no answer rather than a false one.
    ['no roots', gelu, /no answer/],
    ['derivatives of opposite sign', elu(build.number(2)), /slope .* above L/],
  ])('%s', (part, f, expected) => {
    broken.part = part;
    expect(verdict(f)).toMatch(expected);
  });

  it('that drops a value which is not dominated gives a false formula', () => {
    broken.part = 'every comparison succeeds';
    const [cell] = parametricSlopes(elu(alpha), [], noAssumptions()).cells;
    broken.part = 'none';
    const [sound] = parametricSlopes(elu(alpha), [], noAssumptions()).cells;
    const faults = [cell, sound].map((one) =>
      [-2, 0.5, 3].map((number) => {
        const put = (node: Scalar): Scalar =>
          substitute(node, { parameters: new Map([['alpha', build.number(BigInt(Math.round(number * 2)))]]) });
        if (one?.result.kind !== 'bounded') return 'no answer';
        const claim = { m: encloseConstant(put(one.result.m)).lo, L: encloseConstant(put(one.result.L)).hi };
        return faultOf(claim, sampleSlopes(numericFunction(put(elu(alpha))), generator(4)));
      }),
    );
    expect(faults[1]).toEqual([null, null, null]);
    expect(faults[0]).not.toEqual([null, null, null]);
  });
});
