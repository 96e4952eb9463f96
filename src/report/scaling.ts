import type { Assignment, Label } from '../base/label.js';
import { label } from '../base/label.js';
import { diag, inverse, product } from '../expr/build.js';
import type { Expression, SymbolNode } from '../expr/node.js';
import { instantiate } from '../expr/visit.js';
import type { Network, Span } from '../model/network.js';
import type { ScaleFactor, Scaled, Scaling } from '../model/scaling.js';
import { inFiles } from './stored.js';
import { scaledMultiplier, scaledWeight } from '../model/scaling.js';
import type { ConstraintEntry, SymbolEntry } from './entries.js';
import type { Member, Merged } from './families.js';
import { mergeFamilies, rangeText } from './families.js';
import { rangeLatex } from './latex-math.js';
import type { Printer, Said, Voice } from './printer.js';

/** How a derivation in scaled coordinates is printed: `scaled` puts tildes, `plain` none. */
export interface ScaledPrinters {
  readonly scaled: Printer;
  readonly plain: Printer;
}

interface ScaledMember extends Member {
  readonly symbol: SymbolNode;
  /** Null for a scale itself. */
  readonly written: Expression | null;
}

const beside = (side: ScaleFactor | null): readonly Expression[] =>
  side === null ? [] : [side.inverse ? inverse(side.scale) : side.scale];

function memberOf(symbol: SymbolNode, written: Expression | null, span: Span | null): ScaledMember {
  // A lone member's letter is its own, and stands for nothing else.
  const at: Label = symbol.label.index === null ? label(symbol.label.name) : symbol.label;
  const form = (assignment: Assignment): string =>
    `${symbol.role} ${written === null ? '' : instantiate(written, assignment).key}`;
  return { at, span: symbol.label.index?.base === 'loop' ? span : null, symbol, written, form };
}

const back = (scaled: Scaled, span: Span | null): ScaledMember =>
  memberOf(scaled.symbol, product([...beside(scaled.left), scaled.symbol, ...beside(scaled.right)]), span);

/** The output's weights, then layer after layer its weights and its multiplier. */
function backMembers(network: Network, scaling: Scaling): readonly ScaledMember[] {
  const output = network.output.reads.flatMap(({ weight, signal }) =>
    weight === null ? [] : [back(scaledWeight(weight, null, scaling.of(signal)), null)],
  );
  const layers = network.rows.flatMap(({ layer, span }) => {
    if (layer === null) return [];
    const own = scaling.of(layer.target);
    const weights = layer.reads.flatMap(({ weight, signal }) =>
      weight === null ? [] : [back(scaledWeight(weight, own, scaling.of(signal)), span)],
    );
    return [...weights, back(scaledMultiplier(layer.multiplier, own), span)];
  });
  return [...output, ...layers];
}

function scaleMembers(network: Network, scaling: Scaling): readonly ScaledMember[] {
  const spans = new Map(
    network.rows.flatMap(({ signal, span }): [string, Span | null][] => {
      const scale = scaling.of(signal);
      return scale === null ? [] : [[scale.key, span]];
    }),
  );
  return scaling.symbols.map((scale) => memberOf(scale, null, spans.get(scale.key) ?? null));
}

/**
 * Concrete members are each their own; symbolic ones of one role and family are shown together where they say the same.
 */
function families(network: Network, members: readonly ScaledMember[]): readonly Merged<ScaledMember>[] {
  if (network.depth !== null) return members.map((member) => ({ member, span: null, members: [member] }));
  const roles = [...new Set(members.map(({ symbol }) => symbol.role))];
  const place = new Map(members.map((member, at) => [member, at]));
  const first = (family: Merged<ScaledMember>): number =>
    Math.min(...family.members.map((member) => place.get(member) ?? 0));
  return roles
    .flatMap((role) => mergeFamilies(members.filter(({ symbol }) => symbol.role === role)))
    .sort((a, b) => first(a) - first(b));
}

function backEntry({ member, span }: Merged<ScaledMember>, { scaled, plain }: ScaledPrinters): ConstraintEntry {
  const { symbol, written } = member;
  return {
    parameter: plain.name(symbol),
    kind: 'scale-back',
    expression: `${plain.text(symbol)} = ${scaled.text(written ?? symbol)}`,
    latex: `${plain.latex(symbol)} = ${scaled.latex(written ?? symbol)}`,
    parameterLatex: plain.nameLatex(symbol),
    rule: 'parameterize/scale-back',
    ...(span === null ? {} : { range: rangeText(span) }),
  };
}

function scaleEntry({ member: { symbol }, span }: Merged<ScaledMember>, { plain }: ScaledPrinters): ConstraintEntry {
  return {
    parameter: plain.name(symbol),
    kind: 'scale',
    expression: `${plain.name(symbol)} > 0`,
    latex: `${plain.nameLatex(symbol)} > 0`,
    parameterLatex: plain.nameLatex(symbol),
    rule: 'parameterize/positive-scale',
    ...(span === null ? {} : { range: rangeText(span) }),
    condition: 'free to choose',
    conditionLatex: 'free to choose',
  };
}

/**
 * What the constraints of a derivation in scaled coordinates are completed by: the scales before, the way back after
 * them.
 */
export function showScaling(
  network: Network,
  scaling: Scaling,
  print: ScaledPrinters,
): { readonly before: readonly ConstraintEntry[]; readonly after: readonly ConstraintEntry[] } {
  return {
    before: families(network, scaleMembers(network, scaling)).map((family) => scaleEntry(family, print)),
    after: families(network, backMembers(network, scaling)).map((family) => backEntry(family, print)),
  };
}

/** Their lines in the order of evaluation. */
export const inOrder = (entries: readonly ConstraintEntry[]): readonly Said[] =>
  entries.map(({ parameter, parameterLatex, range }) =>
    range === undefined
      ? { text: parameter, latex: `$${parameterLatex}$` }
      : { text: `${parameter} for ${range}`, latex: `$${parameterLatex}$ for $${rangeLatex(range)}$` },
  );

/** T and the tilde, for the table of symbols. */
export function scalingSymbols(
  network: Network,
  scaling: Scaling,
  { scaled, plain }: ScaledPrinters,
): readonly SymbolEntry[] {
  const generic =
    network.rows.find((row) => row.span !== null && row.layer !== null) ??
    network.rows.find((row) => row.layer !== null && scaling.of(row.signal) !== null) ??
    network.rows[0];
  const scale = generic === undefined ? null : scaling.of(generic.signal);
  const read =
    [...(generic?.layer?.reads ?? []), ...network.output.reads].find(({ weight }) => weight !== null)?.weight ?? null;
  const entry = (node: SymbolNode, sentence: (voice: Voice) => string): SymbolEntry => {
    const { text, latex } = scaled.say(sentence);
    return { symbol: scaled.text(node), latex: scaled.latex(node), meaning: text, meaningLatex: latex };
  };
  const signal = generic?.signal ?? network.input;
  return [
    ...(scale === null
      ? []
      : [
          entry(
            scale,
            (voice) =>
              `the scales of ${voice.signal(signal)}, diagonal and positive; ${voice.math(diag(scale))} is ` +
              `its diagonal${inFiles(scale, scaled.naming)}`,
          ),
        ]),
    ...(read === null ? [] : [{ ...entry(read, () => ''), ...unscaled(plain, read) }]),
  ];
}

/** What the letter under the tilde is. */
function unscaled(plain: Printer, weight: SymbolNode): Pick<SymbolEntry, 'meaning' | 'meaningLatex'> {
  const { text, latex } = plain.say(
    (voice) =>
      `${voice.math(weight)} in scaled coordinates, which the rows and constraints are about; so ` +
      'for every matrix with a tilde',
  );
  return { meaning: text, meaningLatex: latex };
}
