import type { Derivation } from '../compile.js';
import type { Label } from '../base/label.js';
import { label, labelText } from '../base/label.js';
import { symbol } from '../expr/build.js';
import type { Expression, SymbolKind, SymbolNode } from '../expr/node.js';
import { some, symbols } from '../expr/visit.js';
import type { Assignment } from '../model/parameterization.js';
import type { LayerRecursion, Recursion } from '../model/pivot.js';
import { covariance } from '../model/symbols.js';
import type { SymbolEntry } from './entries.js';
import type { Printer, Said, Voice } from './printer.js';
import { inFiles } from './stored.js';
import { layerFamilies } from './recursion.js';

function expressionsOf(assignment: Assignment): readonly Expression[] {
  switch (assignment.kind) {
    case 'clamp':
      return [assignment.weight];
    case 'clip':
      return [assignment.weight, assignment.bound, assignment.onlyIfPositive];
    case 'shrink':
      return [...assignment.weights, assignment.usage, assignment.limit];
    case 'define':
    case 'matrix':
      return [assignment.symbol, assignment.value];
    case 'rescale':
    case 'keep':
      return [assignment.symbol];
    case 'primitive':
    case 'majorant':
      return [assignment.symbol, assignment.of];
    case 'demand':
      return [assignment.value];
  }
}

/** The symbols of the recursion and of the parameterization, those alone that occur, for the most general layer. */
export function pivotSymbols(
  { parameterization }: Derivation,
  recursion: Recursion,
  print: Printer,
): readonly SymbolEntry[] {
  const generic =
    layerFamilies(recursion).find(({ span }) => span !== null)?.member.layer ?? recursion.layers[0] ?? null;
  const layers = generic === null ? [] : [generic, ...recursion.layers];
  const defined = layers.flatMap(({ definitions }) => definitions.flatMap(({ symbol: made, value }) => [made, value]));
  const assigned = (parameterization?.assignments ?? []).flatMap(expressionsOf);
  const every = [recursion.start.symbol, recursion.start.value, ...defined, recursion.output.left, ...assigned];
  return [...covariances(recursion, generic, every, print), ...others(recursion, every, print), ...words(every, print)];
}

/** v, K and N. */
function covariances(
  { network }: Recursion,
  generic: LayerRecursion | null,
  every: readonly Expression[],
  print: Printer,
): readonly SymbolEntry[] {
  const between = (a: Label, b: Label): SymbolNode =>
    symbol(covariance, a, { rows: null, columns: null }, { other: b });
  const [i, j] = (network.depth === null ? generic?.source.pairs[0] : undefined) ?? [
    label(print.naming.first),
    label(print.naming.second),
  ];
  const isStacked = ({ role, label: at, other }: SymbolNode): boolean =>
    role === covariance.role && other !== null && at.name.includes('+');
  const stacked = every.flatMap((part) => [...symbols(part)]).find(isStacked);
  const drive = generic?.source.drive ?? null;
  const target = generic?.source.split.layer.target ?? network.output.target;
  const form = print.letter('form');
  return [
    ...(drive === null
      ? []
      : [
          explained(
            print,
            { text: labelText(drive), latex: print.labelLatex(drive) },
            (voice) => `the pre-activation of ${voice.signal(target)}, which its activation is applied to`,
          ),
        ]),
    explained(print, shown(print, between(i, j)), (voice) => {
      const letters =
        network.depth === null
          ? `; in the recursion ${voice.signal(i)} and ${voice.signal(j)} stand for any signals before the layer`
          : '';
      return (
        `the covariance of signals ${voice.signal(i)} and ${voice.signal(j)}: their block of the ` +
        `inverse of ${voice.letter('form')}; ${voice.math(between(j, i))} is its transpose${letters}`
      );
    }),
    ...(stacked === undefined
      ? []
      : [
          explained(
            print,
            shown(print, stacked),
            () => 'the covariances of these signals, one after the other, as one matrix',
          ),
        ]),
    explained(
      print,
      form,
      (voice) =>
        `−${voice.letter('lmi')} without ‖Δy‖², as a form in ${voice.signal(network.input)} and in ` +
        'what every activation does beyond its least slope',
    ),
  ];
}

const shown = (print: Printer, node: SymbolNode): Said => ({ text: print.text(node), latex: print.latex(node) });

/** One row of the table of symbols. */
export function explained(print: Printer, { text, latex }: Said, sentence: (voice: Voice) => string): SymbolEntry {
  const said = print.say(sentence);
  return { symbol: text, latex, meaning: said.text, meaningLatex: said.latex };
}

/** What the library has a symbol for that no rule introduces. */
const roundoffMeaning =
  'the relative error of one operation in the precision that the weights are kept in: 2⁻⁵³ for doubles, ' +
  '2⁻²⁴ for float32';

/** One entry for each kind, and for each part that symbols of a kind are told apart by. */
function others({ layers, network }: Recursion, every: readonly Expression[], print: Printer): readonly SymbolEntry[] {
  const targets = new Map(
    layers.map(({ source: { split } }): [string, Label] => [labelText(split.layer.derived), split.layer.target]),
  );
  const found = new Map<string, SymbolEntry>();
  for (const node of every.flatMap((part) => [...symbols(part)])) {
    const { is } = node;
    const of = targets.get(labelText(node.label)) ?? network.output.target;
    if (is === 'roundoff' && !found.has(is))
      found.set(
        is,
        explained(print, shown(print, node), () => roundoffMeaning),
      );
    // The covariances have an entry that tells more.
    if (typeof is === 'string' || is === covariance) continue;
    const part = is.ofTwo === true ? null : (node.other?.name ?? null);
    const key = `${is.role} ${part ?? ''}`;
    if (found.has(key)) continue;
    const files = is.stored === undefined ? '' : inFiles(node, print.naming);
    const entry = explained(
      print,
      shown(print, node),
      (voice) => `${is.meaning(voice.signal(of), part, voice.letter)}${files}`,
    );
    found.set(key, entry);
  }
  return [...found.values()];
}

/** Signs that occur. */
function words(every: readonly Expression[], print: Printer): readonly SymbolEntry[] {
  const occurs = (kinds: readonly Expression['kind'][]): boolean =>
    every.some((part) => some(part, ({ kind }) => kinds.includes(kind)));
  const cut = new Set<SymbolKind>();
  const collect = (node: Expression): boolean => {
    if (
      node.kind === 'slice' &&
      node.body.kind === 'symbol' &&
      typeof node.body.is !== 'string' &&
      node.body.is !== covariance
    )
      cut.add(node.body.is);
    return false;
  };
  for (const part of every) some(part, collect);
  const names = [...cut].map(print.letter);
  const identity = print.letter('identity');
  const block = {
    text: names.map(({ text }) => `${text}(a, b)`).join(', '),
    latex: names.map(({ latex }) => `${latex}_{(a,\\,b)}`).join(',\\ '),
  };
  return [
    explained(
      print,
      { text: `≻ 0, ≼ ${identity.text}`, latex: `\\succ 0,\\ \\preceq ${identity.latex}` },
      () => 'of a symmetric matrix: all eigenvalues positive, none above 1',
    ),
    ...(names.length === 0
      ? []
      : [explained(print, block, () => 'a block: the rows that belong to a, the columns that belong to b')]),
    ...(occurs(['abs', 'row-sums', 'ones'])
      ? [
          explained(
            print,
            { text: '|·|, 1', latex: '\\left|\\cdot\\right|,\\ \\mathbf{1}' },
            () => 'absolute value entry by entry; the vector of ones',
          ),
        ]
      : []),
  ];
}
