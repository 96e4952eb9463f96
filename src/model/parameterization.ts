import type { Expression, SymbolNode } from '../expr/node.js';
import type { Constraint, Cycle } from './inequality.js';
import type { Network } from './network.js';

/**
 * What stage 4 hands on: assignments that, carried out in order, take any finite free parameters to weights and
 * multipliers that meet every constraint. A weight first has its free value; every later assignment to it only
 * shrinks its entries, so what was derived from the larger entries stays true.
 */

/** Which entries of a weight share a factor: those of a row, of a column, all of them, or each row by where `through` is not 0. */
export type Spread =
  | { readonly kind: 'rows' | 'columns' | 'all' }
  | { readonly kind: 'support'; readonly through: SymbolNode };

export type Assignment =
  /** entry := min(max(entry, −bound), bound) */
  | { readonly kind: 'clamp'; readonly rule: string; readonly weight: SymbolNode; readonly bound: number }
  /** entry := entry clipped to ±bound, where `onlyIfPositive` is > 0 */
  | { readonly kind: 'clip'; readonly rule: string; readonly weight: SymbolNode; readonly bound: Expression; readonly onlyIfPositive: Expression }
  /** weights := weights · min(1, (limit / usage)^exponent), usage and limit vectors over the spread's index */
  | {
      readonly kind: 'shrink';
      readonly rule: string;
      readonly weights: readonly SymbolNode[];
      readonly usage: Expression;
      readonly limit: Expression;
      readonly exponent: 1 | 0.5;
      readonly spread: Spread;
    }
  /** multiplier or cap := value */
  | { readonly kind: 'define'; readonly rule: string; readonly symbol: SymbolNode; readonly value: Expression }
  /** stops with LW402 unless every entry is > 0: a demand that no free parameter can meet */
  | { readonly kind: 'demand'; readonly rule: string; readonly value: Expression; readonly because: string };

export interface Parameterization {
  readonly network: Network;
  readonly assignments: readonly Assignment[];
}

/** What the parameterizing rules take. */
export interface ConstraintSource {
  readonly constraint: Constraint;
  /** The last share of a budget may take all that is left but for a margin; earlier ones leave room. */
  readonly last: boolean;
}

export interface CapSource {
  readonly cycle: Cycle;
}

export interface GuardSource {
  readonly weight: SymbolNode;
  readonly usage: Expression;
}
