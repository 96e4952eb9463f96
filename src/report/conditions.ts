import type { Condition } from '../scalar/assumptions.js';
import { conditionText } from '../scalar/assumptions.js';
import { compareRationals } from '../scalar/rational.js';

/** Which of <, =, > a relation allows, as bits 1, 2, 4: then "and" and "or" are those of the bits. */
const bits: Readonly<Record<Condition['relation'], number>> = { '<': 1, '=': 2, '<=': 3, '>': 4, '!=': 5, '>=': 6 };
const relationOf = (mask: number): Condition['relation'] | null => (Object.keys(bits) as readonly Condition['relation'][]).find((relation) => bits[relation] === mask) ?? null;

const sidesOf = ({ left, right }: Condition): string => `${left.key} ${right.key}`;

/** The same conditions said once each: `a >= 0 and a > 0 and a > -1` is `a > 0`. */
export function simplest(conditions: readonly Condition[]): readonly Condition[] {
  const together = new Map<string, Condition>();
  for (const each of conditions) {
    const known = together.get(sidesOf(each));
    const relation = known === undefined ? each.relation : (relationOf(bits[known.relation] & bits[each.relation]) ?? each.relation);
    together.set(sidesOf(each), { ...each, relation });
  }
  const distinct = [...together.values()];
  return distinct.filter((weak) => !distinct.some((strong) => strong !== weak && implies(strong, weak)));
}

/** Of one quantity against two different numbers: whether the first condition makes the second one idle. */
function implies(strong: Condition, weak: Condition): boolean {
  if (strong.left.key !== weak.left.key || strong.right.kind !== 'rational' || weak.right.kind !== 'rational') return false;
  const order = compareRationals(strong.right.value, weak.right.value);
  if (order === 0) return false;
  // Everything that `strong` allows lies on one side of the number of `weak`.
  const side = order > 0 ? 4 : 1;
  const reaches = bits[strong.relation] & (order > 0 ? 1 : 4);
  return reaches === 0 && (bits[weak.relation] & side) !== 0;
}

/** ` for a > 1 and b = 0`; nothing where there is no condition. */
export function clause(conditions: readonly Condition[]): string {
  const kept = simplest(conditions);
  return kept.length === 0 ? '' : ` for ${kept.map(conditionText).join(' and ')}`;
}

/** Whether the conditions leave single values only: one of them is an equation. */
export const isSingular = (conditions: readonly Condition[]): boolean => simplest(conditions).some(({ relation }) => relation === '=');

/** Cases of which the same is said, put together where one condition says both: `b = 0` and `b > 0` are `b >= 0`. */
export function united<T>(cases: readonly { readonly where: readonly Condition[]; readonly said: T }[], key: (said: T) => string): readonly { readonly where: readonly Condition[]; readonly said: T }[] {
  const kept: { where: readonly Condition[]; said: T }[] = [];
  for (const each of cases) {
    let next = { where: simplest(each.where), said: each.said };
    for (;;) {
      const at = kept.findIndex((other) => key(other.said) === key(next.said) && either(other.where, next.where) !== null);
      const [other] = at < 0 ? [] : kept.splice(at, 1);
      if (other === undefined) break;
      next = { ...next, where: either(other.where, next.where) ?? next.where };
    }
    kept.push(next);
  }
  return kept;
}

/** One set of conditions for two that differ in one relation at most, else null. */
function either(first: readonly Condition[], second: readonly Condition[]): readonly Condition[] | null {
  if (first.length !== second.length) return null;
  const pairs = first.map((one) => [one, second.find((other) => sidesOf(other) === sidesOf(one))] as const);
  const apart = pairs.filter(([one, other]) => one.relation !== other?.relation);
  if (apart.length > 1 || apart.some(([, other]) => other === undefined)) return null;
  return pairs.flatMap(([one, other]) => {
    const relation = relationOf(bits[one.relation] | bits[other?.relation ?? one.relation]);
    return relation === null ? [] : [{ ...one, relation }];
  });
}
