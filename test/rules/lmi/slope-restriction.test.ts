import { describe, expect, it } from 'vitest';
import { slopeRestriction } from '../../../rules/lmi/slope-restriction.js';
import { constant, label, labelText } from '../../../src/base/label.js';
import { product, scale, symbol, transpose } from '../../../src/expr/build.js';
import type { Expression } from '../../../src/expr/node.js';
import { at, matrix } from '../../../src/numeric/matrix.js';
import type { Random } from '../../../src/numeric/random.js';
import { generator } from '../../../src/numeric/random.js';
import type { Increments } from '../../laws/form.js';
import { formViolations, termsOf } from '../../laws/form.js';
import type { Point } from '../../laws/points.js';
import { flavours, samplePoint } from '../../laws/points.js';
import { X, d, layerOf } from '../../laws/symbols.js';

/** v = 2 X w[1] − 0.5 G w[2] + 3 w[3], all three kinds of weights, w[4] = φ(v). */
const G = symbol('weight', label('G'), { rows: d, columns: d }, { diagonal: true });
const reads = [
  { coefficient: 2, weight: X, signal: label('w', constant(1)) },
  { coefficient: -0.5, weight: G, signal: label('w', constant(2)) },
  { coefficient: 3, weight: null, signal: label('w', constant(3)) },
];
const layer = layerOf(4, reads);
const { multiplier, slopeSum, slopeProduct } = layer;
const form = termsOf(slopeRestriction, layer);

const sizeOf = (signal: string, point: Point): number => point.width(signal === 'w[1]' ? 'e' : 'd');

/** Δv from the Δw that the layer reads, by plain loops; with `Math.abs` the size of what is added up. */
function preActivation(
  increments: Increments,
  point: Point,
  of: (summand: number) => number = (summand) => summand,
): Float64Array {
  return Float64Array.from({ length: point.width('d') }, (_, i) => {
    let total = 0;
    for (const { coefficient, weight, signal } of reads) {
      const read = increments.get(labelText(signal)) ?? new Float64Array(0);
      if (weight === null) total += of(coefficient * (read[i] ?? 0));
      else
        for (let j = 0; j < read.length; j += 1)
          total += of(coefficient * at(point.value(weight), i, j) * (read[j] ?? 0));
    }
    return total;
  });
}

const noise = (random: Random, length: number): Float64Array =>
  Float64Array.from({ length }, () => random.pick([0, random.normal(), random.normal() * 100]));
const readIncrements = (random: Random, point: Point): Map<string, Float64Array> =>
  new Map(reads.map(({ signal }) => [labelText(signal), noise(random, sizeOf(labelText(signal), point))]));

/** −2P ΔvᵀΛΔv + 2S ΔvᵀΛΔw − 2 ΔwᵀΛΔw, (QC) of the literature. */
function direct(
  point: Point,
  increments: Increments,
  dw: Float64Array,
): { readonly direct: number; readonly size: number } {
  const [S, P] = [at(point.value(slopeSum), 0, 0), at(point.value(slopeProduct), 0, 0)];
  let value = 0;
  let size = 0;
  const bulk = preActivation(increments, point, Math.abs);
  preActivation(increments, point).forEach((v, i) => {
    const b = bulk[i] ?? 0;
    const [w, lambda] = [dw[i] ?? 0, at(point.value(multiplier), i, i)];
    value += lambda * (-2 * P * v * v + 2 * S * v * w - 2 * w * w);
    size += lambda * (2 * Math.abs(P) * b * b + 2 * Math.abs(S * b * w) + 2 * w * w);
  });
  return { direct: value, size };
}

/** Activations with their slope bounds [m, L]. */
const activations: readonly (readonly [(v: number) => number, number, number])[] = [
  [Math.tanh, 0, 1],
  [(v) => Math.max(0, v), 0, 1],
  [(v) => (v < 0 ? 0.01 * v : v), 0.01, 1],
  [(v) => (v < 0 ? -0.5 * v : 2 * v), -0.5, 2],
  [(v) => -v, -1, -1],
];

describe('lmi/slope-restriction', () => {
  it('passes the laws of a form rule', () => {
    const random = generator(13);
    const samples = Array.from({ length: 200 }, (_, k) => {
      const point = samplePoint(random, flavours[k % flavours.length] ?? 'plain');
      const dw = noise(random, point.width('d'));
      const increments = readIncrements(random, point);
      return { point, increments: new Map([...increments, ['w[4]', dw]]), ...direct(point, increments, dw) };
    });
    const along = Array.from({ length: 200 }, (_, k) => {
      const [phi, m, L] = activations[k % activations.length] ?? [Math.tanh, 0, 1];
      const point = samplePoint(random, flavours[k % 5] ?? 'plain')
        .with(
          slopeSum,
          matrix(1, 1, () => L + m),
        )
        .with(
          slopeProduct,
          matrix(1, 1, () => L * m),
        );
      const increments = readIncrements(random, point);
      const dv = preActivation(increments, point);
      const base = noise(random, dv.length);
      const dw = dv.map((step, i) => phi((base[i] ?? 0) + step) - phi(base[i] ?? 0));
      return { point, increments: new Map([...increments, ['w[4]', dw]]) };
    });
    expect(formViolations(slopeRestriction, { stem: 'lmi/slope-restriction', form, samples, along })).toEqual([]);
  });

  it('adds the blocks of the literature for v = C w[l−1]', () => {
    const chain = layerOf(1, [{ coefficient: 1, weight: X, signal: label('x') }]);
    const { multiplier: lambda, slopeSum: S, slopeProduct: P } = chain;
    const blocks = new Map(
      termsOf(slopeRestriction, chain).map(({ row, column, expression }) => [
        `${labelText(row)}, ${labelText(column)}`,
        expression.key,
      ]),
    );
    const expected: readonly (readonly [string, Expression])[] = [
      ['x, x', scale(-2, [P], product([transpose(X), lambda, X]))],
      ['x, w[1]', scale(1, [S], product([transpose(X), lambda]))],
      ['w[1], x', scale(1, [S], product([lambda, X]))],
      ['w[1], w[1]', scale(-2, [], lambda)],
    ];
    expect(blocks).toEqual(new Map(expected.map(([place, node]) => [place, node.key])));
  });
});
