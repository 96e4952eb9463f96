import type { Expression } from '../../src/expr/node.js';
import { evaluate } from '../../src/expr/evaluate.js';
import type { Constraint } from '../../src/model/inequality.js';
import { at } from '../../src/numeric/matrix.js';
import type { Described } from './common.js';
import { descriptionViolations, unique } from './common.js';
import type { Point } from './points.js';
import { least, magnitude } from './points.js';

/**
 * A statement's slack at a point: > 0 where it holds, < 0 where it does not, relative to the size of what is compared.
 * Within ±`undecided` rounding decides, so such points say nothing.
 */
export type Slack<P> = (point: P) => number;
const undecided = 1e-12;

export interface ImplicationTrial<P> {
  readonly stem: string;
  readonly points: readonly P[];
  readonly source: Slack<P>;
  readonly target: Slack<P>;
}

/**
 * The laws of an implying rule:
 * - implies: wherever the target holds, the source holds;
 * - converse: wherever the source holds, the target holds, if the rule is exact;
 * - vacuous: the target holds at a tenth of the points and fails at a tenth, so that the others say something;
 * - and those of `descriptionViolations`. The points must be ones that meet the rule's assumptions.
 */
export function implicationViolations<P>(
  rule: Described,
  { stem, points, source, target }: ImplicationTrial<P>,
): readonly string[] {
  const violations = [...descriptionViolations(rule, stem)];
  let holds = 0;
  let fails = 0;
  for (const point of points) {
    const [given, wanted] = [target(point), source(point)];
    if (Number.isNaN(given) || Number.isNaN(wanted)) violations.push('vacuous: a slack is not a number');
    if (given > undecided) holds += 1;
    if (given < -undecided) fails += 1;
    if (given >= undecided && wanted < -undecided) violations.push('implies: the target holds and the source does not');
    if (rule.exact && wanted > undecided && given < -undecided)
      violations.push('converse: the source holds and the target does not');
  }
  if (holds < points.length / 10) violations.push(`vacuous: the target holds at ${holds} of ${points.length} points`);
  if (fails < points.length / 10) violations.push(`vacuous: the target fails at ${fails} of ${points.length} points`);
  return unique(violations);
}

/** min (right − left), relative to the sizes of both sides. */
export function slackBetween(left: Expression, right: Expression, point: Point): number {
  const difference = least(evaluate(left, point), evaluate(right, point), (x, y) => y - x);
  const size = Math.max(...magnitude(left, point).data, ...magnitude(right, point).data);
  return size === 0 ? 0 : difference / size;
}

/** A constraint's slack; where it does not apply it holds. */
export function constraintSlack({ left, right, relation, onlyIfPositive }: Constraint, point: Point): number {
  if (onlyIfPositive !== null && !(at(evaluate(onlyIfPositive, point), 0, 0) > 0)) return 1;
  return relation === '>=' ? slackBetween(right, left, point) : slackBetween(left, right, point);
}
