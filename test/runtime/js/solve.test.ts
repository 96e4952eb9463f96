import { solve } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { luSolveInto } from '../../../src/runtime/js/lu.js';
import { solveLowerInto, solveRightInto } from '../../../src/runtime/js/solve.js';
import { generator } from '../../../src/numeric/random.js';
import type { Random } from '../../../src/numeric/random.js';
import { guarded, integerFactor, integers, list, normals, sizes, wrap } from './dense-cases.js';

describe.each([false, true])('triangular solves, transposed: %s', (transposed) => {
  it('from the left give back integer unknowns exactly', () => {
    const random = generator(1);
    for (const n of sizes) {
      for (const columns of [1, 3, 4, 10]) {
        const { clean, poisoned } = integerFactor(random, n);
        const unknowns = integers(random, n * columns);
        const L = wrap(clean, n, n);
        const b = Float64Array.from((transposed ? L.transpose() : L).mmul(wrap(unknowns, n, columns)).to1DArray());
        const out = guarded(n * columns);
        solveLowerInto(out.data, poisoned, b, n, columns, transposed);
        expect(list(out.data, n * columns), `${n} × ${columns}`).toEqual(list(unknowns));
        expect(out.intact()).toBe(true);
        solveLowerInto(b, poisoned, b, n, columns, transposed);
        expect(list(b)).toEqual(list(unknowns));
      }
    }
  });

  it('from the right too', () => {
    const random = generator(2);
    for (const n of sizes) {
      for (const rows of [1, 3, 4, 10]) {
        const { clean, poisoned } = integerFactor(random, n);
        const unknowns = integers(random, rows * n);
        const L = wrap(clean, n, n);
        const b = Float64Array.from(
          wrap(unknowns, rows, n)
            .mmul(transposed ? L.transpose() : L)
            .to1DArray(),
        );
        const out = guarded(rows * n);
        solveRightInto(out.data, poisoned, b, rows, n, transposed);
        expect(list(out.data, rows * n), `${rows} × ${n}`).toEqual(list(unknowns));
        expect(out.intact()).toBe(true);
        solveRightInto(b, poisoned, b, rows, n, transposed);
        expect(list(b)).toEqual(list(unknowns));
      }
    }
  });

  it('divide by a zero pivot as scalars do', () => {
    const [left, right] = [new Float64Array(2), new Float64Array(2)];
    solveLowerInto(left, Float64Array.of(0, 9, 1, 1), Float64Array.of(2, 0), 2, 1, transposed);
    solveRightInto(right, Float64Array.of(0, 9, 1, 1), Float64Array.of(2, 0), 1, 2, transposed);
    // L x = b: x_0 = 2/0, x_1 = −∞; L^T x = b: x_1 = 0, x_0 = (2 − 0)/0; and the other way round from the right.
    const [down, up] = [
      [Infinity, -Infinity],
      [Infinity, 0],
    ];
    expect([list(left), list(right)]).toEqual(transposed ? [up, down] : [down, up]);
  });
});

/**
 * P L U with L unit lower triangular below 1 in size, U with powers of two on its diagonal: partial pivoting must find
 * exactly these factors, and all is exact in doubles.
 */
function pivoted(random: Random, n: number): Float64Array {
  const [lower, upper] = [new Float64Array(n * n), new Float64Array(n * n)];
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < n; j += 1) {
      lower[i * n + j] = i === j ? 1 : i > j ? random.pick([0, 0.5, -0.5, 0.25]) : 0;
      upper[i * n + j] = i === j ? random.pick([1, -2, 4]) : i < j ? random.integer(-2, 2) : 0;
    }
  }
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i -= 1) {
    const other = random.integer(0, i);
    [order[i], order[other]] = [order[other] ?? 0, order[i] ?? 0];
  }
  const product = wrap(lower, n, n).mmul(wrap(upper, n, n));
  return Float64Array.from(order.flatMap((row) => product.getRow(row)));
}

describe('luSolveInto', () => {
  it('gives back integer unknowns exactly, whatever the order of the rows', () => {
    const random = generator(3);
    for (const n of sizes.filter((size) => size < 40)) {
      for (const columns of [1, 4, 7]) {
        const a = pivoted(random, n);
        const before = a.slice();
        const unknowns = integers(random, n * columns);
        const b = Float64Array.from(
          wrap(a, n, n)
            .mmul(wrap(unknowns, n, columns))
            .to1DArray(),
        );
        const out = guarded(n * columns);
        const work = guarded(n * n);
        expect(luSolveInto(out.data, a, b, n, columns, work.data)).toBe(true);
        expect(list(out.data, n * columns), `${n} × ${columns}`).toEqual(list(unknowns));
        expect(out.intact() && work.intact()).toBe(true);
        expect(a).toEqual(before);
        expect(luSolveInto(b, a, b, n, columns, work.data)).toBe(true);
        expect(list(b)).toEqual(list(unknowns));
      }
    }
  });

  it('agrees with ml-matrix', () => {
    const random = generator(4);
    for (const [n, columns] of [
      [5, 2],
      [30, 30],
      [97, 3],
    ] as const) {
      const [a, b, out] = [normals(random, n * n), normals(random, n * columns), new Float64Array(n * columns)];
      expect(luSolveInto(out, a, b, n, columns, new Float64Array(n * n))).toBe(true);
      const expected = solve(wrap(a, n, n), wrap(b, n, columns)).to1DArray();
      const largest = Math.max(...expected.map(Math.abs));
      expected.forEach((value, at) => expect(Math.abs((out[at] ?? Number.NaN) - value)).toBeLessThan(1e-10 * largest));
    }
  });

  it('needs its pivoting: a tiny leading entry costs no digits', () => {
    const out = new Float64Array(2);
    expect(luSolveInto(out, Float64Array.of(2 ** -60, 1, 1, 1), Float64Array.of(1, 2), 2, 1, new Float64Array(4))).toBe(
      true,
    );
    expect(list(out)).toEqual([1, 1]);
    expect(luSolveInto(out, Float64Array.of(0, 1, 1, 0), Float64Array.of(3, 5), 2, 1, new Float64Array(4))).toBe(true);
    expect(list(out)).toEqual([5, 3]);
  });

  it('is false for singular matrices and for NaN anywhere', () => {
    const random = generator(5);
    for (const n of [1, 2, 4, 5, 9, 13]) {
      const attempt = (a: Float64Array): boolean =>
        luSolveInto(new Float64Array(n), a, new Float64Array(n).fill(1), n, 1, new Float64Array(n * n));
      expect(attempt(new Float64Array(n * n))).toBe(false);
      for (let bad = 0; bad < n; bad += 1) {
        const dependent = pivoted(random, n);
        for (let i = 0; i < n; i += 1) dependent[i * n + bad] = bad === 0 ? 0 : 2 * (dependent[i * n + bad - 1] ?? 0);
        expect(attempt(dependent)).toBe(false);
      }
      for (let at = 0; at < n * n; at += 1) {
        const a = pivoted(random, n);
        a[at] = Number.NaN;
        expect(attempt(a)).toBe(false);
      }
    }
  });
});
