import type { Label } from '../base/label.js';
import type { Expression, SymbolNode } from '../expr/node.js';
import type { Constraint } from './inequality.js';
import type { Layer, Span } from './network.js';

/** What the bounding rules take and give. */

/** `total ≤ 0`, entry by entry, to be solved for the multiplier λ = diag Λ of the row's own layer. */
export interface RowTotal {
  readonly total: Expression;
  readonly multiplier: SymbolNode;
}

/** `divisor > 0` and `λ ≥ bound = numerator / divisor`. */
export interface MultiplierBound {
  readonly multiplier: SymbolNode;
  readonly numerator: Expression;
  readonly divisor: Expression;
  readonly bound: Expression;
}

/** The side condition `divisor > 0` of a layer's multiplier. */
export interface Divisor {
  readonly layer: Layer;
  readonly span: Span | null;
  readonly divisor: Expression;
}

/** The call of a block. */
export interface CallSource {
  readonly layer: Layer;
  readonly span: Span | null;
}

/** A weight whose row sums a multiplier needs before the weight itself is known. */
export interface CycleSource {
  readonly weight: SymbolNode;
  readonly layer: Layer;
  readonly span: Span | null;
  /** The label of κ. */
  readonly capLabel: Label;
}

export interface Cap {
  readonly symbol: SymbolNode;
  readonly constraint: Constraint;
  /** Puts κ for |W| 1 everywhere: for inequalities that are solved for something else than W. */
  readonly replaceAll: (node: Expression) => Expression;
  /** The same in the inequality that W itself has to meet, where one factor |W| stays. */
  readonly replaceInner: (node: Expression) => Expression;
}

/** A weight of a layer that reads the row's signal, and the numerator ρ of that row's multiplier bound. */
export interface NumeratorSource {
  readonly numerator: Expression;
  readonly weight: SymbolNode;
  readonly reader: Layer;
  readonly span: Span | null;
}

/** An element bound, and the row ball that the same weight has to meet anyway. */
export interface ImpliedSource {
  readonly element: Constraint;
  readonly ball: Constraint;
  readonly layer: Layer;
}

/** A row's total that no multiplier of its own can make ≤ 0. */
export interface BudgetSource {
  readonly total: Expression;
  readonly row: Label;
  readonly span: Span | null;
  /** Weights of the output, in the order in which they are to take their parts. */
  readonly outputWeights: readonly SymbolNode[];
  /** Those of them that read this row's signal, and so meet themselves in it. */
  readonly ownWeights: readonly SymbolNode[];
  /** Weights of hidden layers that read this row's signal: shrinking them shrinks what their layer adds to the row. */
  readonly readers: readonly SymbolNode[];
}
