import { describe, expect, it } from 'vitest';
import { gramDiagonal } from '../../../rules/bound/gram-diagonal.js';
import { diag, ones, product, rowSums, square, transpose } from '../../../src/expr/build.js';
import { rewriteViolations } from '../../laws/rewrite.js';
import { A, D, X, Y, d } from '../../laws/symbols.js';

const gram = product([transpose(X), D, X]);

describe('bound/gram-diagonal', () => {
  it('passes the laws of a rewriting rule', () => {
    const accepts = [diag(gram), diag(product([transpose(X), X])), diag(product([X, transpose(X)]))];
    const refuses = [
      diag(product([transpose(X), D, Y])),
      diag(product([transpose(X), A, X])),
      diag(D),
      rowSums(gram),
      gram,
      diag(product([X, transpose(Y)])),
    ];
    expect(rewriteViolations(gramDiagonal, { stem: 'bound/gram-diagonal', accepts, refuses })).toEqual([]);
  });

  it('is diag(CᵀΛC) = (C ∘ C)ᵀ λ', () => {
    expect(gramDiagonal.apply(diag(gram)).key).toBe(product([transpose(square(X)), diag(D)]).key);
  });

  it('is diag(CᵀC) = (C ∘ C)ᵀ 1', () => {
    expect(gramDiagonal.apply(diag(product([transpose(X), X]))).key).toBe(product([transpose(square(X)), ones(d)]).key);
  });
});
