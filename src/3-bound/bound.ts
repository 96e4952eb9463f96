import { fail } from '../base/diagnostic.js';
import type { Position } from '../base/diagnostic.js';
import type { Label } from '../base/label.js';
import { labelText } from '../base/label.js';
import { abs, diag, fill, number, quotient, scale, subtract, sum, summands } from '../expr/build.js';
import { asGram, absoluteRowSumBody, multipliersOf, weightsOf } from '../expr/gram.js';
import type { Expression, SymbolNode } from '../expr/node.js';
import type { Naming } from '../expr/naming.js';
import { text } from '../expr/print.js';
import { instantiate, mentions } from '../expr/visit.js';
import type { BudgetSource, Cap, ImpliedSource, MultiplierBound, NumeratorSource } from '../model/bounding.js';
import type { Bounds, Constraint, Cycle, RowInequality } from '../model/inequality.js';
import type { Lmi } from '../model/lmi.js';
import type { Layer, Network, Segment, SignalRow, Span } from '../model/network.js';
import type { RowStrategy } from '../model/strategy.js';
import type { Trace } from '../model/trace.js';
import type { RewriteRule } from '../rule/contract.js';
import { applyFirst } from '../rule/apply-first.js';
import { rewriteAll } from '../rule/engine.js';
import type { BoundRules } from '../rule/rule-book.js';
import { capBudget, capsOf, touchedBy } from './caps.js';
import { evaluationOrder } from './order.js';
import { tasksOf } from './tasks.js';

export interface BoundContext {
  readonly rules: BoundRules;
  readonly strategy: RowStrategy;
  readonly naming: Naming;
  readonly trace: Trace;
}

/** A row with a multiplier, solved for it while all weights still stand as they are. */
interface OpenRow {
  readonly row: SignalRow;
  readonly layer: Layer;
  readonly total: Expression;
  readonly open: MultiplierBound;
  readonly ball: Constraint;
}

const show = (constraint: Constraint, print: (node: Expression) => string): string =>
  `${print(constraint.left)} ${constraint.relation} ${print(constraint.right)}`;

/** Block rows → discs → inequalities → constraints on parameters → an order in which they can be met. */
export function bound(lmi: Lmi, context: BoundContext): Bounds {
  const { network } = lmi;
  const { rules, trace, naming } = context;
  refuseSums(network);
  const print = (node: Expression): string => text(node, naming);
  const rowOf = new Map(network.rows.map((row) => [labelText(row.signal), row]));
  const shown: RowInequality[] = [];
  const open: OpenRow[] = [];
  const budgets: Constraint[] = [];
  for (const blockRow of lmi.rows) {
    const row = rowOf.get(labelText(blockRow.signal));
    if (row === undefined) throw new Error(`no row ${labelText(blockRow.signal)}`);
    const position = row.layer?.position ?? network.output.position;
    const { target: disc, rule } = applyFirst(
      [rules.disc],
      blockRow,
      () => `block row ${labelText(blockRow.signal)}`,
      position,
    );
    trace.record(rule.name, () => [
      `block row ${labelText(blockRow.signal)}`,
      `${print(sum([disc.centre, disc.radius]))} ≤ 0`,
    ]);
    const total = inPhases(rules.rowSums, sum([disc.centre, disc.radius]), print, trace);
    shown.push({ ...disc, centre: quietly(rules, disc.centre), radius: quietly(rules, disc.radius) });
    if (row.layer === null) budgets.push(...budget(row, total, network, context, position));
    else open.push(openRow(row, row.layer, total, context));
  }
  const ballOf = ballFinder(open);
  const layers = open.map((item) => ({ ...item, constraints: layerConstraints(item, network, ballOf, context) }));
  const constraints = [...budgets, ...layers.flatMap((item) => item.constraints)];
  const cycles = open.flatMap((item) => cyclesOf(item, network, budgets, context));
  const scaled = lmi.scaling === undefined ? {} : { scaling: lmi.scaling };
  return {
    network,
    rows: shown,
    constraints,
    cycles,
    order: evaluationOrder(tasksOf(network, constraints, cycles)),
    ...scaled,
  };
}

/** Rows bound single weights, each of which stands in one place. @throws LW401, LW208 */
function refuseSums({ rows, output }: Network): void {
  const seen = new Set<string>();
  for (const { layer, sum } of rows) {
    if (sum !== null)
      fail(
        'LW401',
        `the affine signal ${labelText(sum.target)} under a strategy by rows`,
        'strategy pivot: products of weights have no row bound here',
        sum.position,
      );
    for (const { weight, position } of layer?.reads ?? []) tied(weight, position);
  }
  for (const { weight, position } of output.reads) tied(weight, position);

  function tied(weight: SymbolNode | null, position: Position): void {
    if (weight === null) return;
    if (seen.has(weight.key))
      fail(
        'LW208',
        labelText(weight.label),
        'an index or a name of its own for every layer: rows bound each by itself',
        position,
      );
    seen.add(weight.key);
  }
}

/** The same rewriting for display, which the trace has already shown. */
function quietly(rules: BoundRules, expression: Expression): Expression {
  return inPhases(rules.rowSums, expression, () => '', { record: () => undefined });
}

/** Each phase runs to its end before the next begins: a diagonal must be absorbed before it is written out. */
function inPhases(
  phases: readonly (readonly RewriteRule[])[],
  expression: Expression,
  print: (node: Expression) => string,
  trace: Trace,
): Expression {
  return phases.reduce((current, rules) => rewriteAll(rules, current, print, trace), expression);
}

function isolate(layer: Layer, total: Expression, { rules, trace, naming }: BoundContext): MultiplierBound {
  const print = (node: Expression): string => text(node, naming);
  const { rule, target } = applyFirst(
    [rules.isolate],
    { total, multiplier: layer.multiplier },
    () => print(total),
    layer.position,
  );
  trace.record(rule.name, () => [
    `${print(total)} ≤ 0`,
    `${print(target.divisor)} > 0, ${print(diag(layer.multiplier))} ≥ ${print(target.bound)}`,
  ]);
  return target;
}

function openRow(row: SignalRow, layer: Layer, total: Expression, context: BoundContext): OpenRow {
  const { rules, trace, naming } = context;
  const print = (node: Expression): string => text(node, naming);
  const solved = isolate(layer, total, context);
  const { rule, target: ball } = applyFirst(
    [rules.ball],
    { layer, span: row.span, divisor: solved.divisor },
    () => print(solved.divisor),
    layer.position,
  );
  if (!isCall(layer)) trace.record(rule.name, () => [`${print(solved.divisor)} > 0`, show(ball, print)]);
  return { row, layer, total, open: solved, ball };
}

/** The row ball of any layer: as it stands, or the representative's with its letter moved on (w[l] → w[l+1]). */
function ballFinder(open: readonly OpenRow[]): (layer: Layer) => Constraint | null {
  const exact = new Map(open.map((item) => [labelText(item.layer.target), item.ball]));
  const loops = new Map(
    open.filter((item) => item.layer.target.index?.base === 'loop').map((item) => [item.layer.target.name, item.ball]),
  );
  return ({ target }) => {
    const known = exact.get(labelText(target));
    if (known !== undefined) return known;
    const ball = loops.get(target.name);
    if (ball === undefined || target.index === null) return null;
    const move = (node: Expression): Expression => instantiate(node, { loop: target.index, depth: null });
    const parameters = ball.parameters.map(move).filter((node): node is SymbolNode => node.kind === 'symbol');
    return { ...ball, parameters, left: move(ball.left), right: move(ball.right) };
  };
}

function layerConstraints(
  item: OpenRow,
  network: Network,
  ballOf: (layer: Layer) => Constraint | null,
  context: BoundContext,
): readonly Constraint[] {
  const { row, layer, total, open, ball } = item;
  const { rules, strategy, trace, naming } = context;
  const print = (node: Expression): string => text(node, naming);
  const own = capsOf(network, rules.cap, [{ layer, span: row.span }]);
  const caps = [...own, ...capsOf(network, rules.cap, row.readers)];
  for (const cap of own)
    trace.record(rules.cap.name, () => [
      `${print(cap.constraint.left)} stands in the row of the multiplier that bounds it`,
      show(cap.constraint, print),
    ]);
  const { touched, rest } = touchedBy(total, caps);
  const linear =
    touched.length === 0 ? total : sum([...rest, rewriteAll(rules.linearize, sum(touched), print, trace)], total);
  const capped = caps.reduce((all, cap) => cap.replaceAll(all), linear);
  const closed = capped.key === total.key ? open : isolate(layer, capped, context);
  const multiplier: Constraint = {
    kind: 'multiplier-bound',
    parameters: [layer.multiplier],
    left: diag(layer.multiplier),
    relation: '>=',
    right: closed.bound,
    onlyIfPositive: null,
    row: layer.target,
    span: row.span,
  };
  const elements = row.readers.flatMap((segment) =>
    elementConstraints(segment, row.span, open.numerator, network, ballOf, context),
  );
  const balls = isCall(layer)
    ? blockBalls(layer, row.span, context)
    : strategy.cap === 'measured'
      ? [ball]
      : besideCaps(ball, own);
  if (!isCall(layer) && strategy.cap !== 'measured' && own.length > 0)
    for (const rest of balls) trace.record(rules.cap.name, () => [show(ball, print), show(rest, print)]);
  return [...balls, ...own.map((cap) => cap.constraint), ...elements, multiplier];
}

/** The divisor of a block's call is 2, whatever its weights; they have a bound of their own. */
function blockBalls(layer: Layer, span: Span | null, { rules, trace, naming }: BoundContext): readonly Constraint[] {
  const source = { layer, span };
  if (rules.block.refuses(source) !== null) return [];
  const made = rules.block.apply(source);
  trace.record(rules.block.name, () => [
    `the call of a block in ${labelText(layer.target)}`,
    show(made, (node) => text(node, naming)),
  ]);
  return [made];
}

const isCall = ({ activation }: Layer): boolean => activation?.kind === 'block';

/** With constant caps, the other weights of the layer get what the caps leave of the row ball. */
function besideCaps(ball: Constraint, caps: readonly Cap[]): readonly Constraint[] {
  const left = caps.reduce((all, cap) => cap.replaceAll(all), ball.left);
  const free = summands(left).filter((term) => weightsOf(term).length > 0);
  const spent = summands(left).filter((term) => weightsOf(term).length === 0);
  if (caps.length === 0) return [ball];
  // No weight is left to choose, but identity reads and the caps together must still fit into the ball.
  if (free.length === 0) return [{ ...ball, parameters: [], left: sum(spent, ball.right) }];
  return [
    { ...ball, parameters: weightsOf(sum(free)), left: sum(free), right: subtract(ball.right, sum(spent, ball.right)) },
  ];
}

function elementConstraints(
  segment: Segment,
  rowSpan: Span | null,
  numerator: Expression,
  network: Network,
  ballOf: (layer: Layer) => Constraint | null,
  context: BoundContext,
): readonly Constraint[] {
  const { rules, trace, naming, strategy } = context;
  const print = (node: Expression): string => text(node, naming);
  // P = −k² of a block is never positive.
  if (isCall(segment.layer)) return [];
  return segment.layer.reads.flatMap((read) => {
    if (read.weight === null || labelText(read.signal) === labelText(network.input)) return [];
    const source: NumeratorSource = { numerator, weight: read.weight, reader: segment.layer, span: segment.span };
    if (rules.element.refuses(source) !== null) return [];
    const element: Constraint = { ...rules.element.apply(source), span: segment.span ?? rowSpan };
    trace.record(rules.element.name, () => [print(numerator), `${show(element, print)} where P > 0`]);
    const ball = ballOf(segment.layer);
    if (strategy.elementBounds === 'keep' || ball === null) return [element];
    const implied: ImpliedSource = { element, ball, layer: segment.layer };
    const refusal = rules.implied.refuses(implied);
    trace.record(rules.implied.name, () => [
      show(element, print),
      refusal === null ? `implied by ${show(ball, print)}: dropped` : `kept (${refusal.because})`,
    ]);
    return refusal === null ? rules.implied.apply(implied).filter((constraint) => constraint !== ball) : [element];
  });
}

/** The rows that no multiplier can meet: shares of a budget. */
function budget(
  row: SignalRow,
  total: Expression,
  network: Network,
  context: BoundContext,
  position: Position,
): readonly Constraint[] {
  const { rules, trace, naming } = context;
  const print = (node: Expression): string => text(node, naming);
  const exact = (term: Expression): boolean => multipliersOf(term).length === 0 && isGramRow(term);
  const keep = summands(total).filter(exact);
  const change = summands(total).filter((term) => !exact(term));
  const linear = sum([...keep, rewriteAll(rules.linearize, sum(change, total), print, trace)], total);
  const capped = capBudget(linear, capsOf(network, rules.cap, row.readers));
  const outputWeights = network.output.reads.flatMap((read) => (read.weight === null ? [] : [read.weight]));
  const source: BudgetSource = {
    total: capped,
    row: row.signal,
    span: row.span,
    outputWeights: inSignalOrder(network, outputWeights),
    ownWeights: network.output.reads.flatMap((read) =>
      read.weight !== null && labelText(read.signal) === labelText(row.signal) ? [read.weight] : [],
    ),
    readers: row.readers.flatMap((segment) =>
      segment.layer.reads.flatMap((read) =>
        read.weight !== null && labelText(read.signal) === labelText(row.signal) ? [read.weight] : [],
      ),
    ),
  };
  const { rule, target } = applyFirst([rules.budget], source, () => print(capped), position);
  return target.map((share) => {
    trace.record(rule.name, () => [`${print(capped)} ≤ 0`, show(share, print)]);
    if (rules.interval.refuses(share) !== null) return share;
    const interval = rules.interval.apply(share);
    trace.record(rules.interval.name, () => [show(share, print), show(interval, print)]);
    return interval;
  });
}

function isGramRow(term: Expression): boolean {
  const body = absoluteRowSumBody(term.kind === 'scale' ? term.body : term);
  return body !== null && asGram(body) !== null;
}

/** Output weights in the order of the signals that they read, however the output was written. */
function inSignalOrder(network: Network, weights: readonly SymbolNode[]): readonly SymbolNode[] {
  const place = new Map(network.rows.map((row, at) => [labelText(row.signal), at]));
  const signalOf = new Map(
    network.output.reads.flatMap((read): [string, Label][] =>
      read.weight === null ? [] : [[read.weight.key, read.signal]],
    ),
  );
  const rank = (weight: SymbolNode): number => place.get(labelText(signalOf.get(weight.key) ?? network.input)) ?? 0;
  return [...weights].sort((a, b) => rank(a) - rank(b));
}

/** A weight whose share of a budget holds the very multiplier that needs the weight's row sums. */
function cyclesOf(
  item: OpenRow,
  network: Network,
  budgets: readonly Constraint[],
  { rules, strategy }: BoundContext,
): readonly Cycle[] {
  const { layer, row, open } = item;
  return capsOf(network, rules.cap, [{ layer, span: row.span }]).flatMap((cap) => {
    const [weight] = cap.constraint.parameters;
    // The row ball needs the weight's row sums even where nothing asks the multiplier to be positive.
    // The row of a block's call does not hold its own weights, but other rows hold their row sums.
    if (
      weight === undefined ||
      !(isCall(layer) || mentions(open.divisor, weight.key) || mentions(open.numerator, weight.key))
    )
      return [];
    const owns = (parameter: SymbolNode): boolean =>
      parameter.key === weight.key ||
      (parameter.label.index?.base === 'loop' && parameter.label.name === weight.label.name);
    const waits = budgets.some((share) => share.parameters.some(owns) && mentions(share.left, layer.multiplier.key));
    // All capped reads of the layer together take half of the row ball 2/|S|, as the paper's single one does.
    const parts = layer.reads.reduce(
      (total, read) =>
        total +
        (read.weight !== null && labelText(read.signal) === labelText(network.input) ? Math.abs(read.coefficient) : 0),
      0,
    );
    const value =
      strategy.cap === 'measured' || isCall(layer)
        ? null
        : fill(quotient(number(1), scale(parts, [abs(layer.slopeSum)], number(1))), cap.symbol.rows);
    return waits ? [{ between: [weight, layer.multiplier] as const, cap: cap.symbol, value, span: row.span }] : [];
  });
}
