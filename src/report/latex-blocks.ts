import { fitted, formulaLines } from './latex-lines.js';
import { formulaWidth } from './latex-units.js';

/** The building blocks of the LaTeX layout; every one of them knows the width of the text in points. */
export interface Formula {
  readonly left: string;
  readonly relation: string;
  readonly right: string;
  /** Where it holds, `1 \le l \le n`. */
  readonly range?: string | undefined;
}

const indent = 20;
const gap = 14;

/** Formulas below one another, aligned at their relations, what they hold for in a column at the right edge. */
export function formulas(entries: readonly Formula[], width: number): string {
  const left = Math.max(...entries.map((entry) => formulaWidth(entry.left)));
  const room = width - gap - rangeColumn(entries);
  if (left > 0.3 * width)
    return display(
      entries.flatMap(({ left: symbol, relation, right, range }) =>
        hanging(`${symbol} ${relation} ${right}`, room, range),
      ),
    );
  return display(entries.flatMap((entry) => aligned(entry, room - left)));
}

/** Whole formulas from the left edge. */
export function statements(
  entries: readonly { readonly latex: string; readonly range?: string | undefined }[],
  width: number,
): string {
  const room = width - gap - rangeColumn(entries);
  return display(entries.flatMap(({ latex, range }) => hanging(latex, room, range)));
}

const display = (lines: readonly string[]): string => `\\begin{flalign*}\n${lines.join(' \\\\\n')}\n\\end{flalign*}`;
const tail = (range: string | undefined): string => (range === undefined ? ' &&' : ` && (${range})`);

/** A column is as wide as its widest entry, and all lines of a display share it. */
const rangeColumn = (entries: readonly { readonly range?: string | undefined }[]): number =>
  Math.max(0, ...entries.map(({ range }) => (range === undefined ? 0 : formulaWidth(`(${range})`) + gap)));

function aligned({ left, relation, right, range }: Formula, room: number): readonly string[] {
  const [first, ...more] = formulaLines(`${relation} ${right}`, room, room - indent);
  if (first === undefined) return [];
  return [
    `  ${left} &${fitted(first, room)}${tail(range)}`,
    ...more.map((line) => `  &\\quad ${fitted(line, room - indent)} &&`),
  ];
}

/** From the left edge, what follows moved in. */
function hanging(latex: string, room: number, range: string | undefined): readonly string[] {
  const [first, ...more] = formulaLines(latex, room, room - 2 * indent);
  if (first === undefined) return [];
  return [
    `  &${fitted(first, room)}${tail(range)}`,
    ...more.map((line) => `  &\\qquad ${fitted(line, room - 2 * indent)} &&`),
  ];
}

/** A formula that stands in a paragraph; one too long for that has lines of its own. */
export function inParagraph(latex: string, width: number): string {
  if (formulaWidth(latex) <= 0.4 * width) return `$${latex}$`;
  const room = width - indent;
  const [first, ...more] = formulaLines(latex, room, room - indent).map((line) => fitted(line, room - indent));
  return ['', `$\\displaystyle ${first ?? ''}$`, ...more.map((line) => `\\hspace*{2em}$\\displaystyle ${line}$`)].join(
    '\\\\\n',
  );
}

/**
 * Prose with formulas between dollar signs: those that a line cannot hold beside words are put on lines of their own.
 */
export const prose = (latex: string, width: number): string =>
  latex
    .replace(/(?<!\\)\$((?:[^$\\]|\\[^])*)\$/g, (_all, formula: string) => inParagraph(formula, width))
    .replace(/^\\\\\n/, '');

export const list = (kind: string, items: readonly string[]): string =>
  [`\\begin{${kind}}`, ...items.map((item) => `  \\item ${item}`), `\\end{${kind}}`].join('\n');

const widestLabel = 84;

/** Symbols at the left, what they mean beside them; a long symbol has a line of its own. */
export function legend(
  entries: readonly { readonly latex: string; readonly meaning: string }[],
  width: number,
): string {
  const labelWidth =
    Math.ceil(Math.min(widestLabel, Math.max(30, ...entries.map(({ latex }) => formulaWidth(latex))))) + 2;
  const room = width - labelWidth - 10;
  const item = ({ latex, meaning }: { readonly latex: string; readonly meaning: string }): string => {
    const wide = formulaWidth(latex);
    const label = fitted({ latex, width: wide }, width - 20);
    return `  \\item[{$${label}$}] ${wide > labelWidth ? '\\mbox{}\\\\ ' : ''}${prose(meaning, room)}`;
  };
  const lengths =
    `\\labelwidth=${labelWidth}pt \\labelsep=10pt \\leftmargin=${labelWidth + 10}pt ` +
    '\\itemsep=1pt \\parsep=0pt \\renewcommand{\\makelabel}[1]{#1\\hfil}';
  return [`\\begin{list}{}{${lengths}}\\raggedright`, ...entries.map(item), '\\end{list}'].join('\n');
}
