export { blockRows } from './block-rows.js';
export type { FormRules } from '../rule/form-rules.js';
export { MAXIMAL_DEPTH, checkSignals, concreteNetwork } from './concrete.js';
export { resolveWidths } from './widths.js';
export type { Widths } from './widths.js';
