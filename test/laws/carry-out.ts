import { CholeskyDecomposition, Matrix as Dense, SingularValueDecomposition, inverse } from 'ml-matrix';
import { labelText } from '../../src/base/label.js';
import type { Environment } from '../../src/expr/evaluate.js';
import { evaluate } from '../../src/expr/evaluate.js';
import type { SymbolNode } from '../../src/expr/node.js';
import type { Assignment, Spread } from '../../src/model/parameterization.js';
import type { ScaleFactor } from '../../src/model/scaling.js';
import type { Matrix } from '../../src/numeric/matrix.js';
import { at, matrix } from '../../src/numeric/matrix.js';

/** Values by symbol key: what a parameterization has made so far. Diagonal weights are whole matrices here. */
export type Store = Map<string, Matrix>;

/** A demand that does not hold, or a matrix without a factor; `because` is the assignment's. */
export class Infeasible extends Error {}

export function storeEnvironment(
  store: Store,
  scalars: (symbol: SymbolNode) => number,
  width: (signal: string) => number,
): Environment {
  const value = (symbol: SymbolNode): Matrix => {
    const known = store.get(symbol.key);
    if (known !== undefined) return known;
    if (symbol.rows !== null) throw new Error(`${labelText(symbol.label)} has no value yet`);
    return matrix(1, 1, () => scalars(symbol));
  };
  return { value, width };
}

/** A column as the diagonal matrix that a diagonal symbol stands for. */
const shaped = (symbol: SymbolNode, value: Matrix): Matrix =>
  symbol.diagonal && value.columns === 1
    ? matrix(value.rows, value.rows, (i, j) => (i === j ? at(value, i, 0) : 0))
    : value;

/** The factor of entry (i, j) when the factors of the usage's entries are spread over a weight. */
function factorOf(spread: Spread, factors: Matrix, environment: Environment): (i: number, j: number) => number {
  const all = Array.from(factors.data);
  switch (spread.kind) {
    case 'rows':
      return (i) => at(factors, i, 0);
    case 'columns':
      return (_i, j) => at(factors, j, 0);
    case 'all':
      return () => Math.min(...all);
    case 'support': {
      const through = environment.value(spread.through);
      return (i) => Math.min(1, ...all.filter((_factor, j) => at(through, i, j) !== 0));
    }
  }
}

const dense = (value: Matrix): Dense =>
  new Dense(
    Array.from({ length: value.rows }, (_, i) => Array.from({ length: value.columns }, (_entry, j) => at(value, i, j))),
  );
const plain = (value: Dense): Matrix => matrix(value.rows, value.columns, (i, j) => value.get(i, j));

/** The lower triangular factor; null if the matrix is not positive definite. */
function choleskyOf(value: Dense): Dense | null {
  // ml-matrix insists on symmetry to the last bit.
  const symmetric = new Dense(
    Array.from({ length: value.rows }, (_, i) =>
      Array.from({ length: value.rows }, (_entry, j) => value.get(Math.max(i, j), Math.min(i, j))),
    ),
  );
  const decomposition = new CholeskyDecomposition(symmetric);
  return decomposition.isPositiveDefinite() ? decomposition.lowerTriangularMatrix : null;
}

/** By its definition, with the inverse written out: Z = [X; Y], A = X − Xᵀ + YᵀY, [(I + A)⁻¹(I − A); −2Y(I + A)⁻¹]. */
function cayleyOf(value: Dense): Dense {
  if (value.rows < value.columns) return cayleyOf(value.transpose()).transpose();
  const order = value.columns;
  const x = value.subMatrix(0, order - 1, 0, order - 1);
  const y = value.rows === order ? null : value.subMatrix(order, value.rows - 1, 0, order - 1);
  const a = Dense.sub(x, x.transpose());
  if (y !== null) a.add(y.transpose().mmul(y));
  const inner = inverse(Dense.add(Dense.eye(order), a));
  const top = inner.mmul(Dense.sub(Dense.eye(order), a));
  const bottom = y === null ? [] : y.mmul(inner).mul(-2).to2DArray();
  return new Dense([...top.to2DArray(), ...bottom]);
}

/** tr((ZᵀZ)^513)^(1/1026): nine squarings of the Gram matrix, by singular values in the place of products. */
function gramNormOf(value: Dense): number {
  const all = new SingularValueDecomposition(value).diagonal;
  const largest = Math.max(...all);
  return largest === 0 ? 0 : largest * all.reduce((total, each) => total + (each / largest) ** 1026, 0) ** (1 / 1026);
}

/** What an assignment means, by its definition in model/parameterization.ts; changes the store. */
export function carryOut(assignment: Assignment, store: Store, environment: Environment): void {
  const clip = (weight: SymbolNode, bound: number): void => {
    const before = environment.value(weight);
    store.set(weight.key, { ...before, data: before.data.map((entry) => Math.min(Math.max(entry, -bound), bound)) });
  };
  switch (assignment.kind) {
    case 'clamp':
      clip(assignment.weight, assignment.bound);
      return;
    case 'clip':
      if (at(evaluate(assignment.onlyIfPositive, environment), 0, 0) > 0)
        clip(assignment.weight, at(evaluate(assignment.bound, environment), 0, 0));
      return;
    case 'shrink': {
      const usage = evaluate(assignment.usage, environment);
      const limit = evaluate(assignment.limit, environment);
      const factors = matrix(usage.rows, 1, (i) =>
        Math.min(1, (at(limit, i, 0) / at(usage, i, 0)) ** assignment.exponent),
      );
      const factor = factorOf(assignment.spread, factors, environment);
      const changed = assignment.weights.map((weight) => [weight, environment.value(weight)] as const);
      for (const [weight, before] of changed)
        store.set(
          weight.key,
          matrix(before.rows, before.columns, (i, j) => at(before, i, j) * factor(i, j)),
        );
      return;
    }
    case 'define':
      store.set(assignment.symbol.key, shaped(assignment.symbol, evaluate(assignment.value, environment)));
      return;
    case 'matrix':
      store.set(assignment.symbol.key, evaluate(assignment.value, environment));
      return;
    case 'primitive': {
      const { primitive, symbol, of } = assignment;
      const value = dense(environment.value(of));
      const operation = primitive.operation(0, 1, labelText(of.label));
      if (operation.kind === 'cholesky') {
        const factor = choleskyOf(value);
        if (factor === null) throw new Infeasible(`${operation.code}: ${operation.because}`);
        store.set(symbol.key, plain(factor));
      } else if (operation.kind === 'cayley') store.set(symbol.key, plain(cayleyOf(value)));
      else if (operation.kind === 'norm') {
        const bound = gramNormOf(value);
        store.set(
          symbol.key,
          matrix(1, 1, () => bound),
        );
      } else throw new Error(`nobody here carries out ${primitive.name}`);
      return;
    }
    case 'keep':
      return;
    case 'majorant': {
      const value = dense(environment.value(assignment.of));
      const [rows, columns] = [value.to2DArray(), value.transpose().to2DArray()].map((lines) =>
        Math.max(...lines.map((line) => line.reduce((sum, entry) => sum + Math.abs(entry), 0))),
      );
      store.set(
        assignment.symbol.key,
        matrix(1, 1, () => Math.sqrt((rows ?? NaN) * (columns ?? NaN))),
      );
      return;
    }
    case 'rescale': {
      const { symbol, left, right } = assignment;
      // T or T⁻¹ as the vector of its diagonal, read from the matrix that it is.
      const diagonal = (side: ScaleFactor | null): ((i: number) => number) => {
        if (side === null) return () => 1;
        const scale = environment.value(side.scale);
        return (i) => (side.inverse ? 1 / at(scale, i, i) : at(scale, i, i));
      };
      const [before, l, r] = [environment.value(symbol), diagonal(left), diagonal(right)];
      store.set(
        symbol.key,
        matrix(before.rows, before.columns, (i, j) => l(i) * at(before, i, j) * r(j)),
      );
      return;
    }
    case 'demand':
      if (!evaluate(assignment.value, environment).data.every((entry) => entry > 0))
        throw new Infeasible(assignment.because);
  }
}
