import type { AffineLayer } from '../../model/lowered-network.js';
import type { LmiTerm } from '../../model/program.js';
import { renumbering } from '../roll/lines.js';
import type { Visitor } from '../roll/loop.js';
import type { Names } from './expression.js';

/** A block of the LMI; of each term's left and right factor, whether it is a diagonal, and of which family. */
export interface Block {
  readonly row: number;
  readonly column: number;
  readonly terms: readonly LmiTerm[];
  readonly factors: readonly { readonly isDiagonal: boolean; readonly family: string }[];
}

export function visitBlock({ row, column, terms, factors }: Block, by: Visitor): Block {
  const { parameter } = renumbering(by);
  const value = (buffer: number | null): number | null => (buffer === null ? null : by.value(buffer));
  const index = (at: number): number => by.index('signal', at);
  return {
    row: index(row),
    column: index(column),
    terms: terms.map((term) => ({
      ...term,
      row: index(term.row),
      column: index(term.column),
      parameters: term.parameters.map(parameter),
      left: value(term.left),
      middle: value(term.middle),
      right: value(term.right),
    })),
    factors,
  };
}

export interface BlockScope extends Names {
  readonly index: (at: number) => string;
}

/** The matrices through which an affine signal reads others. */
export const readsAsTerms = ({ signal, terms }: AffineLayer): readonly LmiTerm[] =>
  terms.map(({ coefficient, weight, isTransposed, signal: column }): LmiTerm => ({
    ...{ row: signal, column, coefficient, parameters: [] },
    ...(isTransposed === true
      ? { left: weight, middle: null, right: null }
      : { left: null, middle: null, right: weight }),
  }));
