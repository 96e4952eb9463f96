import { describe, expect, it } from 'vitest';
import { affineReads } from '../../../rules/lmi/affine-reads.js';
import { constant, label, labelText } from '../../../src/base/label.js';
import { identity, number, scalarSymbol, scale, symbol } from '../../../src/expr/build.js';
import type { FormSource } from '../../../src/model/form.js';
import type { QuadraticTerm } from '../../../src/model/lmi.js';
import { at } from '../../../src/numeric/matrix.js';
import { generator } from '../../../src/numeric/random.js';
import { formViolations } from '../../laws/form.js';
import { flavours, samplePoint } from '../../laws/points.js';
import { X, d, e, layerOf } from '../../laws/symbols.js';

/** v = 2 X w[1] − 0.5 G w[2] + 3 w[3] − w[3], with w = w[4] or, where the layer reads its own signal's width, anything. */
const G = symbol('weight', label('G'), { rows: d, columns: d }, { diagonal: true });
const { reads, multiplier } = layerOf(4, [
  { coefficient: 2, weight: X, signal: label('w', constant(1)) },
  { coefficient: -0.5, weight: G, signal: label('w', constant(2)) },
  { coefficient: 3, weight: null, signal: label('w', constant(3)) },
  { coefficient: -1, weight: null, signal: label('w', constant(3)) },
]);
const [a, b] = [scalarSymbol('slope-sum', label('a')), scalarSymbol('slope-product', label('b'))];
const source: FormSource = {
  form: { square: scale(-2, [a], number(1)), mixed: b, own: number(3) },
  reads,
  signal: label('w', constant(4)),
  middle: multiplier,
  ownMiddle: multiplier,
};

/** The form itself by plain loops over the units, never through blocks. */
function violations(terms: readonly QuadraticTerm[]): readonly string[] {
  const random = generator(77);
  const samples = Array.from({ length: 150 }, (_, n) => {
    const point = samplePoint(random, flavours[n % flavours.length] ?? 'plain');
    const [width, inner] = [point.width('d'), point.width('e')];
    const increments = new Map(
      [1, 2, 3, 4].map((k) => [
        `w[${k}]`,
        Float64Array.from({ length: k === 1 ? inner : width }, () => random.pick([0, random.normal(), 90])),
      ]),
    );
    const [alpha, beta] = [a, b].map((node) => at(point.value(node), 0, 0));
    if (alpha === undefined || beta === undefined) throw new Error('two coefficients expected');
    let [direct, size] = [0, 0];
    for (let i = 0; i < width; i += 1) {
      let [v, bulk] = [0, 0];
      for (const { coefficient, weight, signal } of reads)
        (increments.get(labelText(signal)) ?? new Float64Array(0)).forEach((step, j) => {
          const part = coefficient * (weight === null ? Number(i === j) : at(point.value(weight), i, j)) * step;
          v += part;
          bulk += Math.abs(part);
        });
      const w = increments.get('w[4]')?.[i] ?? Number.NaN;
      const lambda = at(point.value(multiplier), i, i);
      direct += lambda * (-2 * alpha * v * v + 2 * beta * v * w + 3 * w * w);
      size += lambda * (2 * Math.abs(alpha) * bulk * bulk + 2 * Math.abs(beta * w) * bulk + 3 * w * w);
    }
    return { point, increments, direct, size };
  });
  return formViolations(affineReads, { stem: 'lmi/affine-reads', form: terms, samples, along: null });
}

describe('lmi/affine-reads', () => {
  it('passes the laws of a form rule: the same number as the form that it is given', () => {
    expect(violations(affineReads.apply(source))).toEqual([]);
  });

  it('would not without any of its summands, or with one of them doubled', () => {
    const terms = affineReads.apply(source);
    // 4 × 4 pairs of reads, four products with w and their transposes, one square.
    expect(terms).toHaveLength(25);
    for (const term of terms) {
      expect(violations(terms.filter((other) => other !== term)).join()).toMatch('value');
      const doubled = terms.map((other) =>
        other === term ? { ...term, expression: scale(2, [], term.expression) } : other,
      );
      expect(violations(doubled).join()).toMatch('value');
    }
  });

  it('writes nothing for a coefficient that is zero', () => {
    const count = (form: Partial<FormSource['form']>): number =>
      affineReads.apply({ ...source, form: { ...source.form, ...form } }).length;
    expect([{ square: number(0) }, { mixed: number(0) }, { own: number(0) }].map(count)).toEqual([9, 17, 24]);
  });

  it('refuses a product of signals of different widths, which nothing else needs to be alike', () => {
    const other = { ...source, ownMiddle: identity(e) };
    expect(affineReads.refuses(other)).not.toBeNull();
    expect(affineReads.refuses({ ...other, form: { ...source.form, mixed: number(0) } })).toBeNull();
  });
});
