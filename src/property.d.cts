// What `require('lipwright/property')` gives: see index.d.cts.
export type * from './property.js';
export { CounterexampleError, lipschitzBounded, negativeSemidefinite } from './index.cjs';
