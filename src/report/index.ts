export { report } from './report.js';
export { reportText } from './text.js';
export { reportMarkdown } from './markdown.js';
export { reportLatex } from './latex.js';
export type { LayoutOptions } from './layout.js';
export type { BlockEntry, ConstraintEntry, CycleEntry, DerivationReport, RowEntry, RuleEntry, SymbolEntry } from './entries.js';
