import type { Precision } from '../../model/roundoff.js';

/** What differs between the JavaScript targets: type annotations, and what the weights will be kept in. */
export interface ModuleStyle {
  readonly typed: boolean;
  readonly precision: Precision;
}
