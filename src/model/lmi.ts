import type { Label } from '../base/label.js';
import type { Expression } from '../expr/node.js';
import type { PairForm, Supply } from './form.js';
import type { Layer, Network, Span } from './network.js';
import type { Scaling } from './scaling.js';

/** One summand Δw_rowᵀ · expression · Δw_column of a quadratic form. */
export interface QuadraticTerm {
  readonly row: Label;
  readonly column: Label;
  readonly expression: Expression;
}

/** Block (row, column) of the LMI; with a span, one such block for every l in the span. */
export interface Block {
  readonly column: Label;
  readonly span: Span | null;
  readonly expression: Expression;
}

/** A whole block row, the zero blocks left out. */
export interface BlockRow {
  readonly signal: Label;
  readonly span: Span | null;
  /** The layer whose multiplier belongs to the row; null for the input. */
  readonly layer: Layer | null;
  /** What this layer adds to M; null for the input. */
  readonly form: PairForm | null;
  readonly blocks: readonly Block[];
}

/** What is scaled, and by what. */
export interface ScalingSource {
  readonly lmi: Lmi;
  readonly scaling: Scaling;
}

/**
 * M = Σ (forms of the layers) − supply. M ≼ 0 says that the network keeps its property: it is 𝓛-Lipschitz where the
 * supply is 𝓛²‖Δx‖² − ‖Δy‖². Signals and rows stand in the order of the network's rows.
 */
export interface Lmi {
  readonly network: Network;
  /** What M subtracts, in the coordinates of the equations (also where the rows are those of TMT). */
  readonly supply: Supply;
  readonly rows: readonly BlockRow[];
  /** Where the rows are those of TMT. */
  readonly scaling?: Scaling;
}
