import { excerpt, fail } from '../base/diagnostic.js';
import type { Position } from '../base/diagnostic.js';
import type { Expression } from '../expr/node.js';
import { rebuild } from '../expr/visit.js';
import type { Trace } from '../model/trace.js';
import type { RewriteRule, Rule } from './contract.js';
import type { Polarity } from './polarity.js';
import { polarityOf } from './polarity.js';

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
  shown: string,
  position: Position | null,
): { readonly rule: Rule<S, T>; readonly target: T } {
  const rule = rules.find((candidate) => candidate.refuses(source) === null);
  if (rule === undefined)
    return fail(
      'LW401',
      excerpt(shown, longestFormula),
      `a form that some rule accepts (${explain(rules, source)})`,
      position,
    );
  return { rule, target: rule.apply(source) };
}

/**
 * One pass, innermost parts first; rules that only bound from above are used only where that makes the whole larger.
 */
function rewriteOnce(
  rules: readonly RewriteRule[],
  node: Expression,
  polarity: Polarity,
  record: (rule: RewriteRule, from: Expression, to: Expression) => void,
): Expression {
  const rebuilt = rebuild(node, (part) => rewriteOnce(rules, part, polarityOf(part, node, polarity), record));
  const rule = rules.find((candidate) => (candidate.exact || polarity === 'up') && candidate.refuses(rebuilt) === null);
  if (rule === undefined) return rebuilt;
  const target = rule.apply(rebuilt);
  record(rule, rebuilt, target);
  return target;
}

/**
 * Rewrites an expression into one that is at least as large, by the rules, until none applies any more. The rules each
 * make the expression's matrices fewer or simpler, so this ends; the bound on passes only guards against a faulty rule.
 */
export function rewriteAll(
  rules: readonly RewriteRule[],
  expression: Expression,
  print: (node: Expression) => string,
  trace: Trace,
): Expression {
  let current = expression;
  for (let pass = 0; pass < 64; pass += 1) {
    const next = rewriteOnce(rules, current, 'up', (rule, from, to) => {
      trace.record(rule.name, print(from), print(to));
    });
    if (next.key === current.key) return current;
    current = next;
  }
  throw new Error(`rewriting does not end: ${print(expression)}`);
}
