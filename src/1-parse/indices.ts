import { excerpt, fail } from '../base/diagnostic.js';
import type { Index, Range } from '../model/architecture.js';
import type { Syntax } from './syntax.js';
import type { Locate } from '../base/tokens.js';

/** Far above any depth that can be derived; keeps index arithmetic exact and messages short. */
const maximumOffset = 9_999;

/** A depth at which every pair of index sets that meets for all large n meets, and no other pair does. */
const largeDepth = 1_000_000;

const allowed = (loop: string | null): string =>
  loop === null ? '0, 1, …, n, n-1 or n+1' : `0, 1, …, ${loop}, ${loop}-1, ${loop}+1, n or n-1`;

/** An index is `3`, `l`, `l+1`, `l-2`, `n` or `n-1`; anything else is LW207. `loop` is the equation's own letter. */
export function readIndex(syntax: Syntax, loop: string | null, locate: Locate): Index {
  const refuse = (found: string, { offset }: Syntax): never => fail('LW207', found, allowed(loop), locate(offset));
  if (syntax.kind === 'number') return { base: 'constant', offset: whole(syntax.value, syntax, refuse) };
  if (syntax.kind === 'name') return { base: base(syntax, loop, refuse), offset: 0 };
  if (syntax.kind === 'negate') return refuse('a negative index', syntax);
  if (
    (syntax.kind === 'add' || syntax.kind === 'subtract') &&
    syntax.left.kind === 'name' &&
    syntax.right.kind === 'number'
  ) {
    const distance = whole(syntax.right.value, syntax.right, refuse);
    // `l-0` must not give −0, which differs from 0 in deep comparisons.
    const offset = syntax.kind === 'add' || distance === 0 ? distance : -distance;
    return { base: base(syntax.left, loop, refuse), offset };
  }
  return refuse('another expression', syntax);
}

/** Exactly one index between the brackets, or none where there are no brackets. */
export function readIndices(syntax: Syntax & { kind: 'name' }, loop: string | null, locate: Locate): Index | null {
  if (syntax.indices === null) return null;
  const [only, second] = syntax.indices;
  if (only === undefined || second !== undefined) {
    fail('LW207', `${syntax.indices.length} indices on "${syntax.name}"`, 'exactly one', locate(syntax.offset));
  }
  return readIndex(only, loop, locate);
}

type Refuse = (found: string, at: Syntax) => never;

function whole(value: number, at: Syntax, refuse: Refuse): number {
  if (!Number.isInteger(value)) return refuse(`the index ${value}`, at);
  if (value > maximumOffset) return refuse(`the index ${value} above ${maximumOffset}`, at);
  return value;
}

function base(syntax: Syntax & { kind: 'name' }, loop: string | null, refuse: Refuse): 'depth' | 'loop' {
  if (syntax.indices !== null) return refuse('an index inside an index', syntax);
  if (syntax.name === loop) return 'loop';
  if (syntax.name === 'n') return 'depth';
  return refuse(`"${excerpt(syntax.name)}"${loop === null ? ' in an equation without "for"' : ''}`, syntax);
}

/** The members that an index stands for while the loop letter runs: first and last at one large depth. */
export function span(index: Index, range: Range | null): { readonly first: number; readonly last: number } {
  if (index.base !== 'loop' || range === null) {
    const at = atLargeDepth(index);
    return { first: at, last: at };
  }
  return { first: atLargeDepth(range.from) + index.offset, last: atLargeDepth(range.to) + index.offset };
}

function atLargeDepth({ base, offset }: Index): number {
  return base === 'depth' ? largeDepth + offset : offset;
}

/** Index sets as intervals; one with `first > last` is empty. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/**
 * Of several index sets, the earliest (in the order given) that meets one before it, or null. Decided at one large
 * depth: what meets only at some small depth is for instantiation to find. A list of k takes k log² k steps: a
 * comparison of all pairs would let a file of 256 KiB ask for 10⁸ of them.
 */
export function firstOverlap<T extends Span>(spans: readonly T[]): T | null {
  const filled = spans.filter(({ first, last }) => first <= last);
  if (!overlaps(filled)) return null;
  // The shortest prefix that overlaps ends with the set looked for.
  let [without, within] = [0, filled.length];
  while (within - without > 1) {
    const middle = (without + within) >> 1;
    if (overlaps(filled.slice(0, middle))) within = middle;
    else without = middle;
  }
  return filled[within - 1] ?? null;
}

function overlaps(spans: readonly Span[]): boolean {
  let reached = Number.NEGATIVE_INFINITY;
  return [...spans]
    .sort((a, b) => a.first - b.first)
    .some(({ first, last }) => {
      const meets = first <= reached;
      // As long as none met, the last one reaches furthest.
      reached = last;
      return meets;
    });
}
