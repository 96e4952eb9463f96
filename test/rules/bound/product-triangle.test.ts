import { describe, expect, it } from 'vitest';
import { productTriangle } from '../../../rules/bound/product-triangle.js';
import { abs, diag, hadamard, offDiagonal, product, rowSums, sum, transpose } from '../../../src/expr/build.js';
import { text } from '../../../src/expr/print.js';
import { rewriteViolations } from '../../laws/rewrite.js';
import { A, D, X, Y, Z } from '../../laws/symbols.js';

describe('bound/product-triangle', () => {
  it('passes the laws of a rewriting rule', () => {
    const accepts = [
      rowSums(abs(product([X, Z]))),
      rowSums(abs(product([transpose(X), D, Y]))),
      rowSums(abs(product([transpose(X), A, D, Y, Z]))),
    ];
    const refuses = [
      rowSums(abs(X)),
      rowSums(abs(sum([X, Y]))),
      rowSums(product([X, Z])),
      rowSums(abs(offDiagonal(product([transpose(X), X])))),
      product([X, rowSums(abs(Z))]),
    ];
    expect(rewriteViolations(productTriangle, { stem: 'bound/product-triangle', accepts, refuses })).toEqual([]);
  });

  it('is |X Z| 1 ≤ |X| (|Z| 1)', () => {
    const target = productTriangle.apply(rowSums(abs(product([X, Z]))));
    expect(target.key).toBe(product([abs(X), rowSums(abs(Z))]).key);
    // Without brackets, since (|X| |Z|) 1 is the same vector.
    expect(text(target)).toBe('|X| |Z| 1');
  });

  it('lets a diagonal factor pass by as a weight: |Xᵀ A Y| 1 ≤ |X|ᵀ (|a| ∘ (|Y| 1))', () => {
    const target = productTriangle.apply(rowSums(abs(product([transpose(X), A, Y]))));
    expect(target.key).toBe(product([transpose(abs(X)), hadamard([abs(diag(A)), rowSums(abs(Y))])]).key);
    expect(text(target)).toBe('|X|ᵀ (diag(|A|) ∘ (|Y| 1))');
  });
});
