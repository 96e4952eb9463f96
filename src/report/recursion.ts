import type { Assignment, Label } from '../base/label.js';
import { labelText, substituteLabel } from '../base/label.js';
import type { Expression, SymbolNode } from '../expr/node.js';
import { instantiate, symbols } from '../expr/visit.js';
import type { Network, Span } from '../model/network.js';
import type { Definition, LayerRecursion, Recursion } from '../model/pivot.js';
import type { DefinitionEntry } from './entries.js';
import type { Member, Merged } from './families.js';
import { mergeFamilies, rangeText } from './families.js';
import type { Printer, Said, Voice } from './printer.js';
import type { Met } from './rows.js';
import { whereEntry } from './rows.js';

/**
 * All that is said of one layer: it is shown as a family only as a whole, since its definitions build on one another.
 */
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
      [
        ...definitions.flatMap((each) => [...parts(each), String(each.update)]),
        constraint.left,
        ...constraint.parameters,
      ]
        .map((part) => (typeof part === 'string' ? part : instantiate(part, assignment, alias).key))
        .join('\n');
    return { at: source.split.layer.target, span: source.span, layer, form };
  });
  return network.depth === null
    ? mergeFamilies(members)
    : members.map((member) => ({ member, span: null, members: [member] }));
}

/** The start, then the definitions of every layer in their order. */
export function showRecursion(recursion: Recursion, print: Printer): readonly DefinitionEntry[] {
  const alias = aliasOf(recursion.network);
  const entry = (definition: Definition, range: string | undefined, where: readonly Met[]): DefinitionEntry => ({
    symbol: print.text(definition.symbol),
    expression: print.text(definition.value),
    latex: print.latex(definition.value),
    symbolLatex: print.latex(definition.symbol),
    update: definition.update,
    rule: definition.rule,
    signal: labelText(definition.row),
    signalLatex: print.labelLatex(definition.row),
    ...(range === undefined ? {} : { range }),
    ...whereEntry(where, print),
  });
  // Affine signals stand at numbered depths alone, where every layer is a family of its own.
  const sumsAt = (at: number): readonly DefinitionEntry[] =>
    recursion.sums.flatMap(({ place, definitions }) =>
      place === at ? definitions.map((definition) => entry(definition, undefined, [])) : [],
    );
  return [
    entry(recursion.start, undefined, []),
    ...layerFamilies(recursion).flatMap(({ member, span, members }, at) => {
      const where = span === null ? [] : metAliases(member, members, alias);
      const own = member.layer.definitions.map((definition) =>
        entry(definition, span === null ? undefined : rangeText(span), where),
      );
      return [...sumsAt(at), ...own];
    }),
    ...sumsAt(recursion.layers.length),
  ];
}

/** Signals that the generic layer names and that are other names of a signal at the index of one of the members. */
function metAliases({ layer }: LayerMember, members: readonly LayerMember[], alias: Alias): readonly Met[] {
  const named = layer.definitions.flatMap((each) =>
    parts(each).flatMap((part) =>
      [...symbols(part)].flatMap(({ label: at, other }) => (other === null ? [] : [at, other])),
    ),
  );
  const met = members.flatMap(({ at, span }) =>
    named.flatMap((written) => {
      if (span !== null) return [];
      const column = substituteLabel(written, { loop: at.index, depth: null });
      const signal = alias(column);
      return labelText(signal) === labelText(column) ? [] : [{ column, signal }];
    }),
  );
  return met;
}

/** The symbols of the pivots, by the keys of their values, which the constraints are about. */
export const pivotNames = ({ layers }: Recursion): ReadonlyMap<string, SymbolNode> =>
  new Map(
    layers.flatMap(({ definitions, constraint }) =>
      definitions.flatMap(({ symbol, value }): [string, SymbolNode][] =>
        value.key === constraint.left.key ? [[value.key, symbol]] : [],
      ),
    ),
  );

interface OrderLine {
  readonly members: readonly LayerMember[];
  readonly span: Span | null;
}

/**
 * `lambda[l], C[l] for l = 1 … n`, families as in the recursion. Families that read each other take turns in one line.
 */
export function showRecursionOrder(recursion: Recursion, print: Printer): readonly Said[] {
  const names = (parameters: readonly SymbolNode[], voice: Voice): string => parameters.map(voice.name).join(', ');
  const lines = layerFamilies(recursion).reduce<readonly OrderLine[]>((done, { member, span }) => {
    const turn =
      span === null
        ? -1
        : done.findIndex(
            (line) =>
              line.span !== null &&
              rangeText(line.span) === rangeText(span) &&
              line.members.some((other) => reads(other, member)),
          );
    if (turn < 0) return [...done, { members: [member], span }];
    return done.map((line, at) => (at === turn ? { ...line, members: [...line.members, member] } : line));
  }, []);
  const layers = lines.map(({ members, span }) => {
    const made = inTurn(members).flatMap(({ layer }) => layer.constraint.parameters);
    return print.say(
      (voice) => `${names(made, voice)}${span === null ? '' : ` for ${voice.running(span.from, span.to)}`}`,
    );
  });
  const { parameters } = recursion.output;
  return parameters.length === 0 ? layers : [...layers, print.say((voice) => names(parameters, voice))];
}

const reads = ({ layer }: LayerMember, { at }: LayerMember, here = false): boolean =>
  layer.source.split.layer.reads.some(({ signal }) =>
    here ? labelText(signal) === labelText(at) : signal.name === at.name && signal.index !== null,
  );

/** Each after those that it reads at the same l. */
function inTurn(members: readonly LayerMember[]): readonly LayerMember[] {
  const next = members.find((member) => !members.some((other) => other !== member && reads(member, other, true)));
  if (members.length < 2 || next === undefined) return members;
  return [next, ...inTurn(members.filter((member) => member !== next))];
}
