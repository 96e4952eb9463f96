import { fail } from '../base/diagnostic.js';
import { compare, sign } from './dyadic.js';
import type { Dyadic } from './dyadic.js';

/**
 * A weight matrix: `rows × columns` row major, or a square diagonal one given by its vector of length
 * rows = columns. Entries are finite doubles, taken as exact.
 */
export interface Factor {
  readonly kind: 'dense' | 'diagonal';
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

/**
 * block(row, column) += scalar · leftᵀ · diag(middle) · right, where `row`, `column` are offsets of the block's
 * first entry in the whole matrix and `rows × columns` is its shape. left is K × rows, right is K × columns,
 * middle has length K. A null factor is the identity of fitting size (a null middle too). If the offsets differ the
 * transposed block is added at (column, row) as well; the two must not overlap.
 */
export interface AssemblyTerm {
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
  readonly scalar: Dyadic;
  readonly left: Factor | null;
  readonly middle: Float64Array | null;
  readonly right: Factor | null;
}

/**
 * A symmetric matrix of order `size` as the sum of its terms. A term on the diagonal (row = column) need not be
 * symmetric alone, but the sum must be in exact arithmetic: AᵀB wants its partner BᵀA. Only the upper triangle is
 * ever computed from the terms; the lower one is its mirror.
 */
export interface Assembly {
  readonly size: number;
  readonly terms: readonly AssemblyTerm[];
  /** The matrix is TᵀAT, the terms are those of A. */
  readonly image?: Image;
}

/** Of the `size` coordinates of A, those that are sums of earlier ones; all others are coordinates of the matrix. */
export interface Image {
  readonly size: number;
  readonly sums: readonly { readonly row: number; readonly rows: number; readonly terms: readonly ImageTerm[] }[];
}

/** coefficient · factor · the `columns` coordinates from `from` on; a null factor is the identity. */
export interface ImageTerm {
  readonly coefficient: number;
  readonly factor: Factor | null;
  readonly from: number;
  readonly columns: number;
}

export type WithImage = Assembly & { readonly image: Image };
export const hasImage = (assembly: Assembly): assembly is WithImage => assembly.image !== undefined;

/** A itself. */
export const written = ({ terms, image }: WithImage): Assembly => ({ size: image.size, terms });

/** A term turned so that its block lies on or above the diagonal, with the length K of its inner sum. */
export interface UpperTerm extends AssemblyTerm {
  readonly inner: number;
  /** Both factors dense: an inner sum of K products an entry; otherwise one product an entry. */
  readonly products: number;
}

export function isDense(factor: Factor | null): factor is Factor {
  return factor !== null && factor.kind === 'dense';
}

/**
 * Checks every shape and returns the terms turned to the upper triangle, in order; those with the scalar 0 add nothing
 * and are left out (P = 0 for every activation that is flat somewhere). Fails with LW303 on a clash, and
 * when a term on the diagonal is not symmetric and lacks its transposed partner.
 */
export function upperTerms(assembly: Assembly): UpperTerm[] {
  const terms: UpperTerm[] = [];
  for (const term of assembly.terms) {
    terms.push(upper(term, assembly.size));
  }
  const lone = terms.filter((term) => term.row === term.column && !isSymmetric(term));
  while (lone.length > 0) {
    const term = lone.pop();
    const partner = lone.findIndex((other) => term !== undefined && areTransposed(term, other));
    if (partner < 0) {
      fail('LW303', 'a term on the diagonal that is not symmetric', 'its transposed partner beside it');
    }
    lone.splice(partner, 1);
  }
  return terms.filter(({ scalar }) => sign(scalar) !== 0);
}

function upper(term: AssemblyTerm, size: number): UpperTerm {
  const { row, column, rows, columns, left, middle, right } = term;
  const whole = isCount(row) && isCount(column) && isCount(rows) && isCount(columns);
  if (!whole || row + rows > size || column + columns > size) {
    fail('LW303', `a ${rows}×${columns} block at (${row}, ${column})`, `a block inside the order ${size}`);
  }
  if (row === column ? rows !== columns : row < column ? row + rows > column : column + columns > row) {
    fail(
      'LW303',
      `a ${rows}×${columns} block at (${row}, ${column})`,
      'a square on the diagonal or a block clear of it',
    );
  }
  const inner = left?.rows ?? right?.rows ?? middle?.length ?? rows;
  const fits =
    isCount(inner) &&
    factorFits(left, inner, rows) &&
    factorFits(right, inner, columns) &&
    (middle === null || middle.length === inner);
  if (!fits) {
    fail(
      'LW303',
      `factors of a ${rows}×${columns} block that do not chain`,
      'leftᵀ · diag(middle) · right of that shape',
    );
  }
  const products = isDense(left) && isDense(right) ? inner : 1;
  const { scalar } = term;
  // Field by field: spreading an object costs more than a small block's arithmetic.
  return row <= column
    ? { row, column, rows, columns, scalar, left, middle, right, inner, products }
    : {
        row: column,
        column: row,
        rows: columns,
        columns: rows,
        scalar,
        left: right,
        middle,
        right: left,
        inner,
        products,
      };
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function factorFits(factor: Factor | null, inner: number, outer: number): boolean {
  if (factor === null) {
    return inner === outer;
  }
  const length = factor.kind === 'dense' ? inner * outer : inner;
  const square = factor.kind === 'dense' || inner === outer;
  return factor.rows === inner && factor.columns === outer && square && factor.data.length === length;
}

/** Whether leftᵀ · diag(middle) · right is symmetric by its form. */
export function isSymmetric(term: AssemblyTerm): boolean {
  return (!isDense(term.left) && !isDense(term.right)) || sameFactor(term.left, term.right);
}

function areTransposed(a: UpperTerm, b: UpperTerm): boolean {
  return (
    a.row === b.row &&
    a.rows === b.rows &&
    a.inner === b.inner &&
    sameFactor(a.left, b.right) &&
    sameFactor(a.right, b.left) &&
    sameData(a.middle, b.middle) &&
    compare(a.scalar, b.scalar) === 0
  );
}

function sameFactor(a: Factor | null, b: Factor | null): boolean {
  if (a === null || b === null) {
    return a === b;
  }
  return a.kind === b.kind && a.rows === b.rows && a.columns === b.columns && sameData(a.data, b.data);
}

function sameData(a: Float64Array | null, b: Float64Array | null): boolean {
  if (a === null || b === null || a === b) {
    return a === b;
  }
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
