import { describe, expect, it } from 'vitest';
import { unknownSign } from '../../../rules/bound/unknown-sign.js';
import { constant } from '../../../src/base/label.js';
import { abs, diag, product, rangeSum, rowSums, scale, square, sum, transpose } from '../../../src/expr/build.js';
import { text } from '../../../src/expr/print.js';
import { rewriteViolations } from '../../laws/rewrite.js';
import { A, D, P, S, X, p } from '../../laws/symbols.js';

const sums = rowSums(abs(X));
const squares = product([transpose(square(X)), diag(D)]);

describe('bound/unknown-sign', () => {
  it('passes the laws of a rewriting rule', () => {
    const accepts = [
      scale(1, [P], sums),
      scale(-2, [P], squares),
      scale(-1, [S, P, p], squares),
      scale(3, [P, P], sums),
    ];
    const refuses = [
      sums,
      scale(2, [p], sums),
      // A known minus sign must stay: −X ≤ X, but that would only lose what is known.
      scale(-2, [], squares),
      scale(1, [P], diag(A)),
      scale(1, [abs(P)], sums),
      sum([scale(1, [P], sums), sums]),
    ];
    expect(rewriteViolations(unknownSign, { stem: 'bound/unknown-sign', accepts, refuses })).toEqual([]);
  });

  it('takes −2 P (C ∘ C)ᵀ λ to 2 |P| (C ∘ C)ᵀ λ', () => {
    const target = unknownSign.apply(scale(-2, [P], squares));
    expect(target.key).toBe(scale(2, [abs(P)], squares).key);
    expect(text(target)).toBe('2 |P_p| (X ∘ X)ᵀ λ_D');
  });

  it('goes under a sum over a range', () => {
    const [from, to] = [constant(2), { base: 'depth', offset: 0 } as const];
    const source = scale(-2, [], rangeSum(scale(1, [P], sums), from, to));
    expect(unknownSign.apply(source).key).toBe(scale(2, [], rangeSum(scale(1, [abs(P)], sums), from, to)).key);
  });
});
