export { blockRows } from './block-rows.js';
export { checkSignals, concreteNetwork } from './concrete.js';
export { resolveWidths } from './widths.js';
