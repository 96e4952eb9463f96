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

/** A demand that does not hold; `because` is the assignment's. */
export class Infeasible extends Error {}

export function storeEnvironment(store: Store, scalars: (symbol: SymbolNode) => number, width: (signal: string) => number): Environment {
  const value = (symbol: SymbolNode): Matrix => {
    const known = store.get(symbol.key);
    if (known !== undefined) return known;
    if (symbol.rows !== null) throw new Error(`${labelText(symbol.label)} has no value yet`);
    return matrix(1, 1, () => scalars(symbol));
  };
  return { value, width };
}

/** A column as the diagonal matrix that a diagonal symbol stands for. */
const shaped = (symbol: SymbolNode, value: Matrix): Matrix => (symbol.diagonal && value.columns === 1 ? matrix(value.rows, value.rows, (i, j) => (i === j ? at(value, i, 0) : 0)) : value);

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
      if (at(evaluate(assignment.onlyIfPositive, environment), 0, 0) > 0) clip(assignment.weight, at(evaluate(assignment.bound, environment), 0, 0));
      return;
    case 'shrink': {
      const usage = evaluate(assignment.usage, environment);
      const limit = evaluate(assignment.limit, environment);
      const factors = matrix(usage.rows, 1, (i) => Math.min(1, (at(limit, i, 0) / at(usage, i, 0)) ** assignment.exponent));
      const factor = factorOf(assignment.spread, factors, environment);
      const changed = assignment.weights.map((weight) => [weight, environment.value(weight)] as const);
      for (const [weight, before] of changed) store.set(weight.key, matrix(before.rows, before.columns, (i, j) => at(before, i, j) * factor(i, j)));
      return;
    }
    case 'define':
      store.set(assignment.symbol.key, shaped(assignment.symbol, evaluate(assignment.value, environment)));
      return;
    case 'rescale': {
      const { symbol, left, right } = assignment;
      // T or T⁻¹ as the vector of its diagonal, read from the matrix that it is.
      const diagonal = (side: ScaleFactor | null): ((i: number) => number) => {
        if (side === null) return () => 1;
        const scale = environment.value(side.scale);
        return (i) => (side.inverse ? 1 / at(scale, i, i) : at(scale, i, i));
      };
      const [before, l, r] = [environment.value(symbol), diagonal(left), diagonal(right)];
      store.set(symbol.key, matrix(before.rows, before.columns, (i, j) => l(i) * at(before, i, j) * r(j)));
      return;
    }
    case 'demand':
      if (!evaluate(assignment.value, environment).data.every((entry) => entry > 0)) throw new Infeasible(assignment.because);
  }
}
