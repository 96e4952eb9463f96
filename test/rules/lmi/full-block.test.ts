import { describe, expect, it } from 'vitest';
import { fullBlock } from '../../../rules/lmi/full-block.js';
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

/** v = 2 X w[1] − 0.5 G w[2] + 3 w[3], w[4] = f(v) with f a block. */
const G = symbol('weight', label('G'), { rows: d, columns: d }, { diagonal: true });
const reads = [
  { coefficient: 2, weight: X, signal: label('w', constant(1)) },
  { coefficient: -0.5, weight: G, signal: label('w', constant(2)) },
  { coefficient: 3, weight: null, signal: label('w', constant(3)) },
];
const blockLayer = (...given: Parameters<typeof layerOf>): ReturnType<typeof layerOf> => ({
  ...layerOf(...given),
  activation: { kind: 'block', name: 'f', slopes: [-1, 1] },
});
const layer = blockLayer(4, reads);
const { multiplier, slopeProduct } = layer;
const form = termsOf(fullBlock, layer);

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
  new Map(
    reads.map(({ signal }) => [
      labelText(signal),
      noise(random, point.width(labelText(signal) === 'w[1]' ? 'e' : 'd')),
    ]),
  );

const squares = (values: Float64Array): number => values.reduce((sum, value) => sum + value * value, 0);

/** An isometry: the entries reversed, every other sign turned. Every entry of w depends on another one of v. */
const turned = (v: Float64Array): Float64Array => v.map((_, i) => (i % 2 === 0 ? 1 : -1) * (v[v.length - 1 - i] ?? 0));

describe('lmi/full-block', () => {
  it('passes the laws of a form rule: λ(k²‖Δv‖² − ‖Δw‖²), nonnegative along maps that are k-Lipschitz and mix entries', () => {
    const random = generator(17);
    const uniform = (point: Point): { readonly point: Point; readonly k: number; readonly lambda: number } => {
      const [k, lambda] = [random.pick([0.5, 1, 3]), random.pick([1e-3, 1, 40])];
      const width = point.width('d');
      return {
        k,
        lambda,
        point: point
          .with(
            slopeProduct,
            matrix(1, 1, () => -(k * k)),
          )
          .with(
            multiplier,
            matrix(width, width, (i, j) => (i === j ? lambda / 2 : 0)),
          ),
      };
    };
    const samples = Array.from({ length: 200 }, (_, n) => {
      const { point, k, lambda } = uniform(samplePoint(random, flavours[n % 5] ?? 'plain'));
      const increments = readIncrements(random, point);
      const dw = noise(random, point.width('d'));
      const size = lambda * (k * k * squares(preActivation(increments, point, Math.abs)) + squares(dw));
      return {
        point,
        increments: new Map([...increments, ['w[4]', dw]]),
        direct: lambda * (k * k * squares(preActivation(increments, point)) - squares(dw)),
        size,
      };
    });
    const along = Array.from({ length: 200 }, (_, n) => {
      const { point, k } = uniform(samplePoint(random, flavours[n % 5] ?? 'plain'));
      const increments = readIncrements(random, point);
      const dw = turned(preActivation(increments, point)).map((value) => k * value * random.pick([1, 1, 0.3]));
      return { point, increments: new Map([...increments, ['w[4]', dw]]) };
    });
    expect(formViolations(fullBlock, { stem: 'lmi/full-block', form, samples, along })).toEqual([]);
  });

  it('adds no mixed blocks for v = C x', () => {
    const call = blockLayer(1, [{ coefficient: 1, weight: X, signal: label('x') }]);
    const blocks = new Map(
      termsOf(fullBlock, call).map(({ row, column, expression }) => [
        `${labelText(row)}, ${labelText(column)}`,
        expression.key,
      ]),
    );
    const expected: readonly (readonly [string, Expression])[] = [
      ['x, x', scale(-2, [call.slopeProduct], product([transpose(X), call.multiplier, X]))],
      ['w[1], w[1]', scale(-2, [], call.multiplier)],
    ];
    expect(blocks).toEqual(new Map(expected.map(([place, node]) => [place, node.key])));
  });

  it('refuses layers that call no block', () => {
    expect(fullBlock.refuses(layerOf(1, reads))).not.toBeNull();
    expect(fullBlock.refuses(layer)).toBeNull();
  });
});
