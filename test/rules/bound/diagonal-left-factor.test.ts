import { describe, expect, it } from 'vitest';
import { diagonalLeftFactor } from '../../../rules/bound/diagonal-left-factor.js';
import { abs, diag, hadamard, product, rowSums, scale, sum, transpose } from '../../../src/expr/build.js';
import { text } from '../../../src/expr/print.js';
import { rewriteViolations } from '../../laws/rewrite.js';
import { A, D, E, X, Y } from '../../laws/symbols.js';

describe('bound/diagonal-left-factor', () => {
  it('passes the laws of a rewriting rule', () => {
    const accepts = [
      rowSums(abs(product([D, X]))),
      rowSums(abs(product([A, X, E]))),
      rowSums(abs(product([E, transpose(X)]))),
      rowSums(abs(transpose(product([X, E])))),
    ];
    const refuses = [
      rowSums(abs(product([X, E]))),
      rowSums(abs(product([transpose(X), D]))),
      rowSums(abs(A)),
      rowSums(abs(product([A, D]))),
      rowSums(abs(X)),
      rowSums(product([D, X])),
      rowSums(abs(sum([product([D, X]), product([A, Y])]))),
      rowSums(abs(scale(2, [], product([D, X])))),
    ];
    expect(rewriteViolations(diagonalLeftFactor, { stem: 'bound/diagonal-left-factor', accepts, refuses })).toEqual([]);
  });

  it('is rowsum|ΛC| = λ ∘ (|C| 1) and rowsum|AB| = |a| ∘ (|B| 1)', () => {
    const positive = diagonalLeftFactor.apply(rowSums(abs(product([D, X]))));
    expect(positive.key).toBe(hadamard([diag(D), rowSums(abs(X))]).key);
    const signed = diagonalLeftFactor.apply(rowSums(abs(product([A, X]))));
    expect(text(signed)).toBe('diag(|A|) ∘ (|X| 1)');
  });
});
