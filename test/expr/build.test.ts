import { describe, expect, it } from 'vitest';
import { constant, label } from '../../src/base/label.js';
import type { Index } from '../../src/base/label.js';
import {
  abs,
  diag,
  fill,
  hadamard,
  identity,
  maximum,
  minimum,
  monomial,
  negate,
  number,
  offDiagonal,
  ones,
  product,
  quotient,
  rangeSum,
  rowSums,
  scalarSymbol,
  scale,
  sqrt,
  square,
  subtract,
  sum,
  summands,
  symbol,
  times,
  transpose,
  zero,
} from '../../src/expr/build.js';
import { isDiagonal, isMatrix, isNonnegative, isScalar, isVector } from '../../src/expr/facts.js';
import { absoluteRowSumBody, asGram, multipliersOf, weightsOf } from '../../src/expr/gram.js';
import type { Expression } from '../../src/expr/node.js';
import { instantiate, mentions, substitute } from '../../src/expr/visit.js';
import { A, D, E, F, P, S, X, Y, Z, c, d, e, p } from '../laws/symbols.js';

/** Pairs that are the same expression, and so must have one key. */
const same: readonly (readonly [string, Expression, Expression])[] = [
  ['X + Y = Y + X', sum([X, Y]), sum([Y, X])],
  ['(X + Y) + X = 2 X + Y', sum([sum([X, Y]), X]), sum([scale(2, [], X), Y])],
  ['X − X = 0', subtract(X, X), zero({ rows: d, columns: e })],
  ['X + 0 = X', sum([X, zero({ rows: d, columns: e })]), X],
  ['0 · X = 0', scale(0, [], X), zero({ rows: d, columns: e })],
  ['1 · X = X', scale(1, [], X), X],
  ['−(−X) = X', negate(negate(X)), X],
  ['2 (3 X) = 6 X', scale(2, [], scale(3, [], X)), scale(6, [], X)],
  ['S P X = P S X', scale(1, [S, P], X), scale(1, [P, S], X)],
  ['S (P X) = (S P) X', times(S, times(P, X)), times(times(S, P), X)],
  ['2 (X + Y) = 2 X + 2 Y', scale(2, [], sum([X, Y])), sum([scale(2, [], X), scale(2, [], Y)])],
  ['I X = X = X I', product([identity(d), X]), product([X, identity(e)])],
  ['(D X) Z = D (X Z)', product([product([D, X]), Z]), product([D, product([X, Z])])],
  ['(S X) (2 Z) = 2 S (X Z)', product([times(S, X), scale(2, [], Z)]), scale(2, [S], product([X, Z]))],
  ['X 0 = 0', product([X, zero({ rows: e, columns: d })]), zero({ rows: d, columns: d })],
  ['Xᵀᵀ = X', transpose(transpose(X)), X],
  ['(D X)ᵀ = Xᵀ D', transpose(product([D, X])), product([transpose(X), D])],
  ['(2 X + Y)ᵀ = 2 Xᵀ + Yᵀ', transpose(sum([scale(2, [], X), Y])), sum([scale(2, [], transpose(X)), transpose(Y)])],
  ['Dᵀ = D', transpose(D), D],
  ['|Xᵀ| = |X|ᵀ', abs(transpose(X)), transpose(abs(X))],
  ['||X|| = |X|', abs(abs(X)), abs(X)],
  ['|D| = D for a positive D', abs(D), D],
  ['|−2 S| = 2 |S|', abs(scale(-2, [S], number(1))), scale(2, [abs(S)], number(1))],
  ['|A D| = |A| D', abs(product([A, D])), product([abs(A), D])],
  ['diag |A| = |diag A|', diag(abs(A)), abs(diag(A))],
  ['diag I = 1', diag(identity(d)), ones(d)],
  ['diag(A D) = a ∘ d', diag(product([A, D])), hadamard([diag(A), diag(D)])],
  ['diag(A A) = a ∘ a', diag(product([A, A])), square(diag(A))],
  ['offdiag D = 0', offDiagonal(D), zero({ rows: d, columns: d })],
  [
    'offdiag(D + XXᵀ) = offdiag(XXᵀ)',
    offDiagonal(sum([D, product([X, transpose(X)])])),
    offDiagonal(product([X, transpose(X)])),
  ],
  ['X 1 is a row sum', product([X, ones(e)]), rowSums(X)],
  ['A 1 = diag A', rowSums(A), diag(A)],
  ['(2 X + Y) 1 = 2 X 1 + Y 1', rowSums(sum([scale(2, [], X), Y])), sum([scale(2, [], rowSums(X)), rowSums(Y)])],
  ['a ∘ b = b ∘ a', hadamard([diag(A), diag(D)]), hadamard([diag(D), diag(A)])],
  ['a ∘ a is a square', hadamard([diag(A), diag(A)]), square(diag(A))],
  ['a ∘ 1 = a', hadamard([diag(A), ones(d)]), diag(A)],
  ['|a| ∘ |a| = a ∘ a', square(abs(diag(A))), square(diag(A))],
  ['√(X ∘ X) = |X|', sqrt(square(X)), abs(X)],
  ['√9 = 3', sqrt(number(9)), number(3)],
  ['(4 a) / 2 = 2 a', quotient(scale(4, [], diag(A)), fill(number(2), d)), scale(2, [], diag(A))],
  ['a / 1 = a', quotient(diag(A), ones(d)), diag(A)],
  ['0 / a = 0', quotient(zero({ rows: d, columns: null }), diag(A)), zero({ rows: d, columns: null })],
  ['(3 a) / b = 3 (a / b)', quotient(scale(3, [], diag(A)), diag(D)), scale(3, [], quotient(diag(A), diag(D)))],
  ['min(a, a) = a', minimum([diag(A), diag(A)]), diag(A)],
  ['max(a, b) = max(b, a)', maximum([diag(A), diag(D)]), maximum([diag(D), diag(A)])],
  ['−0 = 0', number(-0), number(0)],
  // Scalars that are sums: what is a factor and what is a body must not matter.
  ['(S + P) c = c (S + P)', times(sum([S, P]), c), times(c, sum([S, P]))],
];

describe('canonical form', () => {
  it.each(same)('%s', (_name, left, right) => {
    expect(left.key).toBe(right.key);
    expect([left.rows, left.columns]).toEqual([right.rows, right.columns]);
  });

  it('tells apart what is not the same', () => {
    const different: readonly Expression[] = [
      X,
      Y,
      transpose(X),
      abs(X),
      square(X),
      scale(2, [], X),
      scale(-2, [], X),
      times(S, X),
      times(P, X),
      product([D, X]),
      product([A, X]),
      sum([X, Y]),
      subtract(X, Y),
      rowSums(X),
      rowSums(abs(X)),
      rowSums(transpose(X)),
      diag(D),
      D,
      offDiagonal(product([X, transpose(X)])),
      product([X, transpose(X)]),
      quotient(diag(A), diag(D)),
      hadamard([diag(A), diag(D)]),
      identity(d),
      identity(e),
      scale(2, [], identity(d)),
      scale(2, [], identity(e)),
      ones(d),
      ones(e),
      zero({ rows: d, columns: e }),
      zero({ rows: e, columns: d }),
      zero({ rows: d, columns: null }),
    ];
    expect(new Set(different.map((node) => node.key)).size).toBe(different.length);
  });

  it("tells the author's S from the slope sum S", () => {
    const [own, derived] = [scalarSymbol('constant', label('S')), scalarSymbol('slope-sum', label('S'))];
    expect(own.key).not.toBe(derived.key);
    expect(subtract(own, derived).kind).toBe('sum');
  });

  it('multiplies a scalar sum with itself', () => {
    const both = sum([S, P]);
    // The same object on both sides.
    expect(times(both, both).key).not.toBe(both.key);
  });

  it('transposes zeros', () => {
    const turned = transpose(zero({ rows: d, columns: e }));
    expect([turned.rows, turned.columns]).toEqual([e, d]);
  });

  it('reads a node as coefficient · scalars · body', () => {
    expect(monomial(scale(-3, [S, P], X))).toMatchObject({ coefficient: -3, body: X });
    expect(monomial(number(4))).toMatchObject({ coefficient: 4, scalars: [] });
    expect(monomial(S)).toMatchObject({ coefficient: 1, scalars: [S] });
    expect(
      summands(sum([X, Y]))
        .map((node) => node.key)
        .sort(),
    ).toEqual([X.key, Y.key].sort());
    expect(summands(zero(X))).toEqual([]);
  });

  it('refuses shapes that do not fit', () => {
    for (const wrong of [
      () => sum([X, Z]),
      () => product([X, Y]),
      () => hadamard([X, transpose(X)]),
      () => times(X, X),
      () => diag(X),
      () => quotient(X, S),
      () => symbol('weight', label('B'), { rows: d, columns: e }, { diagonal: true }),
      () => sum([]),
      () => product([]),
      () => minimum([]),
    ]) {
      expect(wrong).toThrow();
    }
  });
});

describe('facts', () => {
  it('know shapes', () => {
    expect([X, diag(A), S].map((node) => [isMatrix(node), isVector(node), isScalar(node)])).toEqual([
      [true, false, false],
      [false, true, false],
      [false, false, true],
    ]);
  });

  it('know what is nonnegative whatever the values', () => {
    const yes = [
      D,
      p,
      number(0),
      abs(X),
      square(X),
      ones(d),
      sum([abs(X), square(X)]),
      product([abs(X), abs(Z)]),
      scale(2, [p], abs(X)),
      quotient(abs(diag(A)), diag(D)),
      maximum([diag(A), diag(D)]),
      rowSums(abs(X)),
      diag(product([A, A])),
    ];
    const no = [
      A,
      X,
      S,
      number(-1),
      scale(-1, [], abs(X)),
      scale(1, [S], abs(X)),
      subtract(abs(X), abs(Y)),
      minimum([diag(A), diag(D)]),
      product([abs(X), Z]),
      rowSums(X),
      transpose(X),
    ];
    expect(yes.filter((node) => !isNonnegative(node))).toEqual([]);
    expect(no.filter(isNonnegative)).toEqual([]);
  });

  it('know what is diagonal', () => {
    const yes = [A, D, identity(d), product([A, D]), sum([A, D]), scale(2, [S], A), abs(A)];
    const no = [
      X,
      product([X, transpose(X)]),
      diag(A),
      S,
      sum([A, product([X, transpose(X)])]),
      offDiagonal(product([X, transpose(X)])),
      zero({ rows: d, columns: e }),
    ];
    expect(yes.filter((node) => !isDiagonal(node))).toEqual([]);
    expect(no.filter(isDiagonal)).toEqual([]);
  });
});

describe('grams', () => {
  it('recognise XᵀDX with D ≥ 0, and nothing else', () => {
    expect(asGram(product([transpose(X), D, X]))).toMatchObject({ factor: X, middle: D });
    expect(asGram(product([transpose(X), X]))).toMatchObject({ factor: X, middle: null });
    expect(asGram(product([X, transpose(X)]))?.factor.key).toBe(transpose(X).key);
    expect(asGram(product([transpose(X), D, D, X]))?.factor.key).toBe(product([D, X]).key);
    for (const node of [
      product([transpose(X), A, X]),
      product([transpose(X), D, Y]),
      product([X, Z]),
      product([transpose(X), product([X, transpose(X)]), X, E]),
      X,
      scale(2, [], product([transpose(X), X])),
    ])
      expect(asGram(node)).toBeNull();
  });

  it('give the matrix of a row sum of absolute values', () => {
    expect(absoluteRowSumBody(rowSums(abs(X)))?.key).toBe(X.key);
    expect(absoluteRowSumBody(rowSums(abs(transpose(X))))?.key).toBe(transpose(X).key);
    expect(absoluteRowSumBody(rowSums(X))).toBeNull();
    expect(absoluteRowSumBody(rowSums(square(X)))).toBeNull();
  });

  it('list weights and multipliers once each', () => {
    const node = sum([product([transpose(X), D, X]), product([transpose(X), D, Y]), product([transpose(Y), Y])]);
    expect(
      weightsOf(node)
        .map(({ key }) => key)
        .sort(),
    ).toEqual([X.key, Y.key]);
    expect(multipliersOf(node).map(({ key }) => key)).toEqual([D.key]);
  });
});

describe('visits', () => {
  const loop = (offset: number): Index => ({ base: 'loop', offset });
  const depth = (offset: number): Index => ({ base: 'depth', offset });
  const member = (index: Index): Expression =>
    symbol('weight', label('C', index), { rows: label('w', index), columns: label('w', index) });

  it('replace from the top and simplify', () => {
    expect(substitute(sum([X, Y]), (node) => (node.key === Y.key ? negate(X) : null)).kind).toBe('zero');
    expect(substitute(X, () => null)).toBe(X);
    expect(mentions(product([transpose(X), D, X]), D.key)).toBe(true);
    expect(mentions(product([transpose(X), D, X]), F.key)).toBe(false);
  });

  it('give loop letters and depths their values, in labels and widths', () => {
    const node = instantiate(member(loop(1)), { loop: constant(2), depth: null });
    expect(node).toMatchObject({ label: label('C', constant(3)), rows: label('w', constant(3)) });
    expect(instantiate(member(depth(-1)), { loop: null, depth: 5 })).toMatchObject({ label: label('C', constant(4)) });
  });

  it('write sums over a range out, and keep the letter that the sum binds', () => {
    const vector = rowSums(abs(symbol('weight', label('C', loop(0)), { rows: d, columns: e })));
    const range = scale(2, [], rangeSum(vector, constant(2), depth(0)));
    const at = (index: number): Expression =>
      rowSums(abs(symbol('weight', label('C', constant(index)), { rows: d, columns: e })));
    expect(instantiate(range, { loop: constant(7), depth: 4 }).key).toBe(scale(2, [], sum([at(2), at(3), at(4)])).key);
    expect(instantiate(range, { loop: constant(7), depth: null }).key).toBe(range.key);
    expect(instantiate(range, { loop: null, depth: 1 }).kind).toBe('zero');
  });
});
