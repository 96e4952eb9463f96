import { describe, expect, it } from 'vitest';
import { blockBall } from '../../../rules/bound/block-ball.js';
import { label } from '../../../src/base/label.js';
import { symbol } from '../../../src/expr/build.js';
import { text } from '../../../src/expr/print.js';
import type { Matrix } from '../../../src/numeric/matrix.js';
import { at, matrix } from '../../../src/numeric/matrix.js';
import { generator } from '../../../src/numeric/random.js';
import { constraintSlack, implicationViolations } from '../../laws/implication.js';
import type { Point } from '../../laws/points.js';
import { flavours, samplePoint } from '../../laws/points.js';
import { X, Y, d, layerOf } from '../../laws/symbols.js';

const G = symbol('weight', label('G'), { rows: d, columns: d }, { diagonal: true });
const layer = layerOf(2, [
  { coefficient: 1, weight: X, signal: label('e') },
  { coefficient: -0.5, weight: Y, signal: label('e') },
  { coefficient: 3, weight: G, signal: label('u') },
  { coefficient: 7, weight: null, signal: label('u') },
]);
const P = layer.slopeProduct;

/** 1 − |P| (Σ |c_j| Σ_k |C_j|_ik)² of the worst row, by plain loops over the weights. */
function worst(point: Point): number {
  const rows = point.width('d');
  const slack = Array.from({ length: rows }, (_, i) => {
    let usage = 3 * Math.abs(at(point.value(G), i, i));
    for (const [weight, size] of [
      [X, 1],
      [Y, 0.5],
    ] as const)
      for (let j = 0; j < point.width('e'); j += 1) usage += size * Math.abs(at(point.value(weight), i, j));
    return 1 - Math.abs(at(point.value(P), 0, 0)) * usage ** 2;
  });
  return Math.min(...slack);
}

describe('bound/block-ball', () => {
  it('passes the laws of an implying rule', () => {
    const random = generator(23);
    const points = Array.from({ length: 300 }, (_, n): Point => {
      const point = samplePoint(random, flavours[n % flavours.length] ?? 'plain');
      const k = 2 ** random.integer(-3, 3);
      const draw = (like: Matrix, diagonal: boolean): Matrix =>
        matrix(like.rows, like.columns, (i, j) =>
          diagonal && i !== j
            ? 0
            : ((random.normal() / k) * random.pick([0.05, 0.3, 1, 2])) / (diagonal ? 3 : like.columns),
        );
      return point
        .with(
          P,
          matrix(1, 1, () => -(k * k)),
        )
        .with(X, draw(point.value(X), false))
        .with(Y, draw(point.value(Y), false))
        .with(G, draw(point.value(G), true));
    });
    const constraint = blockBall.apply({ layer, span: null });
    const trial = {
      stem: 'bound/block-ball',
      points,
      source: worst,
      target: (point: Point): number => constraintSlack(constraint, point),
    };
    expect(implicationViolations(blockBall, trial)).toEqual([]);
  });

  it('bounds the weights together, and no identity', () => {
    const { left, right, parameters } = blockBall.apply({ layer, span: null });
    expect(parameters.map(({ label: { name } }) => name)).toEqual(['X', 'Y', 'G']);
    expect(text(left)).toBe('|X| 1 + 0.5 |Y| 1 + 3 diag(|G|)');
    expect(text(right)).toContain('P');
    expect(
      blockBall.refuses({ layer: layerOf(2, [{ coefficient: 1, weight: null, signal: label('u') }]), span: null }),
    ).not.toBeNull();
  });
});
