/**
 * Activations: their texts as expressions in v, exact and interval bounds of their slopes, and the audit of bounds that
 * papers print. Two rooms inside have doors of their own, for those below or beside this floor: `scalar/` is the
 * expression itself, `library/` the activations that are known by name.
 */
export { analyseActivation, readActivation, readActivationText, writtenActivation } from './activation-function.js';
export { analysedSlopes } from './slopes-of.js';
export type { SlopeAnalysis, SlopeBound } from './analyse.js';
export { audit } from './audit/audit.js';
export { simplest } from './audit/conditions.js';
export { shown } from './audit/digits.js';
export type { Audit } from './audit/finding.js';
export { activationInWords, knownActivation, libraryAssumptions, libraryParametricSlopes } from './library-slopes.js';
