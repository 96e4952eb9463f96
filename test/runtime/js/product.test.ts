import { describe, expect, it } from 'vitest';
import { multiplyInto } from '../../../src/runtime/js/product.js';
import { add, compare, fromNumber, multiply, negate } from '../../../src/numeric/dyadic.js';
import type { Dyadic } from '../../../src/numeric/dyadic.js';
import { generator } from '../../../src/numeric/random.js';
import { guarded, integers, list, normals, sizes, wrap } from './dense-cases.js';

const zero: Dyadic = { mantissa: 0n, exponent: 0 };
const absolute = (value: Dyadic): Dyadic => (value.mantissa < 0n ? negate(value) : value);
const transpositions = [
  [false, false],
  [false, true],
  [true, false],
  [true, true],
] as const;

/** The entry (row, column) of op(M), where op(M) has `across` columns and `down` rows. */
const entry = (
  data: Float64Array,
  transposed: boolean,
  down: number,
  across: number,
  row: number,
  column: number,
): number => data[transposed ? column * down + row : row * across + column] ?? Number.NaN;

describe.each(transpositions)('the product, first factor transposed: %s, second: %s', (left, right) => {
  it('is exact on integers, at every shape around the tiles', () => {
    const random = generator(1);
    const shapes = [
      ...sizes.flatMap((n) => [
        [n, n, n],
        [1, n, 7],
        [n, 1, 5],
        [3, 6, n],
      ]),
      [1, 200, 1],
      [200, 1, 1],
      [1, 1, 200],
      [128, 67, 130],
    ] as const;
    for (const [rows = 1, columns = 1, inner = 1] of shapes) {
      const [a, b] = [integers(random, rows * inner), integers(random, inner * columns)];
      const [A, B] = [
        left ? wrap(a, inner, rows).transpose() : wrap(a, rows, inner),
        right ? wrap(b, columns, inner).transpose() : wrap(b, inner, columns),
      ];
      const out = guarded(rows * columns);
      multiplyInto(out.data, a, left, b, right, rows, columns, inner);
      expect(list(out.data, rows * columns), `${rows} × ${inner} × ${columns}`).toEqual(
        A.mmul(B)
          .to1DArray()
          .map((value) => value + 0),
      );
      expect(out.intact()).toBe(true);
    }
  });

  it('is within the bound of one rounding a product and a sum (Higham, 2002, §3.1) of the exact one', () => {
    const random = generator(2);
    for (const [rows, columns, inner] of [
      [3, 3, 3],
      [6, 5, 9],
      [1, 7, 30],
      [9, 3, 17],
    ] as const) {
      const [a, b, out] = [
        normals(random, rows * inner),
        normals(random, inner * columns),
        new Float64Array(rows * columns),
      ];
      multiplyInto(out, a, left, b, right, rows, columns, inner);
      for (let i = 0; i < rows; i += 1) {
        for (let j = 0; j < columns; j += 1) {
          const terms = Array.from({ length: inner }, (_, k) =>
            multiply(fromNumber(entry(a, left, rows, inner, i, k)), fromNumber(entry(b, right, inner, columns, k, j))),
          );
          const exact = terms.reduce(add, zero);
          const room = multiply(terms.map(absolute).reduce(add, zero), fromNumber((inner + 1) * 2 ** -53));
          expect(
            compare(absolute(add(fromNumber(out[i * columns + j] ?? Number.NaN), negate(exact))), room),
          ).toBeLessThanOrEqual(0);
        }
      }
    }
  });

  it('adds in the order of the inner index, to the last bit', () => {
    const random = generator(3);
    const [rows, columns, inner] = [11, 9, 22];
    const [a, b, out] = [
      normals(random, rows * inner),
      normals(random, inner * columns),
      new Float64Array(rows * columns),
    ];
    multiplyInto(out, a, left, b, right, rows, columns, inner);
    const inOrder = (backwards: boolean): readonly number[] =>
      Array.from({ length: rows * columns }, (_, at) => {
        const terms = Array.from(
          { length: inner },
          (_k, k) =>
            entry(a, left, rows, inner, Math.floor(at / columns), k) * entry(b, right, inner, columns, k, at % columns),
        );
        return (backwards ? terms.reverse() : terms).reduce((total, term) => total + term, 0);
      });
    expect(list(out)).toEqual(inOrder(false));
    expect(list(out)).not.toEqual(inOrder(true));
  });

  it('hands NaN on to its row alone, zeros in the other factor or not', () => {
    const [rows, columns, inner] = [6, 5, 7];
    for (let row = 0; row < rows; row += 1) {
      const a = new Float64Array(rows * inner).fill(1);
      a[left ? 3 * rows + row : row * inner + 3] = Number.NaN;
      const out = new Float64Array(rows * columns);
      multiplyInto(out, a, left, new Float64Array(inner * columns), right, rows, columns, inner);
      expect(list(out)).toEqual(
        Array.from({ length: rows * columns }, (_, at) => (Math.floor(at / columns) === row ? Number.NaN : 0)),
      );
    }
  });
});
