import type { MatrixOperand, Operand, Operation } from '../../model/program.js';
import { reading } from './body.js';
import type { Rewriting, Values } from './body.js';
import { isOne } from './trees.js';

/**
 * # Reads through copies
 *
 * A matrix that is 1 times another one, or its transpose, is read where it comes from. Every number stays as it is.
 */
export const readThroughCopies: Rewriting = (operation, values) => {
  const flag = { found: false };
  const operand = <T extends Operand>(given: T): T => {
    if (given.kind !== 'matrix') return given;
    const origin = originOf(given, values);
    if (origin === null) return given;
    flag.found = true;
    return { ...given, ...origin };
  };
  const buffer = (id: number): number => {
    const origin = originOf({ kind: 'matrix', buffer: id, transposed: false }, values);
    if (origin === null || origin.transposed) return id;
    flag.found = true;
    return origin.buffer;
  };
  const read = reading(operation, { buffer, operand });
  return flag.found ? [read] : null;
};

/** The matrix that an operand is a copy of. */
function originOf({ buffer, transposed }: MatrixOperand, { maker }: Values): MatrixOperand | null {
  const made = maker(buffer);
  if (made?.kind !== 'combine') return null;
  const [only, ...others] = made.terms;
  if (only === undefined || others.length > 0 || !isOne(only.factor) || only.operand.kind !== 'matrix') return null;
  return { ...only.operand, transposed: only.operand.transposed !== transposed };
}

/** An operation that writes the matrix into another buffer. */
export const copy = (out: number, operand: Operand): Operation => ({
  kind: 'combine',
  out,
  terms: [{ factor: { kind: 'number', value: 1 }, operand }],
});
