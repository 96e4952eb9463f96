import type { Derivation } from '../compile.js';
import { displayed } from './display.js';
import type { DerivationReport } from './entries.js';
import { layLatex } from './latex.js';
import type { LayoutOptions } from './layout.js';
import { layMarkdown } from './markdown.js';
import { report } from './report.js';
import { layText } from './text.js';

export { activationPlace, activationReport, activationReportOf, activationReports, activationSlopes } from './activations.js';
export type { ActivationReport, ActivationSlopes, BoundReport, CaseReport } from './activations.js';
export { activationText, activationsText } from './activation-text.js';

export { report };
export type { LayoutOptions };
export type { AssignmentEntry, BlockEntry, ConstraintEntry, CycleEntry, DefinitionEntry, DerivationReport, RowEntry, RuleEntry, SymbolEntry } from './entries.js';

const reported = (source: Derivation | DerivationReport): DerivationReport => displayed('bounds' in source ? report(source) : source);

/** The report for a terminal, formulas broken at `width` (100) where they can be. */
export const reportText = (source: Derivation | DerivationReport, options: LayoutOptions = {}): string => layText(reported(source), options);

/** The report as GitHub-flavoured Markdown with formulas between dollar signs. */
export const reportMarkdown = (source: Derivation | DerivationReport, options: LayoutOptions = {}): string => layMarkdown(reported(source), options);

/** The report as a LaTeX fragment for a document with amsmath, amssymb and longtable. */
export const reportLatex = (source: Derivation | DerivationReport, options: LayoutOptions = {}): string => layLatex(reported(source), options);
