import type { Derivation } from '../compile.js';
import { label, labelText } from '../base/label.js';
import { scalarSymbol, symbol } from '../expr/build.js';
import type { CovarianceRole, Expression, SymbolNode } from '../expr/node.js';
import { some, symbols } from '../expr/visit.js';
import type { Assignment } from '../model/parameterization.js';
import type { LayerRecursion, Recursion } from '../model/pivot.js';
import type { SymbolEntry } from './entries.js';
import type { Printer } from './printer.js';
import { layerFamilies } from './recursion.js';

type Explained = Exclude<CovarianceRole, 'covariance'>;

/** What a symbol is for the layer or output `of`. Those of one role that belong to one part are told apart by that part. */
const meanings: Readonly<Record<Explained, (of: string, part: string | null) => string>> = {
  'slope-range': () => 'the range of the slopes, the largest less the least',
  pivot: (of) => `the pivot of ${of}: its block of N once all signals before it are eliminated`,
  gain: (of) => `the gain of ${of}, by which the inverse of its pivot enters its covariances`,
  factor: (of, part) => (part === null ? `the lower triangular Cholesky factor of the covariance of what ${of} reads` : `the block of that factor for what ${of} reads through dense weights`),
  'pivot-factor': (of) => `the lower triangular Cholesky factor of the pivot of ${of}`,
  driven: () => 'the inverse of that factor times what the layer shares with an earlier signal',
  'gain-driven': () => 'the inverse of that factor times the transpose of the gain',
  free: (of) => `the free numbers that the dense weights of ${of} hold at first, side by side`,
  contraction: () => 'a contraction made of the free numbers: no singular value above 1',
  image: (of, part) => (part === null ? `the image of the dense weights of ${of}: the weights times the Cholesky factor of what they read` : 'the image less what the reads of fixed structure put into it'),
  solution: (of) => `the dense weights of ${of}, side by side with their coefficients, as the image has them`,
  reached: (_of, part) => (part === null ? 'the square of the image, or what is left for it' : 'the matrix that the contraction is made by, I plus the square of the free numbers'),
  norm: () => 'an upper bound of the largest singular value of a matrix',
  room: () => 'diagonal: 2 over the multiplier and the squared range of the slopes, below which the square of the image must stay',
  'room-factor': (_of, part) => (part === 'diagonal' ? 'diagonal: the square root of the room for the image' : part === null ? 'the lower triangular Cholesky factor of the room for the image' : 'the lower triangular Cholesky factor that the contraction is made by'),
  'fixed-image': (of, part) => `the weights of fixed structure${part === null ? '' : ', diagonal ones,'} of ${of} times their part of the Cholesky factor`,
  'fixed-square': (of) => `what the reads of fixed structure cost ${of}, whatever its dense weights are`,
  'spread-slope': () => 'the range of the slopes, but not below a small part of their size: it can be divided by',
  share: (_of, part) => (part === 'diagonal' ? 'the factor by which diagonal weights shrink, a number' : 'diagonal: the factors on the columns of the free numbers'),
  'free-multiplier': () => 'free numbers: their exponentials are multipliers, or where fixed weights are read their lower part',
  'free-scale': () => 'free numbers: their exponentials are the scales of the rows',
  'row-scale': () => 'diagonal and positive: the scales of the rows of the image',
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
export function pivotSymbols({ naming, parameterization }: Derivation, recursion: Recursion, print: Printer): readonly SymbolEntry[] {
  const generic = layerFamilies(recursion).find(({ span }) => span !== null)?.member.layer ?? recursion.layers[0] ?? null;
  const layers = generic === null ? [] : [generic, ...recursion.layers];
  const defined = layers.flatMap(({ definitions }) => definitions.flatMap(({ symbol: made, value }) => [made, value]));
  const assigned = (parameterization?.assignments ?? []).flatMap(expressionsOf);
  const every = [recursion.start.symbol, recursion.start.value, ...defined, recursion.output.left, ...assigned];
  return [...covariances(recursion, generic, every, print), ...others(recursion, every, print), ...words(every, naming.factor)];
}

/** v, K and N. */
function covariances({ network }: Recursion, generic: LayerRecursion | null, every: readonly Expression[], { text, latex, labelLatex }: Printer): readonly SymbolEntry[] {
  const between = (a: string, b: string): SymbolNode => symbol('covariance', label(a), { rows: null, columns: null }, { other: label(b) });
  const pair = between('i', 'j');
  const isStacked = ({ role, label: at, other }: SymbolNode): boolean => role === 'covariance' && other !== null && at.name.includes('+');
  const stacked = every.flatMap((part) => [...symbols(part)]).find(isStacked);
  const letters = network.depth === null ? '; in the recursion i and j stand for any signals before the layer' : '';
  return [
    ...(generic === null ? [] : [{ symbol: labelText(generic.source.drive), latex: labelLatex(generic.source.drive), meaning: `the pre-activation of ${labelText(generic.source.split.layer.target)}, which its activation is applied to` }]),
    { symbol: text(pair), latex: latex(pair), meaning: `the covariance of signals i and j: their block of the inverse of N; ${text(between('j', 'i'))} is its transpose${letters}` },
    ...(stacked === undefined ? [] : [{ symbol: text(stacked), latex: latex(stacked), meaning: 'the covariances of these signals, one after the other, as one matrix' }]),
    { symbol: 'N', latex: 'N', meaning: '−M without ‖Δy‖², as a form in x and in what every w has beyond its least slope, w − m v' },
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
    const meaning = meanings[node.role](names.get(at) ?? labelText(network.output.target), part);
    if (!found.has(key)) found.set(key, { symbol: print.text(node), latex: print.latex(node), meaning });
  }
  return [...found.values()];
}

/** Signs that occur. */
function words(all: readonly Expression[], factor: string): readonly SymbolEntry[] {
  const occurs = (kinds: readonly Expression['kind'][]): boolean => all.some((part) => some(part, ({ kind }) => kinds.includes(kind)));
  return [
    { symbol: '≻ 0, ≼ I', latex: '\\succ 0,\\ \\preceq I', meaning: 'of a symmetric matrix: all eigenvalues positive, none above 1' },
    ...(occurs(['slice']) ? [{ symbol: `${factor}(a, b)`, latex: `${factor}_{(a,\\,b)}`, meaning: 'a block of the factor: the rows of signal a, the columns of signals b' }] : []),
    ...(occurs(['abs', 'row-sums', 'ones']) ? [{ symbol: '|·|, 1', latex: '\\left|\\cdot\\right|,\\ \\mathbf{1}', meaning: 'absolute value entry by entry; the vector of ones' }] : []),
  ];
}

/** Names that stand in tables as words and are shown in Greek: the text of such a symbol is its Greek name. */
export function greekOf({ naming }: Derivation, print: Printer): Readonly<Record<string, string>> {
  const roles = ['room', 'spread-slope', 'norm'] as const;
  return Object.fromEntries(roles.map((role) => [naming[role], print.text(scalarSymbol(role, label('')))]));
}
