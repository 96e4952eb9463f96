import { excerpt, fail } from '../base/diagnostic.js';
import type { Position } from '../base/diagnostic.js';
import type { Rule } from './contract.js';

/** Formulas in errors: about two lines of a terminal. */
const longestFormula = 160;

/** Says for every rule why it did not apply. */
export function explain<S, T>(rules: readonly Rule<S, T>[], source: S): string {
  return rules.map((rule) => `${rule.name}: ${rule.refuses(source)?.because ?? 'applies'}`).join('; ');
}

/** Applies the first rule that accepts the source. @throws LW401 with every rule's reason if none does */
export function applyFirst<S, T>(
  rules: readonly Rule<S, T>[],
  source: S,
  shown: () => string,
  position: Position | null,
): { readonly rule: Rule<S, T>; readonly target: T } {
  const rule = rules.find((candidate) => candidate.refuses(source) === null);
  if (rule === undefined)
    return fail(
      'LW401',
      excerpt(shown(), longestFormula),
      `a form that some rule accepts (${explain(rules, source)})`,
      position,
    );
  return { rule, target: rule.apply(source) };
}
