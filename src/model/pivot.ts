import type { Label } from '../base/label.js';
import type { Expression, SymbolNode } from '../expr/node.js';
import type { PairForm, Supply } from './form.js';
import type { Constraint } from './inequality.js';
import type { AffineSum, Layer, Network, Read, Span } from './network.js';

/**
 * The covariance recursion: block LDLᵀ of −M by one pivot a layer (mathematics of the `pivot` strategy). N is −M
 * without the ‖Δy‖² term, in the coordinates x, w̃_1 … w̃_n in which no two activations meet in one entry; K[i, j] is
 * the block T_i N⁻¹ T_jᵀ of its inverse as seen by the signals w_i = T_i (x, w̃). It is called a covariance because it
 * follows the same rules as that of the signals of a linear Gaussian network would.
 */

/** `symbol := value`; an update gives a symbol that has a value another one. */
export interface Definition {
  readonly rule: string;
  readonly symbol: SymbolNode;
  readonly value: Expression;
  readonly update: boolean;
  /** The row that it belongs to. */
  readonly row: Label;
  readonly span: Span | null;
}

/** What a layer adds to the LMI. */
export interface FormOfLayer {
  readonly layer: Layer;
  readonly form: PairForm;
}

/** w = m v + w̃ with slopes of w̃ in [0, s]: of the layer's form c s ΔvᵀΛΔw̃ − c Δw̃ᵀΛΔw̃ is left, c = 2. */
export interface SplitLayer {
  readonly layer: Layer;
  /** m, scalar. */
  readonly lower: SymbolNode;
  /** s = L − m, scalar. */
  readonly range: SymbolNode;
  /** The coefficient of ΔvᵀΛΔw̃. */
  readonly mixed: Expression;
  /** The coefficient of −Δw̃ᵀΛΔw̃. */
  readonly own: Expression;
}

/** The covariance of two signals, each block under one name; the other way round it is the transpose. */
export type Covariance = (a: Label, b: Label) => Expression;

/** What the rules of the recursion take. */
export interface LayerSource {
  readonly split: SplitLayer;
  readonly span: Span | null;
  /** The pre-activation v as a label. */
  readonly drive: Label;
  readonly covariance: Covariance;
  /** The symbol of a covariance, to be defined. */
  readonly symbolOf: (a: Label, b: Label) => SymbolNode;
  /** Signals before this layer that it or a later one reads; at symbolic depth a letter that stands for all of them. */
  readonly before: readonly Label[];
  /** Pairs of earlier signals that are read after this layer. */
  readonly pairs: readonly (readonly [Label, Label])[];
  /** Whether this layer's signal is read at all. */
  readonly wanted: boolean;
  readonly pivot: SymbolNode;
  readonly gain: SymbolNode;
  /** Earlier signals that are read after this layer. */
  readonly after: readonly Label[];
}

/**
 * h′ = a h + c Cᵀ T w with w = φ(g C h + b): the layer's own weight takes its step back. `scale` is T, diagonal, null
 * for the identity.
 */
export interface Tie {
  readonly layer: Layer;
  /** h. */
  readonly from: Label;
  /** a. */
  readonly skip: number;
  /** g. */
  readonly read: number;
  /** c. */
  readonly back: number;
  /** C. */
  readonly weight: SymbolNode;
  readonly scale: SymbolNode | null;
  /** T w, if that is a signal of its own. */
  readonly between: Label | null;
}

/** A tie along which K[h, h] = κ I. */
export interface IsotropicTie extends Tie {
  /** κ, scalar. */
  readonly covariance: Expression;
}

/** What the rules about an affine signal take. */
export interface SumSource {
  readonly sum: AffineSum;
  /** The signal whose width stands for that of the sum. */
  readonly width: Label;
  readonly covariance: Covariance;
  /** The symbol of a covariance, to be defined. */
  readonly symbolOf: (a: Label, b: Label) => SymbolNode;
  /** Signals before it that it or a later equation reads. */
  readonly before: readonly Label[];
  /** Whether anything reads it. */
  readonly wanted: boolean;
  readonly tie: IsotropicTie | null;
}

/** What the recursion says of one affine signal. */
export interface SumRecursion {
  readonly source: SumSource;
  readonly definitions: readonly Definition[];
  /** How many layers come before it. */
  readonly place: number;
}

/** The property, and the covariances of what the output reads. */
export interface GoalSource {
  readonly network: Network;
  readonly supply: Supply;
  readonly covariance: Covariance;
}

/** y = e h with K[h, h] = κ I, step by step tied to x. */
export interface IsotropicOutput {
  readonly name: string;
  /** e. */
  readonly coefficient: number;
  /** κ. */
  readonly covariance: Expression;
  readonly ties: readonly IsotropicTie[];
}

/** What the recursion says of one layer. */
export interface LayerRecursion {
  readonly source: LayerSource;
  readonly definitions: readonly Definition[];
  /** D ≻ 0. */
  readonly constraint: Constraint;
}

/**
 * What stage 3 hands on under the pivot strategy: together the constraints are equivalent to M ≼ 0 with strict hidden
 * pivots.
 */
export interface Recursion {
  readonly network: Network;
  readonly supply: Supply;
  readonly start: Definition;
  readonly layers: readonly LayerRecursion[];
  readonly sums: readonly SumRecursion[];
  /** What the output reads as it is, where that is a signal whose covariance is κ I: see `IsotropicOutput`. */
  readonly isotropic: IsotropicOutput | null;
  /** g W K Wᵀ ≼ I, with g = 1 where the supply has −‖Δy‖². */
  readonly output: Constraint;
  readonly covariance: Covariance;
}

/** A read that is no identity. */
export type WeightedRead = Read & { readonly weight: SymbolNode };

/** What a signal is read with: at most one dense weight that is free to choose, and everything else. */
export interface ReadGroup {
  readonly signal: Label;
  /** The signal whose width stands for the width of this one. */
  readonly width: Label;
  readonly absorber: WeightedRead | null;
  readonly fixed: readonly Read[];
}

/** A dimension that stands for several signals, one after the other. */
export interface Stack {
  readonly dimension: Label;
  readonly signals: readonly Label[];
}

/** The symbols of one allocation: of a layer, or of the output. */
export interface AllocationSymbols {
  /** The stacked covariance of what is read, and its factor R. */
  readonly stacked: SymbolNode;
  readonly factor: SymbolNode;
  /** Free numbers Z side by side, the contraction U, its image X = J U and the solution V = (X − V_f T) R⁻¹. */
  readonly free: SymbolNode;
  readonly contraction: SymbolNode;
  readonly image: SymbolNode;
  readonly solution: SymbolNode;
  /** X − V_f T, and R_d where R holds more. */
  readonly difference: SymbolNode;
  readonly denseFactor: SymbolNode;
  /** Y = V_f R_f of the fixed reads, and Q = Y Yᵀ. */
  readonly fixedImage: SymbolNode;
  readonly fixedSquare: SymbolNode;
  /** What X Xᵀ has to stay below, and its factor J. */
  readonly reached: SymbolNode;
  readonly roomFactor: SymbolNode;
  readonly diagonalRoom: SymbolNode;
  readonly inverseRoom: SymbolNode;
  /** I + Z Zᵀ and its factor. */
  readonly contractionGram: SymbolNode;
  readonly contractionFactor: SymbolNode;
  /** Helpers of the contraction: an upper bound of ‖Z‖, a diagonal matrix of column factors. */
  readonly norm: SymbolNode;
  readonly columnScale: SymbolNode;
  /** The factor by which Z is shortened, scalar. */
  readonly freeShare: SymbolNode;
  /** The factor by which diagonal weights shrink, scalar. */
  readonly share: SymbolNode;
  readonly identityNorm: SymbolNode;
  readonly diagonalImage: SymbolNode;
  readonly diagonalNorm: SymbolNode;
  /** W R_d of the k-th read beside a dense weight. */
  readonly absorbedImage: (k: number) => SymbolNode;
  /** The factor by which weights shrink that share their signal with other reads, scalar. */
  readonly absorbedShare: SymbolNode;
  /** Bounds: of ‖K‖ of the k-th signal that is read more than once, of the k-th weight on such a signal. */
  readonly sharedNorm: (k: number) => SymbolNode;
  readonly sharedSize: (k: number) => SymbolNode;
  /** ε of these weights, and of the identities beside them. */
  readonly weightRounding: SymbolNode;
  readonly identityRounding: SymbolNode;
  /** I − W K Wᵀ of the weights as they were rounded, and its factor. */
  readonly checked: SymbolNode;
  readonly checkedFactor: SymbolNode;
}

/** The weights that a layer or the output reads with, and what bounds them. */
export interface AllocationSource {
  readonly name: string;
  /** The width of v or y. */
  readonly width: Label;
  readonly groups: readonly ReadGroup[];
  /** All signals that are read: those with a dense weight first. */
  readonly joint: Stack;
  readonly dense: Stack | null;
  readonly fixed: Stack | null;
  readonly covariance: Covariance;
  readonly symbols: AllocationSymbols;
  /** η: the part that stays unused. */
  readonly margin: number;
}

/** The output's condition with the weights that were chosen for it. */
export interface CheckSource {
  readonly allocation: AllocationSource;
  readonly bound: Constraint;
}

/** m, L and P = mL of a layer, scalars. */
export interface Slopes {
  readonly lower: SymbolNode;
  readonly upper: SymbolNode;
  readonly product: SymbolNode;
}

/**
 * What the output reads by identities alone must not be enlarged too much by the layers after it, since no dense weight
 * can make up for it.
 */
export interface SkipReserve {
  /** a of y = a x + …; 0: x is not read so. */
  readonly coefficient: number;
  /** How many hidden signals are. */
  readonly hidden: number;
  /** η of the output. */
  readonly margin: number;
  /**
   * Of the layers after the first such signal: how many no dense weight of the output reads, and the slopes of those
   * that one reads.
   */
  readonly unread: number;
  readonly read: readonly Slopes[];
}

/** A hidden signal that the output reads by an identity alone. */
export interface HiddenSkip {
  /** a of y = a w + …. */
  readonly coefficient: number;
  /** ν ≤ λ. */
  readonly least: SymbolNode;
  /** Which part of what x leaves all such signals share. */
  readonly kept: number;
  readonly reserve: SkipReserve;
}

/**
 * What the output reads as it is beside a dense weight, which makes up for it: |a| √‖K‖ of all such signals together
 * may be ω = 1/(u · `perRoundoff`), so that rounding does not show.
 */
export interface AbsorbedIdentity {
  /** a of y = a w + c D w + …. */
  readonly coefficient: number;
  /** 1/(u ω) of this signal. */
  readonly perRoundoff: number;
}

/** Of x: layers must not enlarge its covariance beyond that. */
export interface AbsorbedInput extends AbsorbedIdentity {
  /** How many layers there are, and whether this is the first: what all of them ask for is demanded once. */
  readonly layers: number;
  readonly first: boolean;
}

/** Of a hidden signal: its multiplier must be large enough. */
export interface AbsorbedHidden extends AbsorbedIdentity {
  /** ν < λ. */
  readonly least: SymbolNode;
  /** How much later layers can enlarge its covariance. */
  readonly growth: number;
}

/** What a layer's multiplier is made of. */
export interface MultiplierSource {
  readonly allocation: AllocationSource;
  readonly split: SplitLayer;
  readonly upper: SymbolNode;
  /** Θ = 2 / (σ² λ), diagonal: σ² Λ(…)Λ ≺ 2Λ says (…) ≺ Θ. */
  readonly room: SymbolNode;
  /** σ ≥ s, scalar, away from 0. */
  readonly spread: SymbolNode;
  /** u² ≤ 1 − η, scalar: the part of the pivot that the layer uses, less where the slopes are nearly one. */
  readonly used: SymbolNode;
  /** How much the layer may enlarge rounding errors. */
  readonly growth: number;
  /** Null: the output reads no signal before this layer by an identity alone. */
  readonly reserve: SkipReserve | null;
  /** The layer's slopes, if a dense weight of the output reads its signal. */
  readonly crossing: Slopes | null;
  /** Null: the output does not read this layer's signal by an identity alone. */
  readonly skip: HiddenSkip | null;
  /** Null: the output does not read x as it is beside a dense weight. */
  readonly absorbedInput: AbsorbedInput | null;
  /** Null: the output does not read this layer's signal as it is beside a dense weight. */
  readonly absorbed: AbsorbedHidden | null;
  /** Null: the layer's weight stands nowhere else. */
  readonly tie: IsotropicTie | null;
  /** ψ: λ̂ = exp ψ; ρ: q = exp ρ. */
  readonly logMultiplier: SymbolNode;
  readonly logScale: SymbolNode;
  readonly rowScale: SymbolNode;
}
