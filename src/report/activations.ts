import { activationLibrary } from '../slopes/library/index.js';
import {
  analyseActivation,
  audit,
  libraryAssumptions,
  libraryParametricSlopes,
  readActivationText,
  simplest,
  writtenActivation,
} from '../slopes/index.js';
import type { LibraryActivation } from '../slopes/library/index.js';
import { LipwrightError } from '../base/diagnostic.js';
import type { Position } from '../base/diagnostic.js';
import type { Interval } from '../numeric/interval.js';
import { add, multiply } from '../numeric/interval.js';
import type { Audit, SlopeAnalysis, SlopeBound } from '../slopes/index.js';
import { build, conditionText, scalarText } from '../slopes/scalar/index.js';
import type { Scalar } from '../slopes/scalar/index.js';

/** m, L, S or P: the number lies in [lower, upper]; `exact` is its closed form, where there is one. */
export interface BoundReport {
  readonly lower: number;
  readonly upper: number;
  readonly exact: string | null;
  /** Of m and L: where the slope is taken or approached. */
  readonly at?: string;
}

export interface CaseReport {
  /** Conditions on the parameters; none means all that are allowed. */
  readonly where: readonly string[];
  readonly m: string | null;
  readonly L: string | null;
  /** Why there are no bounds. */
  readonly because: string | null;
}

export interface ActivationReport {
  readonly name: string;
  readonly title: string;
  readonly expression: string | null;
  /** At these numbers `m` … `P` hold; null where the parameter has no default. */
  readonly parameters: Readonly<Record<string, number | null>>;
  /** Lower and upper slope bound, S = L + m, P = L m; null if there are none. */
  readonly m: BoundReport | null;
  readonly L: BoundReport | null;
  readonly S: BoundReport | null;
  readonly P: BoundReport | null;
  readonly method: SlopeAnalysis['method'] | null;
  /** Why there are no bounds, with the code of the diagnostic. */
  readonly refused: { readonly code: string; readonly because: string } | null;
  /** Bounds for all values of the parameters, case by case; empty without parameters. */
  readonly cases: readonly CaseReport[];
  /** What Table III of arXiv 2502.21279 prints. */
  readonly published: Readonly<Record<string, string>> | null;
  readonly verdict: Audit['verdict'] | null;
  /** `for a > 1`: where the verdict holds, if not for all values of the parameters. */
  readonly verdictWhere: string | null;
  readonly findings: readonly string[];
  readonly note: string | null;
}

/** What `lipwright list` says of an activation. */
export interface ActivationSlopes {
  readonly name: string;
  /** The expression, or what the activation does instead. */
  readonly formula: string;
  /** [m, L] at the parameters' defaults, rounded outwards; null where there are none. */
  readonly slopes: readonly [number, number] | null;
  /** Parameters that have no default. */
  readonly wanted: readonly string[];
}

/** The slopes of all activations of the library, without the audit. */
export const activationSlopes = (): readonly ActivationSlopes[] =>
  activationLibrary().map((entry) => {
    const analysed = attempt(() => analyseActivation(writtenActivation(entry, new Map(), null), null).analysis);
    return {
      name: entry.name,
      formula: entry.expression ?? `(${entry.notElementwise ?? ''})`,
      slopes:
        analysed.kind === 'done' ? ([analysed.value.m.enclosure.lo, analysed.value.L.enclosure.hi] as const) : null,
      wanted: wantedOf(entry),
    };
  });

const wantedOf = ({ parameters = {} }: LibraryActivation): readonly string[] =>
  Object.entries(parameters).flatMap(([name, range]) => (range.default === undefined ? [name] : []));

/** All activations of the library. */
export const activationReports = (): readonly ActivationReport[] =>
  activationLibrary().map((entry) => activationReport(entry, new Map()));

/** What positions in the text of an activation give for a file. */
export const activationPlace = '<activation>';

/** By name, by name and parameters, or an expression in v. @throws LW310, LW507, and what an expression may raise */
export function activationReportOf(text: string): ActivationReport {
  const position = (offset: number): Position => ({ file: activationPlace, line: 1, column: offset + 1 });
  const read = readActivationText(text, position(0));
  if (read.entry !== null) return activationReport(read.entry, read.given, position(0));
  const { analysis } = analyseActivation({ text, parameters: new Map(), locate: position }, position(0));
  return {
    ...{
      name: text,
      title: text,
      expression: text,
      parameters: {},
      refused: null,
      cases: [],
      published: null,
      verdict: null,
      verdictWhere: null,
      findings: [],
      note: null,
    },
    ...bounds(analysis),
    method: analysis.method,
  };
}

/** One activation at the given parameters, the others at their defaults. @throws LW507 */
export function activationReport(
  entry: LibraryActivation,
  given: ReadonlyMap<string, number>,
  position: Position | null = null,
): ActivationReport {
  const names = Object.keys(entry.parameters ?? {});
  const numbers = attempt(() => writtenActivation(entry, given, position), given.size > 0);
  const analysed = numbers.kind === 'done' ? attempt(() => analyseActivation(numbers.value, null).analysis) : numbers;
  const analysis = analysed.kind === 'done' ? analysed.value : null;
  const refused = analysed.kind === 'refused' ? analysed.refused : null;
  const assumptions = libraryAssumptions(entry);
  const parametric = libraryParametricSlopes(entry);
  const audited = audit(entry, { analysis, refused, parametric, assumptions });
  return {
    name: entry.name,
    title: entry.title,
    expression: entry.expression ?? null,
    parameters: Object.fromEntries(
      names.map((name) => [
        name,
        (numbers.kind === 'done' ? numbers.value.parameters.get(name) : entry.parameters?.[name]?.default) ?? null,
      ]),
    ),
    ...bounds(analysis),
    method: analysis?.method ?? null,
    refused: entry.notElementwise === undefined ? refused : { code: 'LW506', because: entry.notElementwise },
    cases: (parametric?.cells ?? []).map(({ where, result }) => ({
      where: simplest(where).map(conditionText),
      m: result.kind === 'bounded' ? scalarText(result.m) : null,
      L: result.kind === 'bounded' ? scalarText(result.L) : null,
      because: result.kind === 'bounded' ? null : result.because,
    })),
    published: publishedTexts(entry),
    verdict: audited?.verdict ?? null,
    verdictWhere: audited?.where ?? null,
    findings: audited?.findings ?? [],
    note: entry.note ?? null,
  };
}

function publishedTexts({ published }: LibraryActivation): ActivationReport['published'] {
  if (published === undefined) return null;
  return Object.fromEntries(
    Object.entries(published).flatMap(([key, text]: readonly [string, string | undefined]) =>
      text === undefined ? [] : [[key, text] as const],
    ),
  );
}

type Attempt<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'refused'; readonly refused: NonNullable<ActivationReport['refused']> };

function attempt<T>(run: () => T, rethrow = false): Attempt<T> {
  try {
    return { kind: 'done', value: run() };
  } catch (error) {
    if (rethrow || !(error instanceof LipwrightError)) throw error;
    return { kind: 'refused', refused: { code: error.code, because: error.diagnostic.found } };
  }
}

/** Of S and P: longer closed forms say less than those of m and L. */
const longestForm = 100;

function bounds(analysis: SlopeAnalysis | null): Pick<ActivationReport, 'm' | 'L' | 'S' | 'P'> {
  if (analysis === null) return { m: null, L: null, S: null, P: null };
  const { m, L } = analysis;
  const both = (combine: (a: Scalar, b: Scalar) => Scalar): string | null => {
    const text = m.exact === null || L.exact === null ? null : scalarText(combine(L.exact, m.exact));
    return text !== null && text.length > longestForm ? null : text;
  };
  return {
    m: boundReport(m),
    L: boundReport(L),
    S: { ...ends(add(L.enclosure, m.enclosure)), exact: both((a, b) => build.sum([a, b])) },
    P: { ...ends(multiply(L.enclosure, m.enclosure)), exact: both((a, b) => build.product([a, b])) },
  };
}

const ends = ({ lo, hi }: Interval): { readonly lower: number; readonly upper: number } => ({ lower: lo, upper: hi });
const boundReport = ({ enclosure, exact, at }: SlopeBound): BoundReport => ({
  ...ends(enclosure),
  exact: exact === null ? null : scalarText(exact),
  at,
});
