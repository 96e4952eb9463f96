import type { Precision } from '../../model/roundoff.js';

/** What differs between the JavaScript targets: type annotations, and what the weights will be kept in. */
export interface ModuleStyle {
  readonly typed: boolean;
  readonly precision: Precision;
}

/** Gives the annotation in TypeScript, nothing in JavaScript. */
export const typing =
  (style: ModuleStyle): ((annotation: string) => string) =>
  (annotation) =>
    style.typed ? annotation : '';
