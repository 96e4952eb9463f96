import type { ConstraintEntry, DefinitionEntry, DerivationReport, RowEntry, RuleEntry } from './entries.js';
import { formulas, inParagraph, legend, list, prose, statements } from './latex-blocks.js';
import { rangeLatex } from './latex-math.js';
import { breakable, escapeLatex, typewriter } from './latex-text.js';
import type { LayoutOptions, SharedConstraint } from './layout.js';
import {
  activationLines,
  assignmentsByRule,
  definitionsByLayer,
  hasFamilies,
  pretty,
  recursionIntroduction,
  sumsIntroduction,
  ruleForce,
  rulesIntroduction,
  sharedConstraints,
  strategyName,
  times,
} from './layout.js';

/** Text widths in points: A4 with margins of an inch, and an article's own, which fragments are made for. */
const widths = { document: 455, fragment: 345 } as const;

const packages = ['amsmath', 'amssymb', 'graphicx'] as const;

/** A document around parts that come one after the other. */
export function latexDocument(parts: string): string {
  return [
    '\\documentclass{article}',
    '\\usepackage[utf8]{inputenc}',
    `\\usepackage[a4paper,textwidth=${widths.document}pt,textheight=690pt]{geometry}`,
    `\\usepackage{${packages.join(',')}}`,
    '\\begin{document}',
    parts.trim(),
    '\\end{document}',
    '',
  ].join('\n');
}

export const fragmentNotice =
  `% needs \\usepackage{${packages.join(',')}} and UTF-8 input; lines are broken for ` +
  `a text width of ${widths.fragment} pt or more\n`;

/** A heading between reports. */
export const latexHeading = (text: string): string => `\\par\\bigskip\\noindent\\textbf{${breakable(text)}}\n`;

/** The report as LaTeX whose lines fit; TeX breaks text, the lines of formulas are ours. */
export function layLatex(report: DerivationReport, options: LayoutOptions = {}): string {
  const width = options.document === true ? widths.document : widths.fragment;
  const parts = [
    '\\begingroup\\allowdisplaybreaks\\raggedright',
    '\\abovedisplayskip=4pt plus 2pt \\belowdisplayskip=6pt plus 2pt ' +
      '\\abovedisplayshortskip=\\abovedisplayskip \\belowdisplayshortskip=\\belowdisplayskip',
    `\\section*{${breakable(report.title)}}`,
    heading(report),
    '\\subsection*{Equations}',
    code(report.equations),
    ...(report.activations.length === 0 ? [] : ['\\subsection*{Activations}', code(activationLines(report))]),
    '\\subsection*{Symbols}',
    legend(
      report.symbols.map(({ latex, meaningLatex }) => ({ latex, meaning: meaningLatex })),
      width,
    ),
    ...lmiParts(report, width),
    ...rowParts(report, width),
    ...recursionParts(report, width),
    '\\subsection*{Constraints}',
    ...sharedConstraints(report).map((shared) => constraint(shared, report, width)),
    '\\subsection*{Order of evaluation}',
    list(
      'enumerate',
      report.orderLatex.map((entry) => prose(entry, width - 30)),
    ),
    '\\subsection*{Cycles}',
    cycles(report, width - 30),
    ...parameterizationParts(report, width),
    ...ruleParts(report, options, width),
    ...(options.steps === true
      ? [
          '\\subsection*{Steps}',
          list(
            'enumerate',
            report.steps.map(
              ({ rule, from, to }) =>
                `${typewriter(rule)}: ${breakable(pretty(from))} \\ensuremath{\\leadsto} ${breakable(pretty(to))}`,
            ),
          ),
        ]
      : []),
    '\\par\\endgroup',
  ];
  return `${parts.join('\n\n')}\n`;
}

function heading(report: DerivationReport): string {
  const { architecture, depth, validFrom, source, notation } = report;
  const families =
    validFrom === null || !hasFamilies(report)
      ? ''
      : ` The families hold for every $n \\ge ${validFrom}$; $${notation.index}$ is the index that runs.`;
  return (
    `Architecture ${typewriter(architecture)}, depth $${depth}$, strategy ` +
    `${typewriter(strategyName(report))}.${families}${source === null ? '' : ` Source: ${breakable(source)}.`}`
  );
}

/** Lines of code, the rest of a long one moved in. */
const code = (lines: readonly string[]): string =>
  lines.map((line) => `\\noindent\\hangindent=4em ${typewriter(line)}\\par`).join('\n');

function lmiParts({ lmi, notation: { lmi: form, lipschitz } }: DerivationReport, width: number): readonly string[] {
  const blocks = lmi.blocks.map(({ rowLatex, columnLatex, latex, range }) => ({
    left: `${form.latex}_{${rowLatex},\\,${columnLatex}}`,
    relation: '=',
    right: latex,
    range: ranged(range),
  }));
  return [
    '\\subsection*{LMI}',
    `The network is $${lipschitz.latex}$-Lipschitz if $${form.latex} \\preceq 0$. The blocks of ` +
      'the upper triangle that are not zero:',
    formulas(blocks, width),
    ...(lmi.sums === undefined
      ? []
      : [
          sumsIntroduction,
          formulas(
            lmi.sums.map(({ signalLatex, latex }) => ({ left: signalLatex, relation: '=', right: latex })),
            width,
          ),
        ]),
  ];
}

const ranged = (range: string | undefined): string | undefined => (range === undefined ? undefined : rangeLatex(range));

function title({ signalLatex, range, whereLatex }: Pick<RowEntry, 'signalLatex' | 'range' | 'whereLatex'>): string {
  return [
    `$${signalLatex}$`,
    ...(range === undefined ? [] : [`$${rangeLatex(range)}$`]),
    ...(whereLatex === undefined ? [] : [`where ${whereLatex}`]),
  ].join(', ');
}

/** A paragraph that the formulas after it belong to. */
const led = (text: string, formula: string): string => `\\par\\smallskip\\noindent ${text}\\nopagebreak\n${formula}`;

function rowParts({ rows }: DerivationReport, width: number): readonly string[] {
  if (rows.length === 0) return [];
  const parts = rows.map((row) =>
    led(
      `Row of ${title(row)}:`,
      formulas(
        [
          { left: '\\text{centre}', relation: '=', right: row.centreLatex },
          { left: '\\text{radius}', relation: '=', right: row.radiusLatex },
        ],
        width,
      ),
    ),
  );
  return [
    '\\subsection*{Gershgorin rows}',
    'The LMI holds if in every row centre plus radius is at most zero, entry by entry.',
    ...parts,
  ];
}

function recursionParts(report: DerivationReport, width: number): readonly string[] {
  const formula = ({
    symbolLatex,
    update,
    latex,
  }: DefinitionEntry): { left: string; relation: string; right: string } => ({
    left: symbolLatex,
    relation: update ? '\\leftarrow' : ':=',
    right: latex,
  });
  const layers = definitionsByLayer(report).map((definitions) =>
    led(`${title(definitions[0])}:`, formulas(definitions.map(formula), width)),
  );
  return layers.length === 0
    ? []
    : ['\\subsection*{Covariance recursion}', escapeLatex(recursionIntroduction), ...layers];
}

function constraint({ entry, parameters }: SharedConstraint, report: DerivationReport, width: number): string {
  const name = ({ parameterLatex, range }: ConstraintEntry): string =>
    `$${parameterLatex}$${range === undefined ? '' : ` ($${rangeLatex(range)}$)`}`;
  const note = entry.conditionLatex === undefined ? '' : `; ${entry.conditionLatex}`;
  return led(
    prose(
      `${parameters.map(name).join(', ')} --- ${escapeLatex(entry.kind)}, by ` +
        `${typewriter(entry.rule)}, ${ruleForce(report, entry.rule)}${note}:`,
      width,
    ),
    statements([{ latex: entry.latex }], width),
  );
}

function cycles({ cycles: broken }: DerivationReport, width: number): string {
  if (broken.length === 0) return 'None.';
  return list(
    'itemize',
    broken.map(({ betweenLatex: [weight, multiplier], brokenByLatex, range }) =>
      prose(
        `$${weight}$ and $${multiplier}$${range === undefined ? '' : ` ($${rangeLatex(range)}$)`} ` +
          `each need the other first; broken by ${brokenByLatex}`,
        width,
      ),
    ),
  );
}

function parameterizationParts(report: DerivationReport, width: number): readonly string[] {
  const groups = assignmentsByRule(report).map((entries) =>
    led(`${typewriter(entries[0].rule)}:`, statements(entries, width)),
  );
  return groups.length === 0
    ? []
    : ['\\subsection*{Parameterization}', 'How free numbers become weights, in this order.', ...groups];
}

function ruleParts(report: DerivationReport, options: LayoutOptions, width: number): readonly string[] {
  const introduction = rulesIntroduction(report, options, ({ latex }) => `$${latex}$`);
  const rule = ({ rule: name, latex, exact, count }: RuleEntry): string =>
    `${typewriter(name)} (${exact ? 'exact' : 'one-sided'}, ${times(count)})${block(latex, width - 30)}`;
  return ['\\subsection*{Rules applied}', introduction, list('itemize', report.assumptions.map(rule))];
}

const block = (latex: string, width: number): string => {
  const shown = inParagraph(latex, width);
  return shown.startsWith('\\\\') ? shown : `\\\\\n${shown}`;
};
