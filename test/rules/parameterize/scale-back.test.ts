import { describe, expect, it } from 'vitest';
import { scaleBack } from '../../../rules/parameterize/scale-back.js';
import { label } from '../../../src/base/label.js';
import { symbol } from '../../../src/expr/build.js';
import type { SymbolNode } from '../../../src/expr/node.js';
import { tilde, defaultNaming } from '../../../src/expr/naming.js';
import { describe as line } from '../../../src/model/describe.js';
import type { Scaled } from '../../../src/model/scaling.js';
import { scaledMultiplier, scaledWeight } from '../../../src/model/scaling.js';
import type { Matrix } from '../../../src/numeric/matrix.js';
import { at, matrix } from '../../../src/numeric/matrix.js';
import { generator } from '../../../src/numeric/random.js';
import { carryOut } from '../../laws/carry-out.js';
import type { Store } from '../../laws/carry-out.js';
import { descriptionViolations } from '../../laws/common.js';
import { flavours, samplePoint } from '../../laws/points.js';
import { A, D, S, X, d, e } from '../../laws/symbols.js';

const T = symbol('scale', label('w'), { rows: d, columns: d }, { diagonal: true, positive: true });
const U = symbol('scale', label('x'), { rows: e, columns: e }, { diagonal: true, positive: true });
const cases: readonly (readonly [string, Scaled, Scaled])[] = [
  [
    'a weight between two signals',
    scaledWeight(X, T, U),
    { symbol: X, left: { scale: T, inverse: true }, right: { scale: U, inverse: false } },
  ],
  ['a weight of the output', scaledWeight(X, null, U), { symbol: X, left: null, right: { scale: U, inverse: false } }],
  [
    'a weight that reads a signal of scale 1',
    scaledWeight(X, T, null),
    { symbol: X, left: { scale: T, inverse: true }, right: null },
  ],
  [
    'a diagonal weight',
    scaledWeight(A, T, T),
    { symbol: A, left: { scale: T, inverse: true }, right: { scale: T, inverse: false } },
  ],
  [
    'a multiplier',
    scaledMultiplier(D, T),
    { symbol: D, left: { scale: T, inverse: false }, right: { scale: T, inverse: false } },
  ],
];

describe('parameterize/scale-back', () => {
  it('says what it is', () => {
    expect(descriptionViolations(scaleBack, 'parameterize/scale-back')).toEqual([]);
  });

  it.each(cases)(
    'is undone by the statement of diagonal-scaling, C̃ = T_l⁻¹ C T_j, Λ̃ = T_l Λ T_l: %s',
    (_name, scaled, forth) => {
      const random = generator(62);
      const assignment = scaleBack.apply(scaled);
      expect(assignment.rule).toBe('parameterize/scale-back');
      for (let round = 0; round < 60; round += 1) {
        const point = samplePoint(random, flavours[round % flavours.length] ?? 'plain');
        const store: Store = new Map();
        carryOut(assignment, store, { width: point.width, value: (node) => store.get(node.key) ?? point.value(node) });
        const [before, after] = [point.value(scaled.symbol), store.get(scaled.symbol.key)];
        if (after === undefined) throw new Error('no value');
        const side = (of: Scaled['left']): ((i: number) => number) => {
          const value: Matrix | null = of === null ? null : point.value(of.scale);
          return (i) => (value === null ? 1 : of?.inverse === true ? 1 / at(value, i, i) : at(value, i, i));
        };
        const [left, right] = [side(forth.left), side(forth.right)];
        const again = matrix(after.rows, after.columns, (i, j) => left(i) * at(after, i, j) * right(j));
        again.data.forEach((entry, k) =>
          expect(Math.abs(entry - (before.data[k] ?? NaN))).toBeLessThanOrEqual(6 * 2 ** -53 * Math.abs(entry)),
        );
        if (scaled.symbol === D) for (let i = 0; i < after.rows; i += 1) expect(at(after, i, i)).toBeGreaterThan(0);
      }
    },
  );

  it('is shown as it is meant', () => {
    const naming = { ...defaultNaming, mark: tilde };
    const shown = (symbol: Scaled): string => line(scaleBack.apply(symbol), naming);
    expect(shown(scaledWeight(X, T, U))).toBe('X := T_w X\u0303 T_x⁻¹');
    expect(shown(scaledMultiplier(D, T))).toBe('λ_D := T_w⁻¹ Λ\u0303_D T_w⁻¹');
  });

  it('refuses all but weights and multipliers', () => {
    const of = (symbol: SymbolNode): Scaled => ({ symbol, left: null, right: null });
    for (const symbol of [T, S]) expect(scaleBack.refuses(of(symbol))?.because).toBeTruthy();
    for (const symbol of [X, D]) expect(scaleBack.refuses(of(symbol))).toBeNull();
  });
});
