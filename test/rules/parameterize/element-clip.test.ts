import { describe, expect, it } from 'vitest';
import { elementClip } from '../../../rules/parameterize/element-clip.js';
import { label } from '../../../src/base/label.js';
import { abs, number, quotient, rowSums, scale } from '../../../src/expr/build.js';
import type { Constraint } from '../../../src/model/inequality.js';
import { matrix } from '../../../src/numeric/matrix.js';
import { generator } from '../../../src/numeric/random.js';
import { carryOut } from '../../laws/carry-out.js';
import { constraintSlack } from '../../laws/implication.js';
import { hostileWeight, mapViolations } from '../../laws/map.js';
import type { Point } from '../../laws/points.js';
import { samplePoint } from '../../laws/points.js';
import { P, S, X, Y } from '../../laws/symbols.js';

const constraint: Constraint = {
  kind: 'element-bound',
  parameters: [X],
  left: abs(X),
  relation: '<=',
  right: quotient(scale(0.5, [abs(S)], number(1)), P),
  onlyIfPositive: P,
  row: label('w'),
  span: null,
};
const assignment = elementClip.apply({ constraint, last: false });

function points(pairs: readonly (readonly [number, number])[]): readonly Point[] {
  const random = generator(23);
  return Array.from({ length: 200 }, () => {
    const [m, L] = random.pick(pairs);
    const point = samplePoint(random, 'plain')
      .with(
        S,
        matrix(1, 1, () => L + m),
      )
      .with(
        P,
        matrix(1, 1, () => L * m),
      );
    return point.with(X, hostileWeight(X, point, random));
  });
}

describe('parameterize/element-clip', () => {
  it('passes the laws of a parameterizing rule', () => {
    const list = points([
      [0.1, 1],
      [1, 1],
      [-2, -0.5],
      [1e-9, 1],
      [0, 1],
      [-0.2, 1.2],
      [2 ** -40, 2 ** 40],
    ]);
    expect(
      mapViolations(elementClip, {
        stem: 'parameterize/element-clip',
        assignment,
        weights: [X],
        points: list,
        slack: (point) => constraintSlack(constraint, point),
      }),
    ).toEqual([]);
  });

  it('leaves the weight alone where P ≤ 0', () => {
    const list = points([
      [0, 1],
      [-0.2, 1.2],
      [-1, 0],
    ]);
    for (const point of list) {
      const store = new Map([[X.key, point.value(X)]]);
      carryOut(assignment, store, point);
      expect(store.get(X.key)).toEqual(point.value(X));
    }
  });

  it('refuses what is no elementwise bound of one weight', () => {
    const refused: readonly Constraint[] = [
      { ...constraint, kind: 'row-ball' },
      { ...constraint, onlyIfPositive: null },
      { ...constraint, parameters: [X, Y] },
      { ...constraint, kind: 'cap', left: rowSums(abs(X)) },
    ];
    for (const source of refused)
      expect(elementClip.refuses({ constraint: source, last: false })?.because).toBeTruthy();
  });
});
