export { inMemory } from './memory.js';
export type { ActivationReader } from './activations.js';
export type {
  Activation,
  ActivationChoice,
  Activations,
  Compiled,
  Constrained,
  ConstrainOptions,
  Cotangents,
  InitialOptions,
  OpenActivation,
  Values,
} from './compiled.js';
export { program } from './program.js';
export type { Slopes } from './run-options.js';
export { boundOf, budgetValues } from './budgets.js';
export { compose, embed } from './combine.js';
export type { Part } from './combine.js';
export { namedWidths, programWidths, withSums } from './run-options.js';
export { identifiers } from './python/identifiers.js';
