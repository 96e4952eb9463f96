import type { SlopeAnalysis } from '../analyse.js';
import type { Assumptions } from '../scalar/assumptions.js';
import type { ParametricSlopes } from '../exact/parametric-slopes.js';

/** What a computed analysis says of published bounds. */
export interface Audit {
  /** `undecided`: nothing is wrong as far as could be told, but not all could. */
  readonly verdict: 'equal' | 'loose' | 'undecided' | 'wrong';
  readonly findings: readonly string[];
  /** Where the verdict holds, if all that it is made of holds for some values of the parameters only: `for a > 1`. */
  readonly where: string | null;
}

/** `text` is null where there is nothing to say. */
export interface Finding {
  readonly verdict: Audit['verdict'];
  readonly text: string | null;
  /** For which values of the parameters, `for a > 1`; left out where it is for all. */
  readonly where?: string;
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
