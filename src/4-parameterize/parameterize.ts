import { labelText } from '../base/label.js';
import { abs, diag, fill, hadamard, number, product, rowSums, scale, sum, times, transpose } from '../expr/build.js';
import type { SymbolNode } from '../expr/node.js';
import { symbols } from '../expr/visit.js';
import type { Naming } from '../expr/naming.js';
import { plainName, text } from '../expr/print.js';
import { describe } from '../model/describe.js';
import type { Bounds, Constraint, Cycle } from '../model/inequality.js';
import type { Layer, Read } from '../model/network.js';
import type { Assignment, ConstraintSource, Parameterization } from '../model/parameterization.js';
import { scaledSymbols } from '../model/scaling.js';
import type { Scaled } from '../model/scaling.js';
import type { Trace } from '../model/trace.js';
import { uniformBlocks } from '../model/uniform.js';
import { applyFirst } from '../rule/apply-first.js';
import type { ParameterizeRules } from '../rule/rule-book.js';

/** Constraints in the order of evaluation → assignments. Only concrete depths have one. */
export function parameterize(bounds: Bounds, rules: ParameterizeRules, naming: Naming, trace: Trace): Parameterization {
  return new Sequence(bounds, rules, naming, trace).run();
}

class Sequence {
  private readonly assignments: Assignment[] = [];
  private readonly done = new Set<Constraint>();
  private readonly clamped = new Set<string>();
  private readonly byParameter = new Map<string, Constraint[]>();
  private readonly cycleOf = new Map<string, Cycle>();
  private readonly layerOf = new Map<string, Layer>();
  private readonly bounds: Bounds;
  private readonly rules: ParameterizeRules;
  private readonly naming: Naming;
  private readonly trace: Trace;
  private readonly uniform: (assignment: Assignment) => Assignment;
  private readonly lastBudget: Constraint | undefined;

  constructor(bounds: Bounds, rules: ParameterizeRules, naming: Naming, trace: Trace) {
    this.bounds = bounds;
    this.rules = rules;
    this.naming = naming;
    this.trace = trace;
    this.uniform = uniformBlocks(bounds.network);
    for (const constraint of bounds.constraints) {
      for (const parameter of constraint.parameters) {
        const list = this.byParameter.get(parameter.key);
        if (list === undefined) this.byParameter.set(parameter.key, [constraint]);
        else list.push(constraint);
      }
    }
    for (const cycle of bounds.cycles) {
      this.cycleOf.set(cycle.cap.key, cycle);
      this.cycleOf.set(cycle.between[0].key, cycle);
    }
    for (const { layer } of bounds.network.rows) if (layer !== null) this.layerOf.set(layer.multiplier.key, layer);
    const budgets = bounds.constraints.filter((constraint) => constraint.kind === 'budget');
    this.lastBudget = budgets[budgets.length - 1];
  }

  run(): Parameterization {
    const { network, scaling } = this.bounds;
    for (const scale of scaling?.symbols ?? [])
      this.push(this.rules.scale.apply(scale), () => plainName(scale, this.naming));
    for (const constraint of this.bounds.constraints) if (constraint.parameters.length === 0) this.demand(constraint);
    for (const { symbols } of this.bounds.order) {
      for (const node of symbols) {
        if (node.role === 'weight') this.weight(node);
        else if (node.role === 'cap') this.cap(node);
        else this.multiplier(node);
      }
    }
    for (const scaled of scaling === undefined ? [] : scaledSymbols(network, scaling).values()) this.scaleBack(scaled);
    return {
      network,
      assignments: this.assignments,
      start: 'dominant',
      ...(scaling === undefined ? {} : { free: scaling.symbols }),
    };
  }

  private scaleBack(scaled: Scaled): void {
    const shown = (): string => plainName(scaled.symbol, this.naming);
    this.push(applyFirst([this.rules.back], scaled, shown, this.bounds.network.output.position).target, shown);
  }

  private push(given: Assignment, shown: () => string): void {
    const assignment = this.uniform(given);
    this.assignments.push(assignment);
    this.trace.record(assignment.rule, () => [shown(), describe(assignment, this.naming)]);
  }

  private show(constraint: Constraint): string {
    return `${text(constraint.left, this.naming)} ${constraint.relation} ${text(constraint.right, this.naming)}`;
  }

  private clamp(weight: SymbolNode): void {
    if (this.clamped.has(weight.key)) return;
    this.clamped.add(weight.key);
    this.push(this.rules.clamp.apply(weight), () => plainName(weight, this.naming));
  }

  private meet(constraint: Constraint): void {
    if (this.done.has(constraint)) return;
    this.done.add(constraint);
    this.demand(constraint);
    for (const weight of constraint.parameters) if (weight.role === 'weight') this.clamp(weight);
    const source: ConstraintSource = { constraint, last: constraint === this.lastBudget };
    const { target } = applyFirst(
      this.rules.constraints,
      source,
      () => this.show(constraint),
      this.bounds.network.output.position,
    );
    this.push(target, () => this.show(constraint));
  }

  /** Everything about a weight but its budget: what can be met before any multiplier is known. */
  private candidate(weight: SymbolNode): void {
    this.clamp(weight);
    const own = this.byParameter.get(weight.key) ?? [];
    for (const constraint of own) if (constraint.kind === 'element-bound') this.meet(constraint);
    for (const constraint of own)
      if (constraint.kind === 'row-ball' || constraint.kind === 'block-ball') this.meet(constraint);
    const cycle = this.cycleOf.get(weight.key);
    // A constant cap is enforced; a measured one is what the weight turns out to have.
    if (cycle !== undefined && cycle.value !== null) {
      this.cap(cycle.cap);
      for (const constraint of own) if (constraint.kind === 'cap') this.meet(constraint);
    }
  }

  private weight(weight: SymbolNode): void {
    this.candidate(weight);
    for (const constraint of this.byParameter.get(weight.key) ?? []) {
      if (constraint.kind === 'budget' || constraint.kind === 'interval') this.meet(constraint);
    }
  }

  private readonly defined = new Set<string>();

  private cap(node: SymbolNode): void {
    const cycle = this.cycleOf.get(node.key);
    if (cycle === undefined || this.defined.has(node.key)) return;
    this.defined.add(node.key);
    // A measured cap is read off the candidate; a constant one is what the candidate will be held to.
    if (cycle.value === null) this.candidate(cycle.between[0]);
    this.push(this.rules.cap.apply({ cycle }), () => `cap of ${plainName(cycle.between[0], this.naming)}`);
  }

  private multiplier(node: SymbolNode): void {
    const layer = this.layerOf.get(node.key);
    if (layer === undefined) throw new Error(`no layer for ${node.key}`);
    for (const read of layer.reads) if (read.weight !== null) this.candidate(read.weight);
    for (const constraint of this.byParameter.get(node.key) ?? []) this.meet(constraint);
    for (const read of layer.reads) this.guard(layer, read);
  }

  /** The layer's part in the row of the hidden signal that it reads, bounded by its triangle form. */
  private guard(layer: Layer, read: Read): void {
    const { weight } = read;
    if (weight === null || labelText(read.signal) === labelText(this.bounds.network.input)) return;
    const width = layer.multiplier.rows;
    const size = Math.abs(read.coefficient);
    const sums = layer.reads.map((other) =>
      scale(
        Math.abs(other.coefficient),
        [],
        other.weight === null ? fill(number(1), width) : rowSums(abs(other.weight)),
      ),
    );
    const factor = sum([
      fill(abs(layer.slopeSum), width),
      times(scale(2, [abs(layer.slopeProduct)], number(1)), sum(sums)),
    ]);
    const demand = hadamard([diag(layer.multiplier), factor]);
    const usage = scale(
      size,
      [],
      weight.diagonal ? hadamard([rowSums(abs(weight)), demand]) : product([transpose(abs(weight)), demand]),
    );
    this.push(this.rules.guard.apply({ weight, usage }), () => `row of ${labelText(read.signal)}`);
  }

  /**
   * A limit from which something fixed is subtracted must leave something: that is for the given slopes and 𝓛 to say.
   */
  private demand(constraint: Constraint): void {
    for (const node of [...symbols(constraint.left), ...symbols(constraint.right)])
      if (node.role === 'cap') this.cap(node);
    const source: ConstraintSource = { constraint, last: false };
    if (this.rules.demand.refuses(source) === null)
      this.push(this.rules.demand.apply(source), () => this.show(constraint));
  }
}
