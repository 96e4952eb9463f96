import { coefficientsIn, factorize } from './algebra.js';
import type { Assumptions, Condition, ParameterRange } from '../scalar/assumptions.js';
import {
  condition,
  cutRange,
  isInRange,
  onlyNumber,
  rangeOfParameter,
  withPositive,
  withRange,
} from '../scalar/assumptions.js';
import * as build from '../scalar/build.js';
import type { Scalar } from '../scalar/node.js';
import type * as q from '../scalar/rational.js';
import { dependsOnVariable, parameterNames, substitute } from '../scalar/visit.js';

/** A set of parameters: what is assumed of them, and the parameters that are functions of the others there. */
export interface ParameterCase {
  readonly assumptions: Assumptions;
  readonly values: ReadonlyMap<string, Scalar>;
}

/** The cases `parameter < at`, `= at` and `> at`; what the assumptions exclude is left out. */
export interface Split {
  readonly parameter: Scalar;
  readonly at: Scalar;
  readonly cases: readonly { readonly relation: '<' | '=' | '>'; readonly case: ParameterCase }[];
}

/** Functions of the parameters to tell cases apart by: factors of the undecided ones, in their order. */
export function splitters(undecided: readonly Scalar[]): readonly Scalar[] {
  const factors = undecided
    .flatMap((node) => factorize(node))
    .map((factor) => (factor.kind === 'power' ? factor.base : factor));
  const found = new Map(
    factors
      .filter((factor) => parameterNames(factor).length > 0 && !dependsOnVariable(factor))
      .map((factor) => [factor.key, factor] as const),
  );
  return [...found.values()];
}

/** Cases by the sign of a function that is affine in one of its parameters; null where it is in none. */
export function splitBy(splitter: Scalar, { assumptions, values }: ParameterCase): Split | null {
  for (const name of parameterNames(splitter)) {
    const parameter = build.parameter(name);
    const [constant, slope, more] = coefficientsIn(splitter, parameter) ?? [];
    if (constant === undefined || slope?.kind !== 'rational' || more !== undefined) continue;
    const at = build.divide(build.negate(constant), slope);
    const fixed = (): ParameterCase => ({
      assumptions: fix(assumptions, name, at),
      values: new Map([...substituteAll(values, name, at), [name, at]]),
    });
    const split =
      at.kind === 'rational'
        ? byNumber(name, at.value, assumptions, values, fixed)
        : byFunction(name, at, assumptions, values, fixed);
    if (split !== null) return { parameter, at, cases: split };
  }
  return null;
}

function byNumber(
  name: string,
  at: q.Rational,
  assumptions: Assumptions,
  values: ParameterCase['values'],
  fixed: () => ParameterCase,
): Split['cases'] | null {
  const range = rangeOfParameter(assumptions, name);
  if (onlyNumber(range) !== null) return null;
  const cases: Split['cases'][number][] = [];
  const side = (relation: '<' | '>', part: ParameterRange | null): void => {
    if (part !== null) cases.push({ relation, case: { assumptions: withRange(assumptions, name, part), values } });
  };
  side('<', cutRange(range, at, 'below'));
  if (isInRange(range, at)) cases.push({ relation: '=', case: fixed() });
  side('>', cutRange(range, at, 'above'));
  return cases.length > 1 ? cases : null;
}

function byFunction(
  name: string,
  at: Scalar,
  assumptions: Assumptions,
  values: ParameterCase['values'],
  fixed: () => ParameterCase,
): Split['cases'] | null {
  const { from, to, fromOpen, toOpen } = rangeOfParameter(assumptions, name);
  // A closed end would have to be passed on to `at` as ≥, which assumptions do not say.
  if ((from !== null && !fromOpen) || (to !== null && !toOpen)) return null;
  const difference = build.subtract(build.parameter(name), at);
  return [
    { relation: '<', case: { assumptions: withPositive(assumptions, build.negate(difference)), values } },
    { relation: '=', case: fixed() },
    { relation: '>', case: { assumptions: withPositive(assumptions, difference), values } },
  ];
}

/** The parameter put to a function of the others; the ends of its range are then ends for that function. */
function fix(assumptions: Assumptions, name: string, at: Scalar): Assumptions {
  const { from, to } = rangeOfParameter(assumptions, name);
  const parameters = new Map([...assumptions.parameters].filter(([other]) => other !== name));
  const put = (node: Scalar): Scalar => substitute(node, { parameters: new Map([[name, at]]) });
  const ends =
    at.kind === 'rational'
      ? []
      : [
          from === null ? null : build.subtract(at, build.number(from)),
          to === null ? null : build.subtract(build.number(to), at),
        ];
  const positive = [...assumptions.positive.map(put), ...ends.flatMap((end) => (end === null ? [] : [end]))];
  return { parameters, positive: positive.filter(({ kind }) => kind !== 'rational') };
}

function substituteAll(values: ParameterCase['values'], name: string, at: Scalar): ParameterCase['values'] {
  return new Map(
    [...values].map(([key, value]) => [key, substitute(value, { parameters: new Map([[name, at]]) })] as const),
  );
}

export const relationCondition = (split: Split, relation: Condition['relation']): Condition =>
  condition(split.parameter, relation, split.at);
