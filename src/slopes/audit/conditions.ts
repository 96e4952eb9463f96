import { condition, conditionText } from '../scalar/assumptions.js';
import type { Condition } from '../scalar/assumptions.js';
import { number } from '../scalar/build.js';
import type { Scalar } from '../scalar/node.js';
import { ZERO } from '../scalar/rational.js';
import { intersection, isSame, relationsOf, spansOf, union } from './spans.js';
import type { Spans } from './spans.js';

/** What conditions allow of one quantity: `left` itself if it is compared with numbers, else `left − right` with 0. */
interface Allowed {
  readonly left: Scalar;
  readonly right: Scalar | null;
  readonly spans: Spans;
}

const keyOf = ({ left, right }: Condition): string =>
  right.kind === 'rational' ? left.key : `${left.key} ${right.key}`;

/** By quantity. */
function allowedBy(conditions: readonly Condition[]): ReadonlyMap<string, Allowed> {
  const found = new Map<string, Allowed>();
  for (const each of conditions) {
    const { left, relation, right } = each;
    const spans = spansOf(relation, right.kind === 'rational' ? right.value : ZERO);
    const known = found.get(keyOf(each));
    found.set(keyOf(each), {
      left,
      right: right.kind === 'rational' ? null : right,
      spans: known === undefined ? spans : intersection(known.spans, spans),
    });
  }
  return found;
}

function conditionsOf({ left, right, spans }: Allowed): readonly Condition[] | null {
  return relationsOf(spans)?.map(([relation, at]) => condition(left, relation, right ?? number(at))) ?? null;
}

/** The same conditions, each quantity told once: `a >= 0 and a > 0 and a > -1` is `a > 0`. */
export function simplest(conditions: readonly Condition[]): readonly Condition[] {
  const parts = [...allowedBy(conditions).values()].map(conditionsOf);
  return parts.some((part) => part === null) ? conditions : parts.flatMap((part) => part ?? []);
}

/** ` for a > 1 and b = 0`; nothing where there is no condition. */
export function clause(conditions: readonly Condition[]): string {
  const kept = simplest(conditions);
  return kept.length === 0 ? '' : ` for ${kept.map(conditionText).join(' and ')}`;
}

/** Whether the conditions leave single values only: one of them is an equation. */
export const isSingular = (conditions: readonly Condition[]): boolean =>
  simplest(conditions).some(({ relation }) => relation === '=');

export interface Case<T> {
  readonly where: readonly Condition[];
  readonly said: T;
}

/**
 * Cases of which `join` makes one saying, put together where one list of conditions says both: `b = 0` and `b > 0` are
 * `b >= 0`.
 */
export function united<T>(
  cases: readonly Case<T>[],
  join: (one: Case<T>, other: Case<T>) => T | null,
): readonly Case<T>[] {
  const kept: Case<T>[] = [];
  for (const each of cases) {
    let next: Case<T> = { where: simplest(each.where), said: each.said };
    for (let at = 0; at < kept.length; at += 1) {
      const other = kept[at];
      const where = other === undefined ? null : either(other.where, next.where);
      const said = other === undefined || where === null ? null : join(other, next);
      if (where === null || said === null) continue;
      kept.splice(at, 1);
      next = { where, said };
      at = -1;
    }
    kept.push(next);
  }
  return kept;
}

/** One list of conditions for two that differ in what they allow of one quantity at most, else null. */
function either(first: readonly Condition[], second: readonly Condition[]): readonly Condition[] | null {
  const [a, b] = [allowedBy(first), allowedBy(second)];
  if (a.size !== b.size || [...a.keys()].some((key) => !b.has(key))) return null;
  const parts = [...a].map(([key, one]) => ({ one, other: b.get(key) ?? one }));
  if (parts.filter(({ one, other }) => !isSame(one.spans, other.spans)).length > 1) return null;
  const conditions = parts.map(({ one, other }) => conditionsOf({ ...one, spans: union(one.spans, other.spans) }));
  return conditions.some((each) => each === null) ? null : conditions.flatMap((each) => each ?? []);
}
