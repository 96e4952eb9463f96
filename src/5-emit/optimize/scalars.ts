import type { MatrixOperand, Operation, Tree } from '../../model/program.js';
import type { Rewriting, Values } from './body.js';
import { isOne, timesTree } from './trees.js';

const one: Tree = { kind: 'number', value: 1 };

interface Multiple {
  readonly factor: Tree;
  readonly operand: MatrixOperand;
}

/** f and A of a matrix that is f A, which nobody else reads. */
function multipleOf(buffer: number, { maker, isReadOnce }: Values): Multiple | null {
  const made = maker(buffer);
  if (made?.kind !== 'combine' || !isReadOnce(buffer)) return null;
  const [only, ...others] = made.terms;
  if (only === undefined || others.length > 0 || only.operand.kind !== 'matrix' || isOne(only.factor)) return null;
  return { factor: only.factor, operand: only.operand };
}

/** A vector times a scalar, in a buffer of its own. */
function scaledVector(vector: number, factor: Tree, values: Values): Operation & { readonly out: number } {
  const { rows } = values.shape(vector);
  const tree = timesTree(factor, { kind: 'buffer', buffer: vector });
  return { kind: 'map', out: values.buffer(rows, null), tree };
}

/**
 * # Scalars where there are fewest numbers
 *
 * diag(v)(f A) = diag(f v) A, f (diag(v) A) = diag(f v) A, f diag(v) = diag(f v), f (g A) = (f g) A and A (f A)ᵀ = f
 * (A Aᵀ): one pass over a matrix less each time. A number is rounded once for each of its factors, as before,
 * in another order.
 */
export const fewestScalars: Rewriting = (operation, values) => {
  switch (operation.kind) {
    case 'scale': {
      const { out, matrix, factor, along } = operation;
      if (along === 'all') return null;
      const inner = multipleOf(matrix, values);
      if (inner === null || inner.operand.transposed) return null;
      const vector = scaledVector(factor, inner.factor, values);
      return [vector, { kind: 'scale', out, matrix: inner.operand.buffer, factor: vector.out, along }];
    }
    case 'combine': {
      const terms = operation.terms.map((term) => {
        const inner = term.operand.kind === 'matrix' ? multipleOf(term.operand.buffer, values) : null;
        if (inner === null || term.operand.kind !== 'matrix') return term;
        const transposed = term.operand.transposed !== inner.operand.transposed;
        return { factor: timesTree(term.factor, inner.factor), operand: { ...inner.operand, transposed } };
      });
      if (terms.some((term, at) => term !== operation.terms[at])) return [{ ...operation, terms }];
      return intoScale(operation, values) ?? intoDiagonals(operation, values);
    }
    case 'multiply':
      return outOfGram(operation, values);
    default:
      return null;
  }
};

/** f (diag(v) A) */
function intoScale(
  { out, terms }: Extract<Operation, { kind: 'combine' }>,
  values: Values,
): readonly Operation[] | null {
  const [only, ...others] = terms;
  if (only === undefined || others.length > 0 || isOne(only.factor)) return null;
  const { operand, factor } = only;
  if (operand.kind !== 'matrix' || operand.transposed || !values.isReadOnce(operand.buffer)) return null;
  const made = values.maker(operand.buffer);
  if (made?.kind !== 'scale' || made.along === 'all') return null;
  const vector = scaledVector(made.factor, factor, values);
  return [vector, { ...made, out, factor: vector.out }];
}

/** f diag(v) */
function intoDiagonals(
  operation: Extract<Operation, { kind: 'combine' }>,
  values: Values,
): readonly Operation[] | null {
  const vectors: Operation[] = [];
  const terms = operation.terms.map((term) => {
    if (term.operand.kind !== 'diagonal' || isOne(term.factor)) return term;
    const vector = scaledVector(term.operand.buffer, term.factor, values);
    vectors.push(vector);
    return { factor: one, operand: { kind: 'diagonal', buffer: vector.out } as const };
  });
  return vectors.length === 0 ? null : [...vectors, { ...operation, terms }];
}

/** A (f Aᵀ) or (f A) Aᵀ is f (A Aᵀ): the product is the smaller one, or no larger. */
function outOfGram(
  { out, left, right }: Extract<Operation, { kind: 'multiply' }>,
  values: Values,
): readonly Operation[] | null {
  for (const [scaled, other] of [
    [left, right],
    [right, left],
  ] as const) {
    const inner = multipleOf(scaled.buffer, values);
    if (inner === null) continue;
    const plain = { ...inner.operand, transposed: inner.operand.transposed !== scaled.transposed };
    if (plain.buffer !== other.buffer || plain.transposed === other.transposed) continue;
    const { rows, columns } = values.shape(out);
    const product = values.buffer(rows, columns);
    return [
      { kind: 'multiply', out: product, left: scaled === left ? plain : left, right: scaled === left ? right : plain },
      {
        kind: 'combine',
        out,
        terms: [{ factor: inner.factor, operand: { kind: 'matrix', buffer: product, transposed: false } }],
      },
    ];
  }
  return null;
}
