import type { Position } from '../base/diagnostic.js';
import type { Index, Label } from '../base/label.js';
import type { SymbolNode } from '../expr/node.js';
import type { Activation, BlockCall } from './activation.js';
import type { Architecture } from './architecture.js';

/**
 * An architecture at one depth: the graph whose LMI is written. At symbolic depth the rows are representatives,
 * one for every class of signals that are read and written alike (`w[1]`, `w[l]`, `w[n]`).
 */

/** One summand of a pre-activation or of the output: `coefficient · weight · signal`; a null weight is the identity. */
export interface Read {
  readonly coefficient: number;
  readonly weight: SymbolNode | null;
  /** The weight's transpose reads: affine signals alone may. */
  readonly isTransposed?: true;
  readonly signal: Label;
  readonly position: Position;
}

export interface Bias {
  readonly coefficient: number;
  readonly label: Label;
}

/** `target = phi(Σ reads + Σ biases)`, with the symbols that its slope restriction brings along. */
export interface Layer {
  readonly target: Label;
  readonly reads: readonly Read[];
  readonly biases: readonly Bias[];
  readonly position: Position;
  /** Null for a φ that is left open: its slopes are given at use. */
  readonly activation: Activation | BlockCall | null;
  /** The label of what belongs to this layer alone; its name is empty where the index says enough. */
  readonly derived: Label;
  /** Λ ≻ 0, diagonal, d × d; λ I for the call of a block. */
  readonly multiplier: SymbolNode;
  /** S = L + m. */
  readonly slopeSum: SymbolNode;
  /** P = L m. */
  readonly slopeProduct: SymbolNode;
}

/** `target = Σ reads + Σ biases`: an affine signal, or the output. */
export interface AffineSum {
  readonly target: Label;
  readonly reads: readonly Read[];
  readonly biases: readonly Bias[];
  readonly position: Position;
}

export type Output = AffineSum;

export interface Span {
  readonly from: Index;
  readonly to: Index;
}

/** A layer, or with a span (symbolic depth only) one layer for every l in the span. */
export interface Segment {
  readonly layer: Layer;
  readonly span: Span | null;
}

/**
 * One block row of the LMI: a signal (or, with a span, all `signal[l]` for l in the span) and the layers that read it.
 * An affine signal has a row, which M ≼ 0 is asked for only where it is its sum: `Lmi`.
 */
export interface SignalRow {
  readonly signal: Label;
  readonly span: Span | null;
  /** Null for the input and for affine signals. */
  readonly layer: Layer | null;
  /** What an affine signal is the sum of; null for the input and for the signals of layers. */
  readonly sum: AffineSum | null;
  readonly readers: readonly Segment[];
}

/** Two signals that must have one width, because an identity or diagonal weight joins them. */
export interface WidthLink {
  readonly signals: readonly [Label, Label];
  readonly position: Position;
}

export interface Network {
  readonly architecture: Architecture;
  /** Null at symbolic depth. */
  readonly depth: number | null;
  readonly input: Label;
  /** The input first, then hidden and affine signals in an order in which each reads only earlier ones. */
  readonly rows: readonly SignalRow[];
  readonly output: Output;
  readonly links: readonly WidthLink[];
  /** The signal whose width stands for the width of this one; widths joined by links share one. */
  readonly dimension: (signal: Label) => Label;
  /**
   * Symbolic depth only: the equations, the aliases (`w[0]` is `x`) and the least n for which the rows are as listed.
   */
  readonly family: {
    readonly segments: readonly Segment[];
    readonly aliases: ReadonlyMap<string, Label>;
    readonly least: number;
  } | null;
}
