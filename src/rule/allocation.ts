import type { SymbolNode } from '../expr/node.js';
import type { Assignment } from '../model/parameterization.js';
import type {
  AllocationSource,
  CheckSource,
  IsotropicOutput,
  LayerRecursion,
  MultiplierSource,
  SumSource,
} from '../model/pivot.js';
import type { ContractionChoice, PivotStrategy } from '../model/strategy.js';
import type { Reversible, Rule } from './contract.js';

/**
 * A strategy by pivots is two ordered lists of rules: what is done for every layer, and what is done for the output.
 * The allocation walks them and knows no rule by name.
 */

export type Assignments = readonly Assignment[];

/** A rule that assigns, and the free parameters beside the weights that it reads, if it reads any. */
export interface AllocationRule<Source> extends Rule<Source, Assignments> {
  readonly free?: (source: Source) => readonly SymbolNode[];
}

/** A way in which free numbers Z become U with U Uᵀ ≼ I, as users choose it. */
export interface Contraction extends Rule<AllocationSource, Assignments> {
  readonly choice: {
    readonly name: ContractionChoice;
    /** What it costs for p × q free numbers Z, how smooth it is and what it reaches: a line for lists and help. */
    readonly note: string;
    /** Every singular value of U is 1, whatever Z is. */
    readonly saturates: boolean;
  };
  /** Where it has a way back, see `Reversible`. */
  readonly undo?: Reversible<AllocationSource, Assignments>['undo'];
}

/** A rule in its place: one that is needed ends the derivation where it refuses, the others are left out there. */
export interface Step<Source> {
  readonly rule: AllocationRule<Source>;
  readonly isNeeded: boolean;
}

/** What is known of a layer: its reads, its multiplier, its part of the recursion. */
export interface LayerAllocation extends MultiplierSource {
  readonly recursion: LayerRecursion;
}

export interface PivotSteps {
  readonly layer: readonly Step<LayerAllocation>[];
  readonly output: readonly Step<CheckSource>[];
  /** For every affine signal, once its covariances are known. */
  readonly sum: readonly Step<SumSource>[];
  /** For an output that is a signal as it is. */
  readonly isotropic: readonly Step<IsotropicOutput>[];
}

/** A rule in a list of all, for what it declares. */
type AnyRule = Pick<AllocationRule<never>, 'name' | 'introduces'>;

export interface AllocateRules {
  readonly steps: (strategy: PivotStrategy) => PivotSteps;
  /** From weights and multipliers back to the free numbers; null: the variant has no way back. */
  readonly back: (strategy: PivotStrategy) => PivotSteps | null;
  /** What the rule says of the contraction that the strategy takes. */
  readonly contraction: (strategy: PivotStrategy) => Contraction['choice'];
  /** The rules of all variants; several have most of them. */
  readonly every: readonly AnyRule[];
  /** The contractions that have a way back, by the names of the choice. */
  readonly reversible: readonly string[];
}

export const needed = <Source>(rule: AllocationRule<Source>): Step<Source> => ({ rule, isNeeded: true });
export const whereItApplies = <Source>(rule: AllocationRule<Source>): Step<Source> => ({ rule, isNeeded: false });

/** A rule about a part of what the list knows: about the reads alone, or the recursion. */
function about<Part, Whole>(rule: AllocationRule<Part>, part: (whole: Whole) => Part): AllocationRule<Whole> {
  const { free } = rule;
  return {
    ...rule,
    refuses: (whole) => rule.refuses(part(whole)),
    apply: (whole) => rule.apply(part(whole)),
    ...(free === undefined ? {} : { free: (whole: Whole) => free(part(whole)) }),
  } as AllocationRule<Whole>;
}

export const aboutReads = (
  rule: AllocationRule<AllocationSource>,
): AllocationRule<{ readonly allocation: AllocationSource }> => about(rule, ({ allocation }) => allocation);

export const aboutRecursion = (rule: AllocationRule<LayerRecursion>): AllocationRule<LayerAllocation> =>
  about(rule, ({ recursion }) => recursion);

/** The rule undone, by its name. */
export const undone = <Source>(rule: Reversible<Source, Assignments>): AllocationRule<Source> => ({
  ...rule,
  apply: rule.undo,
});

export const isReversible = <Source, Target>(
  rule: Rule<Source, Target> | Reversible<Source, Target>,
): rule is Reversible<Source, Target> => 'undo' in rule;
