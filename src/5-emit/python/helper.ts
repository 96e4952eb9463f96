import type { Dialect } from './dialect.js';

/** A function of an emitted module as text; modules print those that they call. */
export interface Helper {
  readonly signature: string | ((dialect: Dialect) => string);
  /** Its docstring. */
  readonly about: (dialect: Dialect) => readonly string[];
  /** The helpers that it calls. */
  readonly uses?: (dialect: Dialect) => readonly string[];
  readonly body: (dialect: Dialect) => readonly string[];
}
