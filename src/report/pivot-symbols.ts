import type { Derivation } from '../compile.js';
import type { Label } from '../base/label.js';
import { label, labelText } from '../base/label.js';
import { symbol } from '../expr/build.js';
import type { NamedRole } from '../expr/naming.js';
import type { CovarianceRole, Expression, Role, SymbolNode } from '../expr/node.js';
import { some, symbols } from '../expr/visit.js';
import type { Assignment } from '../model/parameterization.js';
import type { LayerRecursion, Recursion } from '../model/pivot.js';
import type { SymbolEntry } from './entries.js';
import type { Printer, Said, Voice } from './printer.js';
import { inFiles } from './stored.js';
import { layerFamilies } from './recursion.js';

type Explained = Exclude<CovarianceRole, 'covariance'>;

/**
 * What a symbol is for the layer or output `of`. Those of one role that belong to one part are told apart by that part.
 */
type Meaning = (of: string, part: string | null, name: (role: NamedRole) => string) => string;

const meanings: Readonly<Record<Explained, Meaning>> = {
  'slope-range': () => 'the range of the slopes, the largest less the least',
  pivot: (of, _part, name) =>
    `the pivot of ${of}: its block of ${name('form')} once all signals before it are eliminated`,
  gain: (of, _part, name) => `the gain of ${of}, by which ${name('pivot')}⁻¹ enters its covariances`,
  factor: (of, part, name) =>
    part === null
      ? `lower triangular, ${name('factor')} ${name('factor')}ᵀ is the covariance of what ${of} reads`
      : `the block of ${name('factor')} that belongs to what ${of} reads through dense weights`,
  'pivot-factor': (of, _part, name) =>
    `lower triangular, ${name('pivot-factor')} ${name('pivot-factor')}ᵀ is the pivot ${name('pivot')} of ${of}`,
  driven: (_of, _part, name) => `${name('pivot-factor')}⁻¹ times what the layer shares with an earlier signal`,
  'gain-driven': (_of, _part, name) => `${name('pivot-factor')}⁻¹ ${name('gain')}ᵀ`,
  free: (of) => `the free numbers that the dense weights of ${of} hold at first, side by side`,
  contraction: (_of, _part, name) => `a contraction made of ${name('free')}: no singular value above 1`,
  image: (of, part, name) =>
    part === null
      ? `what the weights of ${of} make of ${name('factor')}, in the columns of its dense weights`
      : `${name('image')} less what the reads of fixed structure put into it`,
  solution: (of, _part, name) =>
    `the dense weights of ${of} times their coefficients, side by side, as ${name('image')} asks for them`,
  reached: (of, part, name) => {
    if (part === 'check')
      return `${name('identity')} less the left side of the condition on ${of}, for the weights as they were rounded`;
    return part === null
      ? `what ${name('image')} ${name('image')}ᵀ and the reads of fixed structure make, or what these leave to it`
      : `${name('identity')} + ${name('free')} ${name('free')}ᵀ, which the contraction is made by`;
  },
  norm: () => 'an upper bound of the largest singular value of a matrix',
  roundoff: () =>
    'the relative error of one operation in the precision that the weights are kept in: 2⁻⁵³ for ' +
    'doubles, 2⁻²⁴ for float32',
  rounding: (of, part, name) =>
    `a bound of what rounding changes of the image of ${of} under ${name('factor')}, where ` +
    `${part ?? 'reads'} share a signal with other reads`,
  room: (_of, _part, name) =>
    `diagonal: 2 ${name('multiplier')}⁻¹ / ${name('spread-slope')}², which ${name('image')} ` +
    `${name('image')}ᵀ must stay below`,
  'room-factor': (_of, part, name) => {
    if (part === 'check') return `its Cholesky factor, which exists as long as the condition holds`;
    if (part === 'diagonal') return `diagonal: the root of what ${name('image')} ${name('image')}ᵀ must stay below`;
    return part === null
      ? `lower triangular, ${name('room-factor')} ${name('room-factor')}ᵀ is what is left to ` +
          `${name('image')} ${name('image')}ᵀ`
      : 'lower triangular: the Cholesky factor that the contraction is made by';
  },
  'fixed-image': (of, part, name) =>
    `the ${part === null ? 'weights of fixed structure' : 'diagonal weights'} of ${of} times ` +
    `their part of ${name('factor')}`,
  'fixed-square': (of, _part, name) =>
    `${name('fixed-image')} ${name('fixed-image')}ᵀ: what ${of} spends on reads of fixed ` +
    'structure, whatever its dense weights are',
  'spread-slope': (_of, _part, name) =>
    `${name('slope-range')}, but not below a small part of the slopes' size: it can be divided by`,
  share: (of, part, name) => {
    if (part === 'diagonal') return 'the factor by which diagonal weights shrink, a number';
    if (part === 'absorbed')
      return `the factor by which weights of ${of} shrink that share a signal with other reads, a number`;
    return part === 'Z'
      ? `the factor by which ${name('free')} is shortened, a number: 1 unless ${name('free')} is too ` +
          'long for the precision'
      : `diagonal: the factors on the columns of ${name('free')}`;
  },
  'free-multiplier': () => 'free numbers: the multipliers are made of their exponentials',
  'least-multiplier': (of) =>
    `what the multipliers of ${of} exceed, since the output reads ${of} as it is, perhaps beside a dense weight`,
  'free-scale': (_of, _part, name) => `free numbers: their exponentials are the scales ${name('row-scale')}`,
  used: (of) =>
    `the part of the pivot of ${of} that it uses: at most 1 less the margin, less where the ` +
    'slopes are nearly one or the output reads an earlier signal as it is',
  'row-scale': (_of, _part, name) => `diagonal and positive: scales of the rows of ${name('image')}`,
};

const isExplained = (role: SymbolNode['role']): role is Explained => Object.hasOwn(meanings, role);

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
    case 'cholesky':
    case 'cayley':
    case 'norm':
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
    symbol('covariance', a, { rows: null, columns: null }, { other: b });
  const [i, j] = (network.depth === null ? generic?.source.pairs[0] : undefined) ?? [
    label(print.naming.first),
    label(print.naming.second),
  ];
  const isStacked = ({ role, label: at, other }: SymbolNode): boolean =>
    role === 'covariance' && other !== null && at.name.includes('+');
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

/** One entry for each role, and for each part that symbols of a role are told apart by. */
function others({ layers, network }: Recursion, every: readonly Expression[], print: Printer): readonly SymbolEntry[] {
  const targets = new Map(
    layers.map(({ source: { split } }): [string, Label] => [labelText(split.layer.derived), split.layer.target]),
  );
  const found = new Map<string, SymbolEntry>();
  for (const node of every.flatMap((part) => [...symbols(part)])) {
    const { role } = node;
    if (!isExplained(role)) continue;
    const part = role === 'driven' ? null : (node.other?.name ?? null);
    const key = `${role} ${part ?? ''}`;
    const of = targets.get(labelText(node.label)) ?? network.output.target;
    if (!found.has(key))
      found.set(
        key,
        explained(
          print,
          shown(print, node),
          (voice) =>
            `${meanings[role](voice.signal(of), part, voice.letter)}${isStored(role) ? inFiles(node, print.naming) : ''}`,
        ),
      );
  }
  return [...found.values()];
}

const isStored = (role: Role): boolean => role === 'free-multiplier' || role === 'free-scale';

/** Signs that occur. */
function words(every: readonly Expression[], print: Printer): readonly SymbolEntry[] {
  const occurs = (kinds: readonly Expression['kind'][]): boolean =>
    every.some((part) => some(part, ({ kind }) => kinds.includes(kind)));
  const cut = new Set<Explained>();
  const collect = (node: Expression): boolean => {
    if (node.kind === 'slice' && node.body.kind === 'symbol' && isExplained(node.body.role)) cut.add(node.body.role);
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
