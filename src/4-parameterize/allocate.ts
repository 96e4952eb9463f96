import type { Label } from '../base/label.js';
import { label, labelText } from '../base/label.js';
import { scalarSymbol, symbol } from '../expr/build.js';
import type { Role, SymbolNode } from '../expr/node.js';
import type { SymbolFacts } from '../expr/build.js';
import type { Naming } from '../expr/print.js';
import { plainName, text } from '../expr/print.js';
import { describe } from '../model/describe.js';
import { margins, pivotMargin } from '../model/margins.js';
import type { Layer, Network, Output, Read } from '../model/network.js';
import type { Assignment, Parameterization } from '../model/parameterization.js';
import type { AllocationSource, AllocationSymbols, LayerRecursion, MultiplierSource, ReadGroup, Recursion, Stack } from '../model/pivot.js';
import type { PivotStrategy } from '../model/strategy.js';
import type { Trace } from '../model/trace.js';
import { applyFirst } from '../rule/engine.js';
import type { AllocateRules, ParameterizeRules } from '../rule/rule-book.js';

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
  private readonly stacks = new Map<string, readonly Label[]>();
  private readonly recursion: Recursion;
  private readonly context: AllocateContext;
  private readonly network: Network;
  private readonly margin: { readonly layer: number; readonly output: number };

  constructor(recursion: Recursion, context: AllocateContext) {
    this.recursion = recursion;
    this.context = context;
    this.network = recursion.network;
    const { margin } = context.strategy;
    this.margin = { layer: margin ?? pivotMargin(recursion.layers.length), output: margin ?? margins.pivot };
  }

  run(): Parameterization {
    const { start, layers } = this.recursion;
    this.push({ kind: 'matrix', rule: start.rule, symbol: start.symbol, value: start.value });
    for (const layer of layers) this.layer(layer);
    this.output(this.network.output);
    return { network: this.network, assignments: this.assignments, free: this.free, stacks: this.stacks };
  }

  private layer(recursion: LayerRecursion): void {
    const { rules, strategy } = this.context;
    const { split } = recursion.source;
    const { layer } = split;
    const allocation = this.source(layer, layer.derived, `${labelText(layer.target)}`, this.margin.layer);
    const { derived, multiplier } = layer;
    const vector = (role: Role): SymbolNode => symbol(role, derived, { rows: multiplier.rows, columns: null });
    const diagonal = (role: Role): SymbolNode => symbol(role, derived, { rows: multiplier.rows, columns: multiplier.rows }, { diagonal: true, positive: true });
    const source: MultiplierSource = {
      allocation,
      split,
      upper: scalarSymbol('slope-upper', derived),
      room: diagonal('room'),
      spread: scalarSymbol('spread-slope', derived),
      logMultiplier: vector('free-multiplier'),
      logScale: vector('free-scale'),
      rowScale: diagonal('row-scale'),
    };
    this.clampFree(allocation, margins.largestFixed);
    this.all(rules.spread.apply(source));
    this.all(this.read(allocation));
    const free = strategy.multipliers === 'free';
    this.free.push(free ? source.logMultiplier : source.logScale);
    if (free && allocation.dense !== null) this.contract(allocation);
    this.all((free ? rules.free : rules.dominance).apply(source));
    this.solve(allocation);
    this.all(rules.carry.apply(recursion));
  }

  private output(output: Output): void {
    const { rules } = this.context;
    const { target, position } = output;
    const allocation = this.source(output, label(labelText(target)), labelText(target), this.margin.output);
    this.clampFree(allocation, margins.largestEntry);
    this.all(applyFirst([rules.factor], allocation, 'the output', position).target);
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
    const { rules } = this.context;
    return [...rules.factor.apply(allocation), ...rules.fixed.apply(allocation)];
  }

  private contract(allocation: AllocationSource): void {
    const { rules, strategy } = this.context;
    const { target } = applyFirst([rules.contraction[strategy.contraction]], allocation, allocation.name, this.network.output.position);
    this.all(target);
  }

  /** Dense weights hold Z at first, others themselves. */
  private clampFree({ groups }: AllocationSource, largestFixed: number): void {
    const clamp = (read: Read | null, bound: number): void => {
      if (read?.weight == null) return;
      const assignment = this.context.clamp.apply(read.weight);
      this.push(assignment.kind === 'clamp' ? { ...assignment, bound } : assignment);
    };
    for (const { absorber, fixed } of groups) {
      clamp(absorber, margins.largestFree);
      for (const read of fixed) clamp(read, absorber === null ? largestFixed : margins.largestAbsorbed);
    }
  }

  private source({ reads, target }: Layer | Output, at: Label, name: string, margin: number): AllocationSource {
    const groups = readGroups(reads, (signal) => this.network.dimension(signal));
    const isDense = (group: ReadGroup): boolean => group.absorber !== null;
    const [dense, fixed] = [groups.filter(isDense), groups.filter((group) => !isDense(group))];
    const ordered = [...dense, ...fixed];
    const width = this.network.dimension(target);
    const stacks = { joint: this.stack(ordered), dense: dense.length === 0 ? null : this.stack(dense), fixed: fixed.length === 0 ? null : this.stack(fixed) };
    return { name, width, groups: ordered, ...stacks, covariance: this.recursion.covariance, symbols: symbolsFor(at, width, stacks), margin };
  }

  private stack(groups: readonly ReadGroup[]): Stack {
    const signals = groups.map(({ signal }) => signal);
    const [only] = groups;
    if (only !== undefined && groups.length === 1) return { dimension: only.width, signals };
    const dimension = label(signals.map(labelText).join('+'));
    this.stacks.set(labelText(dimension), signals);
    return { dimension, signals };
  }

  private all(assignments: readonly Assignment[]): void {
    for (const assignment of assignments) this.push(assignment);
  }

  private push(assignment: Assignment): void {
    const { naming, trace } = this.context;
    this.assignments.push(assignment);
    trace.record(assignment.rule, shown(assignment, naming), describe(assignment, naming));
  }
}

function shown(assignment: Assignment, naming: Naming): string {
  if (assignment.kind === 'demand') return text(assignment.value, naming);
  if (assignment.kind === 'shrink') return assignment.weights.map((weight) => plainName(weight, naming)).join(', ');
  return plainName(assignment.kind === 'clamp' || assignment.kind === 'clip' ? assignment.weight : assignment.symbol, naming);
}

/** The reads by signal. The first dense weight on a signal is free to make up for whatever else reads it. */
function readGroups(reads: readonly Read[], dimension: Network['dimension']): readonly ReadGroup[] {
  const names = [...new Set(reads.map((read) => labelText(read.signal)))];
  return names.flatMap((name) => {
    const own = reads.filter((read) => labelText(read.signal) === name);
    const absorber = own.find(({ weight }) => weight !== null && !weight.diagonal) ?? null;
    const [first] = own;
    return first === undefined ? [] : [{ signal: first.signal, width: dimension(first.signal), absorber, fixed: own.filter((read) => read !== absorber) }];
  });
}

function symbolsFor(at: Label, width: Label, { joint, dense, fixed }: { readonly joint: Stack; readonly dense: Stack | null; readonly fixed: Stack | null }): AllocationSymbols {
  const none = width;
  const [r, d, f] = [joint.dimension, dense?.dimension ?? none, fixed?.dimension ?? none];
  // The covariance of a single signal has its symbol already.
  const covered = joint.signals.length === 1 ? (joint.signals[0] ?? r) : r;
  const make = (role: Role, rows: Label, columns: Label, facts: SymbolFacts = {}): SymbolNode => symbol(role, at, { rows, columns }, facts);
  const scalar = (role: Role, part: string): SymbolNode => symbol(role, at, { rows: null, columns: null }, { other: label(part) });
  return {
    stacked: symbol('covariance', covered, { rows: r, columns: r }, { other: covered }),
    factor: make('factor', r, r, { triangular: true }),
    denseFactor: make('factor', d, d, { triangular: true, other: label('dense') }),
    free: make('free', width, d),
    contraction: make('contraction', width, d),
    image: make('image', width, d),
    difference: make('image', width, d, { other: label('dense') }),
    solution: make('solution', width, d),
    fixedImage: make('fixed-image', width, f),
    diagonalImage: make('fixed-image', width, f, { other: label('diagonal') }),
    absorbedImage: (k) => make('fixed-image', width, d, { other: label(`absorbed ${k + 1}`) }),
    absorbedNorm: (k) => scalar('norm', `absorbed ${k + 1}`),
    absorbedShare: scalar('share', 'absorbed'),
    checked: make('reached', width, width, { other: label('check') }),
    checkedFactor: make('room-factor', width, width, { triangular: true, other: label('check') }),
    fixedSquare: make('fixed-square', width, width),
    reached: make('reached', width, width),
    roomFactor: make('room-factor', width, width, { triangular: true }),
    diagonalRoom: symbol('room-factor', at, { rows: width, columns: width }, { diagonal: true, positive: true, other: label('diagonal') }),
    contractionGram: make('reached', width, width, { other: label('Z') }),
    contractionFactor: make('room-factor', width, width, { triangular: true, other: label('Z') }),
    norm: scalar('norm', 'Z'),
    identityNorm: scalar('norm', 'identity'),
    columnScale: symbol('share', at, { rows: d, columns: d }, { diagonal: true, positive: true, other: label('columns') }),
    share: scalar('share', 'diagonal'),
  };
}
