import { labelText } from '../base/label.js';
import type { Expression, SymbolNode } from '../expr/node.js';
import { children } from '../expr/visit.js';
import type { Constraint, Cycle } from '../model/inequality.js';
import type { Network, Span } from '../model/network.js';
import type { Ranged, Task } from './order.js';

const evaluated = new Set<SymbolNode['role']>(['weight', 'multiplier', 'cap']);

/** The weights, multipliers and caps in an expression, each with the span that its loop letter runs over. */
function* occurrences(node: Expression, span: Span | null): Generator<Ranged> {
  if (node.kind === 'symbol') {
    if (evaluated.has(node.role)) yield { symbol: node, span: node.label.index?.base === 'loop' ? span : null };
  } else {
    const inner = node.kind === 'range-sum' ? { from: node.from, to: node.to } : span;
    for (const part of children(node)) yield* occurrences(part, inner);
  }
}

function needsOf(
  expressions: readonly Expression[],
  span: Span | null,
  made: readonly SymbolNode[],
): readonly Ranged[] {
  const own = new Set(made.map((item) => item.key));
  // At symbolic depth the representative E[l] stands for E[n] and E[2] as well.
  const families = new Set(made.filter((item) => item.label.index?.base === 'loop').map((item) => item.label.name));
  const isOwn = (item: SymbolNode): boolean =>
    own.has(item.key) || (item.role === 'weight' && families.has(item.label.name));
  const found = new Map<string, Ranged>();
  for (const expression of expressions) {
    for (const item of occurrences(expression, span)) if (!isOwn(item.symbol)) found.set(item.symbol.key, item);
  }
  return [...found.values()];
}

/**
 * What has to be evaluated, and what each of it needs: weights without a budget need nothing, weights with one need
 * what their budgets hold, multipliers what their bounds hold. They are listed in the order in which independent ones
 * should stand: the output's weights, then layer after layer from the last to the first, then the budgets' weights.
 */
export function tasksOf(
  network: Network,
  constraints: readonly Constraint[],
  cycles: readonly Cycle[],
): readonly Task[] {
  // A budget without parameters is a demand on what is given: nothing is evaluated for it.
  const shares = constraints.filter(
    (constraint) =>
      (constraint.kind === 'budget' || constraint.kind === 'interval') && constraint.parameters.length > 0,
  );
  const budgeted = new Set(shares.flatMap((share) => share.parameters.map((weight) => weight.key)));
  const outputs = new Set(network.output.reads.flatMap((read) => (read.weight === null ? [] : [read.weight.key])));
  const capsByLayer = new Map<string, Cycle[]>();
  for (const cycle of cycles) {
    const list = capsByLayer.get(cycle.between[1].key);
    if (list === undefined) capsByLayer.set(cycle.between[1].key, [cycle]);
    else list.push(cycle);
  }
  const bounds = new Map(
    constraints
      .filter((constraint) => constraint.kind === 'multiplier-bound')
      .map((constraint) => [constraint.parameters[0]?.key ?? '', constraint]),
  );
  const spans = weightSpans(network);

  // At symbolic depth a share's E[l] is all of its family.
  const families = new Set(
    shares.flatMap((share) =>
      share.parameters.filter((weight) => weight.label.index?.base === 'loop').map((weight) => weight.label.name),
    ),
  );
  const free = (weight: SymbolNode, span: Span | null): readonly Task[] =>
    budgeted.has(weight.key) || families.has(weight.label.name)
      ? []
      : [{ makes: [{ symbol: weight, span }], span, needs: [] }];
  const shareTask = (share: Constraint): Task => ({
    makes: share.parameters.map((symbol) => ({ symbol, span: spans.get(symbol.key) ?? null })),
    span: null,
    needs: needsOf([share.left, share.right], share.span, share.parameters),
  });
  const early = shares.filter((share) => share.parameters.some((weight) => outputs.has(weight.key)));
  const late = shares.filter((share) => !early.includes(share));
  const outputTasks = network.output.reads.flatMap((read) => (read.weight === null ? [] : free(read.weight, null)));
  const layerTasks = [...network.rows].reverse().flatMap((row): readonly Task[] => {
    const { layer, span } = row;
    if (layer === null) return [];
    const weights = layer.reads.flatMap((read) => (read.weight === null ? [] : free(read.weight, span)));
    const caps = (capsByLayer.get(layer.multiplier.key) ?? []).map((cycle): Task => ({
      makes: [{ symbol: cycle.cap, span }],
      span,
      needs: [],
    }));
    const bound = bounds.get(layer.multiplier.key);
    if (bound === undefined) throw new Error(`no bound for the multiplier of ${labelText(layer.target)}`);
    return [
      ...weights,
      ...caps,
      { makes: [{ symbol: layer.multiplier, span }], span, needs: needsOf([bound.right], span, []) },
    ];
  });
  return [...early.map(shareTask), ...outputTasks, ...layerTasks, ...late.map(shareTask)];
}

/** The span of every representative weight whose index holds the loop letter. */
function weightSpans(network: Network): ReadonlyMap<string, Span> {
  const spans = new Map<string, Span>();
  const segments = [
    ...network.rows.flatMap(({ layer, span }) => (layer === null ? [] : [{ layer, span }])),
    ...network.rows.flatMap((row) => row.readers),
  ];
  for (const { layer, span } of segments) {
    for (const read of layer.reads) if (read.weight !== null && span !== null) spans.set(read.weight.key, span);
  }
  return spans;
}
