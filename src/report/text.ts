import type { DefinitionEntry, DerivationReport, RowEntry } from './entries.js';
import type { LayoutOptions, SharedConstraint } from './layout.js';
import {
  activationLines,
  assignmentsByRule,
  definitionsByLayer,
  hasFamilies,
  pretty,
  prettyRange,
  rulesIntroduction,
  recursionIntroduction,
  sumsIntroduction,
  rowTitle,
  ruleWithForce,
  sharedConstraints,
  strategyName,
  times,
} from './layout.js';
import { hanging, hangingWords, length, pad, wrapWords } from './wrap.js';

/** The report for a terminal, as wide as `width` where formulas can be broken. */
export function layText(report: DerivationReport, options: LayoutOptions = {}): string {
  const { width = 100, only } = options;
  const section = (title: string, lines: readonly string[]): string =>
    lines.length === 0 || only?.includes(title) === false
      ? ''
      : [title, '─'.repeat(length(title)), ...lines].join('\n');
  const sections = [
    only === undefined ? heading(report, options, width) : '',
    section(
      'Equations',
      report.equations.map((equation) => `  ${equation}`),
    ),
    section(
      'Activations',
      activationLines(report).flatMap((line) => hangingWords('  ', line, width)),
    ),
    section(
      'Symbols',
      aligned(
        report.symbols.map(({ symbol, meaning }) => [symbol, meaning] as const),
        hangingWords,
        width,
      ),
    ),
    section(`LMI ${report.notation.lmi.text} ≼ 0, blocks of the upper triangle`, [
      ...signals(report, width),
      ...blocks(report, width),
      ...sumLines(report, width),
    ]),
    section(
      'Gershgorin rows: centre + radius ≤ 0, entry by entry',
      report.rows.flatMap((row) => rowLines(row, width)),
    ),
    section('Covariance recursion', recursionLines(report, width)),
    section('Constraints', constraintLines(report, width)),
    section(
      'Order of evaluation',
      report.order.map((entry, at) => `  ${pad(`${at + 1}.`, 4)}${prettyRange(entry)}`),
    ),
    section('Cycles', cycleLines(report, width)),
    section('Parameterization: how free numbers become weights', parameterizationLines(report, width)),
    section('Rules applied', [
      ...hangingWords('  ', rulesIntroduction(report, options), width),
      ...report.assumptions.flatMap((rule) => ruleLines(rule, width)),
    ]),
    options.steps === true
      ? section(
          'Steps',
          report.steps.flatMap((step, at) => stepLines(step, at, width)),
        )
      : '',
  ];
  return `${sections.filter((part) => part !== '').join('\n\n')}\n`;
}

function heading(report: DerivationReport, { strategyNote = null }: LayoutOptions, width: number): string {
  const { architecture, title, source, depth, validFrom } = report;
  const families =
    validFrom === null || !hasFamilies(report)
      ? ''
      : ` The families below hold for every n ≥ ${validFrom}; ${report.notation.index} is the index that runs.`;
  const note = strategyNote === null ? '' : ` ${strategyNote}`;
  const lines = [
    ...wrapWords(`${title} (${architecture})`, width),
    ...wrapWords(`Depth ${depth}, strategy ${strategyName(report)}.${note}${families}`, width),
  ];
  return [...lines, ...(source === null ? [] : wrapWords(source, width))].join('\n');
}

/** At great depths the ends of the list tell enough. */
function signals({ lmi }: DerivationReport, width: number): readonly string[] {
  const all = lmi.signals.map((signal) => {
    const range = lmi.blocks.find(({ row, column }) => row === signal && column === signal)?.range;
    return range === undefined ? signal : `${signal} (${prettyRange(range)})`;
  });
  const shown = all.length > 12 ? [...all.slice(0, 6), '…', ...all.slice(-1)] : all;
  return hangingWords('  signals ', shown.join(', '), width);
}

type Hanging = (head: string, text: string, width: number) => readonly string[];

/** Two columns, the second wrapped; a head that is too long for the first has a line of its own. */
function aligned(pairs: readonly (readonly [string, string])[], hang: Hanging, width: number): readonly string[] {
  const left = Math.min(28, Math.max(0, ...pairs.map(([head]) => length(head))) + 2);
  return pairs.flatMap(([head, text]) => {
    if (length(head) + 2 <= left) return hang(`  ${pad(head, left)}`, text, width);
    return [`  ${head}`, ...hang(' '.repeat(left + 2), text, width)];
  });
}

function blocks({ lmi }: DerivationReport, width: number): readonly string[] {
  const pairs = lmi.blocks.map(({ row, column, expression, range }) => {
    return [
      `(${row}, ${column})`,
      range === undefined ? expression : `${expression}   for ${prettyRange(range)}`,
    ] as const;
  });
  return aligned(pairs, hanging, width);
}

function sumLines({ lmi: { sums = [] } }: DerivationReport, width: number): readonly string[] {
  if (sums.length === 0) return [];
  return [
    ...hangingWords('  ', sumsIntroduction, width),
    ...aligned(
      sums.map(({ signal, expression }) => [`${signal} =`, pretty(expression)] as const),
      hanging,
      width,
    ),
  ];
}

function rowLines(row: RowEntry, width: number): readonly string[] {
  return [
    `  ${rowTitle(row)}`,
    ...hanging('    centre  ', pretty(row.centre), width),
    ...hanging('    radius  ', pretty(row.radius), width),
  ];
}

function recursionLines(report: DerivationReport, width: number): readonly string[] {
  if (report.definitions.length === 0) return [];
  return [
    ...hangingWords('  ', recursionIntroduction, width),
    ...definitionsByLayer(report).flatMap((definitions) => [
      `  ${rowTitle(definitions[0])}`,
      ...definitionLines(definitions, width),
    ]),
  ];
}

/** Signs of one layer below one another, unless a symbol is too long for that. */
function definitionLines(definitions: readonly DefinitionEntry[], width: number): readonly string[] {
  const left = Math.min(24, Math.max(...definitions.map(({ symbol }) => length(symbol))));
  return definitions.flatMap(({ symbol, update, expression }) =>
    hanging(`    ${pad(symbol, left)} ${update ? '←' : ':='}${update ? '  ' : ' '}`, expression, width),
  );
}

function parameterizationLines(report: DerivationReport, width: number): readonly string[] {
  return assignmentsByRule(report).flatMap((entries) => [
    `  ${entries[0].rule}`,
    ...entries.flatMap(({ expression }) => hanging('    ', pretty(expression), width)),
  ]);
}

function constraintLines(report: DerivationReport, width: number): readonly string[] {
  const name = ({ parameters }: SharedConstraint): string =>
    parameters
      .map(({ parameter, range }) =>
        range === undefined ? pretty(parameter) : `${pretty(parameter)}, ${prettyRange(range)}`,
      )
      .join('; ');
  return aligned(
    sharedConstraints(report)
      .map((shared) => [name(shared), shared] as const)
      .map(([head, { entry }]) => [head, noted(entry, report)] as const),
    (head, text, columns) => {
      const [expression = '', note = ''] = text.split('\n');
      return [...hanging(head, expression, columns), ...hangingWords(' '.repeat(length(head)), note, columns)];
    },
    width,
  );
}

/** The constraint, and on a line below it what kind it is and which rule made it. */
function noted({ expression, kind, rule, condition }: SharedConstraint['entry'], report: DerivationReport): string {
  const note = `${kind} (${ruleWithForce(report, rule)})${condition === undefined ? '' : `; ${pretty(condition)}`}`;
  return `${pretty(expression)}\n${note}`;
}

function cycleLines({ cycles }: DerivationReport, width: number): readonly string[] {
  if (cycles.length === 0) return ['  none'];
  return cycles.flatMap(({ between: [weight, multiplier], brokenBy, range }) => {
    const family = range === undefined ? '' : ` (${prettyRange(range)})`;
    return [
      `  ${weight} and ${pretty(multiplier)}${family} each need the other first`,
      ...hangingWords('    broken by ', pretty(brokenBy), width),
    ];
  });
}

function ruleLines(
  { rule, statement, exact, assumptions, count }: DerivationReport['assumptions'][number],
  width: number,
): readonly string[] {
  const given = assumptions.length === 0 ? [] : hangingWords('    assumes that ', assumptions.join(', and '), width);
  return [
    `  ${rule}, ${times(count)}, ${exact ? 'exact' : 'one-sided'}`,
    ...hangingWords('    ', statement, width),
    ...given,
  ];
}

function stepLines(
  { rule, from, to }: DerivationReport['steps'][number],
  at: number,
  width: number,
): readonly string[] {
  return [
    `  ${at + 1}. ${rule}`,
    ...hanging('    from  ', pretty(from), width),
    ...hanging('    to    ', pretty(to), width),
  ];
}
