import { labelText } from '../base/label.js';
import { plainName, text } from '../expr/print.js';
import type { Naming } from '../expr/naming.js';
import type { SymbolNode } from '../expr/node.js';
import { describe } from '../model/describe.js';
import { margins } from '../model/margins.js';
import type { Read } from '../model/network.js';
import type { Assignment, Parameterization } from '../model/parameterization.js';
import type { AllocationSource, LayerRecursion, MultiplierSource, Recursion } from '../model/pivot.js';
import type { PivotStrategy } from '../model/strategy.js';
import type { Trace } from '../model/trace.js';
import { uniformBlocks } from '../model/uniform.js';
import type { Rule } from '../rule/contract.js';
import { applyFirst } from '../rule/apply-first.js';
import type { AllocateRules, ParameterizeRules } from '../rule/rule-book.js';
import { Sources } from './sources.js';
import { usedPart } from './used-part.js';

export interface AllocateContext {
  readonly rules: AllocateRules;
  readonly clamp: ParameterizeRules['clamp'];
  readonly strategy: PivotStrategy;
  readonly naming: Naming;
  readonly trace: Trace;
}

/**
 * The recursion → assignments: layer by layer the factor of what is read, the multiplier and the weights inside their
 * pivot, then the recursion itself with the weights as they were rounded, which the next layer starts from.
 */
export function allocate(recursion: Recursion, context: AllocateContext): Parameterization {
  return new Allocation(recursion, context).run();
}

class Allocation {
  private readonly assignments: Assignment[] = [];
  private readonly free: SymbolNode[] = [];
  private readonly recursion: Recursion;
  private readonly context: AllocateContext;
  private readonly sources: Sources;
  private readonly uniform: (assignment: Assignment) => Assignment;

  constructor(recursion: Recursion, context: AllocateContext) {
    this.recursion = recursion;
    this.context = context;
    this.sources = new Sources(recursion, context.strategy);
    this.uniform = uniformBlocks(recursion.network);
  }

  run(): Parameterization {
    const { start, layers } = this.recursion;
    this.push({ kind: 'matrix', rule: start.rule, symbol: start.symbol, value: start.value });
    for (const layer of layers) this.layer(layer);
    this.output();
    return {
      network: this.recursion.network,
      assignments: this.assignments,
      free: this.free,
      stacks: this.sources.stacks,
    };
  }

  private layer(recursion: LayerRecursion): void {
    const { rules, strategy } = this.context;
    const source = this.sources.layer(recursion);
    const { allocation } = source;
    this.clampFree(allocation, margins.largestFixed, margins.largestAbsorbed);
    this.all(usedPart(source, rules));
    this.all(this.read(allocation));
    const free = strategy.multipliers === 'free';
    this.free.push(free ? source.logMultiplier : source.logScale);
    if (free && allocation.dense !== null) this.contract(allocation);
    const { position, target } = source.split.layer;
    const multiplier: readonly Rule<MultiplierSource, readonly Assignment[]>[] = [free ? rules.free : rules.dominance];
    this.all(applyFirst(multiplier, source, `the multiplier of ${labelText(target)}`, position).target);
    this.solve(allocation);
    this.all(rules.carry.apply(recursion));
  }

  private output(): void {
    const { rules } = this.context;
    const { position } = this.recursion.network.output;
    const allocation = this.sources.output();
    this.clampFree(allocation, margins.largestEntry, margins.largestEntry);
    this.all(applyFirst([rules.factor], allocation, 'the output', position).target);
    if (rules.rounding.refuses(allocation) === null) this.all(rules.rounding.apply(allocation));
    if (rules.absorb.refuses(allocation) === null) this.all(rules.absorb.apply(allocation));
    if (rules.share.refuses(allocation) === null) this.all(rules.share.apply(allocation));
    this.all(rules.fixed.apply(allocation));
    if (allocation.dense !== null) this.contract(allocation);
    this.all(rules.output.apply(allocation));
    this.solve(allocation);
    this.all(rules.check.apply({ allocation, bound: this.recursion.output }));
  }

  private solve(allocation: AllocationSource): void {
    const { solve } = this.context.rules;
    if (solve.refuses(allocation) === null) this.all(solve.apply(allocation));
  }

  private read(allocation: AllocationSource): readonly Assignment[] {
    return readRules(this.context.rules).flatMap((rule) =>
      rule.refuses(allocation) === null ? rule.apply(allocation) : [],
    );
  }

  private contract(allocation: AllocationSource): void {
    const { rules, strategy } = this.context;
    const { target } = applyFirst(
      [rules.contraction[strategy.contraction]],
      allocation,
      allocation.name,
      this.recursion.network.output.position,
    );
    this.all(target);
  }

  /** Dense weights hold Z at first, others themselves. */
  private clampFree({ groups }: AllocationSource, largestFixed: number, largestAbsorbed: number): void {
    const clamp = (read: Read | null, bound: number): void => {
      if (read === null || read.weight === null) return;
      const assignment = this.context.clamp.apply(read.weight);
      this.push(assignment.kind === 'clamp' ? { ...assignment, bound } : assignment);
    };
    for (const { absorber, fixed } of groups) {
      clamp(absorber, margins.largestFree);
      for (const read of fixed) clamp(read, absorber === null ? largestFixed : largestAbsorbed);
    }
  }

  private all(assignments: readonly Assignment[]): void {
    for (const assignment of assignments) this.push(assignment);
  }

  private push(given: Assignment): void {
    const { naming, trace } = this.context;
    const assignment = this.uniform(given);
    this.assignments.push(assignment);
    trace.record(assignment.rule, shown(assignment, naming), describe(assignment, naming));
  }
}

/** What is known of the reads of a layer before its multiplier and its dense weights are chosen. */
export const readRules = ({ factor, fixed, rounding }: AllocateRules): readonly AllocateRules['factor'][] => [
  factor,
  fixed,
  rounding,
];

function shown(assignment: Assignment, naming: Naming): string {
  if (assignment.kind === 'demand') return text(assignment.value, naming);
  if (assignment.kind === 'shrink') return assignment.weights.map((weight) => plainName(weight, naming)).join(', ');
  return plainName(
    assignment.kind === 'clamp' || assignment.kind === 'clip' ? assignment.weight : assignment.symbol,
    naming,
  );
}
