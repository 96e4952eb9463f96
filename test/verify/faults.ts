import { inMemory } from '../../src/5-emit/index.js';
import type { Constrained } from '../../src/5-emit/index.js';
import { derive, lower } from '../../src/compile.js';
import { createRules } from '../../rules/index.js';
import type { Architecture } from '../../src/model/architecture.js';
import type { Assignment } from '../../src/model/parameterization.js';
import type { Operation, Program } from '../../src/model/program.js';
import type { RewriteRule, Rule } from '../../src/rule/contract.js';
import type { FormRules } from '../../src/rule/form-rules.js';
import type { BoundRules, RuleBook } from '../../src/rule/rule-book.js';
import { bareNetwork } from '../../src/verify/bare.js';
import type { CompileNetwork } from '../../src/verify/subjects.js';

/** A deliberate fault in one place of the pipeline. */
export interface Fault {
  readonly name: string;
  /** Built-in architectures, or `identity-skip`, in which the fault can show. */
  readonly on: readonly string[];
  readonly strategy?: 'gershgorin' | 'gershgorin-paper' | 'scaled-gershgorin';
  /** Depths and widths in which it is rare elsewhere. */
  readonly depth?: number;
  readonly maxWidth?: number;
  readonly rules?: (rules: RuleBook) => RuleBook;
  readonly assignments?: (assignments: readonly Assignment[]) => readonly Assignment[];
  readonly program?: (program: Program) => Program;
  readonly result?: (values: Constrained) => Constrained;
}

/** The faulty parameterization, judged by the LMI of the equations, which the fault does not reach. */
export function faultyNetwork(fault: Fault): CompileNetwork {
  return (architecture: Architecture, depth: number) => {
    const rules = (fault.rules ?? ((same) => same))(createRules());
    const derivation = derive(architecture, { depth, rules, strategy: fault.strategy ?? 'gershgorin' });
    const { parameterization } = derivation;
    const assignments = (fault.assignments ?? ((same) => same))(parameterization?.assignments ?? []);
    const lowered = lower({
      ...derivation,
      parameterization: parameterization === null ? null : { ...parameterization, assignments },
    });
    const faulty = inMemory((fault.program ?? ((same) => same))(lowered));
    const { assembly, lmi } = bareNetwork(architecture, depth);
    const change = fault.result ?? ((same) => same);
    return { ...faulty, constrain: (free, options) => change(faulty.constrain(free, options)), assembly, lmi };
  };
}

/** The rule with another conclusion; its name and its conditions stay. */
function mutated<S, T>(rule: Rule<S, T>, change: (target: T, source: S) => T): Rule<S, T> {
  return { ...rule, apply: (source) => change(rule.apply(source), source) };
}

type Change<R> = R extends Rule<infer S, infer T> ? (target: T, source: S) => T : never;
type Mutation = (rules: RuleBook) => RuleBook;

/** A rule of the rewriting lists by the end of its name, wherever it stands. */
export function rewrite(end: string, change: Change<RewriteRule>): Mutation {
  const swap = (list: readonly RewriteRule[]): readonly RewriteRule[] =>
    list.map((rule) => (rule.name.endsWith(end) ? mutated(rule, change) : rule));
  return (rules) => ({
    ...rules,
    bound: { ...rules.bound, rowSums: rules.bound.rowSums.map(swap), linearize: swap(rules.bound.linearize) },
  });
}

export const onLayer =
  (change: Change<FormRules['layer']>): Mutation =>
  (rules) => ({ ...rules, form: { ...rules.form, layer: mutated(rules.form.layer, change) } });
export const onGoal =
  (change: Change<FormRules['goal']>): Mutation =>
  (rules) => ({ ...rules, form: { ...rules.form, goal: mutated(rules.form.goal, change) } });
export const onReads =
  (change: Change<FormRules['reads']>): Mutation =>
  (rules) => ({ ...rules, form: { ...rules.form, reads: mutated(rules.form.reads, change) } });
export const onDisc =
  (change: Change<BoundRules['disc']>): Mutation =>
  (rules) => ({ ...rules, bound: { ...rules.bound, disc: mutated(rules.bound.disc, change) } });
export const onIsolate =
  (change: Change<BoundRules['isolate']>): Mutation =>
  (rules) => ({ ...rules, bound: { ...rules.bound, isolate: mutated(rules.bound.isolate, change) } });
export const onBudget =
  (change: Change<BoundRules['budget']>): Mutation =>
  (rules) => ({ ...rules, bound: { ...rules.bound, budget: mutated(rules.bound.budget, change) } });

/** Assignments of one kind that a rule made, changed. */
export function assigned<K extends Assignment['kind']>(
  kind: K,
  rule: string,
  change: (assignment: Extract<Assignment, { kind: K }>) => readonly Assignment[],
): (assignments: readonly Assignment[]) => readonly Assignment[] {
  return (assignments) =>
    assignments.flatMap((assignment) =>
      assignment.kind === kind && assignment.rule.endsWith(rule)
        ? change(assignment as Extract<Assignment, { kind: K }>)
        : [assignment],
    );
}

/** Operations of one kind, changed. */
export function operated<K extends Operation['kind']>(
  kind: K,
  change: (operation: Extract<Operation, { kind: K }>, program: Program) => Operation,
): (program: Program) => Program {
  return (program) => ({
    ...program,
    operations: program.operations.map((operation) =>
      operation.kind === kind ? change(operation as Extract<Operation, { kind: K }>, program) : operation,
    ),
  });
}
