import type { Assumptions, Condition } from '../scalar/assumptions.js';
import * as build from '../scalar/build.js';
import type { Scalar } from '../scalar/node.js';
import type { ParameterCase } from '../exact/parameter-split.js';
import type { ParametricResult, ParametricSlopes } from '../exact/parametric-slopes.js';
import { scalarText } from '../scalar/print.js';
import { Prover } from '../exact/prover.js';
import { casesWhere, signCases } from '../exact/sign-cases.js';
import { isOpen, NEGATIVE, never, POSITIVE } from '../exact/signs.js';
import type { Signs } from '../exact/signs.js';
import { resolve, substitute } from '../scalar/visit.js';
import { clause, isSingular, united } from './conditions.js';
import type { Case } from './conditions.js';
import type { Finding } from './finding.js';
import type { PublishedBound } from './published.js';

/** `%` in the text is where the conditions go. */
type Said = Case<Finding>;

const findingsOf = (cases: readonly Said[]): readonly Finding[] =>
  united(cases, ({ said: one }, { said: other }) =>
    one.verdict === other.verdict && one.text === other.text ? one : null,
  ).map(({ where, said: { verdict, text } }) => ({
    verdict,
    text: text === null ? null : text.replace('%', () => clause(where)),
    where: clause(where).trim(),
  }));

/** Published bounds against computed ones, for all parameters that are assumed. */
export function parametricFindings(
  L: PublishedBound,
  m: PublishedBound,
  { cells }: ParametricSlopes,
  assumptions: Assumptions,
): readonly Finding[] {
  const free: ParameterCase = { assumptions, values: new Map() };
  const without = cells.flatMap(({ where, result }): readonly Said[] =>
    result.kind === 'bounded' ? [] : [{ where, said: withoutBounds(result) }],
  );
  const compared = (
    [
      ['L', L],
      ['m', m],
    ] as const
  ).flatMap(([name, published]) => {
    const cases = cells.flatMap(({ where, result }) =>
      result.kind === 'bounded' ? compare(name, published, result[name], where, free) : [],
    );
    return united(cases, (one, other) => joined(one, other, free)).map(({ where, said }): Finding =>
      comparedFinding(name, published, said, where),
    );
  });
  return [...compared, ...findingsOf(without)];
}

function withoutBounds({ kind, because }: Exclude<ParametricResult, { readonly kind: 'bounded' }>): Finding {
  if (kind === 'unknown') return { verdict: 'undecided', text: `not decided%: ${because}` };
  if (kind === 'undefined') return { verdict: 'equal', text: 'φ is not defined%' };
  return { verdict: 'wrong', text: `there are no bounds%: ${because}` };
}

/** A published bound and the computed one where they compare in one way. */
interface Compared {
  readonly kind: 'equal' | 'loose' | 'wrong' | 'open';
  /** The computed bound. */
  readonly value: Scalar;
  /** How far the published one is from it, outwards (loose) or inwards (wrong). */
  readonly by: Scalar;
}

function compare(
  name: 'L' | 'm',
  published: PublishedBound,
  value: Scalar,
  where: readonly Condition[],
  free: ParameterCase,
): readonly Case<Compared>[] {
  const excess = name === 'L' ? build.subtract(published.value, value) : build.subtract(value, published.value);
  const signsIn = (
    node: Scalar,
    outer: readonly Condition[],
    deeper: boolean,
  ): readonly { readonly all: readonly Condition[]; readonly signs: Signs }[] =>
    variants(outer).flatMap((variant) =>
      casesWhere(variant, free)
        .flatMap((given) => signCases(node, given))
        .flatMap(({ where: inner, signs }) => {
          const all = [...variant, ...inner];
          const simpler = deeper && isOpen(signs) ? inCase(node, all, free) : node;
          // Branches of branches: with the inner ones settled the outer ones may be told.
          return simpler.key === node.key ? [{ all, signs }] : signsIn(simpler, all, false);
        }),
    );
  const cases = signsIn(excess, where, true);
  return cases.map(({ all, signs }) => {
    const kind = isOpen(signs)
      ? 'open'
      : (signs & NEGATIVE) !== 0
        ? 'wrong'
        : (signs & POSITIVE) !== 0
          ? 'loose'
          : 'equal';
    return {
      where: all,
      said: {
        kind,
        value: inCase(value, all, free),
        by: inCase(kind === 'wrong' ? build.negate(excess) : excess, all, free),
      },
    };
  });
}

const strict: Readonly<Record<Condition['relation'], readonly Condition['relation'][]>> = {
  '<': ['<'],
  '<=': ['<', '='],
  '=': ['='],
  '>=': ['=', '>'],
  '>': ['>'],
  '!=': ['<', '>'],
};

/**
 * The same conditions with <, = and > only, one list for each choice: a case by itself must say all that it assumes.
 */
const variants = (where: readonly Condition[]): readonly (readonly Condition[])[] =>
  where.reduce<readonly (readonly Condition[])[]>(
    (lists, each) => lists.flatMap((list) => strict[each.relation].map((relation) => [...list, { ...each, relation }])),
    [[]],
  );

/** Of two cases that compare alike the forms that serve both: at `a = 0`, `a + 1` serves for `1`. */
function joined(one: Case<Compared>, other: Case<Compared>, free: ParameterCase): Compared | null {
  if (one.said.kind !== other.said.kind) return null;
  if (one.said.kind === 'equal') return one.said;
  const serves = (from: Case<Compared>, to: Case<Compared>): boolean =>
    (
      [
        ['value', from.said.value],
        ['by', from.said.by],
      ] as const
    ).every(([key, form]) => inCase(form, to.where, free).key === to.said[key].key);
  return serves(one, other) ? one.said : serves(other, one) ? other.said : null;
}

function comparedFinding(
  name: 'L' | 'm',
  { text }: PublishedBound,
  { kind, value, by }: Compared,
  where: readonly Condition[],
): Finding {
  const extreme = `the ${name === 'L' ? 'supremum' : 'infimum'} is ${scalarText(value)}`;
  switch (kind) {
    case 'equal':
      return { verdict: 'equal', text: null };
    case 'open':
      return { verdict: 'undecided', text: `${name} = ${text} could not be compared${clause(where)}` };
    case 'wrong':
      return {
        verdict: 'wrong',
        text: `${name} = ${text} is wrong by ${scalarText(by)}${clause(where)}: ${extreme}`,
        where: clause(where).trim(),
      };
    case 'loose':
      // A constant may be the best one for all values around, and loose at one of them.
      return {
        verdict: isSingular(where) ? 'equal' : 'loose',
        text: `${name} = ${text} is valid but loose by ${scalarText(by)}${clause(where)}: ${extreme}`,
        where: clause(where).trim(),
      };
  }
}

/** A function of the parameters with the branch of each max and min that counts in a case. */
function inCase(node: Scalar, where: readonly Condition[], free: ParameterCase): Scalar {
  const forms = casesWhere(where, free).map(({ assumptions, values }) => {
    const prover = new Prover(assumptions);
    const known = (guard: Scalar): 1 | -1 | null => {
      const signs = prover.signs(guard);
      return never(signs, NEGATIVE) ? 1 : never(signs, POSITIVE) ? -1 : null;
    };
    // A guard that holds branches itself is told once these are.
    return resolve(resolve(substitute(node, { parameters: values }), known), known);
  });
  const [first] = forms;
  return first !== undefined && forms.every(({ key }) => key === first.key) ? first : node;
}

/** That a table gives no bounds is right if there are none for some parameters. */
export function unboundedFindings(reason: string, { cells }: ParametricSlopes): readonly Finding[] {
  const right = cells.some(({ result: { kind } }) => kind === 'unbounded' || kind === 'discontinuous');
  const undecided = cells.some(({ result: { kind } }) => kind === 'unknown');
  const verdict = right || undecided ? 'equal' : 'loose';
  return findingsOf(
    cells.map(({ where, result }): Said => {
      switch (result.kind) {
        case 'bounded': {
          const slopes = `m = ${scalarText(result.m)}, L = ${scalarText(result.L)}`;
          return {
            where,
            said: {
              verdict,
              text: right
                ? `bounds exist only%: ${slopes}`
                : `published without bounds (${reason}), but there are some%: ${slopes}`,
            },
          };
        }
        case 'unknown':
          return { where, said: { verdict: right ? 'equal' : 'undecided', text: `not decided%: ${result.because}` } };
        case 'undefined':
          return { where, said: { verdict: 'equal', text: 'φ is not defined%' } };
        default:
          return { where, said: { verdict: 'equal', text: `no bounds%, as published (${reason}): ${result.because}` } };
      }
    }),
  );
}
