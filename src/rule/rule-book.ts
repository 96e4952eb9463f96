import type { SymbolKind, SymbolNode } from '../expr/node.js';
import type {
  BudgetSource,
  CallSource,
  Cap,
  CycleSource,
  Divisor,
  ImpliedSource,
  MultiplierBound,
  NumeratorSource,
  RowTotal,
} from '../model/bounding.js';
import type { Constraint, RowInequality } from '../model/inequality.js';
import type { BlockRow } from '../model/lmi.js';
import type { Assignment, CapSource, ConstraintSource, GuardSource } from '../model/parameterization.js';
import type { Definition, FormOfLayer, GoalSource, LayerSource, SplitLayer, SumSource } from '../model/pivot.js';
import type { Scaled } from '../model/scaling.js';
import type { RewriteRule, Rule } from './contract.js';
import type { AllocateRules } from './allocation.js';
import type { FormRules } from './form-rules.js';

/** The rules that turn block rows into constraints. */
export interface BoundRules {
  readonly disc: Rule<BlockRow, RowInequality>;
  /**
   * Row sums written as products of known vectors, phase after phase; the only loss is the triangle inequality between
   * summands.
   */
  readonly rowSums: readonly (readonly RewriteRule[])[];
  /** Further rewriting for summands that hold a weight which is not known yet. */
  readonly linearize: readonly RewriteRule[];
  readonly isolate: Rule<RowTotal, MultiplierBound>;
  readonly ball: Rule<Divisor, Constraint>;
  readonly block: Rule<CallSource, Constraint>;
  readonly cap: Rule<CycleSource, Cap>;
  readonly element: Rule<NumeratorSource, Constraint>;
  readonly implied: Rule<ImpliedSource, readonly Constraint[]>;
  readonly budget: Rule<BudgetSource, readonly Constraint[]>;
  readonly interval: Rule<Constraint, Constraint>;
}

/** The rules that turn constraints into assignments. */
export interface ParameterizeRules {
  readonly clamp: Rule<SymbolNode, Assignment>;
  /** Tried in order on every constraint. */
  readonly constraints: readonly Rule<ConstraintSource, Assignment>[];
  /** For limits that something fixed is subtracted from. */
  readonly demand: Rule<ConstraintSource, Assignment>;
  readonly cap: Rule<CapSource, Assignment>;
  readonly guard: Rule<GuardSource, Assignment>;
  /** Free values → positive scales. */
  readonly scale: Rule<SymbolNode, Assignment>;
  readonly back: Rule<Scaled, Assignment>;
}

/** The rules of block LDLᵀ by covariances. */
export interface PivotRules {
  readonly split: Rule<FormOfLayer, SplitLayer>;
  readonly input: Rule<GoalSource, Definition>;
  readonly driven: Rule<LayerSource, readonly Definition[]>;
  /** Tried in order. */
  readonly affine: readonly Rule<SumSource, readonly Definition[]>[];
  readonly pivot: Rule<LayerSource, { readonly definition: Definition; readonly constraint: Constraint }>;
  readonly conditioning: Rule<LayerSource, readonly Definition[]>;
  readonly activation: Rule<LayerSource, readonly Definition[]>;
  readonly output: Rule<GoalSource, Constraint>;
}

/** All rules, by the place where the pipeline uses them. */
export interface RuleBook {
  /** What the rules introduce, each kind once. */
  readonly symbols: readonly SymbolKind[];
  readonly pivot: PivotRules;
  readonly allocate: AllocateRules;
  readonly form: FormRules;
  readonly bound: BoundRules;
  readonly parameterize: ParameterizeRules;
}
