// What `require('lipwright/property')` gives: see index.d.cts.
export type * from './property.js';
export { negativeSemidefinite } from '../index.cjs';
