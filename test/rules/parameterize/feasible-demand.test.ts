import { describe, expect, it } from 'vitest';
import { feasibleDemand } from '../../../rules/parameterize/feasible-demand.js';
import { label } from '../../../src/base/label.js';
import {
  abs,
  fill,
  number,
  quotient,
  rowSums,
  scalarSymbol,
  scale,
  subtract,
  sum,
  symbol,
} from '../../../src/expr/build.js';
import type { Expression, SymbolNode } from '../../../src/expr/node.js';
import type { Constraint } from '../../../src/model/inequality.js';
import { matrix } from '../../../src/numeric/matrix.js';
import { generator } from '../../../src/numeric/random.js';
import { implicationViolations, slackBetween } from '../../laws/implication.js';
import type { Point } from '../../laws/points.js';
import { samplePoint } from '../../laws/points.js';
import { S, X, c, d } from '../../laws/symbols.js';

const lip = scalarSymbol('lipschitz', label('Lip'), { positive: true });
const cap = symbol('cap', label('K'), { rows: d, columns: null }, { positive: true });
const ball = fill(quotient(number(2), abs(S)), d);
const zero = fill(number(0), d);
const of = (
  kind: Constraint['kind'],
  parameters: readonly SymbolNode[],
  left: Expression,
  right: Expression,
): Constraint => ({ kind, parameters, left, relation: '<', right, onlyIfPositive: null, row: label('w'), span: null });

const skip = of('budget', [], fill(scale(1, [abs(c), abs(c)], number(1)), d), fill(scale(1, [lip, lip], number(1)), d));
const fixed = of('row-ball', [], sum([cap, fill(number(0.25), d)]), ball);
const beside = of('row-ball', [X], rowSums(abs(X)), subtract(ball, cap));

/** What must be positive: the limit, or what is left of it. */
const rest = (constraint: Constraint): Expression =>
  constraint.parameters.length === 0 ? subtract(constraint.right, constraint.left) : constraint.right;

describe('parameterize/feasible-demand', () => {
  it.each([
    ['an identity skip against 𝓛²', skip],
    ['a row of fixed things', fixed],
    ['a row ball that caps have taken from', beside],
  ])('passes the laws of an implying rule: %s', (_name, constraint) => {
    const random = generator(81);
    const points = Array.from({ length: 300 }, (): Point => {
      const point = samplePoint(random, 'plain');
      const slope = random.pick([1, -1, 0.4, 2, 1e-30]);
      const { rows } = point.value(cap);
      // Near 2/|S|, and at the last digits of it.
      const near = (): number =>
        (2 / Math.max(Math.abs(slope), 0.1)) * random.pick([0.3, 0.8, 1 - 2 ** -50, 1, 1 + 2 ** -50, 1.5]);
      return point
        .with(
          S,
          matrix(1, 1, () => slope),
        )
        .with(cap, matrix(rows, 1, near))
        .with(
          c,
          matrix(1, 1, () => random.normal()),
        )
        .with(
          lip,
          matrix(1, 1, () => Math.abs(random.normal()) + 1e-3),
        );
    }).map((point) => (constraint === skip && random.integer(0, 3) === 0 ? point.with(c, point.value(lip)) : point));
    const demand = feasibleDemand.apply({ constraint, last: false });
    if (demand.kind !== 'demand') throw new Error('a demand expected');
    const trial = {
      stem: 'parameterize/feasible-demand',
      points,
      source: (point: Point) => slackBetween(zero, rest(constraint), point),
      target: (point: Point) => slackBetween(zero, demand.value, point),
    };
    expect(implicationViolations(feasibleDemand, trial)).toEqual([]);
    // And where the sign is for rounding to say, the demand is not met.
    for (const point of points)
      if (Math.abs(trial.source(point)) < 2 ** -40) expect(trial.target(point)).toBeLessThan(0);
  });

  it('says what has used up the limit', () => {
    const because = (constraint: Constraint): string => {
      const demand = feasibleDemand.apply({ constraint, last: false });
      return demand.kind === 'demand' ? demand.because : '';
    };
    expect(because(skip)).toContain('identity skip');
    expect(because(beside)).toContain('row ball of w');
  });

  it('refuses limits that stand alone, and constraints of other kinds that have weights', () => {
    const refused = [
      of('row-ball', [X], rowSums(abs(X)), ball),
      of('budget', [X], rowSums(abs(X)), subtract(ball, cap)),
      of('cap', [X], rowSums(abs(X)), cap),
    ];
    for (const constraint of refused)
      expect(feasibleDemand.refuses({ constraint, last: false })?.because, constraint.kind).toBeTruthy();
    expect([skip, fixed, beside].map((constraint) => feasibleDemand.refuses({ constraint, last: false }))).toEqual([
      null,
      null,
      null,
    ]);
  });
});
