import type { MatrixOperand, Operation } from '../../model/program.js';
import { copy } from './copies.js';
import type { Rewriting, Values } from './body.js';
import { multipleOfIdentity } from './identities.js';
import { isOne } from './trees.js';

type Solve = Extract<Operation, { kind: 'solve' }>;

/** G of a matrix that is G⁻¹ or G⁻ᵀ, G lower triangular. */
function inverseFactor(
  buffer: number,
  values: Values,
): { readonly factor: number; readonly transposed: boolean } | null {
  const made = values.maker(buffer);
  if (made?.kind !== 'solve') return null;
  const c = multipleOfIdentity(made.matrix, values);
  return c !== null && isOne(c) ? { factor: made.factor, transposed: made.transposed } : null;
}

/** X of X Xᵀ. */
function rootOf(buffer: number, { maker }: Values): MatrixOperand | null {
  const made = maker(buffer);
  if (made?.kind !== 'multiply') return null;
  const { left, right } = made;
  return left.buffer === right.buffer && left.transposed !== right.transposed ? left : null;
}

/**
 * # The factor of an inverse
 *
 * With D = Gᵀ G, G lower triangular, D⁻¹ = G⁻¹ G⁻ᵀ, and G⁻¹ is lower triangular with a positive diagonal: the Cholesky
 * factor of D⁻¹, which is unique. So it is not formed and factored again, and M (G⁻¹)⁻¹ is M G. Whether D is positive
 * definite was asked when G was made; D⁻¹ then is. A product has a smaller error than an inverse, a product and a
 * factor before it: κ(G) enters once, before it entered as κ(D).
 */
export const factorOfInverse: Rewriting = (operation, values) => {
  if (operation.kind === 'cholesky') {
    const root = rootOf(operation.matrix, values);
    const inverse = root === null ? null : inverseFactor(root.buffer, values);
    if (root === null || inverse === null || operation.reversed === true) return null;
    // Lower triangular, as it stands: G⁻¹ itself.
    return inverse.transposed || root.transposed ? null : [copy(operation.out, root)];
  }
  if (operation.kind !== 'solve') return null;
  const inverse = inverseFactor(operation.factor, values);
  if (inverse === null || inverse.transposed) return null;
  const { out, matrix, side, transposed } = operation;
  const factor: MatrixOperand = { kind: 'matrix', buffer: inverse.factor, transposed };
  const other: MatrixOperand = { kind: 'matrix', buffer: matrix, transposed: false };
  return [
    side === 'right'
      ? { kind: 'multiply', out, left: other, right: factor }
      : { kind: 'multiply', out, left: factor, right: other },
  ];
};

const isTransposeOf = (a: MatrixOperand, b: MatrixOperand): boolean =>
  a.buffer === b.buffer && a.transposed !== b.transposed;

/**
 * # Quadratic forms by factors
 *
 * C (X Xᵀ) Cᵀ = (C X)(C X)ᵀ: one product less, and often X Xᵀ itself. What comes out is symmetric and no eigenvalue is
 * below 0 but for the rounding of one product; C (K Cᵀ) had that of two.
 */
export const quadraticForms: Rewriting = (operation, values) => {
  if (operation.kind !== 'multiply') return null;
  const { out, left, right } = operation;
  const found = innerProduct(left, right, values) ?? innerProduct(flipped(right), flipped(left), values);
  if (found === null) return null;
  const root = rootOf(found.middle, values);
  if (root === null) return null;
  const { outer } = found;
  const [rows, columns] = [shapeOf(outer, values).rows, shapeOf(root, values).columns];
  const image = values.buffer(rows, columns);
  return [
    { kind: 'multiply', out: image, left: outer, right: root },
    {
      kind: 'multiply',
      out,
      left: { kind: 'matrix', buffer: image, transposed: false },
      right: { kind: 'matrix', buffer: image, transposed: true },
    },
  ];
};

const flipped = (operand: MatrixOperand): MatrixOperand => ({ ...operand, transposed: !operand.transposed });

function shapeOf(
  { buffer, transposed }: MatrixOperand,
  { shape }: Values,
): Pick<ReturnType<Values['shape']>, 'rows' | 'columns'> {
  const { rows, columns } = shape(buffer);
  return transposed ? { rows: columns, columns: rows } : { rows, columns };
}

/** C and K of C · (K Cᵀ), where K is symmetric. */
function innerProduct(
  outer: MatrixOperand,
  inner: MatrixOperand,
  { maker, isReadOnce }: Values,
): { readonly outer: MatrixOperand; readonly middle: number } | null {
  const made = maker(inner.buffer);
  if (made?.kind !== 'multiply' || !isReadOnce(inner.buffer)) return null;
  const [first, last] = inner.transposed ? [flipped(made.right), flipped(made.left)] : [made.left, made.right];
  return isTransposeOf(last, outer) ? { outer, middle: first.buffer } : null;
}

/**
 * # Systems instead of inverses
 *
 * A G⁻¹ with G⁻¹ written out is solved for: half of the work, and backward stable row by row.
 */
export const systems: Rewriting = (operation, values) => {
  if (operation.kind !== 'multiply') return null;
  const { out, left, right } = operation;
  if (left.buffer === right.buffer) return null;
  const solved = (inverse: MatrixOperand, other: MatrixOperand, side: Solve['side']): readonly Operation[] | null => {
    const found = other.transposed ? null : inverseFactor(inverse.buffer, values);
    if (found === null) return null;
    const transposed = found.transposed !== inverse.transposed;
    return [{ kind: 'solve', out, factor: found.factor, transposed, matrix: other.buffer, side }];
  };
  return solved(right, left, 'right') ?? solved(left, right, 'left');
};

/**
 * # Scaled squares
 *
 * diag(v) (Y Yᵀ) diag(v) = (diag(v) Y)(diag(v) Y)ᵀ: one pass less over a matrix.
 */
export const scaledSquares: Rewriting = (operation, values) => {
  if (operation.kind !== 'scale') return null;
  const inner = operation.along === 'all' ? undefined : values.maker(operation.matrix);
  if (inner?.kind !== 'scale' || inner.factor !== operation.factor || inner.along === operation.along) return null;
  if (inner.along === 'all' || !values.isReadOnce(operation.matrix) || !values.isReadOnce(inner.matrix)) return null;
  const root = rootOf(inner.matrix, values);
  if (root === null || root.transposed) return null;
  const { rows, columns } = values.shape(root.buffer);
  const scaled = values.buffer(rows, columns);
  return [
    { kind: 'scale', out: scaled, matrix: root.buffer, factor: operation.factor, along: 'rows' },
    {
      kind: 'multiply',
      out: operation.out,
      left: { kind: 'matrix', buffer: scaled, transposed: false },
      right: { kind: 'matrix', buffer: scaled, transposed: true },
    },
  ];
};
