export { inMemory } from './memory.js';
export type { Compiled, Constrained, ConstrainOptions, OpenActivation, Values } from './memory.js';
export { program } from './program.js';
export type { Slopes } from './run-options.js';
