import type { Assumptions, Condition } from '../scalar/assumptions.js';
import * as build from '../scalar/build.js';
import type { Scalar } from '../scalar/node.js';
import type { ParameterCase } from '../scalar/parameter-split.js';
import type { ParametricResult, ParametricSlopes } from '../scalar/parametric-slopes.js';
import { scalarText } from '../scalar/print.js';
import { Prover } from '../scalar/prover.js';
import { casesWhere, signCases } from '../scalar/sign-cases.js';
import { isOpen, NEGATIVE, never, POSITIVE } from '../scalar/signs.js';
import { resolve, substitute } from '../scalar/visit.js';
import type { Finding } from './audit.js';
import { clause, isSingular, united } from './conditions.js';
import type { PublishedBound } from './published.js';

/** What is said of the parameters that meet some conditions; `%` in the text is where these go. */
interface Said {
  readonly where: readonly Condition[];
  readonly said: Finding;
}

const findingsOf = (cases: readonly Said[]): readonly Finding[] =>
  united(cases, ({ verdict, text }) => `${verdict} ${text ?? ''}`).map(({ where, said: { verdict, text } }) => ({ verdict, text: text === null ? null : text.replace('%', () => clause(where)) }));

/** Published bounds against computed ones, for all parameters that are assumed. */
export function parametricFindings(L: PublishedBound, m: PublishedBound, { cells }: ParametricSlopes, assumptions: Assumptions): readonly Finding[] {
  const free: ParameterCase = { assumptions, values: new Map() };
  return findingsOf(cells.flatMap(({ where, result }): readonly Said[] => {
    if (result.kind !== 'bounded') return [{ where, said: withoutBounds(result) }];
    return [...compare('L', L, result.L, where, free), ...compare('m', m, result.m, where, free)];
  }));
}

function withoutBounds({ kind, because }: Exclude<ParametricResult, { readonly kind: 'bounded' }>): Finding {
  if (kind === 'unknown') return { verdict: 'equal', text: `not decided%: ${because}` };
  if (kind === 'undefined') return { verdict: 'equal', text: 'φ is not defined%' };
  return { verdict: 'wrong', text: `there are no bounds%: ${because}` };
}

function compare(name: 'L' | 'm', published: PublishedBound, value: Scalar, where: readonly Condition[], free: ParameterCase): readonly Said[] {
  const excess = name === 'L' ? build.subtract(published.value, value) : build.subtract(value, published.value);
  return casesWhere(where, free).flatMap((given) => signCases(excess, given)).map(({ where: inner, signs }): Said => {
    const all = [...where, ...inner];
    if (isOpen(signs)) return { where: all, said: { verdict: 'equal', text: `${name} = ${published.text} could not be compared%` } };
    const extreme = `the ${name === 'L' ? 'supremum' : 'infimum'} is ${scalarText(inCase(value, all, free))}`;
    const by = scalarText(inCase((signs & NEGATIVE) === 0 ? excess : build.negate(excess), all, free));
    if ((signs & NEGATIVE) !== 0) return { where: all, said: { verdict: 'wrong', text: `${name} = ${published.text} is wrong by ${by}%: ${extreme}` } };
    if ((signs & POSITIVE) === 0) return { where: all, said: { verdict: 'equal', text: null } };
    // A constant may be the best one for all values around, and loose at one of them.
    return { where: all, said: { verdict: isSingular(all) ? 'equal' : 'loose', text: `${name} = ${published.text} is valid but loose by ${by}%: ${extreme}` } };
  });
}

/** A function of the parameters with the branch of each max and min that counts in a case. */
function inCase(node: Scalar, where: readonly Condition[], free: ParameterCase): Scalar {
  const forms = casesWhere(where, free).map(({ assumptions, values }) => {
    const prover = new Prover(assumptions);
    return resolve(substitute(node, { parameters: values }), (guard) => {
      const signs = prover.signs(guard);
      return never(signs, NEGATIVE) ? 1 : never(signs, POSITIVE) ? -1 : null;
    });
  });
  const [first] = forms;
  return first !== undefined && forms.every(({ key }) => key === first.key) ? first : node;
}

/** That a table gives no bounds is right if there are none for some parameters. */
export function unboundedFindings(reason: string, { cells }: ParametricSlopes): readonly Finding[] {
  const right = cells.some(({ result: { kind } }) => kind === 'unbounded' || kind === 'discontinuous');
  const undecided = cells.some(({ result: { kind } }) => kind === 'unknown');
  const verdict = right || undecided ? 'equal' : 'loose';
  return findingsOf(cells.map(({ where, result }): Said => {
    switch (result.kind) {
      case 'bounded': {
        const slopes = `m = ${scalarText(result.m)}, L = ${scalarText(result.L)}`;
        return { where, said: { verdict, text: right ? `bounds exist only%: ${slopes}` : `published without bounds (${reason}), but there are some%: ${slopes}` } };
      }
      case 'unknown':
        return { where, said: { verdict: 'equal', text: `not decided%: ${result.because}` } };
      case 'undefined':
        return { where, said: { verdict: 'equal', text: 'φ is not defined%' } };
      default:
        return { where, said: { verdict: 'equal', text: `no bounds%, as published (${reason}): ${result.because}` } };
    }
  }));
}
