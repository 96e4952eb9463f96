import type { ActivationReport, BoundReport, CaseReport } from './activations.js';
import { shown } from '../slopes/index.js';
import { hanging, hangingWords, length, pad, wrapWords } from './wrap.js';

const source = 'Table III of arXiv 2502.21279';
const keys = ['m', 'L', 'S', 'P'] as const;

const publishedText = ({ published }: ActivationReport): string =>
  published === null
    ? ''
    : published['none'] === undefined
      ? `${published['m'] ?? ''}, ${published['L'] ?? ''}`
      : `none (${published['none']})`;

/** A closed form that is short enough for a column, or so many digits. */
function numberText({ lower, upper, exact }: BoundReport, digits: number): string {
  if (exact !== null && exact.length < digits && /^-?[\d./]+$/.test(exact)) return exact;
  return shown({ lo: lower, hi: upper }, digits);
}

const refusals: Readonly<Record<string, string>> = {
  LW502: 'none: it jumps',
  LW503: 'none: slopes grow without bound',
  LW504: 'none: not defined everywhere',
  LW505: 'could not be enclosed',
  LW506: 'none: not elementwise',
};

/** Why there are no numbers: parameters without a default are given by the reader. */
const isUnset = ({ refused, cases }: ActivationReport): boolean => refused?.code === 'LW507' && cases.length > 0;

const refusalText = (report: ActivationReport): string =>
  isUnset(report) ? 'no defaults, see below' : (refusals[report.refused?.code ?? ''] ?? 'none');

/** `wrong for a > 1`: the numbers beside it are those of the defaults, which the verdict need not be about. */
const verdictText = ({ verdict, verdictWhere }: ActivationReport): string =>
  [verdict ?? '', ...(verdictWhere === null ? [] : [verdictWhere])].join(' ');

/** In the table: the condition where there is room for it, or a mark that the legend explains. */
const verdictCell = (report: ActivationReport, conditions: boolean): string =>
  report.verdictWhere === null
    ? verdictText(report)
    : conditions && report.verdictWhere.length <= 13
      ? verdictText(report)
      : `${report.verdict ?? ''}*`;

interface Layout {
  readonly columns: readonly (typeof keys)[number][];
  readonly digits: number;
  /** Verdicts with the parameters that they hold for. */
  readonly conditions: boolean;
}

/** As many digits as fit; on narrow terminals S and P, which follow from m and L, make room. */
const layouts: readonly Layout[] = [
  ...[10, 9, 8].map((digits) => ({ columns: keys, digits, conditions: true })),
  ...[10, 9, 8, 7, 6].map((digits) => ({ columns: keys, digits, conditions: false })),
  { columns: ['m', 'L'], digits: 6, conditions: false },
];

const fitting = (text: string, width: number): string => (length(text) <= width ? text : 'see below');

/** The lines of the table: what replaces numbers runs on over the columns to its right. */
function tableLines(reports: readonly ActivationReport[], { columns, digits, conditions }: Layout): readonly string[] {
  const cells = reports.map((report) =>
    columns.map((key) => {
      const bound = report[key];
      return bound === null ? null : numberText(bound, digits);
    }),
  );
  const widest = (texts: readonly string[]): number => Math.max(...texts.map(length));
  const widths = columns.map((key, at) => widest([key, ...cells.map((row) => row[at] ?? '')]));
  const numbers = widths.reduce((total, width) => total + width + 2, -2);
  const names = widest(reports.map(({ name }) => name));
  const published = widest(['published m, L', ...reports.map(publishedText)]);
  const line = (name: string, middle: string, beside: string, verdict: string): string =>
    [pad(name, names), pad(middle, numbers), pad(beside, published), verdict].join('  ').trimEnd();
  return [
    line('', columns.map((key, at) => pad(key, widths[at] ?? 0)).join('  '), 'published m, L', 'verdict'),
    ...reports.map((report, row) => {
      const texts = cells[row] ?? [];
      const middle = texts.includes(null)
        ? fitting(refusalText(report), numbers)
        : texts.map((text, at) => pad(text ?? '', widths[at] ?? 0)).join('  ');
      return line(report.name, middle, publishedText(report), verdictCell(report, conditions));
    }),
  ];
}

/** The audited table of all activations, with the findings below it. */
export function activationsText(reports: readonly ActivationReport[], width = 100): string {
  const tables = layouts.map((layout) => ({ layout, lines: tableLines(reports, layout) }));
  const table = tables.find(({ lines }) => lines.every((line) => length(line) <= width)) ?? tables.at(-1);
  const { columns, digits } = table?.layout ?? { columns: keys, digits: 6 };
  const audited = reports.flatMap(({ verdict }) => (verdict === null ? [] : [verdict]));
  const count = (verdict: string): number => audited.filter((each) => each === verdict).length;
  const legend =
    'Slopes of activations: m <= (φ(a) − φ(b)) / (a − b) <= L for all a != ' +
    `b${columns.length > 2 ? ', with S = L + m and P = L m' : ' (wider terminals show S = L + m and P = L m)'}. ` +
    `All are computed with proof, at the parameters' default values, and shown to ${digits} ` +
    `digits; --json has the enclosures. Beside them stands what ${source} prints, and what the ` +
    'computation says of it (*: for some values of the parameters, see the findings).';
  return `${[
    ...wrapWords(legend, width),
    '',
    ...(table?.lines ?? []),
    '',
    ...wrapWords(
      `Of ${audited.length} published entries ${count('equal')} are equal to what is computed, ` +
        `${count('loose')} valid but loose, ${count('wrong')} wrong.`,
      width,
    ),
    '',
    'Findings',
    ...reports.flatMap((report) => remarks(report, width)),
    '',
    ...wrapWords(
      'lipwright activations NAME shows one of them in full: closed forms, enclosures, and the ' +
        'bounds for all values of its parameters.',
      width,
    ),
  ].join('\n')}\n`;
}

function remarks(report: ActivationReport, width: number): readonly string[] {
  const { name, findings, refused, note, parameters } = report;
  const said =
    refused !== null && !isUnset(report) && !findings.some((finding) => finding.includes(refused.because))
      ? [`${Object.keys(parameters).length === 0 ? '' : 'with the defaults: '}${refusedText(report)}`]
      : [];
  const all = [...said, ...findings, ...(note === null ? [] : [`note: ${note}`])];
  return all.length === 0 ? [] : [`  ${name}`, ...all.flatMap((text) => item('    ', text, width))];
}

const refusedText = ({ refused }: ActivationReport): string =>
  refused?.code === 'LW506' ? `not elementwise: it ${refused.because}` : (refused?.because ?? '');

/** A paragraph whose lines after the first one stand two columns further in. */
const item = (margin: string, text: string, width: number): readonly string[] =>
  wrapWords(text, width - margin.length - 2).map((line, at) => `${margin}${at === 0 ? '' : '  '}${line}`);

/** One activation in full. */
export function activationText(report: ActivationReport, width = 100): string {
  const { name, title, expression, parameters, method, findings, note } = report;
  const numbers = Object.entries(parameters).flatMap(([parameter, value]) =>
    value === null ? [] : [`${parameter} = ${value}`],
  );
  const printed = Object.entries(report.published ?? {}).flatMap(([key, text]) =>
    key === 'none' ? [] : [`${key} = ${text}`],
  );
  return `${[
    ...(title === name ? [] : hangingWords('', `${name} (${title})`, width)),
    ...(expression === null ? [] : hanging(title === name ? 'φ(v) = ' : '  φ(v) = ', expression, width)),
    ...(numbers.length === 0 ? [] : hangingWords('  with ', numbers.join(', '), width)),
    ...keys.flatMap((key) => {
      const bound = report[key];
      return bound === null ? [] : boundLines(key, bound, width);
    }),
    ...(method === null
      ? []
      : hangingWords(
          '  method  ',
          method === 'exact'
            ? "exact: φ' is monotone between the points named above, infinity among them"
            : "branch and bound over φ' in interval arithmetic, rounded outwards",
          width,
        )),
    ...refusalLines(report, width),
    ...caseLines(report, width),
    ...(report.published === null
      ? []
      : hangingWords(
          '  published  ',
          `${printed.length === 0 ? `no bounds (${report.published['none'] ?? ''})` : printed.join(', ')}: ` +
            `${verdictText(report)} (${source})`,
          width,
        )),
    ...findings.flatMap((finding) => item('    ', finding, width)),
    ...(note === null ? [] : hangingWords('  note  ', note, width)),
  ].join('\n')}\n`;
}

function refusalLines(report: ActivationReport, width: number): readonly string[] {
  const { refused, name, parameters } = report;
  if (refused === null) return [];
  if (!isUnset(report)) return hangingWords('  no bounds  ', `(${refused.code}) ${refusedText(report)}`, width);
  const unset = Object.entries(parameters).flatMap(([parameter, value]) => (value === null ? [parameter] : []));
  return hangingWords(
    '  no numbers  ',
    `without ${unset.join(' and ')}; for example "${name}(${unset.map((parameter) => `${parameter}=1`).join(', ')})"`,
    width,
  );
}

/**
 * `m = 1/6 in [0.16666666666666666, 0.16666666666666669], at v = -3`: the number itself first, then doubles around it.
 */
function boundLines(key: string, { lower, upper, exact, at }: BoundReport, width: number): readonly string[] {
  const place = at === undefined ? '' : `, ${at.startsWith('v →') ? 'approached as' : 'at'} ${at}`;
  const form = exact === null || (/^[-\d.]+$/.test(exact) && exact.length > 24) ? null : exact;
  const doubles = lower === upper ? String(lower) : `[${lower}, ${upper}]`;
  if (form === null) return hangingWords(`  ${key} ${lower === upper ? '=' : 'in'} `, `${doubles}${place}`, width);
  if (lower === upper && (form === doubles || Number(form) === lower))
    return hangingWords(`  ${key} = `, `${form}${place}`, width);
  return hanging(`  ${key} = `, `${form}${lower === upper ? ` = ${doubles}` : ` in ${doubles}`}${place}`, width);
}

function caseLines({ cases, parameters }: ActivationReport, width: number): readonly string[] {
  const head = `  for all ${Object.keys(parameters).join(', ')}`;
  const [only] = cases;
  if (only !== undefined && cases.length === 1 && only.where.length === 0)
    return hangingWords(`${head}  `, boundsText(only), width);
  return cases.length === 0
    ? []
    : [head, ...cases.flatMap((each) => item('    ', `${each.where.join(' and ')}: ${boundsText(each)}`, width))];
}

const boundsText = ({ m, L, because }: CaseReport): string =>
  because === null ? `m = ${m ?? ''}, L = ${L ?? ''}` : `no bounds, ${because}`;
