import type { Assumptions, Condition } from '../scalar/assumptions.js';
import * as build from '../scalar/build.js';
import { proveDemand } from './demand.js';
import { exactSlopes, placeText } from './exact-slopes.js';
import type { Scalar } from '../scalar/node.js';
import { rewriteObligation } from '../scalar/obligation.js';
import type { Obligation } from '../scalar/obligation.js';
import type { ParameterCase, Split } from './parameter-split.js';
import { relationCondition, splitBy, splitters } from './parameter-split.js';
import { scalarText } from '../scalar/print.js';
import { Prover } from './prover.js';
import { FlatGuard, settle } from './settle.js';
import { NEGATIVE, never } from './signs.js';
import { substitute } from '../scalar/visit.js';

/** `bounded`: m = inf and L = sup of the slopes as functions of the parameters. */
export type ParametricResult =
  | { readonly kind: 'bounded'; readonly m: Scalar; readonly L: Scalar }
  | { readonly kind: 'unbounded' | 'discontinuous' | 'undefined' | 'unknown'; readonly because: string };

export interface ParametricSlopes {
  /** Together they cover all parameters that are allowed; `where` with nothing in it means all of them. */
  readonly cells: readonly { readonly where: readonly Condition[]; readonly result: ParametricResult }[];
}

/** A case that was settled by itself: the values that one of is the supremum (infimum), none below (above) another. */
interface Leaf extends ParameterCase {
  readonly upper: readonly Scalar[];
  readonly lower: readonly Scalar[];
}

/** Leaves that one formula serves. */
interface Cell {
  readonly where: readonly Condition[];
  readonly leaves: readonly Leaf[];
  readonly found:
    | { readonly kind: 'bounded'; readonly upper: readonly Scalar[]; readonly lower: readonly Scalar[] }
    | Exclude<ParametricResult, { readonly kind: 'bounded' }>;
}

const deepest = 4;
const mostSplitters = 4;

/**
 * inf and sup of the slopes of f for all parameters that the assumptions allow. Where one proof does not serve all of
 * them, cases are told apart by the signs on which it got stuck, and put together again where one formula is proven for
 * both.
 */
export function parametricSlopes(
  f: Scalar,
  obligations: readonly Obligation[],
  assumptions: Assumptions,
): ParametricSlopes {
  const cells = solve({ f, obligations }, { assumptions, values: new Map() }, [], 0);
  return { cells: cells.map(({ where, found }) => ({ where, result: resultOf(found) })) };
}

function resultOf(found: Cell['found']): ParametricResult {
  if (found.kind !== 'bounded') return found;
  return {
    kind: 'bounded',
    m: numbersFirst(found.lower).reduce(build.minimum),
    L: numbersFirst(found.upper).reduce(build.maximum),
  };
}

const numbersFirst = (items: readonly Scalar[]): readonly Scalar[] =>
  [...items].sort((a, b) => Number(b.kind === 'rational') - Number(a.kind === 'rational'));

interface Question {
  readonly f: Scalar;
  readonly obligations: readonly Obligation[];
}

function solve(question: Question, given: ParameterCase, where: readonly Condition[], depth: number): readonly Cell[] {
  const { cell, undecided } = examine(question, given, where);
  if (cell.found.kind !== 'unknown' || depth >= deepest) return [cell];
  for (const splitter of splitters(undecided).slice(0, mostSplitters)) {
    const split = splitBy(splitter, given);
    if (split === null) continue;
    const parts = split.cases.map((part) => ({
      relation: part.relation,
      cells: solve(question, part.case, [...where, relationCondition(split, part.relation)], depth + 1),
    }));
    if (parts.some(({ cells }) => cells.some(({ found }) => found.kind !== 'unknown')))
      return join(parts, split, where);
  }
  return [cell];
}

/** All parameters of a case at once. */
function examine(
  { f, obligations }: Question,
  given: ParameterCase,
  where: readonly Condition[],
): { readonly cell: Cell; readonly undecided: readonly Scalar[] } {
  const because = (
    found: Cell['found'],
    undecided: readonly Scalar[] = [],
  ): { readonly cell: Cell; readonly undecided: readonly Scalar[] } => ({
    cell: { where, leaves: [], found },
    undecided,
  });
  const prover = new Prover(given.assumptions);
  const put = (node: Scalar): Scalar =>
    settle(node, prover.judge, {
      replace: (part) => (part.kind === 'parameter' ? (given.values.get(part.name) ?? null) : null),
    });
  try {
    for (const obligation of obligations) {
      const here = rewriteObligation(obligation, put);
      const proof = proveDemand(here, prover);
      const text = scalarText(obligation.expression);
      if (proof === 'refuted')
        return because({ kind: 'undefined', because: `${text} must be ${demands[obligation.demand]}` });
      if (proof === 'unknown')
        return because(
          { kind: 'unknown', because: `that ${text} is ${demands[obligation.demand]} is not shown` },
          prover.undecided,
        );
    }
    const slopes = exactSlopes(put(f), given.assumptions);
    switch (slopes.kind) {
      case 'exact': {
        const values = slopes.candidates.map(({ value }) => value);
        const [upper, lower] = [
          extreme(values, (a, b) => isLess(a, b, prover)),
          extreme(values, (a, b) => isLess(b, a, prover)),
        ];
        return {
          cell: { where, leaves: [{ ...given, upper, lower }], found: { kind: 'bounded', upper, lower } },
          undecided: [],
        };
      }
      case 'unbounded':
        return because({
          kind: 'unbounded',
          because:
            `slopes grow to ${slopes.sign > 0 ? '+' : '−'}∞ as ` +
            (typeof slopes.towards === 'string' ? placeText(slopes.towards) : `v → ${scalarText(slopes.towards)}`),
        });
      case 'discontinuous':
        return because({
          kind: 'discontinuous',
          because: `it jumps by ${scalarText(unsigned(slopes.difference))} at v = ${scalarText(slopes.at)}`,
        });
      case 'undefined':
        return because({ kind: 'undefined', because: `it is not defined at v = ${scalarText(slopes.at)}` });
      case 'unknown':
        return because({ kind: 'unknown', because: slopes.because }, slopes.undecided);
    }
  } catch (error) {
    // A quotient by 0 that no obligation speaks of, in a branch that may never be taken.
    if (error instanceof RangeError) return because({ kind: 'unknown', because: error.message }, prover.undecided);
    if (error instanceof FlatGuard) return because({ kind: 'unknown', because: 'both sides of a condition are equal' });
    throw error;
  }
}

/** One form for a jump upwards and the same jump downwards. */
const unsigned = (node: Scalar): Scalar => (build.startsNegative(node) ? build.negate(node) : node);

const demands = { positive: 'positive', nonnegative: 'at least 0', nonzero: 'different from 0' } as const;

const isLess = (a: Scalar, b: Scalar, prover: Prover): boolean => never(prover.judge(build.subtract(b, a)), NEGATIVE);

/** The values that are not proven to be at most another one. */
function extreme(values: readonly Scalar[], isBelow: (a: Scalar, b: Scalar) => boolean): readonly Scalar[] {
  return values.reduce<readonly Scalar[]>((kept, value) => {
    if (kept.some((other) => isBelow(value, other))) return kept;
    return [...kept.filter((other) => !isBelow(other, value)), value];
  }, []);
}

type Part = { readonly relation: '<' | '=' | '>'; readonly cells: readonly Cell[] };

/** The parts of a split as few cells: all in one, or two of them in one, if they come to the same. */
function join(parts: readonly Part[], split: Split, where: readonly Condition[]): readonly Cell[] {
  const singles = parts.flatMap(({ relation, cells }) =>
    cells.length === 1 && cells[0] !== undefined ? [{ relation, cell: cells[0] }] : [],
  );
  const ways = [
    ['<=>', null],
    ['<>', '!='],
    ['<=', '<='],
    ['=>', '>='],
  ] as const;
  for (const [relations, relation] of ways) {
    const chosen = singles.filter((single) => relations.includes(single.relation));
    const complete = relation === null ? singles.length === parts.length : chosen.length === 2;
    if (!complete) continue;
    const joined = unite(
      chosen.map(({ cell }) => cell),
      relation === null ? where : [...where, relationCondition(split, relation)],
      split,
    );
    if (joined === null) continue;
    const rest = parts.filter((part) => !chosen.some((single) => single.relation === part.relation));
    return relation === '!=' || rest[0]?.relation === '>'
      ? [joined, ...rest.flatMap(({ cells }) => cells)]
      : [...rest.flatMap(({ cells }) => cells), joined];
  }
  return parts.flatMap(({ cells }) => cells);
}

function unite(cells: readonly Cell[], where: readonly Condition[], split: Split): Cell | null {
  const [first, ...others] = cells;
  if (first === undefined) return null;
  const leaves = cells.flatMap((cell) => cell.leaves);
  if (first.found.kind !== 'bounded') {
    const { kind, because } = first.found;
    return others.every(({ found }) => found.kind === kind && found.because === because)
      ? { where, leaves, found: first.found }
      : null;
  }
  const bounded = cells.flatMap((cell) =>
    cell.found.kind === 'bounded' ? [{ ...cell.found, leaves: cell.leaves }] : [],
  );
  if (bounded.length < cells.length) return null;
  // Formulas that still hold the parameter come first: at `parameter = at` they are special cases.
  const name = split.parameter.kind === 'parameter' ? split.parameter.name : '';
  const general = bounded.filter((cell) => cell.leaves.some(({ values }) => !values.has(name)));
  for (const source of [general, bounded]) {
    const upper = common(
      source.map((cell) => cell.upper),
      leaves,
      'upper',
    );
    const lower = common(
      source.map((cell) => cell.lower),
      leaves,
      'lower',
    );
    if (upper !== null && lower !== null) return { where, leaves, found: { kind: 'bounded', upper, lower } };
  }
  return null;
}

/** The fewest of these values that have the right maximum (minimum) in every leaf. */
function common(
  sets: readonly (readonly Scalar[])[],
  leaves: readonly Leaf[],
  side: 'upper' | 'lower',
): readonly Scalar[] | null {
  const all = [...new Map(sets.flat().map((value) => [value.key, value] as const)).values()];
  if (!leaves.every((leaf) => agrees(all, leaf, side))) return null;
  return all.reduce((kept, value) => {
    const fewer = kept.filter((other) => other !== value);
    return fewer.length > 0 && leaves.every((leaf) => agrees(fewer, leaf, side)) ? fewer : kept;
  }, all);
}

/**
 * Whether two sets have the same maximum (minimum) for all parameters of the leaf: each value is at most one of the
 * other set.
 */
function agrees(values: readonly Scalar[], leaf: Leaf, side: 'upper' | 'lower'): boolean {
  const prover = new Prover(leaf.assumptions);
  const covers = (one: readonly Scalar[], other: readonly Scalar[]): boolean =>
    one.every((a) => other.some((b) => (side === 'upper' ? isLess(a, b, prover) : isLess(b, a, prover))));
  try {
    const here = values.map((value) => substitute(value, { parameters: leaf.values }));
    return covers(here, leaf[side]) && covers(leaf[side], here);
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
