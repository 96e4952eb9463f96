import type { Derivation } from '../compile.js';
import type { Label } from '../base/label.js';
import { label, labelText } from '../base/label.js';
import { scalarSymbol, symbol } from '../expr/build.js';
import type { CovarianceRole, Expression, Role, SymbolNode } from '../expr/node.js';
import { some, symbols } from '../expr/visit.js';
import type { Assignment } from '../model/parameterization.js';
import type { LayerRecursion, Recursion } from '../model/pivot.js';
import type { SymbolEntry } from './entries.js';
import type { Printer } from './printer.js';
import { layerFamilies } from './recursion.js';

type Explained = Exclude<CovarianceRole, 'covariance'>;

/** What a symbol is for the layer or output `of`. Those of one role that belong to one part are told apart by that part. */
type Meaning = (of: string, part: string | null, name: (role: Role) => string) => string;

const meanings: Readonly<Record<Explained, Meaning>> = {
  'slope-range': () => 'the range of the slopes, the largest less the least',
  pivot: (of) => `the pivot of ${of}: its block of N once all signals before it are eliminated`,
  gain: (of, _part, name) => `the gain of ${of}, by which ${name('pivot')}⁻¹ enters its covariances`,
  factor: (of, part, name) => (part === null ? `lower triangular, ${name('factor')} ${name('factor')}ᵀ is the covariance of what ${of} reads` : `the block of ${name('factor')} that belongs to what ${of} reads through dense weights`),
  'pivot-factor': (of, _part, name) => `lower triangular, ${name('pivot-factor')} ${name('pivot-factor')}ᵀ is the pivot ${name('pivot')} of ${of}`,
  driven: (_of, _part, name) => `${name('pivot-factor')}⁻¹ times what the layer shares with an earlier signal`,
  'gain-driven': (_of, _part, name) => `${name('pivot-factor')}⁻¹ ${name('gain')}ᵀ`,
  free: (of) => `the free numbers that the dense weights of ${of} hold at first, side by side`,
  contraction: (_of, _part, name) => `a contraction made of ${name('free')}: no singular value above 1`,
  image: (of, part, name) => (part === null ? `what the weights of ${of} make of ${name('factor')}, in the columns of its dense weights` : `${name('image')} less what the reads of fixed structure put into it`),
  solution: (of, _part, name) => `the dense weights of ${of} times their coefficients, side by side, as ${name('image')} asks for them`,
  reached: (of, part, name) => {
    if (part === 'check') return `I less the left side of the condition on ${of}, for the weights as they were rounded`;
    return part === null ? `what ${name('image')} ${name('image')}ᵀ and the reads of fixed structure make, or what these leave to it` : `I + ${name('free')} ${name('free')}ᵀ, which the contraction is made by`;
  },
  norm: () => 'an upper bound of the largest singular value of a matrix',
  room: (_of, _part, name) => `diagonal: 2 ${name('multiplier')}⁻¹ / ${name('spread-slope')}², which ${name('image')} ${name('image')}ᵀ must stay below`,
  'room-factor': (_of, part, name) => {
    if (part === 'check') return `its Cholesky factor, which exists as long as the condition holds`;
    if (part === 'diagonal') return `diagonal: the root of what ${name('image')} ${name('image')}ᵀ must stay below`;
    return part === null ? `lower triangular, ${name('room-factor')} ${name('room-factor')}ᵀ is what is left to ${name('image')} ${name('image')}ᵀ` : 'lower triangular: the Cholesky factor that the contraction is made by';
  },
  'fixed-image': (of, part, name) => `the ${part === null ? 'weights of fixed structure' : 'diagonal weights'} of ${of} times their part of ${name('factor')}`,
  'fixed-square': (of, _part, name) => `${name('fixed-image')} ${name('fixed-image')}ᵀ: what ${of} spends on reads of fixed structure, whatever its dense weights are`,
  'spread-slope': (_of, _part, name) => `${name('slope-range')}, but not below a small part of the slopes' size: it can be divided by`,
  share: (_of, part, name) => (part === 'diagonal' ? 'the factor by which diagonal weights shrink, a number' : `diagonal: the factors on the columns of ${name('free')}`),
  'free-multiplier': () => 'free numbers: the multipliers are made of their exponentials',
  'least-multiplier': (of) => `what the multipliers of ${of} exceed, since the output reads ${of} as it is`,
  'free-scale': (_of, _part, name) => `free numbers: their exponentials are the scales ${name('row-scale')}`,
  used: (of) => `the part of the pivot of ${of} that it uses: at most 1 less the margin, less where the slopes are nearly one or the output reads an earlier signal as it is`,
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
      return [assignment.symbol];
    case 'cholesky':
    case 'cayley':
    case 'norm':
      return [assignment.symbol, assignment.of];
    case 'demand':
      return [assignment.value];
  }
}

/** The symbols of the recursion and of the parameterization, those alone that occur, for the most general layer. */
export function pivotSymbols({ parameterization }: Derivation, recursion: Recursion, print: Printer): readonly SymbolEntry[] {
  const generic = layerFamilies(recursion).find(({ span }) => span !== null)?.member.layer ?? recursion.layers[0] ?? null;
  const layers = generic === null ? [] : [generic, ...recursion.layers];
  const defined = layers.flatMap(({ definitions }) => definitions.flatMap(({ symbol: made, value }) => [made, value]));
  const assigned = (parameterization?.assignments ?? []).flatMap(expressionsOf);
  const every = [recursion.start.symbol, recursion.start.value, ...defined, recursion.output.left, ...assigned];
  return [...covariances(recursion, generic, every, print), ...others(recursion, every, print), ...words(every, print)];
}

/** v, K and N. */
function covariances({ network }: Recursion, generic: LayerRecursion | null, every: readonly Expression[], { text, latex, labelLatex }: Printer): readonly SymbolEntry[] {
  const between = (a: Label, b: Label): SymbolNode => symbol('covariance', a, { rows: null, columns: null }, { other: b });
  const [i, j] = (network.depth === null ? generic?.source.pairs[0] : undefined) ?? [label('i'), label('j')];
  const pair = between(i, j);
  const isStacked = ({ role, label: at, other }: SymbolNode): boolean => role === 'covariance' && other !== null && at.name.includes('+');
  const stacked = every.flatMap((part) => [...symbols(part)]).find(isStacked);
  const letters = network.depth === null ? `; in the recursion ${i.name} and ${j.name} stand for any signals before the layer` : '';
  return [
    ...(generic === null ? [] : [{ symbol: labelText(generic.source.drive), latex: labelLatex(generic.source.drive), meaning: `the pre-activation of ${labelText(generic.source.split.layer.target)}, which its activation is applied to` }]),
    { symbol: text(pair), latex: latex(pair), meaning: `the covariance of signals ${i.name} and ${j.name}: their block of the inverse of N; ${text(between(j, i))} is its transpose${letters}` },
    ...(stacked === undefined ? [] : [{ symbol: text(stacked), latex: latex(stacked), meaning: 'the covariances of these signals, one after the other, as one matrix' }]),
    { symbol: 'N', latex: 'N', meaning: '−M without ‖Δy‖², as a form in x and in what every activation does beyond its least slope' },
  ];
}

/** One entry for each role, and for each part that symbols of a role are told apart by. */
function others({ layers, network }: Recursion, every: readonly Expression[], print: Printer): readonly SymbolEntry[] {
  const names = new Map(layers.map(({ source: { split } }): [string, string] => [labelText(split.layer.derived), labelText(split.layer.target)]));
  const found = new Map<string, SymbolEntry>();
  for (const node of every.flatMap((part) => [...symbols(part)])) {
    if (!isExplained(node.role)) continue;
    const part = node.role === 'driven' ? null : (node.other?.name ?? null);
    const key = `${node.role} ${part ?? ''}`;
    const at = labelText(node.label);
    const meaning = meanings[node.role](names.get(at) ?? labelText(network.output.target), part, (role) => print.text(scalarSymbol(role, label(''))));
    if (!found.has(key)) found.set(key, { symbol: print.text(node), latex: print.latex(node), meaning });
  }
  return [...found.values()];
}

/** Signs that occur. */
function words(every: readonly Expression[], print: Printer): readonly SymbolEntry[] {
  const occurs = (kinds: readonly Expression['kind'][]): boolean => every.some((part) => some(part, ({ kind }) => kinds.includes(kind)));
  const cut = new Set<Role>();
  const collect = (node: Expression): boolean => {
    if (node.kind === 'slice' && node.body.kind === 'symbol') cut.add(node.body.role);
    return false;
  };
  for (const part of every) some(part, collect);
  const names = [...cut].map((role) => print.text(scalarSymbol(role, label(''))));
  return [
    { symbol: '≻ 0, ≼ I', latex: '\\succ 0,\\ \\preceq I', meaning: 'of a symmetric matrix: all eigenvalues positive, none above 1' },
    ...(names.length === 0 ? [] : [{ symbol: names.map((name) => `${name}(a, b)`).join(', '), latex: names.map((name) => `${name}_{(a,\\,b)}`).join(',\\ '), meaning: 'a block: the rows that belong to a, the columns that belong to b' }]),
    ...(occurs(['abs', 'row-sums', 'ones']) ? [{ symbol: '|·|, 1', latex: '\\left|\\cdot\\right|,\\ \\mathbf{1}', meaning: 'absolute value entry by entry; the vector of ones' }] : []),
  ];
}

/** Names that stand in tables as words and are shown in Greek: the text of such a symbol is its Greek name. */
export function greekOf({ naming }: Derivation, print: Printer): Readonly<Record<string, string>> {
  const roles = ['room', 'spread-slope', 'norm', 'used', 'least-multiplier'] as const;
  return Object.fromEntries(roles.map((role) => [naming[role], print.text(scalarSymbol(role, label('')))]));
}
