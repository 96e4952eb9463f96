import { fail } from '../../base/diagnostic.js';
import { labelText } from '../../base/label.js';
import { monomial, number, scale, summands } from '../../expr/build.js';
import type { Dimension, Expression, SymbolNode } from '../../expr/node.js';
import type { MatrixOperand, Operand, Size } from '../../model/program.js';
import type { Lowering } from './lower.js';

/**
 * Matrix expressions → operations: products from the left, inverses of triangular factors as solves, transposes
 * carried along until an operation takes them, sums in one pass.
 */
export class MatrixLowering {
  private readonly lowering: Lowering;

  constructor(lowering: Lowering) {
    this.lowering = lowering;
  }

  /** The expression in a buffer of its own shape. A plain symbol is its own buffer. */
  matrix(node: Expression): number {
    const operand = this.operand(node);
    if (operand.kind === 'matrix' && !operand.transposed) return operand.buffer;
    return this.combine(node, [{ coefficient: 1, scalars: [], operand }]);
  }

  private operand(node: Expression): Operand {
    switch (node.kind) {
      case 'identity':
        return { kind: 'identity' };
      case 'symbol':
        return this.symbol(node);
      case 'transpose':
        return this.transposed(this.operand(node.body));
      case 'product':
        return this.product(node.items);
      case 'stack':
        return this.plain(this.stack(node));
      case 'slice':
        return this.plain(this.slice(node));
      case 'sum':
      case 'scale':
        return this.plain(this.sum(node));
      default:
        return fail('LW401', node.key, 'a matrix that the program can compute');
    }
  }

  private plain(buffer: number): MatrixOperand {
    return { kind: 'matrix', buffer, transposed: false };
  }

  private symbol(node: SymbolNode): Operand {
    return node.diagonal
      ? { kind: 'diagonal', buffer: this.lowering.valueOf(node) }
      : this.plain(this.lowering.matrixOf(node));
  }

  private transposed(operand: Operand): Operand {
    return operand.kind === 'matrix' ? { ...operand, transposed: !operand.transposed } : operand;
  }

  private sum(node: Expression): number {
    const terms = summands(node).map((term) => {
      const { coefficient, scalars, body } = monomial(term);
      return { coefficient, scalars, operand: this.operand(body) };
    });
    return this.combine(node, terms);
  }

  private combine(
    shape: Expression,
    terms: readonly {
      readonly coefficient: number;
      readonly scalars: readonly Expression[];
      readonly operand: Operand;
    }[],
  ): number {
    const { lowering } = this;
    const factors = terms.map(({ coefficient, scalars, operand }) => ({
      factor: lowering.tree(scale(coefficient, scalars, one)),
      operand,
    }));
    const out = lowering.buffer(lowering.size(shape.rows), lowering.size(shape.columns));
    lowering.push({ kind: 'combine', out, terms: factors });
    return out;
  }

  private product(items: readonly Expression[]): Operand {
    const [first, ...rest] = items;
    if (first === undefined) return { kind: 'identity' };
    // A solve from the left waits for its right side.
    if (first.kind === 'inverse' || (first.kind === 'transpose' && first.body.kind === 'inverse'))
      return this.solved(first, this.product(rest), 'left');
    const { rows } = first;
    let value = this.operand(first);
    let columns: Dimension = first.columns;
    for (const item of rest) {
      if (item.kind === 'inverse' || (item.kind === 'transpose' && item.body.kind === 'inverse'))
        value = this.solved(item, value, 'right');
      else value = this.times(value, this.operand(item), { rows, columns, next: item.columns });
      columns = item.columns;
    }
    return value;
  }

  private times(
    left: Operand,
    right: Operand,
    { rows, columns, next }: { readonly rows: Dimension; readonly columns: Dimension; readonly next: Dimension },
  ): Operand {
    const { lowering } = this;
    if (left.kind === 'identity') return right;
    if (right.kind === 'identity') return left;
    if (left.kind === 'diagonal' && right.kind === 'diagonal')
      return fail('LW401', 'a product of two diagonal matrices', 'one of them applied to a matrix');
    if (left.kind === 'diagonal' || right.kind === 'diagonal')
      return this.scaled(
        left,
        right,
        left.kind === 'diagonal' ? columns : rows,
        left.kind === 'diagonal' ? next : columns,
      );
    const out = lowering.buffer(lowering.size(rows), lowering.size(next));
    lowering.push({ kind: 'multiply', out, left, right });
    return this.plain(out);
  }

  /** D M or M D; D Mᵀ is (M D)ᵀ. */
  private scaled(left: Operand, right: Operand, rows: Dimension, columns: Dimension): Operand {
    const { lowering } = this;
    const [vector, matrix] = left.kind === 'diagonal' ? [left, right] : [right, left];
    if (vector.kind !== 'diagonal' || matrix.kind !== 'matrix')
      return fail('LW401', 'a diagonal matrix without a matrix', 'a product of both');
    const byRows = (left.kind === 'diagonal') !== matrix.transposed;
    const sizes: readonly Size[] = [lowering.size(rows), lowering.size(columns)];
    const [r, c] = matrix.transposed ? [sizes[1], sizes[0]] : sizes;
    const out = lowering.buffer(r ?? null, c ?? null);
    lowering.push({
      kind: 'scale',
      out,
      matrix: matrix.buffer,
      factor: vector.buffer,
      along: byRows ? 'rows' : 'columns',
    });
    return { kind: 'matrix', buffer: out, transposed: matrix.transposed };
  }

  /** F⁻¹ Mᵀ is (M F⁻ᵀ)ᵀ. */
  private solved(inverse: Expression, operand: Operand, side: 'left' | 'right'): Operand {
    const { lowering } = this;
    const inner = inverse.kind === 'transpose' ? inverse.body : inverse;
    const factor =
      inner.kind === 'inverse' && inner.body.kind === 'symbol' && inner.body.triangular ? inner.body : null;
    if (factor === null || operand.kind !== 'matrix')
      return fail('LW401', inverse.key, 'the inverse of a triangular factor next to a matrix');
    const flipped = operand.transposed;
    const { rows, columns } = lowering.shape(operand.buffer);
    const out = lowering.buffer(rows, columns);
    const transposed = (inverse.kind === 'transpose') !== flipped;
    const applied = flipped ? (side === 'left' ? 'right' : 'left') : side;
    lowering.push({
      kind: 'solve',
      out,
      factor: lowering.valueOf(factor),
      transposed,
      matrix: operand.buffer,
      side: applied,
    });
    return { kind: 'matrix', buffer: out, transposed: flipped };
  }

  private stack(node: Extract<Expression, { kind: 'stack' }>): number {
    const { lowering } = this;
    const [top = []] = node.blocks;
    const above = node.blocks.map(([first]) => first?.rows ?? null);
    const before = top.map((block) => block.columns);
    const blocks = node.blocks.flatMap((row, i) =>
      row.map((block, j) => {
        const operand = this.operand(block);
        if (operand.kind !== 'matrix') return fail('LW401', block.key, 'a block that is a matrix');
        return { operand, above: this.total(above.slice(0, i)), before: this.total(before.slice(0, j)) };
      }),
    );
    const out = lowering.buffer(lowering.size(node.rows), lowering.size(node.columns));
    lowering.push({ kind: 'stack', out, blocks });
    return out;
  }

  private slice(node: Extract<Expression, { kind: 'slice' }>): number {
    const { lowering } = this;
    const matrix = this.matrix(node.body);
    const out = lowering.buffer(lowering.size(node.rows), lowering.size(node.columns));
    lowering.push({ kind: 'slice', out, matrix, above: this.total(node.above), before: this.total(node.before) });
    return out;
  }

  private total(dimensions: readonly Dimension[]): Size {
    const sum = dimensions.map((dimension) => {
      const size = this.lowering.size(dimension);
      return typeof size === 'number'
        ? size
        : fail('LW401', dimension === null ? 'a unit' : labelText(dimension), 'the width of one signal');
    });
    return { sum };
  }
}

const one = number(1);
