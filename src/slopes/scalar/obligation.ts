import type { Position } from '../../base/diagnostic.js';
import type { Scalar } from './node.js';

/** One side of a case distinction: where the guard is > 0, or where it is < 0. Guards are scaled as `select` does. */
export interface Side {
  readonly guard: Scalar;
  readonly positive: boolean;
  /**
   * Whether the author's comparison puts guard = 0 on this side: `v <= 0 ? 0 : v * log(v)` is defined, with `<` it is
   * not.
   */
  readonly closed: boolean;
}

/** Where the author's text is defined: the expression must meet the demand wherever all of `where` holds. */
export interface Obligation {
  readonly demand: 'positive' | 'nonnegative' | 'nonzero';
  readonly expression: Scalar;
  readonly where: readonly Side[];
  readonly position: Position;
  /** The part of the author's text that the demand is made of. */
  readonly text: string;
}

/**
 * An explicit case distinction, which may jump: that both branches agree where guard = 0 has to be proved. `max`, `min`
 * and `abs` never jump and give none.
 */
export interface Branch {
  readonly guard: Scalar;
  readonly positive: Scalar;
  readonly negative: Scalar;
  readonly where: readonly Side[];
  readonly position: Position;
  readonly text: string;
}

type Rewrite = (node: Scalar) => Scalar;

const rewriteSides = (sides: readonly Side[], put: Rewrite): readonly Side[] =>
  sides.map((side) => ({ ...side, guard: put(side.guard) }));

/** The same demand with its functions rewritten, parameters put to numbers for example. */
export const rewriteObligation = (obligation: Obligation, put: Rewrite): Obligation => ({
  ...obligation,
  expression: put(obligation.expression),
  where: rewriteSides(obligation.where, put),
});

/** The same case distinction with its functions rewritten. */
export const rewriteBranch = (branch: Branch, put: Rewrite): Branch => ({
  ...branch,
  guard: put(branch.guard),
  positive: put(branch.positive),
  negative: put(branch.negative),
  where: rewriteSides(branch.where, put),
});
