import { fileURLToPath } from 'node:url';
import { CholeskyDecomposition, Matrix, SingularValueDecomposition, inverse } from 'ml-matrix';
import { expect } from 'vitest';
import { pivotStrategy } from '../../rules/variants.js';
import { readArchitecture } from '../../src/1-parse/index.js';
import type { Constrained } from '../../src/5-emit/index.js';
import { compile } from '../../src/compile.js';
import type { Architecture } from '../../src/model/architecture.js';
import type { Variant } from '../../src/model/variant.js';
import type { Random } from '../../src/numeric/random.js';

/**
 * What the tests of published layers share: the shipped examples with given free parameters, and ml-matrix in formulas.
 */

export const folder = fileURLToPath(new URL('../../examples/layers/', import.meta.url));
export const example = (name: string): Architecture => readArchitecture(`${folder}${name}.yaml`);

export interface Setting {
  readonly widths: Readonly<Record<string, number>>;
  readonly lipschitz?: number;
  readonly slopes?: readonly [number, number];
}

/** What is left out is 0. */
export type FreeNumbers = Readonly<Record<string, Matrix | readonly number[]>>;

/** The example's weights for these free parameters. */
export function constrained(
  architecture: Architecture,
  depth: number,
  variant: Partial<Variant>,
  free: FreeNumbers,
  { widths, lipschitz = 1, slopes = [0, 1] }: Setting,
): Constrained {
  const compiled = compile(architecture, { depth, strategy: pivotStrategy({ contraction: 'cholesky', ...variant }) });
  const given = Object.entries(compiled.dims(widths)).map(
    ([name, shape]) => [name, flat(free[name] ?? shape.reduce((a, b) => a * b, 1))] as const,
  );
  return compiled.constrain(Object.fromEntries(given), { widths, lipschitz, slopes });
}

/** Row major; a number stands for that many zeros. */
export function flat(value: Matrix | readonly number[] | number): Float64Array {
  if (typeof value === 'number') return new Float64Array(value);
  return Float64Array.from(value instanceof Matrix ? value.to1DArray() : value);
}

export const matrix = (rows: number, columns: number, at: (i: number, j: number) => number): Matrix =>
  new Matrix(Array.from({ length: rows }, (_row, i) => Array.from({ length: columns }, (_column, j) => at(i, j))));
export const normals = (random: Random, rows: number, columns: number, scale = 1): Matrix =>
  matrix(rows, columns, () => scale * random.normal());
export const list = (length: number, of: (i: number) => number): readonly number[] =>
  Array.from({ length }, (_all, i) => of(i));
export const diagonal = (entries: readonly number[]): Matrix => Matrix.diag([...entries]);
export const times = (factor: number, m: Matrix): Matrix => Matrix.mul(m, factor);
export const product = (...all: readonly Matrix[]): Matrix => all.reduce((a, b) => a.mmul(b));
export const gram = (m: Matrix): Matrix => m.mmul(m.transpose());
export const norm = (m: Matrix): number => new SingularValueDecomposition(m, { autoTranspose: true }).norm2;
export const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
/** ml-matrix's factorizations ask for symmetry to the last bit. */
export const symmetric = (m: Matrix): Matrix => times(0.5, Matrix.add(m, m.transpose()));

export function cholesky(m: Matrix): Matrix {
  const found = new CholeskyDecomposition(symmetric(m));
  if (!found.isPositiveDefinite()) throw new Error('not positive definite');
  return found.lowerTriangularMatrix;
}

/** E⁻¹ Z with E Eᵀ = I + Z Zᵀ. */
export const contracted = (z: Matrix): Matrix => product(inverse(cholesky(Matrix.add(Matrix.eye(z.rows), gram(z)))), z);
/** Z of a U with U Uᵀ ≺ I: E⁻¹ is the Cholesky factor of I − U Uᵀ. */
export const uncontracted = (u: Matrix): Matrix =>
  product(inverse(cholesky(Matrix.sub(Matrix.eye(u.rows), gram(u)))), u);

/** The largest difference of entries, relative to the largest of the expected ones. */
export function apart(found: Float64Array | undefined, expected: Matrix | readonly number[]): number {
  const data = flat(expected);
  if (found?.length !== data.length) return Infinity;
  const largest = Math.max(...data.map(Math.abs));
  return Math.max(...data.map((value, i) => Math.abs(value - (found[i] ?? NaN)))) / largest;
}

/** Equal to the formula to 1e-12, and told apart from its mutant. */
export function expectFormula(found: Float64Array | undefined, formula: Matrix, mutant: Matrix): void {
  expect(apart(found, formula)).toBeLessThan(1e-12);
  expect(apart(found, mutant)).toBeGreaterThan(1e-6);
}
