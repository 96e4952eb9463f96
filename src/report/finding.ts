import type { SlopeAnalysis } from '../scalar/analyse.js';
import type { Assumptions } from '../scalar/exact/assumptions.js';
import type { ParametricSlopes } from '../scalar/exact/parametric-slopes.js';

/** What a computed analysis says of published bounds. */
export interface Audit {
  /** `undecided`: nothing is wrong as far as could be told, but not all could. */
  readonly verdict: 'equal' | 'loose' | 'undecided' | 'wrong';
  readonly findings: readonly string[];
}

/** `text` is null where there is nothing to say. */
export interface Finding {
  readonly verdict: Audit['verdict'];
  readonly text: string | null;
}

/** What was computed for an activation. */
export interface Computed {
  /** At the numbers of its parameters. */
  readonly analysis: SlopeAnalysis | null;
  readonly refused: { readonly because: string } | null;
  /** For all values of its parameters; null if it has none. */
  readonly parametric: ParametricSlopes | null;
  readonly assumptions: Assumptions;
}
