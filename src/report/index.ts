import type { BlockDerivation, Derivation } from '../compile.js';
import type { Architecture } from '../model/architecture.js';
import { displayed } from './display.js';
import type { DerivationReport } from './entries.js';
import { compositionReport, describeComposition, layHierarchy } from './hierarchy.js';
import type { CompositionReport } from './hierarchy.js';
import { fragmentNotice, latexDocument, latexHeading, layLatex } from './latex.js';
import type { LayoutOptions } from './layout.js';
import { escapeMarkdown, layMarkdown } from './markdown.js';
import { report } from './report.js';
import { layText } from './text.js';

export {
  activationPlace,
  activationReport,
  activationReportOf,
  activationReports,
  activationSlopes,
} from './activations.js';
export type { ActivationReport, ActivationSlopes, BoundReport } from './activations.js';
export { activationText, activationsText } from './activation-text.js';

export { report };
export type { LayoutOptions };
export type { CompositionReport } from './hierarchy.js';
export type {
  AssignmentEntry,
  BlockEntry,
  ConstraintEntry,
  CycleEntry,
  DefinitionEntry,
  DerivationReport,
  HierarchyEntry,
  RowEntry,
  RuleEntry,
  SymbolEntry,
} from './entries.js';

const reported = (source: Derivation | DerivationReport): DerivationReport =>
  'bounds' in source ? report(source) : source;

/** How one format lays out a report and a heading between reports. */
interface Format {
  readonly print: (report: DerivationReport, options: LayoutOptions) => string;
  readonly heading: (text: string) => string;
}

const textFormat: Format = { print: layText, heading: (text) => `═══ ${text}\n` };
const markdownFormat: Format = { print: layMarkdown, heading: (text) => `---\n\n**${escapeMarkdown(text)}**\n` };
const latexFormat: Format = { print: layLatex, heading: latexHeading };

/** The report, and after it those of its blocks. */
function whole(source: Derivation | DerivationReport, { print, heading }: Format, options: LayoutOptions): string {
  const own = reported(source);
  const one = (each: DerivationReport): string => print(displayed(each), { ...options, strategyNote: null });
  return [print(displayed(own), options), ...layHierarchy(own.blocks ?? [], one, heading)].join('\n');
}

/** The report for a terminal, formulas broken at `width` (100) where they can be. */
export const reportText = (source: Derivation | DerivationReport, options: LayoutOptions = {}): string =>
  whole(source, textFormat, options);

/** The report as GitHub-flavoured Markdown with formulas between dollar signs. */
export const reportMarkdown = (source: Derivation | DerivationReport, options: LayoutOptions = {}): string =>
  whole(source, markdownFormat, options);

/** With `document` a whole LaTeX document, else a fragment, whose first line says what the document around it needs. */
const framed = (parts: string, { document = false }: LayoutOptions): string =>
  document ? latexDocument(parts) : fragmentNotice + parts;

/** The report as a LaTeX document (`document`) or fragment. */
export const reportLatex = (source: Derivation | DerivationReport, options: LayoutOptions = {}): string =>
  framed(whole(source, latexFormat, options), options);

/** A composition's blocks, each derived by itself, as data. */
export function reportComposition(
  architecture: Architecture,
  blocks: readonly BlockDerivation[],
  depth: number | 'n',
): CompositionReport {
  return compositionReport(architecture, blocks, depth, (derivation) => report(derivation));
}

/** A composition and its blocks in one of the formats. */
export function compositionText(
  composition: CompositionReport,
  format: 'text' | 'markdown' | 'latex',
  options: LayoutOptions = {},
): string {
  const { print, heading } = { text: textFormat, markdown: markdownFormat, latex: latexFormat }[format];
  const parts = [
    heading(describeComposition(composition)),
    ...layHierarchy(composition.blocks, (each) => print(displayed(each), options), heading),
  ].join('\n');
  return format === 'latex' ? framed(parts, options) : parts;
}
