import type { MatrixOperand, Operation } from '../../model/program.js';
import { readsOf } from './body.js';
import type { Body } from './body.js';

type Solve = Extract<Operation, { kind: 'solve' }>;
type Cholesky = Extract<Operation, { kind: 'cholesky' }>;

/**
 * # Pivots factored from their last row
 *
 * D = E Eᵀ serves as E⁻¹ a only, in products (E⁻¹ a)ᵀ(E⁻¹ b) = aᵀ D⁻¹ b: any E with E Eᵀ = D will do. Where D⁻¹ itself
 * is formed and factored, E = Gᵀ with D = Gᵀ G is chosen, since G⁻¹ then is that factor (`factorOfInverse`). Both
 * factorizations exist exactly if D is positive definite, in floating point up to the same bound of rounding (Higham,
 * Accuracy and Stability, theorem 10.3, whose proof does not depend on the order of rows): the check of the pivot stays
 * what it was.
 */
export function pivotsFromTheEnd(body: Body, results: ReadonlySet<number>): Body {
  const readers = new Map<number, Operation[]>();
  for (const operation of body.operations)
    for (const buffer of new Set(readsOf(operation))) readers.set(buffer, [...(readers.get(buffer) ?? []), operation]);
  const flipped = new Set(
    body.operations.flatMap((operation) =>
      operation.kind === 'cholesky' && operation.reversed !== true && servesInPairs(operation, readers, results)
        ? [operation.out]
        : [],
    ),
  );
  if (flipped.size === 0) return body;
  const operations = body.operations.map((operation): Operation => {
    if (operation.kind === 'cholesky' && flipped.has(operation.out)) return { ...operation, reversed: true };
    if (operation.kind === 'solve' && flipped.has(operation.factor))
      return { ...operation, transposed: !operation.transposed };
    return operation;
  });
  return { ...body, operations };
}

/** E⁻¹ b, or as (E⁻¹ bᵀ)ᵀ = b E⁻ᵀ. */
const isImage = ({ side, transposed }: Solve): boolean => (side === 'left') !== transposed;

function servesInPairs(
  { out: factor }: Cholesky,
  readers: ReadonlyMap<number, readonly Operation[]>,
  results: ReadonlySet<number>,
): boolean {
  const images = new Map<number, Solve>();
  for (const reader of readers.get(factor) ?? []) {
    if (reader.kind !== 'solve' || reader.matrix === factor || !isImage(reader) || results.has(reader.out))
      return false;
    images.set(reader.out, reader);
  }
  /** Whether it stands as E⁻¹ b; as its transpose otherwise, null where it is none of them. */
  const stands = ({ buffer, transposed }: MatrixOperand): boolean | null => {
    const image = images.get(buffer);
    return image === undefined ? null : (image.side === 'left') !== transposed;
  };
  const products = [...images.keys()].flatMap((image) => readers.get(image) ?? []);
  const paired = products.every(
    (reader) => reader.kind === 'multiply' && stands(reader.left) === false && stands(reader.right) === true,
  );
  const isFactored = products.some(
    (reader) =>
      reader.kind === 'multiply' &&
      reader.left.buffer === reader.right.buffer &&
      (readers.get(reader.out) ?? []).some(({ kind }) => kind === 'cholesky'),
  );
  return paired && isFactored;
}
