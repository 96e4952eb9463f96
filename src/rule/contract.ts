import type { Expression, SymbolKind } from '../expr/node.js';

/**
 * What a rule is. A rule turns a source statement into a target statement such that the target implies the source:
 * whoever meets the target has met the source. An `exact` rule's two statements are equivalent. Each rule is one
 * file under rules/, with its proof under proofs/ and its tests under test/rules/, all of the same stem.
 */

/** Why a rule does not apply: shown by the explainer when no rule does. */
export interface Refusal {
  readonly because: string;
}

export interface Assumption {
  readonly text: string;
  readonly latex: string;
}

export interface Rule<Source, Target> {
  /** The stem, `bound/gershgorin-disc`. */
  readonly name: string;
  /** The statement in one line of text. */
  readonly statement: string;
  readonly latex: string;
  readonly exact: boolean;
  /** What must hold beyond the source for the target to imply it; the LaTeX of each occurs in `latex`. */
  readonly assumptions: readonly Assumption[];
  /** The kinds of symbols that no rule before it has: each has a letter of its own in the derivation. */
  readonly introduces?: readonly SymbolKind[];
  /** Null if the rule applies. */
  readonly refuses: (source: Source) => Refusal | null;
  readonly apply: (source: Source) => Target;
}

/**
 * A rule whose assignments can be undone: from the weights and multipliers that it leads to back to the free numbers.
 * `undo` holds for what the rule reaches; what it does not reach shows when the rule is applied to the numbers found.
 */
export interface Reversible<Source, Target> extends Rule<Source, Target> {
  readonly undo: (source: Source) => Target;
}

/** Replaces a nonnegative vector expression by one that is at least as large (equal if the rule is exact). */
export type RewriteRule = Rule<Expression, Expression>;

export const refuse = (because: string): Refusal => ({ because });
