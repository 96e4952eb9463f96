import type { Condition } from '../scalar/assumptions.js';
import { subtract } from '../scalar/build.js';
import type { Scalar } from '../scalar/node.js';
import type { ParameterCase } from './parameter-split.js';
import { relationCondition, splitBy, splitters } from './parameter-split.js';
import { Prover } from './prover.js';
import type { Signs } from './signs.js';
import { isOpen, NEGATIVE, never, POSITIVE } from './signs.js';
import { resolve, substitute } from '../scalar/visit.js';

/**
 * The parameters for which all conditions hold, and what sign a function of them has there; open if it was not found.
 */
export interface SignCase {
  readonly where: readonly Condition[];
  readonly signs: Signs;
}

const deepest = 4;

/** The sign of a function of the parameters, told case by case as far as it changes. */
export function signCases(node: Scalar, given: ParameterCase): readonly SignCase[] {
  return solve(node, given, [], 0);
}

function solve(node: Scalar, given: ParameterCase, where: readonly Condition[], depth: number): readonly SignCase[] {
  const prover = new Prover(given.assumptions);
  const known = (guard: Scalar): 1 | -1 | null => {
    const signs = prover.signs(guard);
    return never(signs, NEGATIVE) ? 1 : never(signs, POSITIVE) ? -1 : null;
  };
  // Branches agree where their guard is 0, so that either may stand for a guard that is never of the other sign.
  // A guard may hold a case distinction itself, which has to be settled before the guard can be.
  const signs = prover.signs(settled(substitute(node, { parameters: given.values }), known));
  if (!isOpen(signs) && !isMixed(signs)) return [{ where, signs }];
  if (depth < deepest) {
    for (const splitter of splitters(prover.undecided)) {
      const split = splitBy(splitter, given);
      if (split === null) continue;
      const cases = split.cases.flatMap(({ relation, case: part }) =>
        solve(node, part, [...where, relationCondition(split, relation)], depth + 1),
      );
      return cases.every((other) => other.signs === cases[0]?.signs)
        ? [{ where, signs: cases[0]?.signs ?? signs }]
        : cases;
    }
  }
  return [{ where, signs }];
}

function settled(node: Scalar, known: (guard: Scalar) => 1 | -1 | null): Scalar {
  const next = resolve(node, known);
  return next.key === node.key ? node : settled(next, known);
}

/** Zero or not: a bound that is sometimes equal. */
const isMixed = (signs: Signs): boolean => ![1, 2, 4].includes(signs);

/** The cases in which all of these conditions hold; empty if they contradict each other or cannot be used. */
export function casesWhere(conditions: readonly Condition[], given: ParameterCase): readonly ParameterCase[] {
  const relations: Readonly<Record<Condition['relation'], string>> = {
    '<': '<',
    '<=': '<=',
    '=': '=',
    '>=': '>=',
    '>': '>',
    '!=': '<>',
  };
  return conditions.reduce<readonly ParameterCase[]>(
    (cases, { left, relation, right }) =>
      cases.flatMap((each) => {
        const split = splitBy(subtract(left, right), each);
        return split === null
          ? [each]
          : split.cases.filter((part) => relations[relation].includes(part.relation)).map((part) => part.case);
      }),
    [given],
  );
}
