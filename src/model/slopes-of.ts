import type { Position } from '../base/diagnostic.js';
import type { Locate } from '../base/tokens.js';
import type { ScalarActivation } from './activation.js';

/** An activation as a file says it. */
export type ActivationWords =
  /** In a line: `gelu`, `elu(alpha=1.5)`, or an expression in v. */
  | { readonly kind: 'line'; readonly text: string; readonly locate: Locate }
  /** An expression in v and parameters. */
  | {
      readonly kind: 'expression';
      readonly text: string;
      readonly parameters: ReadonlyMap<string, number>;
      readonly locate: Locate;
    }
  /** By name; parameters that are not given have their defaults. */
  | { readonly kind: 'named'; readonly name: string; readonly parameters: ReadonlyMap<string, number> };

/**
 * The function that such words mean and where the infimum and supremum of its slopes lie, proven; the words stand at
 * the position. Nothing in the words is ever evaluated. Whoever parses an architecture or judges a file brings one:
 * the analysis is much larger than what needs its answer.
 * @throws LW2xx, LW310, LW5xx for words without meaning or without bounded slopes
 */
export type SlopesOf = (
  words: ActivationWords,
  position: Position | null,
) => Pick<ScalarActivation, 'function' | 'enclosures'>;
