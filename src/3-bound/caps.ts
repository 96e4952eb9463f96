import type { Label } from '../base/label.js';
import { label, labelText } from '../base/label.js';
import { sum, summands } from '../expr/build.js';
import { multipliersOf, weightsOf } from '../expr/gram.js';
import type { Expression, SymbolNode } from '../expr/node.js';
import { mentions } from '../expr/visit.js';
import type { Cap, CycleSource } from '../model/bounding.js';
import type { Layer, Network, Segment } from '../model/network.js';
import type { Rule } from '../rule/contract.js';

/** Weights by which a hidden layer reads the input, whose block row has no multiplier of its own. */
function inputWeights(network: Network, layer: Layer): readonly SymbolNode[] {
  const input = labelText(network.input);
  return layer.reads.flatMap((read) => (read.weight !== null && labelText(read.signal) === input ? [read.weight] : []));
}

/** κ carries the multiplier's label, or the weight's where a layer needs several caps. */
function capLabel(layer: Layer, weight: SymbolNode, count: number): Label {
  return count === 1 ? layer.multiplier.label : label(weight.label.name, weight.label.index);
}

/** The caps that these layers bring into a row. */
export function capsOf(network: Network, rule: Rule<CycleSource, Cap>, segments: readonly Segment[]): readonly Cap[] {
  return segments.flatMap(({ layer, span }) => {
    const weights = inputWeights(network, layer);
    return weights.map((weight) =>
      rule.apply({ weight, layer, span, capLabel: capLabel(layer, weight, weights.length) }),
    );
  });
}

const weightOf = (cap: Cap): string => cap.constraint.parameters[0]?.key ?? '';

/** Splits a total into the summands that hold a capped weight and the rest. */
export function touchedBy(
  total: Expression,
  caps: readonly Cap[],
): { readonly touched: readonly Expression[]; readonly rest: readonly Expression[] } {
  const keys = caps.map(weightOf);
  const touched = summands(total).filter((term) => keys.some((key) => mentions(term, key)));
  return { touched, rest: summands(total).filter((term) => !touched.includes(term)) };
}

/** κ for every |W| 1, except that in a term which W itself must make small one factor |W| stays. */
export function capBudget(total: Expression, caps: readonly Cap[]): Expression {
  const terms = summands(total).map((term) => {
    if (multipliersOf(term).length === 0) return term;
    const inTerm = new Set(weightsOf(term).map((weight) => weight.key));
    const inside = caps.filter((cap) => inTerm.has(weightOf(cap)));
    const cappedFor = (owner: Cap): Expression =>
      inside.reduce((all, cap) => (cap === owner ? cap.replaceInner(all) : cap.replaceAll(all)), term);
    // The owner is the weight that stands outside: of |E| ∘ λ ∘ (|C| 1), E diagonal, C would leave nothing to shrink.
    const owner = inside.find((cap) => mentions(cappedFor(cap), weightOf(cap))) ?? inside[0];
    return owner === undefined ? term : cappedFor(owner);
  });
  return sum(terms, total);
}
