import { describe, expect, it } from 'vitest';
import { squareRoot } from '../../../rules/bound/square-root.js';
import { label } from '../../../src/base/label.js';
import {
  abs,
  diag,
  fill,
  number,
  product,
  rowSums,
  scalarSymbol,
  scale,
  square,
  sum,
  transpose,
} from '../../../src/expr/build.js';
import type { Expression } from '../../../src/expr/node.js';
import { text } from '../../../src/expr/print.js';
import type { Constraint } from '../../../src/model/inequality.js';
import { matrix } from '../../../src/numeric/matrix.js';
import { generator } from '../../../src/numeric/random.js';
import { constraintSlack, implicationViolations } from '../../laws/implication.js';
import type { Point } from '../../laws/points.js';
import { flavours, samplePoint } from '../../laws/points.js';
import { A, D, X, d, e } from '../../laws/symbols.js';

const lip = scalarSymbol('lipschitz', label('Lip'), { positive: true });
const limit = (coefficient = 1, size = d): Expression => scale(coefficient, [lip, lip], fill(number(1), size));
const share = (left: Expression, right: Expression, kind: Constraint['kind'] = 'budget'): Constraint => ({
  kind,
  parameters: [A],
  left,
  relation: '<',
  right,
  onlyIfPositive: null,
  row: label('x'),
  span: null,
});
const source = share(square(diag(A)), limit());

describe('bound/square-root', () => {
  it('passes the laws of an implying rule', () => {
    const random = generator(9);
    const target = squareRoot.apply(source);
    const points = Array.from({ length: 300 }, (_, at): Point => {
      const point = samplePoint(random, flavours[at % flavours.length] ?? 'plain');
      const { rows } = point.value(A);
      return point
        .with(
          A,
          matrix(rows, rows, (i, j) => (i === j ? random.normal() : 0)),
        )
        .with(
          lip,
          matrix(1, 1, () => 2 ** random.normal()),
        );
    });
    const trial = {
      stem: 'bound/square-root',
      points,
      source: (point: Point) => constraintSlack(source, point),
      target: (point: Point) => constraintSlack(target, point),
    };
    expect(implicationViolations(squareRoot, trial)).toEqual([]);
  });

  it('passes them with scales, a ∘ a < 𝓛² (t ∘ t)', () => {
    const scaled = share(square(diag(A)), scale(1, [lip, lip], square(diag(D))));
    const target = squareRoot.apply(scaled);
    expect(text(target.right)).toBe('𝓛 λ_D');
    const random = generator(10);
    const points = Array.from({ length: 300 }, (_, at): Point => {
      const point = samplePoint(random, flavours[at % flavours.length] ?? 'plain');
      const { rows } = point.value(A);
      const diagonal = (draw: () => number): ReturnType<typeof matrix> =>
        matrix(rows, rows, (i, j) => (i === j ? draw() : 0));
      return point
        .with(
          A,
          diagonal(() => random.normal()),
        )
        .with(
          D,
          diagonal(() => 2 ** random.normal()),
        )
        .with(
          lip,
          matrix(1, 1, () => 2 ** random.normal()),
        );
    });
    expect(
      implicationViolations(squareRoot, {
        stem: 'bound/square-root',
        points,
        source: (point) => constraintSlack(scaled, point),
        target: (point) => constraintSlack(target, point),
      }),
    ).toEqual([]);
    // A square of something that may be negative has another root.
    expect(squareRoot.refuses(share(square(diag(A)), scale(1, [lip, lip], square(diag(A)))))?.because).toBeTruthy();
  });

  it('is |a| < 𝓛, as in the literature', () => {
    const target = squareRoot.apply(source);
    expect(target).toMatchObject({ kind: 'interval', relation: '<', parameters: [A] });
    expect(target.left.key).toBe(abs(diag(A)).key);
    expect(text(target.left)).toBe('diag(|A|)');
    expect(text(target.right)).toBe('𝓛');
  });

  it('refuses everything but a plain square against u² 1', () => {
    const refused = [
      share(product([transpose(square(X)), fill(number(1), d)]), limit(1, e)),
      share(rowSums(abs(product([transpose(X), X]))), limit(1, e)),
      share(scale(2, [], square(diag(A))), limit()),
      share(square(diag(A)), limit(2)),
      share(square(diag(A)), fill(lip, d)),
      share(square(diag(A)), sum([limit(), fill(number(-1), d)])),
      share(square(diag(A)), limit(), 'row-ball'),
    ];
    for (const constraint of refused)
      expect(squareRoot.refuses(constraint)?.because, constraint.right.key).toBeTruthy();
  });
});
