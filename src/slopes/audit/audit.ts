import type { LibraryActivation } from '../library/index.js';
import type { Interval } from '../../numeric/interval.js';
import type { SlopeBound } from '../analyse.js';
import * as build from '../scalar/build.js';
import { scalarText } from '../scalar/print.js';
import { parametricFindings, unboundedFindings } from './cases.js';
import { pairFindings } from './pair.js';
import { shown, size } from './digits.js';
import type { Audit, Computed, Finding } from './finding.js';
import { compareUpper, negatedBound, publishedBound } from './published.js';
import type { Comparison, PublishedBound } from './published.js';

/**
 * Published bounds against computed ones: equal (to the digits that are printed), valid but loose, or wrong. With
 * parameters they are compared for all values that are allowed: wrong if they fail for some of them; loose if they are
 * so for more than single values; undecided if a comparison failed and nothing is wrong. Null where nothing is
 * published.
 */
export function audit({ published, parameters = {} }: LibraryActivation, computed: Computed): Audit | null {
  if (published === undefined) return null;
  if ('none' in published) return conclude(withoutBounds(published.none, computed));
  const names = Object.keys(parameters);
  const [L, m] = [publishedBound(published.L, names), publishedBound(published.m, names)];
  const bounds =
    computed.parametric === null
      ? constantFindings(L, m, computed)
      : parametricFindings(L, m, computed.parametric, computed.assumptions);
  const { S, P } = published;
  return conclude([
    ...bounds,
    ...pairFindings(
      S === undefined ? null : publishedBound(S, names),
      P === undefined ? null : publishedBound(P, names),
      [L, m],
      computed,
    ),
  ]);
}

function conclude(findings: readonly Finding[]): Audit {
  const worst =
    (['wrong', 'undecided', 'loose'] as const).find((verdict) =>
      findings.some((finding) => finding.verdict === verdict),
    ) ?? 'equal';
  const places = new Set(findings.flatMap(({ verdict, where = '' }) => (verdict === worst ? [where] : [])));
  const [only = ''] = places;
  const where = worst === 'equal' || places.has('') ? null : places.size === 1 ? only : 'for some values';
  return {
    verdict: worst,
    where,
    findings: [...new Set(findings.flatMap(({ text }) => (text === null ? [] : [text])))],
  };
}

/** "No bounds" is right if there are parameters for which there are none. */
function withoutBounds(reason: string, { analysis, refused, parametric }: Computed): readonly Finding[] {
  if (parametric !== null) return unboundedFindings(reason, parametric);
  if (analysis === null)
    return [{ verdict: 'equal', text: `no bounds, as published (${reason}): ${refused?.because ?? ''}` }];
  return [
    {
      verdict: 'loose',
      text:
        `published without bounds (${reason}), but it has slopes in [${shown(analysis.m.enclosure)}, ` +
        `${shown(analysis.L.enclosure)}]`,
    },
  ];
}

function constantFindings(L: PublishedBound, m: PublishedBound, { analysis, refused }: Computed): readonly Finding[] {
  if (analysis === null) return [{ verdict: 'wrong', text: `there are no bounds: ${refused?.because ?? ''}` }];
  return [
    finding('L', L, analysis.L, compareUpper(L, analysis.L.enclosure, analysis.L.exact)),
    finding(
      'm',
      m,
      analysis.m,
      compareUpper(
        negatedBound(m),
        opposite(analysis.m.enclosure),
        analysis.m.exact === null ? null : build.negate(analysis.m.exact),
      ),
    ),
  ];
}

const opposite = ({ lo, hi }: Interval): Interval => ({ lo: -hi, hi: -lo });

function finding(name: 'L' | 'm', { text }: PublishedBound, bound: SlopeBound, comparison: Comparison): Finding {
  const extreme =
    `the ${name === 'L' ? 'supremum' : 'infimum'} is ` +
    (bound.exact?.kind === 'rational' && scalarText(bound.exact).length < 20
      ? scalarText(bound.exact)
      : shown(bound.enclosure));
  switch (comparison.kind) {
    case 'equal':
      return { verdict: 'equal', text: null };
    case 'rounded':
      return {
        verdict: 'equal',
        text:
          `${name} = ${text} agrees in all its digits, but is rounded to the wrong side, by ` +
          `${size(comparison.by)}: ${extreme}`,
      };
    case 'loose':
      return { verdict: 'loose', text: `${name} = ${text} is valid but loose by ${size(comparison.by)}: ${extreme}` };
    case 'wrong':
      return { verdict: 'wrong', text: `${name} = ${text} is wrong by ${size(comparison.by)}: ${extreme}` };
    case 'open':
      return { verdict: 'undecided', text: `${name} = ${text} could not be told from the computed bound` };
  }
}
