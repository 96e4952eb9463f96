import type { BlockEntry, DefinitionEntry, DerivationReport } from './entries.js';
import { rangeLatex } from './latex-math.js';
import type { LayoutOptions } from './layout.js';
import {
  sumsIntroduction,
  activationLines,
  assignmentsByRule,
  definitionsByLayer,
  hasFamilies,
  pretty,
  prettyRange,
  rulesIntroduction,
  recursionIntroduction,
  rowTitle,
  ruleWithForce,
  sharedConstraints,
  strategyName,
  times,
} from './layout.js';

/** Text that comes from a file: nothing in it may act as markup. */
export const escapeMarkdown = (text: string): string =>
  text.replace(/[\\`*_{}[\]<>#|~$!&]/g, (mark) =>
    mark === '<' ? '&lt;' : mark === '>' ? '&gt;' : mark === '&' ? '&amp;' : `\\${mark}`,
  );

/** Inline code; inside a table a bar would end the cell. */
const code = (text: string, inTable = false): string => {
  const shown = inTable ? text.replaceAll('|', '\\|') : text;
  return shown.includes('`') ? `\`\` ${shown} \`\`` : `\`${shown}\``;
};

/** Inline formula; \vert instead of bars, which would end a table's cell. */
const math = (latex: string): string => {
  const sized = latex.replaceAll('\\left|', '\\left\\lvert ').replaceAll('\\right|', '\\right\\rvert ');
  return `$${sized.replaceAll('|', '\\vert ')}$`;
};

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [
    `| ${head.join(' | ')} |`,
    `|${head.map(() => '---').join('|')}|`,
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
  ].join('\n');
}

/** The report as GitHub-flavoured Markdown with formulas between dollar signs. */
export function layMarkdown(report: DerivationReport, options: LayoutOptions = {}): string {
  const { cycles, order, rows, steps } = report;
  const sections = [
    `# ${escapeMarkdown(report.title)}`,
    heading(report),
    '## Equations',
    ['```text', ...report.equations, '```'].join('\n'),
    ...(report.activations.length === 0
      ? []
      : ['## Activations', ['```text', ...activationLines(report), '```'].join('\n')]),
    '## Symbols',
    table(
      ['symbol', 'meaning'],
      report.symbols.map(({ latex, meaning }) => [math(latex), meaning.replaceAll('|', '\\|')]),
    ),
    '## LMI',
    `${math(`${report.notation.lmi.latex} \\preceq 0`)}; blocks of the upper triangle.`,
    table(['row', 'column', 'block', 'for'], report.lmi.blocks.map(blockCells)),
    ...(report.lmi.sums === undefined
      ? []
      : [
          sumsIntroduction,
          table(
            ['signal', 'is'],
            report.lmi.sums.map(({ signalLatex, latex }) => [math(signalLatex), math(latex)]),
          ),
        ]),
    ...(rows.length === 0 ? [] : ['## Gershgorin rows', 'Centre + radius ≤ 0, entry by entry.']),
    ...rows.flatMap((row) => [
      `**${escapeMarkdown(rowTitle(row))}**`,
      `- centre: ${math(row.centreLatex)}\n- radius: ${math(row.radiusLatex)}`,
    ]),
    ...recursionParts(report),
    '## Constraints',
    table(
      ['parameter', 'constraint', 'kind', 'rule'],
      sharedConstraints(report).map(({ entry, parameters }) => [
        parameters
          .map(({ parameterLatex, range }) =>
            math(range === undefined ? parameterLatex : `${parameterLatex},\\ ${rangeLatex(range)}`),
          )
          .join('; '),
        math(entry.latex) + (entry.condition === undefined ? '' : ` (${escapeMarkdown(pretty(entry.condition))})`),
        entry.kind,
        escapeMarkdown(ruleWithForce(report, entry.rule)),
      ]),
    ),
    '## Order of evaluation',
    order.map((entry, at) => `${at + 1}. ${code(prettyRange(entry))}`).join('\n'),
    '## Cycles',
    cycles.length === 0
      ? 'None.'
      : cycles
          .map(
            ({ between: [weight, multiplier], brokenBy, range }) =>
              `- ${code(weight)} and ` +
              `${code(pretty(multiplier))}${range === undefined ? '' : ` (${prettyRange(range)})`}, broken ` +
              `by ${code(pretty(brokenBy))}`,
          )
          .join('\n'),
    ...parameterizationParts(report),
    '## Rules applied',
    escapeMarkdown(rulesIntroduction(report, options)),
    table(
      ['rule', 'statement', 'assumes that', 'force', 'applied'],
      report.assumptions.map(({ rule, statement, assumptions, exact, count }) => [
        code(rule, true),
        escapeMarkdown(statement),
        escapeMarkdown(assumptions.join(', and ')),
        exact ? 'exact' : 'one-sided',
        times(count),
      ]),
    ),
    ...(options.steps === true
      ? [
          '## Steps',
          steps
            .map(
              ({ rule, from, to }, at) =>
                `${at + 1}. ${code(rule)}\n   - from ${code(pretty(from))}\n   - to ${code(pretty(to))}`,
            )
            .join('\n'),
        ]
      : []),
  ];
  return `${sections.join('\n\n')}\n`;
}

function recursionParts(report: DerivationReport): readonly string[] {
  const formula = ({ symbolLatex, update, latex }: DefinitionEntry): string =>
    `- ${math(`${symbolLatex} ${update ? '\\leftarrow' : ':='} ${latex}`)}`;
  const layers = definitionsByLayer(report).flatMap((definitions) => [
    `**${escapeMarkdown(rowTitle(definitions[0]))}**`,
    definitions.map(formula).join('\n'),
  ]);
  return layers.length === 0 ? [] : ['## Covariance recursion', recursionIntroduction, ...layers];
}

function parameterizationParts(report: DerivationReport): readonly string[] {
  const groups = assignmentsByRule(report).flatMap((entries) => [
    code(entries[0].rule),
    entries.map(({ latex }) => `- ${math(latex)}`).join('\n'),
  ]);
  return groups.length === 0
    ? []
    : ['## Parameterization', 'How free numbers become weights, in this order.', ...groups];
}

function heading(report: DerivationReport): string {
  const { architecture, depth, validFrom, source } = report;
  const families =
    validFrom === null || !hasFamilies(report)
      ? ''
      : ` The families hold for every n ≥ ${validFrom}; ${report.notation.index} is the index that runs.`;
  return (
    `Architecture ${code(architecture)}, depth ${depth}, strategy ` +
    `${code(strategyName(report))}.${families}${source === null ? '' : ` Source: ${escapeMarkdown(source)}.`}`
  );
}

function blockCells({ rowLatex, columnLatex, latex, range }: BlockEntry): readonly string[] {
  return [math(rowLatex), math(columnLatex), math(latex), range === undefined ? '' : math(rangeLatex(range))];
}
