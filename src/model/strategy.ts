/** How a derivation goes about the inequalities. Strategies differ in data, not in code paths named after them. */
export interface Strategy {
  readonly name: string;
  readonly title: string;
  readonly source: string;
  /** Elementwise bounds that the row balls imply: proved and dropped, or kept as in the paper. */
  readonly elementBounds: 'drop' | 'keep';
  /** κ: the row sums that the candidate weight turns out to have, or the constant 1/|S| of the paper. */
  readonly cap: 'measured' | 'inverse-slope';
}
