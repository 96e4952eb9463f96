export { parseArchitecture } from './parse.js';
export { builtinArchitectures, loadArchitecture, readArchitecture } from './load.js';
export { architectureSchemaText } from './schema.js';
export type { ActivationSpecification } from './schema.js';
export { architecture } from './builder.js';
export type { ArchitectureBuilder } from './builder.js';
export type { Affine, Bias, Family, IndexValue, Loop, Place, Signal, Span, Weight } from './builder-values.js';
