import type { Label } from '../base/label.js';
import type { Expression, SymbolNode } from '../expr/node.js';
import type { Layer, Network, Span } from './network.js';
import type { Scaling } from './scaling.js';

/** Every entry of the vector `centre + radius` must be ≤ 0: the Gershgorin discs of one block row. */
export interface RowInequality {
  readonly signal: Label;
  readonly span: Span | null;
  readonly layer: Layer | null;
  readonly centre: Expression;
  readonly radius: Expression;
}

/** `≻` and `≼` compare symmetric matrices. */
export type Relation = '<' | '<=' | '>=' | '≻' | '≼';

export type ConstraintKind =
  | 'row-ball'
  | 'block-ball'
  | 'cap'
  | 'element-bound'
  | 'multiplier-bound'
  | 'interval'
  | 'budget'
  | 'pivot'
  | 'output-bound';

/**
 * `left relation right`, to be met by choosing the parameters, everything else in it being given. Vectors are
 * compared entry by entry.
 */
export interface Constraint {
  readonly kind: ConstraintKind;
  readonly parameters: readonly SymbolNode[];
  readonly left: Expression;
  readonly relation: Relation;
  readonly right: Expression;
  /** Holds only where this scalar is positive (an elementwise bound that needs P > 0); null: always. */
  readonly onlyIfPositive: Expression | null;
  /** The block row that the constraint comes from. */
  readonly row: Label;
  readonly span: Span | null;
}

/** A weight and a multiplier that each needed the other first, and the cap that ended it. */
export interface Cycle {
  readonly between: readonly [SymbolNode, SymbolNode];
  readonly cap: SymbolNode;
  /** The cap's value; null: the row sums that the weight has before the budget shrinks it. */
  readonly value: Expression | null;
  readonly span: Span | null;
}

/** One step of the evaluation; with a span, one for every l in it, running down from the end or up to it. */
export interface OrderEntry {
  readonly symbols: readonly SymbolNode[];
  readonly span: Span | null;
  readonly direction: 'down' | 'up';
}

/** What stage 3 hands on: inequalities that together imply the LMI, in an order in which they can be met. */
export interface Bounds {
  readonly network: Network;
  readonly rows: readonly RowInequality[];
  readonly constraints: readonly Constraint[];
  readonly cycles: readonly Cycle[];
  readonly order: readonly OrderEntry[];
  /** Where the rows and constraints are those of TMT, and weights and multipliers are scaled back in the end. */
  readonly scaling?: Scaling;
}
