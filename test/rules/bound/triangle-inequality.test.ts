import { describe, expect, it } from 'vitest';
import { triangleInequality } from '../../../rules/bound/triangle-inequality.js';
import { constant } from '../../../src/base/label.js';
import { abs, product, rangeSum, rowSums, scale, sum, transpose } from '../../../src/expr/build.js';
import { rewriteViolations } from '../../laws/rewrite.js';
import { D, E, P, X, Y } from '../../laws/symbols.js';

describe('bound/triangle-inequality', () => {
  it('passes the laws of a rewriting rule', () => {
    const accepts = [
      rowSums(abs(sum([X, Y]))),
      rowSums(abs(transpose(sum([X, scale(-2, [P], Y)])))),
      rowSums(abs(sum([product([D, X]), product([X, E]), Y]))),
    ];
    const refuses = [
      rowSums(abs(X)),
      rowSums(sum([X, Y])),
      sum([rowSums(abs(X)), rowSums(abs(Y))]),
      rowSums(abs(scale(2, [], X))),
    ];
    expect(rewriteViolations(triangleInequality, { stem: 'bound/triangle-inequality', accepts, refuses })).toEqual([]);
  });

  it('splits |X + Y| 1 into |X| 1 + |Y| 1', () => {
    expect(triangleInequality.apply(rowSums(abs(sum([X, Y])))).key).toBe(sum([rowSums(abs(X)), rowSums(abs(Y))]).key);
  });

  it('goes under a sum over a range', () => {
    const [from, to] = [constant(2), { base: 'depth', offset: 0 } as const];
    expect(triangleInequality.apply(rowSums(abs(rangeSum(X, from, to)))).key).toBe(
      rangeSum(rowSums(abs(X)), from, to).key,
    );
  });
});
