import type { Index, Label } from '../base/label.js';

/**
 * Matrix expressions. Every node has a shape whose two dimensions are symbolic (the width of a signal) or the
 * unit; a scalar is unit × unit, a vector is d × unit. Nodes are made by `build.ts` alone, which keeps them in
 * a canonical form and computes the key by which they are compared.
 */

/** The width of the signal that the label names; null is the unit dimension. */
export type Dimension = Label | null;

export interface Shape {
  readonly rows: Dimension;
  readonly columns: Dimension;
}

interface Node extends Shape {
  /** The canonical text: two expressions are the same expression exactly if their keys are. */
  readonly key: string;
}

/** Where a symbol of the LMI comes from: authors may call a weight `S`; roles keep it apart from the slope sum. */
export type Role =
  | 'weight'
  | 'multiplier'
  | 'slope-sum'
  | 'slope-product'
  | 'slope-lower'
  | 'slope-upper'
  | 'lipschitz'
  | 'cap'
  | 'constant'
  /** T of the scaled strategy, which gives M the coordinates of its discs. */
  | 'scale'
  /** u, the unit roundoff of the precision that the weights are kept in. */
  | 'roundoff';

type LmiRole = Exclude<Role, 'weight' | 'constant'>;

/**
 * Names that no symbol of an expression has: the two matrices, letters for any signal and any index, the unit matrix.
 */
type Notation =
  'multiplier-vector' | 'scale-vector' | 'pre-activation' | 'lmi' | 'form' | 'first' | 'second' | 'index' | 'identity';

/** What the derivation has a letter of its own for, whatever the rules. */
export type NamedRole = LmiRole | Notation;

/**
 * A kind of symbol that a rule introduces. The rule declares it: its letter, what it means, what files call it. Nothing
 * else lists them; the letters step aside for an author's names as those of the LMI do.
 */
export interface SymbolKind {
  /** What keeps symbols of this kind apart from others with the same label, in keys. */
  readonly role: string;
  /** The field's letters, in the order in which they are tried. */
  readonly letters: readonly [string, ...(readonly string[])];
  readonly meaning: Meaning;
  /** The second label is a signal, like the first, and no part: one entry of a table tells of all. */
  readonly ofTwo?: true;
  /** Of free parameters that stand in files: the names there, in the order in which they are tried. */
  readonly stored?: readonly [string, ...(readonly string[])];
}

/**
 * What a symbol is, in a sentence: `of` names the layer or output that it belongs to, `part` tells symbols of one kind
 * apart that belong to one layer, and `name` prints the letter of a kind, or of a role or sign of the LMI.
 */
export type Meaning = (of: string, part: string | null, name: (of: SymbolKind | NamedRole) => string) => string;

export interface SymbolNode extends Node {
  readonly kind: 'symbol';
  /** A role of the LMI, or the kind that a rule declares. */
  readonly is: Role | SymbolKind;
  /** The role, or that of the kind. */
  readonly role: string;
  readonly label: Label;
  /** Of a weight, the name that files give its structure, see `structures`; null if nobody said one. */
  readonly structure: string | null;
  /** Off-diagonal entries are zero. */
  readonly diagonal: boolean;
  /** All (diagonal) entries are positive. */
  readonly positive: boolean;
  /** The second label of what belongs to two signals, the covariance of `label` and `other`. */
  readonly other: Label | null;
  /** Entries above the diagonal are zero. */
  readonly triangular: boolean;
}

export interface NumberNode extends Node {
  readonly kind: 'number';
  readonly value: number;
}

/** `identity`: the d × d unit matrix; `ones`: the d × 1 vector of ones; `zero`: any shape. */
export interface ConstantNode extends Node {
  readonly kind: 'identity' | 'ones' | 'zero';
}

/** `sum`, the matrix `product`, the elementwise (Hadamard) product `hadamard`, the elementwise `min` and `max`. */
export interface ListNode extends Node {
  readonly kind: 'sum' | 'product' | 'hadamard' | 'min' | 'max';
  readonly items: readonly Expression[];
}

/** `coefficient · Π scalars · body`; a scalar monomial has the number 1 as its body. */
export interface ScaleNode extends Node {
  readonly kind: 'scale';
  readonly coefficient: number;
  readonly scalars: readonly Expression[];
  readonly body: Expression;
}

/**
 * One-argument nodes. `abs`, `square`, `sqrt`, `exp` work elementwise;
 * `inverse` is that of a matrix that is diagonal, triangular or positive definite; `diag` takes a square matrix to the
 * vector of its diagonal, `off-diagonal` sets the diagonal to zero, `row-sums` takes a matrix to the vector of its row
 * sums.
 */
export interface UnaryNode extends Node {
  readonly kind: 'transpose' | 'abs' | 'square' | 'sqrt' | 'exp' | 'inverse' | 'diag' | 'off-diagonal' | 'row-sums';
  readonly body: Expression;
}

/**
 * Blocks side by side and one below the other; its dimensions are labels of their own that name the stacked signals.
 */
export interface StackNode extends Node {
  readonly kind: 'stack';
  readonly blocks: readonly (readonly Expression[])[];
}

/** A block of a stacked matrix: the rows and columns that come after those of the dimensions listed. */
export interface SliceNode extends Node {
  readonly kind: 'slice';
  readonly body: Expression;
  readonly above: readonly Dimension[];
  readonly before: readonly Dimension[];
}

/** Elementwise quotient. */
export interface QuotientNode extends Node {
  readonly kind: 'quotient';
  readonly numerator: Expression;
  readonly denominator: Expression;
}

/** Σ over the loop letter l from `from` to `to` of `body`, which binds the letter; only at symbolic depth. */
export interface RangeSumNode extends Node {
  readonly kind: 'range-sum';
  readonly from: Index;
  readonly to: Index;
  readonly body: Expression;
}

export type Expression =
  | SymbolNode
  | NumberNode
  | ConstantNode
  | ListNode
  | ScaleNode
  | UnaryNode
  | QuotientNode
  | RangeSumNode
  | StackNode
  | SliceNode;
