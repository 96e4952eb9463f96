import type { ActivationReport, BoundReport } from './activations.js';
import { length, pad, wrap } from './wrap.js';

/** A closed form that is short enough for a column, or ten digits. */
function numberText({ lower, upper, exact }: BoundReport): string {
  if (exact !== null && /^-?[\d./]{1,8}$/.test(exact)) return exact;
  return digits(lower, upper);
}

const digits = (lower: number, upper: number): string => (lower === upper ? String(lower) : String(Number((lower / 2 + upper / 2).toPrecision(10))));

const publishedText = ({ published }: ActivationReport): string => (published === null ? '' : published['none'] === undefined ? `${published['m'] ?? ''}, ${published['L'] ?? ''}` : `none (${published['none']})`);

const columns = ['activation', 'm', 'L', 'S', 'P', 'published m, L', 'verdict'] as const;

function cells(report: ActivationReport): readonly string[] {
  const { m, L, S, P, refused, cases, name, verdict } = report;
  if (m === null || L === null || S === null || P === null) {
    const why = refused === null ? 'none' : refused.code === 'LW506' ? 'not elementwise' : refused.code === 'LW507' && cases.length > 0 ? 'see below' : `none: ${refused.code}`;
    return [name, why, '', '', '', publishedText(report), verdict ?? ''];
  }
  return [name, numberText(m), numberText(L), numberText(S), numberText(P), publishedText(report), verdict ?? ''];
}

/** The audited table of all activations, with the findings below it. */
export function activationsText(reports: readonly ActivationReport[], width = 100): string {
  const rows = [columns, ...reports.map(cells)];
  const widths = columns.map((_column, at) => Math.max(...rows.map((row) => length(row[at] ?? ''))));
  const line = (row: readonly string[]): string => row.map((cell, at) => pad(cell, widths[at] ?? 0)).join('  ').trimEnd();
  return `${[
    'Slopes m <= (φ(a) − φ(b)) / (a − b) <= L of activations, S = L + m and P = L m, all computed (to ten digits; --json has the',
    'enclosures), with parameters at their defaults, and Table III of arXiv 2502.21279 beside them.',
    '',
    ...rows.map(line),
    '',
    'Findings',
    ...reports.flatMap((report) => remarks(report, width)),
    '',
    'lipwright activations NAME shows one of them with its closed forms and all values of its parameters.',
  ].join('\n')}\n`;
}

function remarks(report: ActivationReport, width: number): readonly string[] {
  const { name, findings, refused, note } = report;
  const said = refused !== null && !(refused.code === 'LW507' && report.cases.length > 0) && !findings.some((finding) => finding.includes(refused.because)) ? [refused.because] : [];
  const all = [...said, ...findings, ...(note === null ? [] : [note])];
  return all.length === 0 ? [] : [`  ${name}`, ...all.flatMap((text) => indented(text, '    ', width))];
}

const indented = (text: string, margin: string, width: number): readonly string[] => wrap(text, width - margin.length).map((line, at) => `${margin}${at === 0 ? '' : '  '}${line}`);

/** One activation in full. */
export function activationText(report: ActivationReport, width = 100): string {
  const { name, title, expression, parameters, method, refused, cases, verdict, findings, note } = report;
  const numbers = Object.entries(parameters).map(([parameter, value]) => `${parameter} = ${value ?? '?'}`).join(', ');
  const bounds = (['m', 'L', 'S', 'P'] as const).flatMap((key) => {
    const bound = report[key];
    return bound === null ? [] : boundLines(key, bound);
  });
  return `${[
    title === name ? name : `${name} (${title})`,
    ...(expression === null ? [] : [`  φ(v) = ${expression}${numbers === '' ? '' : `,  ${numbers}`}`]),
    ...bounds,
    ...(method === null ? [] : [`  method: ${method === 'exact' ? "exact: φ' is monotone between known points" : "branch and bound over φ' in interval arithmetic, rounded outwards"}`]),
    ...(refused === null ? [] : indented(`no bounds (${refused.code}): ${refused.because}`, '  ', width)),
    ...(cases.length === 0 ? [] : ['  for all parameters', ...cases.flatMap((each) => indented(caseText(each), '    ', width))]),
    ...(report.published === null ? [] : [`  published: m, L = ${publishedText(report)} (Table III of arXiv 2502.21279): ${verdict ?? ''}`]),
    ...findings.flatMap((finding) => indented(finding, '    ', width)),
    ...(note === null ? [] : indented(`note: ${note}`, '  ', width)),
  ].join('\n')}\n`;
}

function boundLines(key: string, { lower, upper, exact, at }: BoundReport): readonly string[] {
  const enclosure = lower === upper ? String(lower) : `in [${lower}, ${upper}]`;
  const place = at === undefined ? '' : `, ${at.startsWith('v →') ? 'approached as' : 'at'} ${at}`;
  const form = exact === null || exact === String(lower) ? '' : ` = ${exact}`;
  return [`  ${key} ${lower === upper ? `= ${enclosure}` : enclosure}${form.length > 60 ? '' : form}${place}`];
}

function caseText({ where, m, L, because }: ActivationReport['cases'][number]): string {
  const condition = where.length === 0 ? 'all values' : where.join(' and ');
  return because === null ? `${condition}: m = ${m ?? ''}, L = ${L ?? ''}` : `${condition}: no bounds, ${because}`;
}
