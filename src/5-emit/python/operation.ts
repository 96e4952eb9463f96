import { sumText } from '../size-text.js';
import { isMatrixOperation } from '../../model/program.js';
import type { Buffer, MatrixOperand, MatrixOperation, Operation, Size } from '../../model/program.js';
import { buffersOf } from '../../model/tree.js';
import type { Dialect } from './dialect.js';
import { ExpressionPrinter, level, within } from './expression.js';
import type { Names, Printed, Reads } from './expression.js';
import { pyNumber } from './literal.js';
import type { PythonCode } from './python-code.js';

/** What stands for the numbers in operations. */
export interface Scope extends Names {
  /** Sizes are over the scope's own widths. */
  readonly shape: (id: number) => Buffer | undefined;
  readonly width: (at: number) => string;
  /** A literal of what is said where an operation fails. */
  readonly text: (text: string) => string;
}

/** The widths that a size is made of. */
export const widthsIn = (size: Size): readonly number[] =>
  typeof size === 'number' ? [size] : size === null || 'fixed' in size ? [] : size.sum;

/**
 * Prints each operation as one assignment to a new name: no array is ever changed, so that programs can be
 * differentiated and traced.
 */
export class OperationPrinter {
  private readonly expressions: ExpressionPrinter;
  private readonly scope: Scope;
  private readonly code: PythonCode;
  private readonly dialect: Dialect;

  constructor(scope: Scope, code: PythonCode, dialect: Dialect, reads?: Reads) {
    this.scope = scope;
    this.code = code;
    this.dialect = dialect;
    this.expressions = new ExpressionPrinter(dialect, scope, reads);
  }

  private size(size: Size): string {
    if (size === null) return '1';
    if (typeof size === 'number') return this.scope.width(size);
    return 'fixed' in size ? String(size.fixed) : sumText(size, this.scope.width);
  }

  private rows(buffer: number): Size {
    return this.scope.shape(buffer)?.rows ?? null;
  }

  private isMatrix(buffer: number): boolean {
    return (this.scope.shape(buffer)?.columns ?? null) !== null;
  }

  private name(buffer: number): string {
    return this.scope.buffer(buffer);
  }

  private assign(out: number, text: string): void {
    this.code.line(`${this.name(out)} = ${text}`);
  }

  print(operation: Operation): void {
    const { code, expressions } = this;
    const { xp } = this.dialect;
    if (isMatrixOperation(operation)) {
      this.assign(operation.out, this.matrix(operation));
      return;
    }
    switch (operation.kind) {
      case 'map': {
        const { out, tree } = operation;
        const printed = expressions.print(tree);
        const rows = this.rows(out);
        if (rows === null) expressions.define(out, tree, printed);
        this.assign(out, rows !== null && this.isScalar(operation) ? this.full(rows, printed.text) : printed.text);
        return;
      }
      case 'gather': {
        const { out, vector, row, column, first } = operation;
        const { rows = null, columns = null } = this.scope.shape(out) ?? {};
        const shape = `${this.size(rows)}, ${this.size(columns)}`;
        this.assign(out, `_gather(${this.name(vector)}, ${shape}, ${row}, ${column}, ${this.size(first)})`);
        return;
      }
      case 'demand': {
        const printed = expressions.print(operation.tree);
        code.line(`_demand(${printed.text}, checks, ${this.scope.text(`LW402 infeasible: ${operation.because}`)})`);
        return;
      }
      case 'sums': {
        const { out, matrix, entry, transposed, vector } = operation;
        const entries =
          entry === 'abs'
            ? `${xp}.abs(${this.name(matrix)})`
            : vector === null
              ? `(${this.name(matrix)}**2)`
              : `${this.name(matrix)}**2`;
        const turned = transposed
          ? entry === 'abs'
            ? `${xp}.abs(${this.name(matrix)}.T)`
            : `${this.name(matrix)}.T**2`
          : entries;
        this.assign(
          out,
          vector === null ? `${entries}.sum(${transposed ? 0 : 1})` : `${turned} @ ${this.name(vector)}`,
        );
        return;
      }
      case 'gram': {
        const { out, left, middle, right, vector, skipDiagonal } = operation;
        const product = `${this.name(left)}.T @ ${middle === null ? this.name(right) : `(${this.name(middle)}[:, None] * ${this.name(right)})`}`;
        const entries = `${xp}.abs(${product})`;
        const rest = skipDiagonal ? `_off_diagonal(${entries})` : entries;
        this.assign(out, vector === null ? `${rest}.sum(1)` : `${rest} @ ${this.name(vector)}`);
        return;
      }
      case 'clamp':
        this.assign(
          operation.out,
          `${xp}.clip(${this.name(operation.matrix)}, ${pyNumber(-operation.bound)}, ${pyNumber(operation.bound)})`,
        );
        return;
      case 'clip': {
        const { out, matrix } = operation;
        const [bound, condition] = [expressions.print(operation.bound), expressions.print(operation.condition)];
        const size = bound.fixed && !condition.fixed ? this.dialect.numberLike(condition.text, bound.text) : bound.text;
        const { max, min } = this.dialect.extreme;
        const limit = condition.fixed
          ? `${size} if ${condition.text} > 0 else math.inf`
          : `${xp}.where(${condition.text} > 0, ${size}, math.inf)`;
        code.line(`limit = ${limit}`);
        this.assign(
          out,
          bound.fixed && condition.fixed
            ? `${xp}.clip(${this.name(matrix)}, -limit, limit)`
            : `${min}(${max}(${this.name(matrix)}, -limit), limit)`,
        );
        return;
      }
      case 'keep':
        this.assign(operation.out, `_kept(${this.name(operation.matrix)}, bits)`);
        return;
      case 'project-splines': {
        const { out, matrix, step, layer } = operation;
        expressions.slopes.add('m');
        expressions.slopes.add('L');
        this.assign(
          out,
          `_project_splines(${this.name(matrix)}, ${pyNumber(step)}, m[${this.scope.layer(layer)}], L[${this.scope.layer(layer)}], bits)`,
        );
        return;
      }
      case 'scale': {
        const { out, matrix, factor, along } = operation;
        const spread = along === 'rows' && this.isMatrix(matrix) ? '[:, None]' : '';
        this.assign(out, `${this.name(factor)}${spread} * ${this.name(matrix)}`);
        return;
      }
      case 'greatest':
        this.assign(operation.out, `${this.name(operation.vector)}.max()`);
        return;
      case 'least':
        this.assign(operation.out, `${this.name(operation.vector)}.min()`);
        return;
      case 'support-least':
        this.assign(operation.out, `_least_on_support(${this.name(operation.matrix)}, ${this.name(operation.vector)})`);
    }
  }

  /** Does the tree read vectors? Then what it gives is one. */
  private isScalar({ tree }: Extract<Operation, { kind: 'map' }>): boolean {
    return buffersOf(tree).every((buffer) => this.rows(buffer) === null);
  }

  /** The same number everywhere. */
  private full(rows: Size, value: string): string {
    return `${value === '1' ? '' : `(${value}) * `}${this.dialect.xp}.ones(${this.size(rows)}, **like)`.replace(
      /^\(([\w.]+(?:\[[^[\]()]*\])?)\) /,
      '$1 ',
    );
  }

  private operand({ buffer, transposed }: MatrixOperand): string {
    return `${this.name(buffer)}${transposed ? '.T' : ''}`;
  }

  private matrix(operation: MatrixOperation): string {
    switch (operation.kind) {
      case 'multiply':
        return this.product(operation);
      case 'combine':
        return this.combine(operation);
      case 'stack': {
        const rows = new Map<string, string[]>();
        for (const { operand, above } of operation.blocks) {
          const key = JSON.stringify(above);
          rows.set(key, [...(rows.get(key) ?? []), this.operand(operand)]);
        }
        const text = `[${[...rows.values()].map((row) => `[${row.join(', ')}]`).join(', ')}]`;
        return `${this.dialect.block}(${text})`;
      }
      case 'slice': {
        const range = (from: Size, length: Size): string => {
          const start = this.size(from);
          return start === '0' ? `:${this.size(length)}` : `${start} : ${start} + ${this.size(length)}`;
        };
        const { rows = null, columns = null } = this.scope.shape(operation.out) ?? {};
        return `${this.name(operation.matrix)}[${range(operation.above, rows)}, ${range(operation.before, columns)}]`;
      }
      case 'cholesky':
        return `${operation.reversed === true ? '_cholesky_from_end' : '_cholesky'}(${this.name(operation.matrix)}, checks, ${this.scope.text(`${operation.code} ${operation.because}`)})`;
      case 'solve': {
        const { factor, matrix, transposed, side } = operation;
        const flag = transposed ? ', transposed=True' : '';
        return side === 'left'
          ? `_solve_left(${this.name(factor)}, ${this.name(matrix)}${flag})`
          : `_solve_right(${this.name(matrix)}, ${this.name(factor)}${flag})`;
      }
      case 'cayley':
        return `_cayley(${this.name(operation.matrix)}, checks, "LW404 a Cayley transform is out of range for the precision")`;
      case 'norm':
        return `_spectral_norm(${this.name(operation.matrix)})`;
    }
  }

  private product({ left, right }: Extract<MatrixOperation, { kind: 'multiply' }>): string {
    const isSquare = left.buffer === right.buffer && left.transposed !== right.transposed;
    return isSquare ? `_square(${this.operand(left)})` : `${this.operand(left)} @ ${this.operand(right)}`;
  }

  private combine({ out, terms }: Extract<MatrixOperation, { kind: 'combine' }>): string {
    const { xp } = this.dialect;
    const rows = this.rows(out);
    const printed = terms.map(({ factor, operand }) => {
      const matrix =
        operand.kind === 'matrix'
          ? this.operand(operand)
          : operand.kind === 'diagonal'
            ? `${xp}.diag(${this.name(operand.buffer)})`
            : `${xp}.eye(${this.size(rows)}, **like)`;
      const { negative, printed: size } = this.expressions.signed(factor);
      const text: Printed =
        size.text === '1'
          ? { text: matrix, level: level.atom, fixed: false }
          : { text: `${within(size, level.product)} * ${matrix}`, level: level.product, fixed: false };
      return { negative, printed: text };
    });
    return this.expressions.sum(printed).text;
  }
}
