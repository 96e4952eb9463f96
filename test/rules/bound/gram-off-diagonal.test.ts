import { describe, expect, it } from 'vitest';
import { gramOffDiagonal } from '../../../rules/bound/gram-off-diagonal.js';
import {
  abs,
  diag,
  hadamard,
  offDiagonal,
  product,
  rowSums,
  scale,
  square,
  subtract,
  transpose,
} from '../../../src/expr/build.js';
import { rewriteViolations } from '../../laws/rewrite.js';
import { A, D, X, Y } from '../../laws/symbols.js';

const off = (of: Parameters<typeof offDiagonal>[0]): ReturnType<typeof rowSums> => rowSums(abs(offDiagonal(of)));
const gram = product([transpose(X), D, X]);

describe('bound/gram-off-diagonal', () => {
  it('passes the laws of a rewriting rule', () => {
    const accepts = [off(gram), off(product([transpose(X), X])), off(product([X, transpose(X)]))];
    const refuses = [
      rowSums(abs(gram)),
      off(product([transpose(X), A, X])),
      off(product([transpose(X), D, Y])),
      rowSums(offDiagonal(gram)),
      off(scale(2, [], gram)),
      diag(gram),
    ];
    expect(rewriteViolations(gramOffDiagonal, { stem: 'bound/gram-off-diagonal', accepts, refuses })).toEqual([]);
  });

  it('is rowsum|offdiag(CᵀΛC)| ≤ |C|ᵀ (λ ∘ |C| 1) − (C ∘ C)ᵀ λ', () => {
    const lambda = diag(D);
    const right = subtract(
      product([transpose(abs(X)), hadamard([lambda, rowSums(abs(X))])]),
      product([transpose(square(X)), lambda]),
    );
    expect(gramOffDiagonal.apply(off(gram)).key).toBe(right.key);
  });
});
