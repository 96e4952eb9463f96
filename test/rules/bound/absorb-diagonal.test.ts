import { describe, expect, it } from 'vitest';
import { absorbDiagonal } from '../../../rules/bound/absorb-diagonal.js';
import { abs, diag, offDiagonal, product, rowSums, scale, subtract, sum, transpose } from '../../../src/expr/build.js';
import { rewriteViolations } from '../../laws/rewrite.js';
import { A, D, F, P, X, Y, p } from '../../laws/symbols.js';

const gram = product([transpose(X), D, X]);
const off = rowSums(abs(offDiagonal(gram)));

describe('bound/absorb-diagonal', () => {
  it('passes the laws of a rewriting rule', () => {
    const plain = product([transpose(X), X]);
    const accepts = [
      sum([diag(gram), off]),
      sum([diag(plain), rowSums(abs(offDiagonal(plain)))]),
      sum([scale(2, [p], off), scale(2, [p], diag(gram)), diag(F)]),
      sum([diag(gram), off, scale(-1, [], diag(F))]),
    ];
    const signed = product([transpose(X), A, X]);
    const mixed = product([transpose(X), D, Y]);
    const refuses = [
      off,
      diag(gram),
      // A negative diagonal is no |diagonal|, and neither is one of unknown sign.
      subtract(off, diag(gram)),
      scale(-1, [], sum([diag(gram), off])),
      sum([scale(1, [P], diag(gram)), scale(1, [P], off)]),
      sum([diag(signed), rowSums(abs(offDiagonal(signed)))]),
      sum([diag(mixed), rowSums(abs(offDiagonal(mixed)))]),
      // Coefficients that differ, and matrices that differ.
      sum([scale(2, [], diag(gram)), off]),
      sum([diag(plain), off]),
    ];
    expect(rewriteViolations(absorbDiagonal, { stem: 'bound/absorb-diagonal', accepts, refuses })).toEqual([]);
  });

  it('makes |BᵀB| 1 of diag(BᵀB) + rowsum|offdiag(BᵀB)|, as in the last block row', () => {
    const square = product([transpose(X), X]);
    const target = absorbDiagonal.apply(sum([diag(square), rowSums(abs(offDiagonal(square)))]));
    expect(target.key).toBe(rowSums(abs(square)).key);
  });
});
