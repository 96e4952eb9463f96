import { evaluate } from '../../src/expr/evaluate.js';
import type { Expression } from '../../src/expr/node.js';
import { text } from '../../src/expr/print.js';
import { rebuild } from '../../src/expr/visit.js';
import { generator } from '../../src/numeric/random.js';
import type { RewriteRule } from '../../src/rule/contract.js';
import { descriptionViolations, unique } from './common.js';
import { flavours, least, roundingAt, samplePoint } from './points.js';
import { randomSource } from './symbols.js';

export interface RewriteTrial {
  readonly stem: string;
  /** Expressions that the rule must accept. */
  readonly accepts: readonly Expression[];
  /** Near misses that it must refuse, with a reason. */
  readonly refuses: readonly Expression[];
  readonly seed?: number;
}

/** The same expression, made again by the constructors from its leaves up. */
export function remade(node: Expression): Expression {
  return rebuild(node, (part) => ({ ...remade(part) }));
}

const dimensionsOf = (node: Expression): string => JSON.stringify([node.rows, node.columns]);

/**
 * The laws of a rewriting rule, at 300 generated expressions beside the given ones and at points of all flavours:
 * - majorant: the target's value is ≥ the source's, entry by entry; equal, if the rule is exact;
 * - shape: the target has the source's shape;
 * - stable: applying twice gives one key, and so does making the target again from its leaves;
 * - progress: the target is another expression than the source;
 * - accepts, refuses: the given expressions are accepted or refused as they should be;
 * - and those of `descriptionViolations`.
 */
export function rewriteViolations(rule: RewriteRule, trial: RewriteTrial): readonly string[] {
  const violations = [...descriptionViolations(rule, trial.stem)];
  const random = generator(trial.seed ?? 1);
  for (const node of trial.accepts) if (rule.refuses(node) !== null) violations.push(`accepts: refused ${text(node)}`);
  for (const node of trial.refuses) {
    const refusal = rule.refuses(node);
    if (refusal === null) violations.push(`refuses: accepted ${text(node)}`);
    else if (refusal.because === '') violations.push('refuses: without a reason');
  }
  const generated = Array.from({ length: 300 }, () => randomSource(random));
  const sources = [...trial.accepts, ...generated].filter((node) => rule.refuses(node) === null);
  for (const source of sources) {
    const target = rule.apply(source);
    if (dimensionsOf(target) !== dimensionsOf(source)) violations.push(`shape: ${text(source)} → ${text(target)}`);
    if (rule.apply(source).key !== target.key || remade(target).key !== target.key)
      violations.push(`stable: ${text(source)} → ${text(target)}`);
    if (target.key === source.key) violations.push(`progress: ${text(source)}`);
    for (const flavour of flavours) {
      const point = samplePoint(random, flavour);
      const [before, after] = [evaluate(source, point), evaluate(target, point)];
      // Both sides are rounded; the larger of the two sizes bounds either error.
      const errors = [roundingAt(source, point), roundingAt(target, point)].map((size) => Math.max(...size.data));
      const allowed = 2 * Math.max(...errors);
      if (least(after, before, (x, y) => x - y) < -allowed)
        violations.push(`majorant: ${text(source)} → ${text(target)}`);
      if (rule.exact && least(before, after, (x, y) => x - y) < -allowed)
        violations.push(`exact: ${text(source)} → ${text(target)}`);
    }
  }
  if (sources.length === 0) violations.push('accepts: nothing was tried');
  return unique(violations);
}
