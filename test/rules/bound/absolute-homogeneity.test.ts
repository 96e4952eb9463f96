import { describe, expect, it } from 'vitest';
import { absoluteHomogeneity } from '../../../rules/bound/absolute-homogeneity.js';
import { abs, number, product, rowSums, scale, sum, transpose } from '../../../src/expr/build.js';
import { text } from '../../../src/expr/print.js';
import { rewriteViolations } from '../../laws/rewrite.js';
import { P, S, X, Y, c } from '../../laws/symbols.js';

describe('bound/absolute-homogeneity', () => {
  it('passes the laws of a rewriting rule', () => {
    const accepts = [
      rowSums(abs(scale(-2, [], X))),
      rowSums(abs(scale(1, [P, c], X))),
      rowSums(abs(transpose(scale(3, [S], X)))),
    ];
    const refuses = [
      rowSums(abs(X)),
      rowSums(abs(sum([X, scale(2, [], Y)]))),
      scale(-2, [], rowSums(abs(X))),
      rowSums(X),
      number(-2),
    ];
    expect(rewriteViolations(absoluteHomogeneity, { stem: 'bound/absolute-homogeneity', accepts, refuses })).toEqual(
      [],
    );
  });

  it('takes |−2 P X| 1 to 2 |P| |X| 1', () => {
    const target = absoluteHomogeneity.apply(rowSums(abs(scale(-2, [P], X))));
    expect(target.key).toBe(scale(2, [abs(P)], rowSums(abs(X))).key);
    expect(text(target)).toBe('2 |P_p| |X| 1');
  });

  it('leaves the product inside alone', () => {
    const inner = product([transpose(X), Y]);
    expect(absoluteHomogeneity.apply(rowSums(abs(scale(-0.5, [], inner)))).key).toBe(
      scale(0.5, [], rowSums(abs(inner))).key,
    );
  });
});
