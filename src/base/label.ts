/**
 * Names with an optional index, `A`, `C[3]`, `w[l-1]`, `C[n]`: the labels of signals, weights, multipliers and
 * dimensions. Indices are affine with unit slope, which is all that indexed families need.
 */

/** `l + offset` (the loop letter), `n + offset` (the depth) or the constant `offset`. */
export interface Index {
  readonly base: 'constant' | 'depth' | 'loop';
  readonly offset: number;
}

export interface Label {
  readonly name: string;
  readonly index: Index | null;
}

/** Values for the loop letter and the depth; null leaves the letter as it is. */
export interface Assignment {
  readonly loop: Index | null;
  readonly depth: number | null;
}

export const constant = (offset: number): Index => ({ base: 'constant', offset });
export const label = (name: string, index: Index | null = null): Label => ({ name, index });

export function shift(index: Index, by: number): Index {
  return { base: index.base, offset: index.offset + by };
}

export function substituteIndex(index: Index, assignment: Assignment): Index {
  if (index.base === 'loop' && assignment.loop !== null) {
    return substituteIndex(shift(assignment.loop, index.offset), { loop: null, depth: assignment.depth });
  }
  if (index.base === 'depth' && assignment.depth !== null) return constant(assignment.depth + index.offset);
  return index;
}

export function substituteLabel(at: Label, assignment: Assignment): Label {
  return at.index === null ? at : { name: at.name, index: substituteIndex(at.index, assignment) };
}

export function indexText(index: Index): string {
  if (index.base === 'constant') return String(index.offset);
  const letter = index.base === 'depth' ? 'n' : 'l';
  if (index.offset === 0) return letter;
  return index.offset > 0 ? `${letter}+${index.offset}` : `${letter}-${-index.offset}`;
}

/** The text is also the key: two labels are the same exactly if their texts are. */
export function labelText(at: Label): string {
  return at.index === null ? at.name : `${at.name}[${indexText(at.index)}]`;
}

/** Order for large n: constants first, then n + c. Loop indices are compared only among themselves. */
export function compareIndex(a: Index, b: Index): number {
  if (a.base === b.base) return a.offset - b.offset;
  return a.base === 'constant' ? -1 : 1;
}
