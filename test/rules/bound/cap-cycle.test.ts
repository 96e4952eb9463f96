import { describe, expect, it } from 'vitest';
import { capCycle } from '../../../rules/bound/cap-cycle.js';
import { constant, label } from '../../../src/base/label.js';
import {
  abs,
  diag,
  fill,
  hadamard,
  number,
  product,
  quotient,
  rowSums,
  scale,
  square,
  subtract,
  sum,
  symbol,
  transpose,
} from '../../../src/expr/build.js';
import { evaluate } from '../../../src/expr/evaluate.js';
import type { Expression, SymbolNode } from '../../../src/expr/node.js';
import { text } from '../../../src/expr/print.js';
import { matrix } from '../../../src/numeric/matrix.js';
import { generator } from '../../../src/numeric/random.js';
import { constraintSlack, implicationViolations, slackBetween } from '../../laws/implication.js';
import type { Point } from '../../laws/points.js';
import { flavours, samplePoint } from '../../laws/points.js';
import { A, P, S, X, d, layerOf } from '../../laws/symbols.js';

const layer = layerOf(1, [{ coefficient: 1, weight: X, signal: label('x') }]);
const lambda = diag(layer.multiplier);
const sums = (of: Expression): Expression => rowSums(abs(of));
const source = (weight: SymbolNode): Parameters<typeof capCycle.apply>[0] => ({
  weight,
  layer,
  span: null,
  capLabel: label('', constant(1)),
});
const one = fill(number(1), d);

/** |W| 1 on either side of κ, λ and the slopes anything, |S| κ < 2. */
function points(weight: SymbolNode, cap: SymbolNode): readonly Point[] {
  const random = generator(10);
  return Array.from({ length: 300 }, (_, at) => {
    const point = samplePoint(random, flavours[at % flavours.length] ?? 'plain').with(
      S,
      matrix(1, 1, () => random.pick([-1, 0, 0.5, 1])),
    );
    const { rows, columns } = point.value(weight);
    const size = 1.5 * random.uniform();
    const filled = point.with(
      weight,
      matrix(rows, columns, (i, j) => (weight.diagonal && i !== j ? 0 : (size * random.normal()) / columns)),
    );
    const wide = random.integer(0, 2) > 0;
    const reached = evaluate(sums(weight), filled);
    return filled.with(
      cap,
      matrix(rows, 1, (i) => Math.min(1.9, wide ? (reached.data[i] ?? 0) + random.uniform() : random.uniform())),
    );
  });
}

function totalsOf(weight: SymbolNode): readonly Expression[] {
  const inner = hadamard([lambda, sums(weight)]);
  const dense = [
    scale(2, [abs(P)], product([transpose(abs(weight)), inner])),
    sum([
      scale(1, [abs(S)], product([transpose(abs(weight)), lambda])),
      scale(2, [abs(P)], product([transpose(abs(weight)), inner])),
    ]),
  ];
  const narrow = (): readonly Expression[] => [
    scale(2, [abs(P)], hadamard([square(diag(weight)), lambda])),
    sum([square(diag(weight)), hadamard([sums(weight), lambda])]),
  ];
  const solved = quotient(lambda, subtract(scale(2, [], one), scale(1, [abs(S)], sums(weight))));
  return [inner, solved, sums(weight), ...(weight.diagonal ? narrow() : dense)];
}

describe.each([
  ['dense', X],
  ['diagonal', A],
])('bound/cap-cycle, %s weight', (_kind, weight) => {
  const cap = capCycle.apply(source(weight));

  it.each(['replaceAll', 'replaceInner'] as const)('passes the laws of an implying rule (%s)', (replace) => {
    const totals = totalsOf(weight);
    const trial = {
      stem: 'bound/cap-cycle',
      points: points(weight, cap.symbol),
      source: (point: Point) => Math.min(...totals.map((total) => slackBetween(total, cap[replace](total), point))),
      target: (point: Point) => constraintSlack(cap.constraint, point),
    };
    expect(implicationViolations(capCycle, trial)).toEqual([]);
  });

  it("leaves no |W| 1 behind, and in the weight's own inequality one factor |W|", () => {
    for (const total of totalsOf(weight)) {
      expect(text(cap.replaceAll(total))).not.toContain(text(sums(weight)));
      expect(cap.replaceAll(cap.replaceAll(total)).key).toBe(cap.replaceAll(total).key);
    }
  });
});

describe('bound/cap-cycle', () => {
  it('takes 2 |P| |C|ᵀ (λ ∘ |C| 1) to 2 |P| |C|ᵀ (λ ∘ κ), as in the literature', () => {
    const cap = capCycle.apply(source(X));
    const total = scale(2, [abs(P)], product([transpose(abs(X)), hadamard([lambda, sums(X)])]));
    const expected = scale(2, [abs(P)], product([transpose(abs(X)), hadamard([lambda, cap.symbol])]));
    expect(cap.replaceAll(total).key).toBe(expected.key);
    expect(cap.replaceInner(total).key).toBe(expected.key);
    expect(cap.symbol).toMatchObject({ role: 'cap', positive: true });
    expect(cap.constraint).toMatchObject({ kind: 'cap', relation: '<=', parameters: [X] });
  });

  it('keeps one factor of a squared diagonal weight', () => {
    const cap = capCycle.apply(source(A));
    expect(cap.replaceInner(square(diag(A))).key).toBe(hadamard([cap.symbol, sums(A)]).key);
    expect(cap.replaceAll(square(diag(A))).key).toBe(square(cap.symbol).key);
  });

  it('refuses to cap anything but weights', () => {
    const other = symbol('multiplier', label('M'), { rows: d, columns: d }, { diagonal: true, positive: true });
    expect(capCycle.refuses(source(other))?.because).toBeTruthy();
    expect(capCycle.refuses(source(X))).toBeNull();
  });
});
