import { brief } from '../../base/number-text.js';
import { add, multiply, subtract } from '../../numeric/interval.js';
import type { Interval } from '../../numeric/interval.js';
import * as build from '../scalar/build.js';
import { encloseConstant } from '../scalar/enclose.js';
import type { Scalar } from '../scalar/node.js';
import { scalarText } from '../scalar/print.js';
import { signCases } from '../exact/sign-cases.js';
import { NEGATIVE, never, POSITIVE } from '../exact/signs.js';
import { parameterNames } from '../scalar/visit.js';
import { shown } from './digits.js';
import type { Computed, Finding } from './finding.js';
import type { PublishedBound } from './published.js';

/** Published S and P against the L and m beside them, and against the activation. */
export function pairFindings(
  S: PublishedBound | null,
  P: PublishedBound | null,
  [L, m]: readonly [PublishedBound, PublishedBound],
  computed: Computed,
): readonly Finding[] {
  const hasParameters = [S, P, L, m].some((bound) => bound !== null && parameterNames(bound.value).length > 0);
  const contradicts = hasParameters ? contradictsForSome : contradictsInDigits;
  return [
    ...(S === null ? [] : contradicts('S', S, 'L + m', [L, m], computed)),
    ...(P === null ? [] : contradicts('P', P, 'L m', [L, m], computed)),
    ...(S === null || P === null || hasParameters ? [] : missedSlopes(S, P, computed)),
  ];
}

/** No numbers that round to the printed digits fit together. */
function contradictsInDigits(
  name: 'S' | 'P',
  bound: PublishedBound,
  formula: string,
  [L, m]: readonly [PublishedBound, PublishedBound],
): readonly Finding[] {
  const combine = name === 'S' ? add : multiply;
  const ends = (each: PublishedBound): Interval => each.digits ?? encloseConstant(each.value);
  const [stated, implied] = [ends(bound), combine(ends(L), ends(m))];
  if (stated.hi >= implied.lo && implied.hi >= stated.lo) return [];
  return [
    {
      verdict: 'wrong',
      text:
        `${name} = ${bound.text} contradicts ${formula} = ` +
        `${shown(combine(encloseConstant(L.value), encloseConstant(m.value)))} of the bounds beside ` +
        'it',
    },
  ];
}

function contradictsForSome(
  name: 'S' | 'P',
  bound: PublishedBound,
  formula: string,
  [L, m]: readonly [PublishedBound, PublishedBound],
  { assumptions }: Computed,
): readonly Finding[] {
  const implied: Scalar = name === 'S' ? build.sum([L.value, m.value]) : build.product([L.value, m.value]);
  const cases = signCases(build.subtract(bound.value, implied), { assumptions, values: new Map() });
  if (cases.every(({ signs }) => never(signs, NEGATIVE | POSITIVE))) return [];
  return [
    {
      verdict: 'wrong',
      text: `${name} = ${bound.text} contradicts ${formula} = ${scalarText(implied)} of the bounds beside it`,
    },
  ];
}

/** S = L + m and P = L m stand for the slopes that are the roots of t² − S t + P. */
function missedSlopes(S: PublishedBound, P: PublishedBound, { analysis }: Computed): readonly Finding[] {
  if (analysis === null) return [];
  const [sum, product] = [encloseConstant(S.value), encloseConstant(P.value)];
  const radicand = subtract(multiply(sum, sum), multiply({ lo: 4, hi: 4 }, product));
  if (radicand.hi < 0)
    return [{ verdict: 'wrong', text: 'S and P stand for no slopes: no L and m have this sum and this product' }];
  const root = Math.sqrt(Math.max(0, radicand.lo / 2 + radicand.hi / 2));
  const middle = sum.lo / 2 + sum.hi / 2;
  const [least, largest] = [(middle - root) / 2, (middle + root) / 2];
  const { m, L } = analysis;
  // Clear of rounding by far, or not said.
  const missed = [
    ...(largest < L.enclosure.lo - 1e-6 ? [`has slopes up to ${shown(L.enclosure)}`] : []),
    ...(least > m.enclosure.hi + 1e-6 ? [`has slopes down to ${shown(m.enclosure)}`] : []),
  ];
  if (missed.length === 0) return [];
  const slopes = [least, largest].map((slope) => brief(slope, 7)).join(', ');
  return [
    {
      verdict: 'wrong',
      text:
        `S and P stand for slopes in [${slopes}] (the roots of t² − S t + P), but the activation ` +
        missed.join(' and '),
    },
  ];
}
