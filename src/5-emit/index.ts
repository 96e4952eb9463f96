export { inMemory } from './run/memory.js';
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
} from './run/compiled.js';
export type { Slopes } from './run/options.js';
export { compose, embed } from './program/combine.js';
export type { Part } from './program/combine.js';
export { identifiers } from './python/identifiers.js';
