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
  Slopes,
  Values,
} from './run/compiled.js';
export { compose, embed } from './program/combine.js';
export type { Part } from './program/combine.js';
export { identifiers } from './python/identifiers.js';
