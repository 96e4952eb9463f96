import * as kinds from '../model/symbols.js';
import type { Label } from '../base/label.js';
import { label, labelText } from '../base/label.js';
import { number, quotient, symbol, transpose } from '../expr/build.js';
import type { Expression, SymbolNode } from '../expr/node.js';
import { isotropicOf, tiesOf } from './ties.js';
import type { Naming } from '../expr/naming.js';
import { letterText, plainName, text } from '../expr/print.js';
import type { Bounds, Constraint, OrderEntry } from '../model/inequality.js';
import { propertyText } from '../model/form-text.js';
import type { BlockRow, Lmi } from '../model/lmi.js';
import type { AffineSum, Layer, Network } from '../model/network.js';
import type {
  Covariance,
  Definition,
  FormOfLayer,
  GoalSource,
  LayerRecursion,
  LayerSource,
  IsotropicOutput,
  IsotropicTie,
  Recursion,
  SumRecursion,
  SumSource,
} from '../model/pivot.js';
import type { Trace } from '../model/trace.js';
import { applyFirst } from '../rule/apply-first.js';
import type { PivotRules } from '../rule/rule-book.js';

export interface EliminateContext {
  readonly rules: PivotRules;
  readonly naming: Naming;
  readonly trace: Trace;
}

/**
 * The LMI → its block LDLᵀ factorization, one pivot a layer in the order of the signals, made of the supply and of the
 * forms of the layers. Only covariances that a later layer or the output reads are carried along; at symbolic depth
 * letters i and j stand for all of them.
 * @throws LW401 for a property or a form that has no such factorization
 */
export function eliminate(lmi: Lmi, context: EliminateContext): Recursion {
  return new Elimination(lmi, context).run();
}

class Elimination {
  private readonly lmi: Lmi;
  private readonly network: Network;
  private readonly rules: PivotRules;
  private readonly naming: Naming;
  private readonly trace: Trace;
  private readonly place: ReadonlyMap<string, number>;
  /** By h′. */
  private readonly ties: ReadonlyMap<string, IsotropicTie>;
  /** The signals T w of ties. */
  private readonly between: ReadonlySet<string>;
  private readonly isotropic: (signal: Label) => Expression | null;
  /** The last layer (as a place in the rows) that reads a signal; Infinity for the output. */
  private readonly lastReader: ReadonlyMap<string, number>;

  constructor(lmi: Lmi, { rules, naming, trace }: EliminateContext) {
    const { network } = lmi;
    this.lmi = lmi;
    this.network = network;
    this.rules = rules;
    this.naming = naming;
    this.trace = trace;
    const ties = tiesOf(network);
    const isotropic = isotropicOf(network, ties, quotient(number(1), lmi.supply.input));
    this.isotropic = isotropic;
    this.ties = new Map(
      [...ties].flatMap(([name, tie]): (readonly [string, IsotropicTie])[] => {
        const covariance = isotropic(tie.from);
        return covariance === null ? [] : [[name, { ...tie, covariance }]];
      }),
    );
    this.between = new Set(
      [...this.ties.values()].flatMap(({ between }) => (between === null ? [] : [labelText(between)])),
    );
    this.place = new Map(network.rows.map(({ signal }, at) => [labelText(signal), at]));
    const last = new Map<string, number>();
    network.rows.forEach(({ signal, layer, sum }, at) => {
      // What is tied says of itself all that there is to say.
      if (this.isTied(signal)) return;
      (layer ?? sum)?.reads.forEach((read) => last.set(labelText(read.signal), at));
    });
    for (const read of network.output.reads) last.set(labelText(read.signal), Infinity);
    this.lastReader = last;
  }

  run(): Recursion {
    const { network, rules, lmi } = this;
    const { supply } = lmi;
    const covariance: Covariance = (a, b) => this.covariance(a, b);
    const goal: GoalSource = { network, supply, covariance };
    const { position } = network.output;
    const { target: start } = applyFirst([rules.input], goal, () => 'the input', position);
    this.record(start);
    const layers: LayerRecursion[] = [];
    const sums: SumRecursion[] = [];
    lmi.rows.forEach((row, at) => {
      const sum = network.rows[at]?.sum ?? null;
      if (row.layer !== null && row.form !== null)
        layers.push(this.layer(row, { layer: row.layer, form: row.form }, at));
      else if (sum !== null) sums.push(this.sum(sum, at, layers.length));
    });
    const { target: output, rule } = applyFirst([rules.output], goal, () => 'the output', position);
    this.trace.record(rule.name, () => [propertyText(supply, this.naming), this.show(output)]);
    return { network, supply, start, layers, sums, isotropic: this.isotropicOutput(), output, covariance };
  }

  private isTied(signal: Label): boolean {
    return this.ties.has(labelText(signal)) || this.between.has(labelText(signal));
  }

  private isotropicOutput(): IsotropicOutput | null {
    const { output } = this.network;
    const [read, ...more] = output.reads;
    if (read?.weight !== null || more.length > 0 || !this.ties.has(labelText(read.signal))) return null;
    const covariance = this.isotropic(read.signal);
    if (covariance === null) return null;
    return { name: labelText(output.target), coefficient: read.coefficient, covariance, ties: [...this.ties.values()] };
  }

  /** The last place that reads a signal; −1 where none does. */
  private read(signal: Label): number {
    return this.lastReader.get(labelText(signal)) ?? -1;
  }

  /** The signals before a place that it or a later one reads. */
  private readFrom(at: number): readonly Label[] {
    return this.network.rows
      .slice(0, at)
      .map(({ signal }) => signal)
      .filter((signal) => this.read(signal) >= at);
  }

  private sum(sum: AffineSum, at: number, place: number): SumRecursion {
    const source: SumSource = {
      sum,
      width: this.network.dimension(sum.target),
      covariance: (a, b) => this.covariance(a, b),
      symbolOf: (a, b) => this.symbolOf(a, b),
      before: this.readFrom(at),
      wanted: this.read(sum.target) >= 0,
      tie: this.ties.get(labelText(sum.target)) ?? null,
    };
    const definitions = applyFirst(this.rules.affine, source, () => labelText(sum.target), sum.position).target;
    definitions.forEach((each) => this.record(each));
    return { source, definitions, place };
  }

  private layer(row: BlockRow, given: FormOfLayer, at: number): LayerRecursion {
    const { rules, network } = this;
    const { layer } = given;
    const symbolic = network.depth === null;
    const { target: split, rule } = applyFirst([rules.split], given, () => labelText(layer.target), layer.position);
    this.trace.record(rule.name, () => [
      `${labelText(layer.target)} = phi(…)`,
      `coefficients ${text(split.mixed, this.naming)} and −${text(split.own, this.naming)}`,
    ]);
    const width = layer.multiplier.rows;
    // Letters for any signal, which no signal has for a name.
    const [i, j] = [label(this.naming.first), label(this.naming.second)];
    const before = symbolic ? [j] : this.readFrom(at);
    const after = symbolic ? [j] : before.filter((signal) => this.read(signal) > at);
    const source: LayerSource = {
      split,
      span: row.span,
      drive: this.driveOf(layer),
      covariance: (a, b) => this.covariance(a, b),
      symbolOf: (a, b) => this.symbolOf(a, b),
      before,
      after,
      pairs: symbolic ? [[i, j]] : after.flatMap((a, k) => after.slice(k).map((b) => [a, b] as const)),
      wanted: symbolic || this.read(layer.target) >= 0,
      pivot: symbol(kinds.pivot, layer.derived, { rows: width, columns: width }),
      gain: symbol(kinds.gain, layer.derived, { rows: width, columns: width }),
    };
    const driven = rules.driven.apply(source);
    const { definition, constraint } = rules.pivot.apply(source);
    const definitions = [...driven, definition, ...rules.conditioning.apply(source), ...rules.activation.apply(source)];
    definitions.forEach((each) => this.record(each));
    this.trace.record(definition.rule, () => [
      `${letterText(this.naming.form)} ≻ 0 with ${labelText(layer.target)}`,
      this.show(constraint),
    ]);
    return { source, definitions, constraint };
  }

  /** The pre-activation of `w[l]` is `v[l]`, with the family's name where there are several. */
  private driveOf({ derived }: Layer): Label {
    const name = this.naming['pre-activation'];
    return label(derived.name === '' ? name : `${name}_${derived.name}`, derived.index);
  }

  private isDrive(at: Label): boolean {
    const name = this.naming['pre-activation'];
    return at.name === name || at.name.startsWith(`${name}_`);
  }

  private width(at: Label): Label {
    if (!this.isDrive(at)) return this.network.dimension(at);
    const layer = this.network.rows.find(
      (row) => row.layer !== null && labelText(this.driveOf(row.layer)) === labelText(at),
    )?.layer;
    return this.network.dimension(layer?.target ?? at);
  }

  private symbolOf(a: Label, b: Label): SymbolNode {
    return symbol(kinds.covariance, a, { rows: this.width(a), columns: this.width(b) }, { other: b });
  }

  /** The first of two signals names the rows of their block; a pre-activation comes after every signal before it. */
  private covariance(a: Label, b: Label): Expression {
    const order = (at: Label): number => (this.isDrive(at) ? Infinity : (this.place.get(labelText(at)) ?? 0));
    return order(a) <= order(b) || this.network.depth === null ? this.either(a, b) : transpose(this.symbolOf(b, a));
  }

  /** At symbolic depth all pairs are written as they come, but for a pre-activation, which always stands second. */
  private either(a: Label, b: Label): Expression {
    return this.isDrive(a) && !this.isDrive(b) ? transpose(this.symbolOf(b, a)) : this.symbolOf(a, b);
  }

  private show(constraint: Constraint): string {
    return `${text(constraint.left, this.naming)} ${constraint.relation} ${text(constraint.right, this.naming)}`;
  }

  private record({ rule, symbol: made, value, update }: Definition): void {
    this.trace.record(rule, () => {
      const name = plainName(made, this.naming);
      return [update ? `${name} before` : name, `${name} := ${text(value, this.naming)}`];
    });
  }
}

/** The recursion as constraints in an order in which they can be met: every layer after the layers that it reads. */
export function boundsOf({ network, layers, output }: Recursion): Bounds {
  const order = layers.map(({ source, constraint }): OrderEntry => ({
    symbols: constraint.parameters,
    span: source.span,
    direction: 'up',
  }));
  return {
    network,
    rows: [],
    constraints: [...layers.map(({ constraint }) => constraint), output],
    cycles: [],
    order: [...order, { symbols: output.parameters, span: null, direction: 'up' }],
  };
}
