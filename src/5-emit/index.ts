export { inMemory } from './memory.js';
export type { Activation, Compiled, Constrained, ConstrainOptions, Values } from './memory.js';
export { program } from './program.js';
export type { Slopes } from './run-options.js';
