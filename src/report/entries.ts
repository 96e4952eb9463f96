import type { CompositionKind } from '../model/architecture.js';
import type { Step } from '../model/trace.js';
import type { Variant } from '../model/variant.js';

/**
 * A derivation as plain data: every formula printed twice, as text and as LaTeX. This is what `derive --format json`
 * prints, and what the other formats are laid out from. Relations are written <, <= and >=, between
 * symmetric matrices ≻ and ≼; a `range` such as
 * `1 <= l <= n-1` makes an entry a family with one member for every l (symbolic depth only).
 */
export interface DerivationReport {
  readonly architecture: string;
  readonly title: string;
  readonly source: string | null;
  readonly depth: number | 'n';
  readonly strategy: string;
  /** Strategies that have variants: which one. Null for others. */
  readonly variant: Variant | null;
  /** Symbolic depth: the least n for which the families are as listed; null at concrete depth. */
  readonly validFrom: number | null;
  /** The equations as the author wrote them. */
  readonly equations: readonly string[];
  /** The activations that the equations name; a φ that is left open is not one of them. */
  readonly activations: readonly ActivationEntry[];
  /** `lambda` → `λ`: how names of tables are shown to people, families' suffixes left as they are. */
  readonly greek: Readonly<Record<string, string>>;
  /** Letters that no entry of a table is about, as they are in this derivation. */
  readonly notation: NotationEntry;
  /** What the derivation's own symbols mean, under the names that they have in this derivation. */
  readonly symbols: readonly SymbolEntry[];
  readonly lmi: {
    readonly signals: readonly string[];
    readonly blocks: readonly BlockEntry[];
    /** The affine signals: M ≼ 0 is asked for where they are these sums. Left out where there are none. */
    readonly sums?: readonly SumEntry[];
  };
  /** Empty where the constraints are not about rows. */
  readonly rows: readonly RowEntry[];
  /** The covariance recursion, first its start and then layer after layer; empty for strategies by rows. */
  readonly definitions: readonly DefinitionEntry[];
  readonly constraints: readonly ConstraintEntry[];
  /** One step of the evaluation an entry, `lambda[l] for l = n-1 … 2`. */
  readonly order: readonly string[];
  /** The same as LaTeX prose. */
  readonly orderLatex: readonly string[];
  readonly cycles: readonly CycleEntry[];
  /** How free numbers become weights, in order; empty for strategies by rows and at symbolic depth. */
  readonly parameterization: readonly AssignmentEntry[];
  readonly assumptions: readonly RuleEntry[];
  readonly steps: readonly Step[];
  /** The blocks that the equations call; left out where there are none. */
  readonly blocks?: readonly HierarchyEntry[];
}

export interface SumEntry {
  readonly signal: string;
  readonly signalLatex: string;
  readonly expression: string;
  readonly latex: string;
}

export interface ActivationEntry {
  readonly name: string;
  /** `0.5 * v * (erf(…) + 1)`, or `linear spline, 21 knots, step 0.3`. */
  readonly function: string;
  /** [m, L], rounded outwards. */
  readonly slopes: readonly [number, number];
}

/** The matrix of the LMI, the bound, and the letter that runs in families. */
export interface NotationEntry {
  readonly lmi: NameEntry;
  readonly lipschitz: NameEntry;
  readonly index: string;
  /** Letters that rules use in their statements and that mean something of the author's here: what they are instead. */
  readonly replaced: readonly { readonly inRules: NameEntry; readonly here: NameEntry }[];
}

export interface NameEntry {
  readonly text: string;
  readonly latex: string;
}

export interface SymbolEntry {
  readonly symbol: string;
  readonly latex: string;
  readonly meaning: string;
  /** The same as LaTeX prose, its formulas between dollar signs. */
  readonly meaningLatex: string;
}

/** Block (row, column) of the upper triangle; the lower one is its transpose. */
export interface BlockEntry {
  readonly row: string;
  readonly column: string;
  readonly expression: string;
  readonly latex: string;
  readonly rowLatex: string;
  readonly columnLatex: string;
  readonly range?: string;
}

/** `centre + radius <= 0`, entry by entry. */
export interface RowEntry {
  readonly signal: string;
  readonly centre: string;
  readonly radius: string;
  readonly inequality: string;
  readonly signalLatex: string;
  readonly centreLatex: string;
  readonly radiusLatex: string;
  readonly range?: string;
  /** Aliases that members of the family meet, `w[0] is x`. */
  readonly where?: string;
  readonly whereLatex?: string;
}

/** `symbol := expression`; with `update` the symbol has a value already, and gets this one for it. */
export interface DefinitionEntry {
  readonly symbol: string;
  readonly expression: string;
  readonly latex: string;
  readonly symbolLatex: string;
  readonly update: boolean;
  readonly rule: string;
  /** The signal whose layer the definition belongs to. */
  readonly signal: string;
  readonly signalLatex: string;
  readonly range?: string;
  /** Aliases that members of the family meet, `w[0] is x`. */
  readonly where?: string;
  readonly whereLatex?: string;
}

/** A block of a derivation, with its own report; a composition has the reports of its blocks instead. */
export interface HierarchyEntry {
  /** With the names of the blocks around it, `inner.b1`. */
  readonly name: string;
  readonly architecture: string;
  /** Where it was included from; null where its text stands in the file around it. */
  readonly file: string | null;
  readonly depth: number | 'n';
  /** k; null: a share of what the other blocks of its composition leave. */
  readonly lipschitz: number | null;
  readonly composition: CompositionKind | null;
  readonly report: DerivationReport | null;
  readonly blocks: readonly HierarchyEntry[];
}

/** One assignment, as a line of text and as a formula. */
export interface AssignmentEntry {
  readonly kind: string;
  readonly expression: string;
  readonly latex: string;
  readonly rule: string;
}

export interface ConstraintEntry {
  readonly parameter: string;
  readonly kind: string;
  readonly expression: string;
  readonly latex: string;
  readonly parameterLatex: string;
  /** The rule that made the constraint. */
  readonly rule: string;
  readonly range?: string;
  readonly condition?: string;
  readonly conditionLatex?: string;
}

export interface CycleEntry {
  readonly between: readonly [string, string];
  readonly brokenBy: string;
  readonly betweenLatex: readonly [string, string];
  readonly brokenByLatex: string;
  readonly range?: string;
}

/** A rule that the derivation applied. */
export interface RuleEntry {
  readonly rule: string;
  readonly statement: string;
  readonly latex: string;
  /** False: the target implies the source, not the other way round. */
  readonly exact: boolean;
  readonly assumptions: readonly string[];
  /** How often it was applied. */
  readonly count: number;
}
