import { anyReal } from '../scalar/assumptions.js';
import type { Condition, ParameterRange } from '../scalar/assumptions.js';
import type { Rational } from '../scalar/rational.js';
import { compareRationals } from '../scalar/rational.js';

/** A set of numbers: ranges in their order, with gaps between them. */
export type Spans = readonly ParameterRange[];

export function spansOf(relation: Condition['relation'], at: Rational): Spans {
  const below = (toOpen: boolean): ParameterRange => ({ ...anyReal, to: at, toOpen });
  const above = (fromOpen: boolean): ParameterRange => ({ ...anyReal, from: at, fromOpen });
  switch (relation) {
    case '<':
      return [below(true)];
    case '<=':
      return [below(false)];
    case '=':
      return [{ from: at, to: at, fromOpen: false, toOpen: false }];
    case '>=':
      return [above(false)];
    case '>':
      return [above(true)];
    case '!=':
      return [below(true), above(true)];
  }
}

/** < 0 if one range ends (begins) before the other one does; no end is last (first). */
function compareEnds(a: ParameterRange, b: ParameterRange): number {
  if (a.to === null || b.to === null) return Number(a.to === null) - Number(b.to === null);
  return compareRationals(a.to, b.to) || Number(b.toOpen) - Number(a.toOpen);
}

function compareStarts(a: ParameterRange, b: ParameterRange): number {
  if (a.from === null || b.from === null) return Number(b.from === null) - Number(a.from === null);
  return compareRationals(a.from, b.from) || Number(a.fromOpen) - Number(b.fromOpen);
}

/** Whether there is a gap between the end of one range and the start of another, be it a single number. */
function isApart(first: ParameterRange, second: ParameterRange): boolean {
  if (first.to === null || second.from === null) return false;
  const order = compareRationals(first.to, second.from);
  return order < 0 || (order === 0 && first.toOpen && second.fromOpen);
}

function isEmpty({ from, to, fromOpen, toOpen }: ParameterRange): boolean {
  if (from === null || to === null) return false;
  const order = compareRationals(from, to);
  return order > 0 || (order === 0 && (fromOpen || toOpen));
}

export const intersection = (first: Spans, second: Spans): Spans =>
  first
    .flatMap((a) =>
      second.map((b): ParameterRange => {
        const [start, end] = [compareStarts(a, b) > 0 ? a : b, compareEnds(a, b) < 0 ? a : b];
        return { from: start.from, fromOpen: start.fromOpen, to: end.to, toOpen: end.toOpen };
      }),
    )
    .filter((range) => !isEmpty(range));

export function union(first: Spans, second: Spans): Spans {
  const merged: ParameterRange[] = [];
  for (const range of [...first, ...second].sort(compareStarts)) {
    const last = merged.at(-1);
    if (last === undefined || isApart(last, range)) merged.push(range);
    else if (compareEnds(last, range) < 0) merged[merged.length - 1] = { ...last, to: range.to, toOpen: range.toOpen };
  }
  return merged;
}

export const isSame = (first: Spans, second: Spans): boolean =>
  first.length === second.length &&
  first.every((a, at) => {
    const b = second[at];
    return b !== undefined && compareStarts(a, b) === 0 && compareEnds(a, b) === 0;
  });

/** The set as relations that hold together; null where none say it. */
export function relationsOf(spans: Spans): readonly (readonly [Condition['relation'], Rational])[] | null {
  const [first, second, ...more] = spans;
  if (first === undefined || more.length > 0) return null;
  const { from, to, fromOpen, toOpen } = first;
  if (second === undefined) {
    if (from !== null && to !== null && compareRationals(from, to) === 0) return [['=', from]];
    return [
      ...(from === null ? [] : [[fromOpen ? '>' : '>=', from] as const]),
      ...(to === null ? [] : [[toOpen ? '<' : '<=', to] as const]),
    ];
  }
  const hole =
    from === null &&
    to !== null &&
    second.to === null &&
    second.from !== null &&
    compareRationals(to, second.from) === 0;
  return hole ? [['!=', to]] : null;
}
