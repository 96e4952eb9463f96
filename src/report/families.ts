import type { Assignment, Index, Label } from '../base/label.js';
import { compareIndex, indexText, shift } from '../base/label.js';
import type { Span } from '../model/network.js';

/**
 * At symbolic depth the derivation keeps apart what might differ: `w[1]`, `w[l]` for 2 ≤ l ≤ n−1, `w[n]`. Where a lone
 * member turns out to be what the generic one becomes when l takes its index, both are shown as one family.
 */
export interface Member {
  readonly at: Label;
  readonly span: Span | null;
  /** Everything that is said about the member, as a key, with the letter replaced. */
  readonly form: (assignment: Assignment) => string;
}

export interface Merged<M extends Member> {
  /** The generic member if there is one. */
  readonly member: M;
  readonly span: Span | null;
  /** All members that the family shows. */
  readonly members: readonly M[];
}

const asItStands: Assignment = { loop: null, depth: null };

/** The indices that a member covers; null for a signal without an index. */
function extent({ member, span }: { readonly member: Member; readonly span: Span | null }): Span | null {
  if (span !== null) return span;
  return member.at.index === null ? null : { from: member.at.index, to: member.at.index };
}

/** Is the lone member what the generic one says at its index? Two generic ones must say the same of l. */
function alike(generic: Member, other: Member): boolean {
  const at: Index | null = other.span === null ? other.at.index : null;
  return generic.form({ loop: at, depth: null }) === other.form(asItStands);
}

function joined<M extends Member>(a: Merged<M>, b: Merged<M>): Merged<M> | null {
  const [low, high] = [extent(a), extent(b)];
  if (low === null || high === null || compareIndex(shift(low.to, 1), high.from) !== 0) return null;
  const [generic, other] = a.member.span === null ? [b, a] : [a, b];
  if (generic.member.span === null || !alike(generic.member, other.member)) return null;
  return { member: generic.member, span: { from: low.from, to: high.to }, members: [...a.members, ...b.members] };
}

/** Merges neighbours until none fit any more; each family stands where the first of its members stood. */
export function mergeFamilies<M extends Member>(members: readonly M[]): readonly Merged<M>[] {
  let current: readonly Merged<M>[] = members.map((member) => ({ member, span: member.span, members: [member] }));
  for (;;) {
    const next = mergeOnce(current);
    if (next.length === current.length) return next;
    current = next;
  }
}

function mergeOnce<M extends Member>(items: readonly Merged<M>[]): readonly Merged<M>[] {
  for (const [i, a] of items.entries()) {
    for (const [j, b] of items.entries()) {
      if (i === j || a.member.at.name !== b.member.at.name) continue;
      const both = joined(a, b);
      if (both !== null)
        return items.flatMap((item, at) => (at === Math.min(i, j) ? [both] : at === Math.max(i, j) ? [] : [item]));
    }
  }
  return items;
}

/** `1 <= l <= n-1` */
export const rangeText = ({ from, to }: Span): string => `${indexText(from)} <= l <= ${indexText(to)}`;
