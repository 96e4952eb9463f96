import type { Assignment } from '../model/parameterization.js';
import type { MultiplierSource } from '../model/pivot.js';
import type { AllocateRules } from '../rule/rule-book.js';

/**
 * μ of a layer, for one rule after the other the same or less, and ν where its multipliers have to exceed something.
 */
export function usedPart(
  source: MultiplierSource,
  { spread, reserve, skip, inputRoom, hiddenRoom }: AllocateRules,
): readonly Assignment[] {
  return [spread, reserve, skip, inputRoom, hiddenRoom].flatMap((rule) =>
    rule.refuses(source) === null ? rule.apply(source) : [],
  );
}
