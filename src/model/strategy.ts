/** How a derivation goes about the LMI. What the choices stand for is `rules/steps.ts`. */
export type Strategy = RowStrategy | PivotStrategy;

interface Named {
  readonly name: string;
  readonly title: string;
  readonly source: string;
}

/** Every Gershgorin row of the LMI by itself. */
export interface RowStrategy extends Named {
  readonly kind: 'rows';
  /** Elementwise bounds that the row balls imply: proved and dropped, or kept as in the paper. */
  readonly elementBounds: 'drop' | 'keep';
  /** κ: the row sums that the candidate weight turns out to have, or the constant 1/|S| of the paper. */
  readonly cap: 'measured' | 'inverse-slope';
  /** Discs of M itself, or of TMT with T positive, diagonal and free to choose. */
  readonly scales: 'none' | 'trainable';
}

/** Λ free and the weights inside it, or the weights free and Λ large enough for them. */
export const multiplierChoices = ['free', 'dominance'] as const;
export type MultiplierChoice = (typeof multiplierChoices)[number];

/** How free numbers Z become U with U Uᵀ ≼ I, by the name that the rule which does it declares. */
export type ContractionChoice = string;

/** Block LDLᵀ of the LMI, one pivot a layer. */
export interface PivotStrategy extends Named {
  readonly kind: 'pivot';
  readonly multipliers: MultiplierChoice;
  readonly contraction: ContractionChoice;
  /** The part of every pivot that stays unused; null: as much as the number of layers asks for (see model/margins). */
  readonly margin: number | null;
}
