import type { Label } from '../base/label.js';
import { labelText } from '../base/label.js';
import { diag, exactFactor, identity, product, scale, slice, stack, sum, transpose } from '../expr/build.js';
import type { Dimension, Expression, SymbolNode } from '../expr/node.js';
import { structureOf } from '../structures/index.js';
import { outputWeight } from './form.js';
import type { Network, Read } from './network.js';
import type { Assignment } from './parameterization.js';
import type { AllocationSource, ReadGroup, Recursion, WeightedRead } from './pivot.js';

/** Pieces of expressions that several allocating rules write. */

/** c W of a read; the identity if it has no weight. */
export function matrixOf({ coefficient, weight, isTransposed }: Read, width: Dimension): Expression {
  const matrix = weight ?? identity(width);
  return scale(1, [exactFactor(coefficient)], isTransposed === true ? transpose(matrix) : matrix);
}

/** weight := factor · weight. */
export const multiplied = (rule: string, symbol: SymbolNode, factor: Expression): Assignment =>
  symbol.diagonal
    ? { kind: 'define', rule, symbol, value: scale(1, [factor], diag(symbol)) }
    : { kind: 'matrix', rule, symbol, value: scale(1, [factor], symbol) };

/** What each signal is read with: the sum of its weights, which may nearly cancel and is therefore formed first. */
export function readMatrices(
  reads: readonly Read[],
  width: Dimension,
): readonly { readonly signal: Label; readonly matrix: Expression }[] {
  return readsBySignal(reads).map(({ signal, own }) => ({
    signal,
    matrix: sum(own.map((read) => matrixOf(read, width))),
  }));
}

/** Reads of one signal together, signals in the order of their first reads. */
function readsBySignal(reads: readonly Read[]): readonly { readonly signal: Label; readonly own: readonly Read[] }[] {
  const found = new Map<string, { readonly signal: Label; readonly own: Read[] }>();
  for (const read of reads) {
    const known = found.get(labelText(read.signal));
    if (known === undefined) found.set(labelText(read.signal), { signal: read.signal, own: [read] });
    else known.own.push(read);
  }
  return [...found.values()];
}

/**
 * What the output reads, with √g in the coefficients: g W K Wᵀ ≼ I is W K Wᵀ ≼ I in these. A root that is not exact is
 * covered by what the output leaves unused, and by `allocate/output-check`, which has g itself.
 */
export function weighedReads({ network, supply }: Pick<Recursion, 'network' | 'supply'>): readonly Read[] {
  const weight = Math.sqrt(outputWeight(supply) ?? Number.NaN);
  return network.output.reads.map((read) => ({ ...read, coefficient: read.coefficient * weight }));
}

const isFree = (read: Read): read is WeightedRead => read.weight !== null && structureOf(read.weight).isFree;

/**
 * The reads by signal. The first weight on a signal that can be any matrix is free to make up for whatever else reads
 * it.
 */
export function readGroups(reads: readonly Read[], dimension: Network['dimension']): readonly ReadGroup[] {
  return readsBySignal(reads).map(({ signal, own }) => {
    const absorber = own.find(isFree) ?? null;
    return { signal, width: dimension(signal), absorber, fixed: own.filter((read) => read !== absorber) };
  });
}

/**
 * The block of R that belongs to a signal's rows and to the columns of the dense or the fixed signals; null: it is
 * zero.
 */
function factorRows(
  { symbols, joint, dense, fixed, groups }: AllocationSource,
  group: ReadGroup,
  of: 'dense' | 'fixed',
): Expression | null {
  const columns = of === 'dense' ? dense : fixed;
  if (columns === null) return null;
  const at = groups.indexOf(group);
  const above = joint.signals.slice(0, at);
  return slice(
    symbols.factor,
    { rows: group.width, columns: columns.dimension },
    above,
    of === 'dense' ? [] : (dense?.signals ?? []),
  );
}

/** V_f T or V_f R_f: the fixed reads' weights times their rows of R. Null if there are none. */
export function fixedTimesFactor(
  source: AllocationSource,
  of: 'dense' | 'fixed',
  chosen: (read: Read) => boolean = () => true,
): Expression | null {
  const terms = source.groups.flatMap((group) => {
    const rows = group.absorber === null ? factorRows(source, group, of) : null;
    if (rows === null) return [];
    const reads = group.fixed.filter(chosen);
    // Weights of one signal may nearly cancel: they are summed before anything is multiplied by them.
    return reads.length === 0 ? [] : [product([sum(reads.map((read) => matrixOf(read, source.width))), rows])];
  });
  return terms.length === 0 ? null : sum(terms);
}

/** The sum of the coefficients of a group's identities. */
export const identityOf = ({ fixed }: ReadGroup): number =>
  fixed.reduce((total, { weight, coefficient }) => (weight === null ? total + coefficient : total), 0);

/** The sum of their sizes: what rounding is relative to. */
export const identitySize = ({ fixed }: ReadGroup): number =>
  fixed.reduce((total, { weight, coefficient }) => (weight === null ? total + Math.abs(coefficient) : total), 0);

/**
 * The signals that are read more than once, with all of their reads but one dense weight: there V = Σ c_k W_k may
 * cancel, and what rounding changes of it does not.
 */
export const sharedReads = (groups: readonly ReadGroup[]): readonly ReadGroup[] =>
  groups.filter(({ absorber, fixed }) => fixed.length + (absorber === null ? 0 : 1) > 1);

/**
 * κ: with m reads of a signal at most, c D + Σ c_k O_k differs from the V that D = (V − Σ c_k O_k)/c was made for, and
 * from what a program makes of the sum, by at most κ u Σ |c_k O_k| in every entry, beside errors of |V| u. Each of the
 * two has at most m + 4 roundings of terms that are at most |V| + 2 Σ |c_k O_k|; twice as many are counted.
 */
export const roundings = (shared: readonly ReadGroup[]): number =>
  4 * (Math.max(0, ...shared.map(({ absorber, fixed }) => fixed.length + (absorber === null ? 0 : 1))) + 4);

/**
 * W R_d of every read beside a dense weight, which makes up for it. They are kept apart: their sum may cancel, its
 * rounding not.
 */
export function absorbedImages(
  source: AllocationSource,
): readonly { readonly read: Read; readonly image: Expression }[] {
  return source.groups.flatMap((group) => {
    const rows = group.absorber === null ? null : factorRows(source, group, 'dense');
    return rows === null
      ? []
      : group.fixed.map((read) => ({ read, image: product([matrixOf(read, source.width), rows]) }));
  });
}

/** The free numbers of the dense weights, side by side. */
export function freeNumbers({ groups, dense, width }: AllocationSource): Expression {
  if (dense === null) throw new Error('no dense reads');
  const row = groups.flatMap(({ absorber }) => (absorber === null ? [] : [absorber.weight]));
  return stack([row], { rows: width, columns: dense.dimension });
}
