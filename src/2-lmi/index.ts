export { blockRows } from './block-rows.js';
export type { FormRules } from './block-rows.js';
export { MAXIMAL_DEPTH, concreteNetwork } from './concrete.js';
export { resolveWidths } from './widths.js';
export type { Widths } from './widths.js';
