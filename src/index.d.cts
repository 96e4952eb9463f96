// What `require('lipwright')` gives: the same module, with the property in the types of fast-check's CommonJS build,
// whose classes are not those of its ES modules.
import type { IAsyncPropertyWithHooks, IPropertyWithHooks } from 'fast-check';
import type { Architecture, BoundedOptions } from './index.js';
import type { Case, PropertyOptions } from './verify/property.js';

export * from './index.js';
export declare function lipschitzBounded(
  architecture: Architecture | string,
  options: BoundedOptions,
): IAsyncPropertyWithHooks<[Case]>;
export declare function negativeSemidefinite(
  architecture: Architecture | string,
  options?: PropertyOptions,
): IPropertyWithHooks<[Case]>;
