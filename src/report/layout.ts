import { intervalText } from '../base/number-text.js';
import { strategyText } from '../model/variant.js';
import type {
  AssignmentEntry,
  ConstraintEntry,
  DefinitionEntry,
  DerivationReport,
  NameEntry,
  RowEntry,
} from './entries.js';

/** What the layouts for people have in common. */
export interface LayoutOptions {
  /** All steps one by one instead of how often each rule was applied. */
  readonly steps?: boolean;
  /** Columns of the terminal; 100 if left out. Only the text layout looks at it. */
  readonly width?: number;
  /**
   * Titles of the sections that are wanted; all of them and the heading if left out. Only the text layout looks at it.
   */
  readonly only?: readonly string[];
  /** A sentence behind the first report's strategy; only in the text layout. */
  readonly strategyNote?: string | null;
  /** LaTeX: parts of a whole document, whose text is wider than what fragments are made for. */
  readonly document?: boolean;
}

/** Relations as formulas print them. */
export const pretty = (text: string): string => text.replaceAll('<=', '≤').replaceAll('>=', '≥');

export const prettyRange = (range: string): string => pretty(range).replace(/([nl])-(?=\d)/g, '$1−');

/** `pivot (free multipliers, cholesky contraction)` */
export const strategyName = ({ strategy, variant }: DerivationReport): string => strategyText(strategy, variant);

/** Are there entries that stand for every l? An architecture without a loop has none, whatever its depth. */
export const hasFamilies = ({ lmi, rows, definitions, constraints }: DerivationReport): boolean =>
  [...lmi.blocks, ...rows, ...definitions, ...constraints].some(({ range }) => range !== undefined);

/** What introduces the recursion. */
export const sumsIntroduction =
  'Affine signals have rows here, but no say: the LMI is asked to hold where each of them is its sum, ' +
  'which is put in its place exactly.';

export const recursionIntroduction =
  'Layer by layer, each after the layers that it reads: := defines, ← puts a new value in the place of the one before.';

/** Everything printed of the derivation besides its rules: what a letter can occur in. */
function formulasOf(
  { symbols, lmi, rows, definitions, constraints, cycles, parameterization, steps }: DerivationReport,
  withSteps: boolean,
): string {
  const lines = [
    ...symbols.map(({ symbol, meaning }) => `${symbol} ${meaning}`),
    ...lmi.blocks.map(({ expression, range = '' }) => `${expression} ${range}`),
    ...(lmi.sums ?? []).map(({ expression }) => expression),
    ...rows.map(({ centre, radius, range = '' }) => `${centre} ${radius} ${range}`),
    ...definitions.map(({ symbol, expression, range = '' }) => `${symbol} ${expression} ${range}`),
    ...constraints.map(({ parameter, expression, condition = '' }) => `${parameter} ${expression} ${condition}`),
    ...cycles.map(({ brokenBy }) => brokenBy),
    ...parameterization.map(({ expression }) => expression),
    ...(withSteps ? steps.map(({ from, to }) => `${from} ${to}`) : []),
  ];
  return lines.join('\n');
}

/** The letters of rules that this derivation writes otherwise, of those that it has. */
function movedLetters(
  report: DerivationReport,
  { steps = false }: LayoutOptions,
): DerivationReport['notation']['replaced'] {
  const printed = formulasOf(report, steps);
  const occurs = (letter: string): boolean =>
    new RegExp(`(?<![\\p{L}\\p{N}_])${letter}(?![\\p{L}\\p{N}\\p{M}])`, 'u').test(printed);
  return report.notation.replaced.filter(({ here }) => occurs(here.text));
}

/** What introduces the rules: their letters are those of their proofs. `name` is how a letter is shown. */
export function rulesIntroduction(
  report: DerivationReport,
  options: LayoutOptions,
  name: (letter: NameEntry) => string = ({ text }) => text,
): string {
  const own = 'Every rule is stated in letters of its own, those of its proof.';
  const changed = movedLetters(report, options).map(
    ({ inRules, here }, at) => `${name(here)} for ${at === 0 ? 'what rules call' : 'their'} ${name(inRules)}`,
  );
  return changed.length === 0
    ? own
    : `${own} Some of these letters are names in the equations, so the formulas above have other ` +
        `letters: ${changed.join(', ')}.`;
}

/** Neighbours of which `key` says the same. */
function runs<T>(items: readonly T[], key: (item: T) => string): readonly (readonly [T, ...T[]])[] {
  const found: [T, ...T[]][] = [];
  for (const item of items) {
    const last = found.at(-1);
    if (last !== undefined && key(last[0]) === key(item)) last.push(item);
    else found.push([item]);
  }
  return found;
}

/** The definitions of one layer or family each. */
export const definitionsByLayer = ({
  definitions,
}: DerivationReport): readonly (readonly [DefinitionEntry, ...DefinitionEntry[]])[] =>
  runs(definitions, ({ signal, range = '' }) => `${signal} ${range}`);

/** Assignments that one rule makes together. */
export const assignmentsByRule = ({
  parameterization,
}: DerivationReport): readonly (readonly [AssignmentEntry, ...AssignmentEntry[]])[] =>
  runs(parameterization, ({ rule }) => rule);

/** `w[l], 1 ≤ l ≤ n−1, where w[0] is x` */
export function rowTitle({ signal, range, where }: Pick<RowEntry, 'signal' | 'range' | 'where'>): string {
  return [
    signal,
    ...(range === undefined ? [] : [prettyRange(range)]),
    ...(where === undefined ? [] : [`where ${where}`]),
  ].join(', ');
}

export interface SharedConstraint {
  readonly entry: ConstraintEntry;
  readonly parameters: readonly ConstraintEntry[];
}

/** Parameters that meet one constraint together have an entry each; people read it once. */
export function sharedConstraints(report: DerivationReport): readonly SharedConstraint[] {
  const shared: { entry: ConstraintEntry; parameters: ConstraintEntry[] }[] = [];
  for (const entry of report.constraints) {
    const last = shared.at(-1);
    if (last?.entry.kind === entry.kind && last.entry.expression === entry.expression) last.parameters.push(entry);
    else shared.push({ entry, parameters: [entry] });
  }
  return shared;
}

export function ruleWithForce(report: DerivationReport, rule: string): string {
  const entry = report.assumptions.find((candidate) => candidate.rule === rule);
  return entry === undefined ? rule : `${rule}, ${entry.exact ? 'exact' : 'one-sided'}`;
}

export function ruleForce(report: DerivationReport, rule: string): string {
  const entry = report.assumptions.find((candidate) => candidate.rule === rule);
  return entry === undefined ? 'a step of the parameterization' : entry.exact ? 'exact' : 'one-sided';
}

export const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

/** `gelu(v) = …, slopes in [m, L]` to ten digits. */
export function activationLines({ activations }: DerivationReport): readonly string[] {
  return activations.map(
    ({ name, function: text, slopes }) => `${name}(v) = ${text},  slopes in ${intervalText(slopes, 10)}`,
  );
}
