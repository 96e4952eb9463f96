import { describe, expect, it } from 'vitest';
import { fullBlock } from '../../../rules/lmi/full-block.js';
import { slopeRestriction } from '../../../rules/lmi/slope-restriction.js';
import { splitSlope } from '../../../rules/pivot/split-slope.js';
import { label } from '../../../src/base/label.js';
import { negate, number, scale } from '../../../src/expr/build.js';
import { evaluate } from '../../../src/expr/evaluate.js';
import { text } from '../../../src/expr/print.js';
import type { PairForm } from '../../../src/model/form.js';
import type { Layer } from '../../../src/model/network.js';
import { at, matrix } from '../../../src/numeric/matrix.js';
import { generator } from '../../../src/numeric/random.js';
import { createAlgebra } from '../../../src/rule/algebra.js';
import { descriptionViolations } from '../../laws/common.js';
import { X, layerOf } from '../../laws/symbols.js';

const rule = splitSlope(createAlgebra());
const layer = layerOf(1, [{ coefficient: 1, weight: X, signal: label('x') }]);

const source = { layer, form: slopeRestriction.apply(layer) };

describe('pivot/split-slope', () => {
  it('has the description of a rule, and accepts every layer', () => {
    expect(descriptionViolations(rule, 'pivot/split-slope')).toEqual([]);
    expect(rule.refuses(source)).toBeNull();
  });

  it('gives the same form: −2Lm v² + 2(L + m) v w − 2w² at w = m v + w̃, in integers', () => {
    const random = generator(40);
    const { mixed, own, lower, range } = rule.apply(source);
    for (let round = 0; round < 300; round += 1) {
      const [m, step, v, rest] = [
        random.integer(-9, 9),
        random.integer(0, 9),
        random.integer(-9, 9),
        random.integer(-9, 9),
      ];
      const L = m + step;
      const environment = {
        width: () => 1,
        value: ({ key }: { readonly key: string }) =>
          matrix(1, 1, () => (key === lower.key ? m : key === range.key ? L - m : Number.NaN)),
      };
      const [crossed, square] = [mixed, own].map((node) => at(evaluate(node, environment), 0, 0));
      const w = m * v + rest;
      const restricted = -2 * L * m * v * v + 2 * (L + m) * v * w - 2 * w * w;
      expect(Math.abs((crossed ?? Number.NaN) * v * rest - (square ?? Number.NaN) * rest * rest - restricted)).toBe(0);
    }
  });

  it('says nothing if the algebra does not find the forms equal', () => {
    const doubtful = splitSlope({ ...createAlgebra(), identical: () => false });
    expect(doubtful.refuses(source)?.because).toBeTruthy();
  });

  it.each<[string, Partial<PairForm>]>([
    ['no term in v', { square: number(0) }],
    ['the sign of P turned', { square: scale(2, [layer.slopeProduct], number(1)) }],
    ['the sign of S turned', { mixed: negate(layer.slopeSum) }],
    ['S halved', { mixed: scale(0.5, [], layer.slopeSum) }],
    ['−4 for −2', { own: number(-4) }],
    ['nothing in w', { own: number(0) }],
    ['2 for −2', { own: number(2) }],
    ['P for S', { mixed: layer.slopeProduct }],
    ['something that is no slope', { mixed: layer.multiplier }],
  ])('refuses a form with %s', (_what, change) => {
    expect(rule.refuses({ layer, form: { ...source.form, ...change } })).not.toBeNull();
  });

  it('follows a multiple of the form, in the coefficients of the pivot', () => {
    const { square, mixed, own } = source.form;
    const threefold = { square: scale(3, [], square), mixed: scale(3, [], mixed), own: scale(3, [], own) };
    const split = rule.apply({ layer, form: threefold });
    expect([text(split.mixed), text(split.own)]).toEqual(['6 s[1]', '6']);
    const usual = rule.apply(source);
    expect([text(usual.mixed), text(usual.own)]).toEqual(['2 s[1]', '2']);
  });

  it('splits the form of a block, which has no mixed term, at the slopes −k and k, and only there', () => {
    const block: Layer = { ...layer, activation: { kind: 'block', name: 'f', slopes: [-3, 3] } };
    const form = fullBlock.apply(block);
    expect(rule.refuses({ layer: block, form })).toBeNull();
    expect(rule.refuses({ layer, form })).not.toBeNull();
    const { mixed, own } = rule.apply({ layer: block, form });
    expect([text(mixed), text(own)]).toEqual(['2 s[1]', '2']);
  });
});
