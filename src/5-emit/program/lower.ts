import { fail } from '../../base/diagnostic.js';
import { isDiagonal, isScalar } from '../../expr/facts.js';
import type { Dimension, Expression, SymbolNode } from '../../expr/node.js';
import { labelText } from '../../base/label.js';
import { symbols } from '../../expr/visit.js';
import { sizeOf } from '../../network/kept.js';
import { sharedEntries } from '../../structures/index.js';
import type { Buffer, Operation, Parameter, Size, Tree } from '../../model/program.js';

/**
 * Expressions → operations. Elementwise parts become trees that one loop evaluates; every matrix–vector product, row
 * sum and gram becomes an operation of its own. What was computed once is used again as long as no symbol in it has
 * been assigned anew.
 */
export class Lowering {
  readonly buffers: Buffer[] = [];
  readonly operations: Operation[] = [];
  private readonly current = new Map<string, number>();
  private readonly computed = new Map<string, number>();
  /** For every symbol, what must be computed again once it changes. */
  private readonly dependents = new Map<string, Set<string>>();
  /** The matrices of vectors that entries share. */
  private readonly spread = new Map<number, number>();
  private readonly sizeOf: (dimension: Dimension) => Size;
  private readonly parameterOf: (symbol: SymbolNode) => Parameter;

  constructor(sizeOf: (dimension: Dimension) => Size, parameterOf: (symbol: SymbolNode) => Parameter) {
    this.sizeOf = sizeOf;
    this.parameterOf = parameterOf;
  }

  size(dimension: Dimension): Size {
    return this.sizeOf(dimension);
  }

  buffer(rows: Size, columns: Size): number {
    const id = this.buffers.length;
    this.buffers.push({ id, rows, columns });
    return id;
  }

  shape(buffer: number): Buffer {
    return this.buffers[buffer] ?? fail('LW401', `buffer ${buffer}`, 'a buffer of the program');
  }

  /** Points the symbol at a buffer; whatever was computed from its old value is forgotten. */
  assign(symbol: SymbolNode, buffer: number): void {
    this.current.set(symbol.key, buffer);
    for (const key of this.dependents.get(symbol.key) ?? []) this.computed.delete(key);
    this.dependents.delete(symbol.key);
  }

  valueOf(symbol: SymbolNode): number {
    return (
      this.current.get(symbol.key) ??
      fail('LW401', `${labelText(symbol.label)} is used before it has a value`, 'an order of evaluation')
    );
  }

  /**
   * The matrix of a weight whose entries share numbers, spread out; of every other symbol what its buffer holds
   * already.
   */
  matrixOf(symbol: SymbolNode): number {
    const vector = this.valueOf(symbol);
    const entries = sharedEntries(symbol);
    if (entries === null) return vector;
    const known = this.spread.get(vector);
    if (known !== undefined) return known;
    const [rows, columns] = [this.size(symbol.rows), this.size(symbol.columns)];
    const out = this.buffer(rows, columns);
    const { row, column, first } = entries;
    this.push({ kind: 'gather', out, vector, row, column, first: sizeOf(first, rows, columns) });
    this.spread.set(vector, out);
    return out;
  }

  push(operation: Operation): void {
    this.operations.push(operation);
  }

  private once(node: Expression, compute: () => number): number {
    // Vectors of ones have one key whatever their length: the length must tell them apart.
    const key = `${node.key} of ${JSON.stringify(this.size(node.rows))}`;
    const known = this.computed.get(key);
    if (known !== undefined) return known;
    const buffer = compute();
    this.computed.set(key, buffer);
    for (const symbol of symbols(node)) {
      const set = this.dependents.get(symbol.key);
      if (set === undefined) this.dependents.set(symbol.key, new Set([key]));
      else set.add(key);
    }
    return buffer;
  }

  /** The expression as a vector (or scalar) in a buffer. */
  vector(node: Expression): number {
    const tree = this.tree(node);
    if (tree.kind === 'buffer') return tree.buffer;
    return this.once(node, () => {
      const out = this.buffer(this.size(node.rows), null);
      this.push({ kind: 'map', out, tree });
      return out;
    });
  }

  tree(node: Expression): Tree {
    switch (node.kind) {
      case 'number':
        return { kind: 'number', value: node.value };
      case 'ones':
        return { kind: 'number', value: 1 };
      case 'zero':
        return { kind: 'number', value: 0 };
      case 'symbol':
        // A scalar is a parameter of the run unless it was computed.
        return isScalar(node) && !this.current.has(node.key)
          ? { kind: 'parameter', parameter: this.parameterOf(node) }
          : { kind: 'buffer', buffer: this.valueOf(node) };
      case 'sum':
        return { kind: 'add', items: node.items.map((item) => this.tree(item)) };
      case 'hadamard':
        return { kind: 'multiply', items: node.items.map((item) => this.tree(item)) };
      case 'min':
      case 'max':
        return { kind: node.kind, items: node.items.map((item) => this.tree(item)) };
      case 'scale': {
        const factors = [...node.scalars.map((scalar) => this.tree(scalar)), this.tree(node.body)].filter(
          (factor) => factor.kind !== 'number' || factor.value !== 1,
        );
        const items: readonly Tree[] =
          node.coefficient === 1 && factors.length > 0
            ? factors
            : [{ kind: 'number', value: node.coefficient }, ...factors];
        const [only] = items;
        return items.length === 1 && only !== undefined ? only : { kind: 'multiply', items };
      }
      case 'quotient':
        return { kind: 'divide', numerator: this.tree(node.numerator), denominator: this.tree(node.denominator) };
      case 'abs':
        return { kind: 'abs', body: this.tree(node.body) };
      case 'sqrt':
      case 'exp':
        return { kind: node.kind, body: this.tree(node.body) };
      case 'square': {
        const body = this.tree(node.body);
        return { kind: 'multiply', items: [body, body] };
      }
      case 'diag':
        return this.diagonal(node.body);
      case 'row-sums':
      case 'product':
        return { kind: 'buffer', buffer: this.once(node, () => this.reduction(node)) };
      default:
        return this.cannot(node);
    }
  }

  /** The diagonal of a diagonal symbol is what its buffer holds. */
  private diagonal(body: Expression): Tree {
    if (body.kind === 'symbol' && isDiagonal(body)) return { kind: 'buffer', buffer: this.valueOf(body) };
    if (body.kind === 'abs' && isDiagonal(body)) return { kind: 'abs', body: this.diagonal(body.body) };
    return this.cannot(body);
  }

  /** Row sums, and a matrix of absolute values or squares applied to a vector. */
  private reduction(node: Expression): number {
    if (node.kind === 'row-sums') return this.sums(node.body, null, node);
    if (node.kind !== 'product') return this.cannot(node);
    const [first, ...rest] = node.items;
    const [next] = rest;
    if (first === undefined || next === undefined) return this.cannot(node);
    const vector =
      rest.length === 1
        ? this.vector(next)
        : this.once({ ...node, items: rest, key: `tail of ${node.key}`, rows: next.rows }, () =>
            this.reduction({ ...node, items: rest, rows: next.rows }),
          );
    return this.sums(first, vector, node);
  }

  private sums(matrix: Expression, vector: number | null, node: Expression): number {
    const transposed = matrix.kind === 'transpose';
    const inner = matrix.kind === 'transpose' ? matrix.body : matrix;
    if (inner.kind !== 'abs' && inner.kind !== 'square') return this.cannot(node);
    const out = this.buffer(this.size(node.rows), null);
    if (inner.body.kind === 'symbol') {
      this.push({ kind: 'sums', out, matrix: this.matrixOf(inner.body), entry: inner.kind, transposed, vector });
      return out;
    }
    if (inner.kind === 'abs' && !transposed) return this.gram(inner.body, vector, out);
    return this.cannot(node);
  }

  /** |XᵀDY| or |offdiag(XᵀDY)|, summed along rows. */
  private gram(body: Expression, vector: number | null, out: number): number {
    const skipDiagonal = body.kind === 'off-diagonal';
    const product = body.kind === 'off-diagonal' ? body.body : body;
    if (product.kind !== 'product') return this.cannot(body);
    const [left, ...others] = product.items;
    const right = others[others.length - 1];
    const middle = others.length === 2 ? others[0] : undefined;
    if (
      left?.kind !== 'transpose' ||
      left.body.kind !== 'symbol' ||
      right?.kind !== 'symbol' ||
      isDiagonal(left.body) ||
      isDiagonal(right) ||
      others.length > 2
    )
      return this.cannot(body);
    if (middle !== undefined && !(middle.kind === 'symbol' && isDiagonal(middle))) return this.cannot(body);
    this.push({
      kind: 'gram',
      out,
      left: this.matrixOf(left.body),
      middle: middle === undefined ? null : this.valueOf(middle),
      right: this.matrixOf(right),
      vector,
      skipDiagonal,
    });
    return out;
  }

  private cannot(node: Expression): never {
    return fail('LW401', node.key, 'an expression that the program can compute');
  }
}
