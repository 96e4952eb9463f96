import type { Expression } from '../expr/node.js';
import { rebuild } from '../expr/visit.js';
import type { Trace } from '../model/trace.js';
import type { RewriteRule } from './contract.js';
import type { Polarity } from './polarity.js';
import { polarityOf } from './polarity.js';

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
      trace.record(rule.name, () => [print(from), print(to)]);
    });
    if (next.key === current.key) return current;
    current = next;
  }
  throw new Error(`rewriting does not end: ${print(expression)}`);
}
