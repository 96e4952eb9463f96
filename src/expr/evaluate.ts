import { labelText } from '../base/label.js';
import type { Matrix } from '../numeric/matrix.js';
import { at, matrix } from '../numeric/matrix.js';
import type { Dimension, Expression, SymbolNode } from './node.js';

/**
 * Reference evaluation: the meaning of every node, written for clarity. Emitted programs and rules are judged
 * against it; nothing fast depends on it.
 */
export interface Environment {
  readonly value: (symbol: SymbolNode) => Matrix;
  readonly width: (signal: string) => number;
}

const map = (a: Matrix, f: (value: number) => number): Matrix => ({ ...a, data: a.data.map(f) });

function zip(items: readonly Matrix[], f: (a: number, b: number) => number): Matrix {
  const [first, ...rest] = items;
  if (first === undefined) throw new Error('nothing to combine');
  return rest.reduce((all, item) => matrix(all.rows, all.columns, (i, j) => f(at(all, i, j), at(item, i, j))), first);
}

function multiply(a: Matrix, b: Matrix): Matrix {
  return matrix(a.rows, b.columns, (i, j) => {
    let total = 0;
    for (let k = 0; k < a.columns; k += 1) total += at(a, i, k) * at(b, k, j);
    return total;
  });
}

const beside = (a: Matrix, b: Matrix): Matrix =>
  matrix(a.rows, a.columns + b.columns, (i, j) => (j < a.columns ? at(a, i, j) : at(b, i, j - a.columns)));
const above = (a: Matrix, b: Matrix): Matrix =>
  matrix(a.rows + b.rows, a.columns, (i, j) => (i < a.rows ? at(a, i, j) : at(b, i - a.rows, j)));

/** Gauss-Jordan with partial pivoting: a reference, for small matrices. */
function invert(a: Matrix): Matrix {
  const n = a.rows;
  const rows = Array.from({ length: n }, (_row, i) =>
    Array.from({ length: 2 * n }, (_entry, j) => (j < n ? at(a, i, j) : i === j - n ? 1 : 0)),
  );
  for (let k = 0; k < n; k += 1) {
    rows.splice(k, n, ...rows.slice(k).sort((x, y) => Math.abs(y[k] ?? Number.NaN) - Math.abs(x[k] ?? Number.NaN)));
    const pivot = rows[k] ?? [];
    const lead = pivot[k] ?? Number.NaN;
    for (const [i, row] of rows.entries()) {
      const factor = i === k ? 0 : (row[k] ?? Number.NaN) / lead;
      rows[i] = row.map((value, j) => (i === k ? value / lead : value - factor * (pivot[j] ?? Number.NaN)));
    }
  }
  return matrix(n, n, (i, j) => rows[i]?.[n + j] ?? Number.NaN);
}

export function evaluate(node: Expression, environment: Environment): Matrix {
  const size = (dimension: Dimension): number => (dimension === null ? 1 : environment.width(labelText(dimension)));
  const go = (part: Expression): Matrix => evaluate(part, environment);
  switch (node.kind) {
    case 'symbol': {
      // A number of the equations has its value for a name.
      const value = node.role === 'constant' ? Number(node.label.name) : Number.NaN;
      return Number.isFinite(value) ? matrix(1, 1, () => value) : environment.value(node);
    }
    case 'number':
      return matrix(1, 1, () => node.value);
    case 'identity':
      return matrix(size(node.rows), size(node.columns), (i, j) => (i === j ? 1 : 0));
    case 'ones':
      return matrix(size(node.rows), size(node.columns), () => 1);
    case 'zero':
      return matrix(size(node.rows), size(node.columns), () => 0);
    case 'sum':
      return zip(node.items.map(go), (a, b) => a + b);
    case 'hadamard':
      return zip(node.items.map(go), (a, b) => a * b);
    case 'min':
      return zip(node.items.map(go), Math.min);
    case 'max':
      return zip(node.items.map(go), Math.max);
    case 'product':
      return node.items.map(go).reduce(multiply);
    case 'scale': {
      const factor = node.scalars.reduce((all, scalar) => all * at(go(scalar), 0, 0), node.coefficient);
      return map(go(node.body), (value) => factor * value);
    }
    case 'quotient':
      return zip([go(node.numerator), go(node.denominator)], (a, b) => a / b);
    case 'transpose': {
      const body = go(node.body);
      return matrix(body.columns, body.rows, (i, j) => at(body, j, i));
    }
    case 'abs':
      return map(go(node.body), Math.abs);
    case 'square':
      return map(go(node.body), (value) => value * value);
    case 'sqrt':
      return map(go(node.body), Math.sqrt);
    case 'exp':
      return map(go(node.body), Math.exp);
    case 'inverse':
      return invert(go(node.body));
    case 'stack': {
      const rows = node.blocks.map((row) => row.map(go));
      return rows.map((row) => row.reduce(beside)).reduce(above);
    }
    case 'slice': {
      const total = (list: readonly Dimension[]): number => list.reduce((all, dimension) => all + size(dimension), 0);
      const [top, left, body] = [total(node.above), total(node.before), go(node.body)];
      return matrix(size(node.rows), size(node.columns), (i, j) => at(body, top + i, left + j));
    }
    case 'diag': {
      const body = go(node.body);
      return matrix(body.rows, 1, (i) => at(body, i, i));
    }
    case 'off-diagonal': {
      const body = go(node.body);
      return matrix(body.rows, body.columns, (i, j) => (i === j ? 0 : at(body, i, j)));
    }
    case 'range-sum':
      throw new Error('a sum over a symbolic range has no value: instantiate it first');
    case 'row-sums': {
      const body = go(node.body);
      return matrix(body.rows, 1, (i) => {
        let total = 0;
        for (let j = 0; j < body.columns; j += 1) total += at(body, i, j);
        return total;
      });
    }
  }
}
