import type { AllocationRule, Assignments, LayerAllocation, PivotSteps, Step } from '../../src/rule/allocation.js';
import type { AllocationSource, CheckSource } from '../../src/model/pivot.js';
import type { RuleBook } from '../../src/rule/rule-book.js';

/** Other lists for the strategy by pivots, rule by rule: for injected faults, and for tests that listen. */

interface OfReads {
  readonly allocation: AllocationSource;
}

/** @throws where no list has a rule of that stem: a fault that is not injected is not found either */
function stepsBy(rules: RuleBook, stem: string, change: (steps: PivotSteps) => PivotSteps): RuleBook {
  if (!rules.allocate.every.some(({ name }) => name === `allocate/${stem}`)) throw new Error(`no rule ${stem}`);
  return {
    ...rules,
    allocate: { ...rules.allocate, steps: (strategy) => change(rules.allocate.steps(strategy)) },
  };
}

const replaced = <S extends OfReads>(
  steps: readonly Step<S>[],
  stem: string,
  change: (rule: AllocationRule<S>) => AllocationRule<S>,
): readonly Step<S>[] =>
  steps.map((step) => (step.rule.name === `allocate/${stem}` ? { ...step, rule: change(step.rule) } : step));

const assigning =
  <S extends OfReads, T extends OfReads>(
    change: (assignments: Assignments, source: T) => Assignments,
    seen: (source: S) => T,
  ) =>
  (rule: AllocationRule<S>): AllocationRule<S> => ({
    ...rule,
    apply: (source) => change(rule.apply(source), seen(source)),
  });

/** The rule of that stem with other assignments, in layers and for the output. */
export const withAssignments = (
  rules: RuleBook,
  stem: string,
  change: (assignments: Assignments, source: OfReads) => Assignments,
): RuleBook =>
  stepsBy(rules, stem, ({ layer, output, ...others }) => ({
    ...others,
    layer: replaced(
      layer,
      stem,
      assigning(change, (source) => source),
    ),
    output: replaced(
      output,
      stem,
      assigning(change, (source) => source),
    ),
  }));

/** The same for a rule of layers alone. */
export const withLayerAssignments = (
  rules: RuleBook,
  stem: string,
  change: (assignments: Assignments, source: LayerAllocation) => Assignments,
): RuleBook =>
  stepsBy(rules, stem, (steps) => ({
    ...steps,
    layer: replaced(
      steps.layer,
      stem,
      assigning(change, (source) => source),
    ),
  }));

/** The same for a rule of the output alone. */
export const withOutputAssignments = (
  rules: RuleBook,
  stem: string,
  change: (assignments: Assignments, source: CheckSource) => Assignments,
): RuleBook =>
  stepsBy(rules, stem, (steps) => ({
    ...steps,
    output: replaced(
      steps.output,
      stem,
      assigning(change, (source) => source),
    ),
  }));

/** What the rule of layers is told. */
export const withLayerSource = (
  rules: RuleBook,
  stem: string,
  change: (source: LayerAllocation) => LayerAllocation,
): RuleBook =>
  stepsBy(rules, stem, (steps) => ({
    ...steps,
    layer: replaced(steps.layer, stem, (rule) => ({ ...rule, apply: (source) => rule.apply(change(source)) })),
  }));

/** The lists without a rule. */
export const without = (rules: RuleBook, stem: string): RuleBook =>
  stepsBy(rules, stem, ({ layer, output, sum, isotropic }) => ({
    isotropic,
    sum: sum.filter(({ rule }) => rule.name !== `allocate/${stem}`),
    layer: layer.filter(({ rule }) => rule.name !== `allocate/${stem}`),
    output: output.filter(({ rule }) => rule.name !== `allocate/${stem}`),
  }));
