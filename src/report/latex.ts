import type { ConstraintEntry, DerivationReport, RowEntry } from './entries.js';
import { breakFormula, rangeLatex } from './latex-math.js';
import type { LayoutOptions } from './layout.js';
import { activationLines, assignmentsByRule, definitionsByLayer, pretty, prettyRange, recursionIntroduction, rowTitle, ruleWithForce, sharedConstraints, strategyName, times } from './layout.js';
import { tilde } from '../expr/print.js';
import { greekCommands } from './printer.js';

const special: ReadonlyMap<string, string> = new Map([
  ['\\', '\\textbackslash{}'],
  ['~', '\\textasciitilde{}'],
  ['^', '\\textasciicircum{}'],
  ['|', '\\textbar{}'],
  ['<', '\\textless{}'],
  ['>', '\\textgreater{}'],
  ...['{', '}', '$', '&', '#', '_', '%'].map((mark) => [mark, `\\${mark}`] as const),
  ['−', '\\ensuremath{-}'],
  ['≤', '\\ensuremath{\\le}'],
  ['≥', '\\ensuremath{\\ge}'],
  ['≠', '\\ensuremath{\\ne}'],
  ['≼', '\\ensuremath{\\preceq}'],
  ['≻', '\\ensuremath{\\succ}'],
  ['≽', '\\ensuremath{\\succeq}'],
  ['∘', '\\ensuremath{\\circ}'],
  ['·', '\\ensuremath{\\cdot}'],
  ['‖', '\\ensuremath{\\Vert}'],
  ['√', '\\ensuremath{\\surd}'],
  ['±', '\\ensuremath{\\pm}'],
  ['∀', '\\ensuremath{\\forall}'],
  ['→', '\\ensuremath{\\to}'],
  ['←', '\\ensuremath{\\leftarrow}'],
  ['…', '\\dots{}'],
  ['ᵀ', '\\ensuremath{^{\\top}}'],
  ['⁻', '\\ensuremath{^{-}}'],
  ['¹', '\\ensuremath{^{1}}'],
  ['²', '\\ensuremath{^{2}}'],
  ['³', '\\ensuremath{^{3}}'],
  ['⁴', '\\ensuremath{^{4}}'],
  ['𝓛', '\\ensuremath{\\mathcal{L}}'],
  ['Ẑ', '\\ensuremath{\\hat Z}'],
]);

/** Running text: nothing in it may act as LaTeX, and mathematical signs become their commands. */
export function escapeLatex(text: string): string {
  return (text.match(/[^]\p{M}?/gu) ?? [])
    .map((character) => special.get(character) ?? (character.endsWith(tilde) ? `\\ensuremath{\\tilde{${greekCommands(character.slice(0, -1))}}}` : /[\u0370-\u03ff]/.test(character) ? `\\ensuremath{${greekCommands(character)}}` : character))
    .join('');
}

const typewriter = (text: string): string => `\\texttt{${escapeLatex(text)}}`;

/** The report as a LaTeX fragment; needs amsmath and longtable, as its first line says. */
export function layLatex(report: DerivationReport, options: LayoutOptions = {}): string {
  const { cycles, order, steps } = report;
  const parts = [
    '% \\usepackage{amsmath,amssymb,longtable} and UTF-8 input',
    `\\section*{${escapeLatex(report.title)}}`,
    heading(report),
    '\\subsection*{Equations}',
    report.equations.map(typewriter).join('\\\\\n'),
    ...(report.activations.length === 0 ? [] : ['\\subsection*{Activations}', activationLines(report).map(typewriter).join('\\\\\n')]),
    '\\subsection*{Symbols}',
    description(report.symbols.map(({ latex, meaning }) => [`$${latex}$`, escapeLatex(meaning)] as const)),
    '\\subsection*{LMI}',
    'The blocks of the upper triangle of $M \\preceq 0$:',
    align(report.lmi.blocks.map(({ rowLatex, columnLatex, latex, range }) => formula(`M_{${rowLatex},\\,${columnLatex}}`, '=', latex, range))),
    ...(report.rows.length === 0 ? [] : ['\\subsection*{Gershgorin rows}', 'Centre $c$ plus radius $r$ of every row is at most $0$:', align(report.rows.flatMap(rowFormulas))]),
    ...recursionParts(report),
    '\\subsection*{Constraints}',
    constraintTable(report),
    '\\subsection*{Order of evaluation}',
    list('enumerate', order.map((entry) => typewriter(prettyRange(entry)))),
    '\\subsection*{Cycles}',
    cycles.length === 0 ? 'None.' : list('itemize', cycles.map(({ between: [weight, multiplier], brokenBy, range }) => `${typewriter(weight)} and ${typewriter(pretty(multiplier))}${range === undefined ? '' : ` ($${rangeLatex(range)}$)`}, broken by ${typewriter(pretty(brokenBy))}`)),
    ...parameterizationParts(report),
    '\\subsection*{Rules applied}',
    description(report.assumptions.map(({ rule, latex, exact, count }) => [typewriter(rule), `(${exact ? 'exact' : 'one-sided'}, ${times(count)}) $\\displaystyle ${latex}$`] as const)),
    ...(options.steps === true
      ? ['\\subsection*{Steps}', list('enumerate', steps.map(({ rule, from, to }) => `${typewriter(rule)}: ${escapeLatex(pretty(from))} \\ensuremath{\\leadsto} ${escapeLatex(pretty(to))}`))]
      : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

function recursionParts(report: DerivationReport): readonly string[] {
  const layers = definitionsByLayer(report).flatMap((definitions) => [
    `${typewriter(rowTitle(definitions[0]))}:`,
    align(definitions.map(({ symbolLatex, update, latex }) => formula(symbolLatex, update ? '\\leftarrow' : ':=', latex, undefined))),
  ]);
  return layers.length === 0 ? [] : ['\\subsection*{Covariance recursion}', escapeLatex(recursionIntroduction), ...layers];
}

function parameterizationParts(report: DerivationReport): readonly string[] {
  const groups = assignmentsByRule(report).flatMap((entries) => [`${typewriter(entries[0].rule)}:`, align(entries.map(({ latex }) => broken(latex)))]);
  return groups.length === 0 ? [] : ['\\subsection*{Parameterization}', 'How free numbers become weights, in this order.', ...groups];
}

function heading(report: DerivationReport): string {
  const { architecture, depth, validFrom, source } = report;
  const families = validFrom === null ? '' : ` The families hold for every $n \\ge ${validFrom}$; $l$ is the index that runs.`;
  return `Architecture ${typewriter(architecture)}, depth $${depth}$, strategy ${typewriter(strategyName(report))}.${families}${source === null ? '' : ` Source: ${escapeLatex(source)}.`}`;
}

const list = (kind: string, items: readonly string[]): string => [`\\begin{${kind}}`, ...items.map((item) => `  \\item ${item}`), `\\end{${kind}}`].join('\n');

const description = (items: readonly (readonly [string, string])[]): string =>
  ['\\begin{description}', ...items.map(([head, text]) => `  \\item[{${head}}] ${text}`), '\\end{description}'].join('\n');

const align = (formulas: readonly string[]): string => `\\begin{align*}\n${formulas.join(' \\\\\n')}\n\\end{align*}`;

/** A whole formula, aligned at its left end. */
function broken(latex: string): string {
  const [first = '', ...more] = breakFormula(latex, 72);
  return [`  &${first}`, ...more.map((piece) => `  &\\quad {}${piece}`)].join(' \\\\\n');
}

/** One formula of an align environment, broken over several of its lines where it is long. */
function formula(left: string, relation: string, right: string, range: string | undefined): string {
  const [first = '', ...more] = breakFormula(right, 64);
  const tail = range === undefined ? '' : ` && (${rangeLatex(range)})`;
  return [`  ${left} &${relation} ${first}${tail}`, ...more.map((piece) => `  &\\quad {}${piece}`)].join(' \\\\\n');
}

function rowFormulas({ signalLatex, centreLatex, radiusLatex, range }: RowEntry): readonly string[] {
  return [formula(`c_{${signalLatex}}`, '=', centreLatex, range), formula(`r_{${signalLatex}}`, '=', radiusLatex, undefined)];
}

function constraintTable(report: DerivationReport): string {
  const name = ({ parameterLatex, range }: ConstraintEntry): string => `$${parameterLatex}$${range === undefined ? '' : `, $${rangeLatex(range)}$`}`;
  const rows = sharedConstraints(report).map(({ entry, parameters }) => {
    const lines = breakFormula(entry.latex, 56).map((piece, at) => (at === 0 ? `$\\displaystyle ${piece}$` : `$\\displaystyle\\quad {}${piece}$`));
    const condition = entry.condition === undefined ? [] : [escapeLatex(pretty(entry.condition))];
    return `  ${parameters.map(name).join('; ')} & \\raggedright ${[...lines, ...condition].join(' \\newline ')} & \\raggedright ${escapeLatex(entry.kind)} \\newline ${escapeLatex(ruleWithForce(report, entry.rule))} \\tabularnewline[4pt]`;
  });
  return ['\\begin{longtable}{p{0.14\\textwidth}p{0.56\\textwidth}p{0.22\\textwidth}}', '  parameter & constraint & kind, rule \\\\ \\hline \\endhead', ...rows, '\\end{longtable}'].join('\n');
}
