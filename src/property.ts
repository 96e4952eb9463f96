/** `lipwright/property`: what a test suite of fast-check needs, and nothing of what is behind it. */
export { negativeSemidefinite } from './verify/property.js';
export { lipschitzBounded } from './certify/property.js';
export { CounterexampleError } from './verify/counterexample-error.js';
export type { Counterexample } from './verify/counterexample.js';
export type { BoundedOptions } from './certify/property.js';
export type {
  Case,
  ForeignContext,
  ForeignResult,
  ForeignWeights,
  Numbers,
  PropertyOptions,
} from './verify/property.js';
