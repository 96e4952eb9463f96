import type { Position } from '../base/diagnostic.js';
import { labelText } from '../base/label.js';
import { plainName, text } from '../expr/print.js';
import type { Naming } from '../expr/naming.js';
import type { SymbolNode } from '../expr/node.js';
import { describe } from '../model/describe.js';
import { margins } from '../model/margins.js';
import type { Read } from '../model/network.js';
import type { Assignment, Parameterization } from '../model/parameterization.js';
import type { AllocationSource, LayerRecursion, Recursion, SumRecursion } from '../model/pivot.js';
import type { PivotStrategy } from '../model/strategy.js';
import type { Trace } from '../model/trace.js';
import { uniformBlocks } from '../model/uniform.js';
import type { AllocateRules, PivotSteps } from '../rule/allocation.js';
import type { ParameterizeRules } from '../rule/rule-book.js';
import { OwnedWeights } from './owned-weights.js';
import { Sources } from './sources.js';
import { walk } from './walk.js';

export interface AllocateContext {
  readonly rules: AllocateRules;
  readonly clamp: ParameterizeRules['clamp'];
  readonly strategy: PivotStrategy;
  readonly naming: Naming;
  readonly trace: Trace;
}

/**
 * The recursion → assignments: the rules of the strategy one after the other, layer by layer. Each layer ends with the
 * recursion itself with the weights as they were rounded, which the next layer starts from.
 */
export function allocate(recursion: Recursion, context: AllocateContext): Parameterization {
  return new Allocation(recursion, context).run();
}

class Allocation {
  private readonly assignments: Assignment[] = [];
  private readonly free: SymbolNode[] = [];
  private readonly recursion: Recursion;
  private readonly context: AllocateContext;
  private readonly steps: PivotSteps;
  private readonly saturates: boolean;
  private readonly sources: Sources;
  private readonly owned: OwnedWeights;
  private readonly uniform: (assignment: Assignment) => Assignment;

  constructor(recursion: Recursion, context: AllocateContext) {
    this.recursion = recursion;
    this.context = context;
    this.steps = context.rules.steps(context.strategy);
    this.saturates = context.rules.contraction(context.strategy).saturates;
    this.sources = new Sources(recursion, context.strategy, this.saturates);
    this.uniform = uniformBlocks(recursion.network);
    this.owned = new OwnedWeights(recursion);
  }

  run(): Parameterization {
    const { start, layers, sums, network } = this.recursion;
    this.push({ kind: 'matrix', rule: start.rule, symbol: start.symbol, value: start.value });
    for (let place = 0; place <= layers.length; place += 1) {
      for (const sum of sums) if (sum.place === place) this.sum(sum);
      const layer = layers[place];
      if (layer !== undefined) this.layer(layer);
    }
    const { isotropic } = this.recursion;
    if (isotropic === null) this.output(network.output.position);
    else
      for (const { assignments } of walk(this.steps.isotropic, isotropic, () => 'the output', network.output.position))
        for (const assignment of assignments) this.push(assignment);
    const begin = this.saturates ? 'orthonormal' : 'sphere';
    return { network, assignments: this.assignments, start: begin, free: this.free, stacks: this.sources.stacks };
  }

  /** Its weights are what the free numbers are, within bounds. */
  private sum({ source, definitions }: SumRecursion): void {
    const { target, reads, position } = source.sum;
    for (const { weight } of reads) {
      if (weight === null || !this.owned.isFree(weight, source.sum)) continue;
      this.clamp(weight, margins.largestSummand);
      this.push({ kind: 'keep', rule: this.context.clamp.name, symbol: weight });
    }
    for (const { rule, symbol, value } of definitions) this.push({ kind: 'matrix', rule, symbol, value });
    for (const { assignments } of walk(this.steps.sum, source, () => labelText(target), position))
      for (const assignment of assignments) this.push(assignment);
  }

  private clamp(weight: SymbolNode, bound: number): void {
    const assignment = this.context.clamp.apply(weight);
    this.push(assignment.kind === 'clamp' ? { ...assignment, bound } : assignment);
  }

  private layer(recursion: LayerRecursion): void {
    const source = this.sources.layer(recursion);
    const { target, position } = source.split.layer;
    this.clampFree(source.allocation, margins.largestFixed, margins.largestAbsorbed);
    for (const { rule, assignments } of walk(this.steps.layer, source, () => labelText(target), position)) {
      this.free.push(...(rule.free?.(source) ?? []));
      for (const assignment of assignments) this.push(assignment);
    }
  }

  private output(position: Position): void {
    const allocation = this.sources.output();
    this.clampFree(allocation, margins.largestEntry, margins.largestEntry);
    const source = { allocation, bound: this.recursion.output };
    for (const { assignments } of walk(this.steps.output, source, () => 'the output', position))
      for (const assignment of assignments) this.push(assignment);
  }

  /** Dense weights hold Z at first, others themselves. */
  private clampFree({ groups }: AllocationSource, largestFixed: number, largestAbsorbed: number): void {
    const clamp = (read: Read | null, bound: number): void => {
      if (read !== null && read.weight !== null) this.clamp(read.weight, bound);
    };
    for (const { absorber, fixed } of groups) {
      clamp(absorber, margins.largestFree);
      for (const read of fixed) clamp(read, absorber === null ? largestFixed : largestAbsorbed);
    }
  }

  private push(given: Assignment): void {
    const { naming, trace } = this.context;
    const assignment = this.uniform(given);
    this.assignments.push(assignment);
    trace.record(assignment.rule, () => [shown(assignment, naming), describe(assignment, naming)]);
  }
}

function shown(assignment: Assignment, naming: Naming): string {
  if (assignment.kind === 'demand') return text(assignment.value, naming);
  if (assignment.kind === 'shrink') return assignment.weights.map((weight) => plainName(weight, naming)).join(', ');
  return plainName(
    assignment.kind === 'clamp' || assignment.kind === 'clip' ? assignment.weight : assignment.symbol,
    naming,
  );
}
