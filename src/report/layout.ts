import type { ConstraintEntry, DerivationReport, RowEntry } from './entries.js';

/** What the layouts for people have in common. */
export interface LayoutOptions {
  /** All steps one by one instead of how often each rule was applied. */
  readonly steps?: boolean;
  /** Columns of the terminal; 100 if left out. Only the text layout looks at it. */
  readonly width?: number;
}

/** Relations as formulas print them. */
export const pretty = (text: string): string =>
  text.replaceAll('<=', '≤').replaceAll('>=', '≥');

export const prettyRange = (range: string): string => pretty(range).replace(/([nl])-(?=\d)/g, '$1−');

/** `w[l], 1 ≤ l ≤ n−1, where w[0] is x` */
export function rowTitle({ signal, range, where }: Pick<RowEntry, 'signal' | 'range' | 'where'>): string {
  return [signal, ...(range === undefined ? [] : [prettyRange(range)]), ...(where === undefined ? [] : [`where ${where}`])].join(', ');
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

export const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

/** `gelu(v) = …, slopes in [m, L]` to ten digits. */
export function activationLines({ activations }: DerivationReport): readonly string[] {
  const digits = (value: number): string => String(Number(value.toPrecision(10)));
  return activations.map(({ name, function: text, slopes: [m, L] }) => `${name}(v) = ${text},  slopes in [${digits(m)}, ${digits(L)}]`);
}
