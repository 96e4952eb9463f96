import type { Operand, Operation, Tree } from '../../model/program.js';
import type { Rewriting, Values } from './body.js';
import { inverseTree, isPositive, isZero, rootTree, sumTree, timesTree } from './trees.js';

/** c, where the matrix is c I. */
export function multipleOfIdentity(buffer: number, { maker }: Values): Tree | null {
  const made = maker(buffer);
  if (made?.kind !== 'combine' || made.terms.some(({ operand }) => operand.kind !== 'identity')) return null;
  return sumTree(made.terms.map(({ factor }) => factor));
}

const multiple = (out: number, factor: Tree, operand: Operand): Operation => ({
  kind: 'combine',
  out,
  terms: [{ factor, operand }],
});

/**
 * # Multiples of the identity
 *
 * (c I) A = c A, √(c I) = √c I for c > 0, A (c I)⁻¹ = (1/c) A: no d × d product, factor or system for K[x, x] = I/𝓛².
 * A dense kernel adds zeros to the same products, so that nothing is rounded but 1/c; the factor of c I exists whenever
 * c > 0, and c is the bound's, which is refused where it is not.
 */
export const multiplesOfIdentity: Rewriting = (operation, values) => {
  switch (operation.kind) {
    case 'multiply': {
      const { out, left, right } = operation;
      const [a, b] = [left, right].map(({ buffer }) => multipleOfIdentity(buffer, values));
      if (a !== null && a !== undefined) return [multiple(out, a, right)];
      return b === null || b === undefined ? null : [multiple(out, b, left)];
    }
    case 'cholesky': {
      const c = multipleOfIdentity(operation.matrix, values);
      return c === null || !isPositive(c) ? null : [multiple(operation.out, rootTree(c), { kind: 'identity' })];
    }
    case 'solve': {
      const { out, factor, matrix } = operation;
      const c = multipleOfIdentity(factor, values);
      return c === null ? null : [multiple(out, inverseTree(c), { kind: 'matrix', buffer: matrix, transposed: false })];
    }
    case 'combine': {
      const terms = operation.terms.map((term) => {
        const c = term.operand.kind === 'matrix' ? multipleOfIdentity(term.operand.buffer, values) : null;
        return c === null ? term : { factor: timesTree(term.factor, c), operand: { kind: 'identity' } as const };
      });
      return terms.every((term, at) => term === operation.terms[at]) ? null : [{ ...operation, terms }];
    }
    default:
      return null;
  }
};

/**
 * # Summands that are 0
 *
 * They are left out, and several multiples of the identity are one. 0 · A is 0 unless A holds an infinity, and then
 * what A was made of has ended the run or does: every covariance is factored, or what it is a part of.
 */
export const zeroSummands: Rewriting = (operation) => {
  if (operation.kind !== 'combine') return null;
  const kept = operation.terms.filter(({ factor }) => !isZero(factor));
  const identities = kept.filter(({ operand }) => operand.kind === 'identity');
  const others = kept.filter(({ operand }) => operand.kind !== 'identity');
  const merged =
    identities.length < 2
      ? kept
      : [
          ...others,
          { factor: sumTree(identities.map(({ factor }) => factor)), operand: { kind: 'identity' } as const },
        ];
  if (merged.length === 0 || merged.length === operation.terms.length) return null;
  return [{ ...operation, terms: merged }];
};
