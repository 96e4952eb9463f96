import { describe, expect, it } from 'vitest';
import { diagonalRightFactor } from '../../../rules/bound/diagonal-right-factor.js';
import { abs, diag, product, rowSums, sum, transpose } from '../../../src/expr/build.js';
import { text } from '../../../src/expr/print.js';
import { rewriteViolations } from '../../laws/rewrite.js';
import { A, D, E, F, X, Y } from '../../laws/symbols.js';

describe('bound/diagonal-right-factor', () => {
  it('passes the laws of a rewriting rule', () => {
    const accepts = [
      rowSums(abs(product([X, E]))),
      rowSums(abs(product([transpose(X), D]))),
      rowSums(abs(product([A, X, F]))),
    ];
    const refuses = [
      rowSums(abs(product([D, X]))),
      rowSums(abs(A)),
      rowSums(abs(product([A, D]))),
      rowSums(abs(transpose(X))),
      rowSums(product([X, E])),
      rowSums(abs(sum([product([X, E]), Y]))),
    ];
    expect(rewriteViolations(diagonalRightFactor, { stem: 'bound/diagonal-right-factor', accepts, refuses })).toEqual(
      [],
    );
  });

  it('is rowsum|CᵀΛ| = |C|ᵀ λ and rowsum|BᵀA| = |B|ᵀ |a|', () => {
    const positive = diagonalRightFactor.apply(rowSums(abs(product([transpose(X), D]))));
    expect(positive.key).toBe(product([transpose(abs(X)), diag(D)]).key);
    const signed = diagonalRightFactor.apply(rowSums(abs(product([transpose(X), A]))));
    expect(text(signed)).toBe('|X|ᵀ diag(|A|)');
  });
});
