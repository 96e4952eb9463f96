import type { Assignment, Label } from '../base/label.js';
import { labelText, substituteLabel } from '../base/label.js';
import type { Expression } from '../expr/node.js';
import { instantiate, symbols } from '../expr/visit.js';
import type { Network } from '../model/network.js';
import type { Definition, LayerRecursion, Recursion } from '../model/pivot.js';
import type { DefinitionEntry } from './entries.js';
import type { Member, Merged } from './families.js';
import { mergeFamilies, rangeText } from './families.js';
import type { Printer } from './printer.js';

/** All that is said of one layer: it is shown as a family only as a whole, since its definitions build on one another. */
export interface LayerMember extends Member {
  readonly layer: LayerRecursion;
}

type Alias = (at: Label) => Label;

function aliasOf(network: Network): Alias {
  const aliases = network.family?.aliases ?? new Map<string, Label>();
  return (at) => aliases.get(labelText(at)) ?? at;
}

const parts = ({ symbol, value }: Definition): readonly Expression[] => [symbol, value];

/** The layers in the order of the recursion, those that say the same of an l shown together. */
export function layerFamilies({ network, layers }: Recursion): readonly Merged<LayerMember>[] {
  const alias = aliasOf(network);
  const members = layers.map((layer): LayerMember => {
    const { source, definitions, constraint } = layer;
    const form = (assignment: Assignment): string =>
      [...definitions.flatMap((each) => [...parts(each), String(each.update)]), constraint.left, ...constraint.parameters]
        .map((part) => (typeof part === 'string' ? part : instantiate(part, assignment, alias).key))
        .join('\n');
    return { at: source.split.layer.target, span: source.span, layer, form };
  });
  return network.depth === null ? mergeFamilies(members) : members.map((member) => ({ member, span: null, members: [member] }));
}

/** The start, then the definitions of every layer in their order. */
export function showRecursion(recursion: Recursion, print: Printer): readonly DefinitionEntry[] {
  const alias = aliasOf(recursion.network);
  const entry = (definition: Definition, range: string | undefined, where: readonly string[]): DefinitionEntry => ({
    symbol: print.text(definition.symbol),
    expression: print.text(definition.value),
    latex: print.latex(definition.value),
    symbolLatex: print.latex(definition.symbol),
    update: definition.update,
    rule: definition.rule,
    signal: labelText(definition.row),
    signalLatex: print.labelLatex(definition.row),
    ...(range === undefined ? {} : { range }),
    ...(where.length === 0 ? {} : { where: where.join(', ') }),
  });
  return [
    entry(recursion.start, undefined, []),
    ...layerFamilies(recursion).flatMap(({ member, span, members }) => {
      const where = span === null ? [] : metAliases(member, members, alias);
      return member.layer.definitions.map((definition) => entry(definition, span === null ? undefined : rangeText(span), where));
    }),
  ];
}

/** Signals that the generic layer names and that are other names of a signal at the index of one of the members. */
function metAliases({ layer }: LayerMember, members: readonly LayerMember[], alias: Alias): readonly string[] {
  const named = layer.definitions.flatMap((each) => parts(each).flatMap((part) => [...symbols(part)].flatMap(({ label: at, other }) => (other === null ? [] : [at, other]))));
  const met = members.flatMap(({ at, span }) =>
    named.flatMap((written) => {
      if (span !== null) return [];
      const column = substituteLabel(written, { loop: at.index, depth: null });
      const signal = alias(column);
      return labelText(signal) === labelText(column) ? [] : [`${labelText(column)} is ${labelText(signal)}`];
    }),
  );
  return [...new Set(met)];
}
