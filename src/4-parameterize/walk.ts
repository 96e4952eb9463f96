import type { Position } from '../base/diagnostic.js';
import type { AllocationRule, Assignments, Step } from '../rule/allocation.js';
import { applyFirst } from '../rule/apply-first.js';

/**
 * What the rules of a list assign, in its order; every rule is asked whether it refuses before it is applied.
 * @throws LW401 where a rule that is needed refuses
 */
export function* walk<Source>(
  steps: readonly Step<Source>[],
  source: Source,
  shown: () => string,
  position: Position | null,
): Generator<{ readonly rule: AllocationRule<Source>; readonly assignments: Assignments }> {
  for (const { rule, isNeeded } of steps) {
    if (isNeeded) yield { rule, assignments: applyFirst([rule], source, shown, position).target };
    else if (rule.refuses(source) === null) yield { rule, assignments: rule.apply(source) };
  }
}
