import { sumText } from '../size-text.js';
import { isMatrixOperation } from '../../model/program.js';
import type { MatrixOperand, MatrixOperation, Operation, Program, Size } from '../../model/program.js';
import { buffersOf } from '../../model/tree.js';
import type { Dialect } from './dialect.js';
import { ExpressionPrinter, level, slopeLines, within } from './expression.js';
import type { Printed } from './expression.js';
import { pyNumber, pyString } from './literal.js';
import { PythonCode } from './python-code.js';
import { namesIn } from './runtime.js';

/** A size as Python. */
function sizeText(size: Size): string {
  if (size === null) return '1';
  if (typeof size === 'number') return `d${size}`;
  if ('fixed' in size) return String(size.fixed);
  return sumText(size, (at) => `d${at}`);
}

/** The widths that a size is made of. */
export const widthsIn = (size: Size): readonly number[] =>
  typeof size === 'number' ? [size] : size === null || 'fixed' in size ? [] : size.sum;

/** The program itself: free parameters to tables of weights, biases and multipliers. */
export function printProgram(program: Program, code: PythonCode, dialect: Dialect): void {
  const body = new PythonCode(1);
  const printer = new OperationPrinter(program, body, dialect);
  const notes = (at: number): void => {
    for (const note of program.notes) if (note.at === at) body.comment(note.text);
  };
  program.operations.forEach((operation, at) => {
    notes(at);
    printer.print(operation);
  });
  notes(program.operations.length);
  const about =
    'The program: free parameters to tables of weights, biases and multipliers. like: how arrays are made; d: widths; ' +
    'pairs: slopes; lip: the bound, and k its shares; checks: takes up what must hold; bits: of the precision that ' +
    'weights are kept in.';
  code.declare('def _constrain(free, like, d, pairs, lip, k, checks, bits):', [about], () => {
    const read = namesIn(body.toString());
    for (const width of [...printer.widths].sort((a, b) => a - b)) code.line(`d${width} = d[${width}]`);
    if (read.has('roundoff')) {
      code.comment('The relative error of one operation in the precision that weights are kept in.');
      code.line('roundoff = 2.0**-24 if bits == 32 else 2.0**-53');
    }
    const { floors, slopes } = printer.expressions;
    if (floors.size > 0)
      code.comment(
        'Numbers are kept further away from 0 in single precision: squares and inverses must have room there.',
      );
    for (const [name, { double, single }] of floors)
      code.line(`${name} = ${pyNumber(single)} if bits == 32 else ${pyNumber(double)}`);
    for (const name of ['m', 'L', 'S', 'P'] as const) if (slopes.has(name)) code.line(slopeLines[name]('pairs'));
    for (const slot of program.free) code.line(`t${slot.buffer} = free[${pyString(slot.name)}]`);
    code.append(body);
    for (const table of ['weights', 'biases', 'multipliers'] as const) {
      const rows = program[table].map((slot) => `${pyString(slot.name)}: t${slot.buffer}`);
      if (rows.length === 0) code.line(`${table} = {}`);
      else code.table(`${table} = {`, rows, '}');
    }
    code.line('return weights, biases, multipliers');
  });
}

/**
 * Prints each operation as one assignment to a new name: no array is ever changed, so that programs can be
 * differentiated and traced.
 */
export class OperationPrinter {
  /** Prints trees, and remembers which slopes they read. */
  readonly expressions: ExpressionPrinter;
  /** The widths that the text reads. */
  readonly widths = new Set<number>();
  private readonly program: Program;
  private readonly code: PythonCode;
  private readonly dialect: Dialect;

  constructor(program: Program, code: PythonCode, dialect: Dialect) {
    this.program = program;
    this.code = code;
    this.dialect = dialect;
    this.expressions = new ExpressionPrinter(dialect);
  }

  private size(size: Size): string {
    for (const width of widthsIn(size)) this.widths.add(width);
    return sizeText(size);
  }

  private rows(buffer: number): Size {
    return this.program.buffers[buffer]?.rows ?? null;
  }

  private isMatrix(buffer: number): boolean {
    return (this.program.buffers[buffer]?.columns ?? null) !== null;
  }

  private assign(out: number, text: string): void {
    this.code.line(`t${out} = ${text}`);
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
        const { rows = null, columns = null } = this.program.buffers[out] ?? {};
        const shape = `${this.size(rows)}, ${this.size(columns)}`;
        this.assign(out, `_gather(t${vector}, ${shape}, ${row}, ${column}, ${this.size(first)})`);
        return;
      }
      case 'demand': {
        const printed = expressions.print(operation.tree);
        code.line(`_demand(${printed.text}, checks, ${pyString(`LW402 infeasible: ${operation.because}`)})`);
        return;
      }
      case 'sums': {
        const { out, matrix, entry, transposed, vector } = operation;
        const entries =
          entry === 'abs' ? `${xp}.abs(t${matrix})` : vector === null ? `(t${matrix}**2)` : `t${matrix}**2`;
        const turned = transposed ? (entry === 'abs' ? `${xp}.abs(t${matrix}.T)` : `t${matrix}.T**2`) : entries;
        this.assign(out, vector === null ? `${entries}.sum(${transposed ? 0 : 1})` : `${turned} @ t${vector}`);
        return;
      }
      case 'gram': {
        const { out, left, middle, right, vector, skipDiagonal } = operation;
        const product = `t${left}.T @ ${middle === null ? `t${right}` : `(t${middle}[:, None] * t${right})`}`;
        const entries = `${xp}.abs(${product})`;
        const rest = skipDiagonal ? `_off_diagonal(${entries})` : entries;
        this.assign(out, vector === null ? `${rest}.sum(1)` : `${rest} @ t${vector}`);
        return;
      }
      case 'clamp':
        this.assign(
          operation.out,
          `${xp}.clip(t${operation.matrix}, ${pyNumber(-operation.bound)}, ${pyNumber(operation.bound)})`,
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
            ? `${xp}.clip(t${matrix}, -limit, limit)`
            : `${min}(${max}(t${matrix}, -limit), limit)`,
        );
        return;
      }
      case 'keep':
        this.assign(operation.out, `_kept(t${operation.matrix}, bits)`);
        return;
      case 'project-splines': {
        const { out, matrix, step, layer } = operation;
        expressions.slopes.add('m');
        expressions.slopes.add('L');
        this.assign(out, `_project_splines(t${matrix}, ${pyNumber(step)}, m[${layer}], L[${layer}], bits)`);
        return;
      }
      case 'scale': {
        const { out, matrix, factor, along } = operation;
        const spread = along === 'rows' && this.isMatrix(matrix) ? '[:, None]' : '';
        this.assign(out, `t${factor}${spread} * t${matrix}`);
        return;
      }
      case 'greatest':
        this.assign(operation.out, `t${operation.vector}.max()`);
        return;
      case 'least':
        this.assign(operation.out, `t${operation.vector}.min()`);
        return;
      case 'support-least':
        this.assign(operation.out, `_least_on_support(t${operation.matrix}, t${operation.vector})`);
    }
  }

  /** Does the tree read vectors? Then what it gives is one. */
  private isScalar({ tree }: Extract<Operation, { kind: 'map' }>): boolean {
    return buffersOf(tree).every((buffer) => this.rows(buffer) === null);
  }

  /** The same number everywhere. */
  private full(rows: Size, value: string): string {
    return `${value === '1' ? '' : `(${value}) * `}${this.dialect.xp}.ones(${this.size(rows)}, **like)`.replace(
      /^\(([\w.]+|t\d+)\) /,
      '$1 ',
    );
  }

  private operand({ buffer, transposed }: MatrixOperand): string {
    return `t${buffer}${transposed ? '.T' : ''}`;
  }

  private matrix(operation: MatrixOperation): string {
    switch (operation.kind) {
      case 'multiply':
        return `${this.operand(operation.left)} @ ${this.operand(operation.right)}`;
      case 'combine':
        return this.combine(operation);
      case 'stack': {
        const rows = new Map<string, string[]>();
        for (const { operand, above } of operation.blocks) {
          const key = sizeText(above);
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
        const { rows = null, columns = null } = this.program.buffers[operation.out] ?? {};
        return `t${operation.matrix}[${range(operation.above, rows)}, ${range(operation.before, columns)}]`;
      }
      case 'cholesky':
        return `_cholesky(t${operation.matrix}, checks, ${pyString(`${operation.code} ${operation.because}`)})`;
      case 'solve': {
        const { factor, matrix, transposed, side } = operation;
        const flag = transposed ? ', transposed=True' : '';
        return side === 'left'
          ? `_solve_left(t${factor}, t${matrix}${flag})`
          : `_solve_right(t${matrix}, t${factor}${flag})`;
      }
      case 'cayley':
        return `_cayley(t${operation.matrix}, checks, "LW404 a Cayley transform is out of range for the precision")`;
      case 'norm':
        return `_spectral_norm(t${operation.matrix})`;
    }
  }

  private combine({ out, terms }: Extract<MatrixOperation, { kind: 'combine' }>): string {
    const { xp } = this.dialect;
    const rows = this.rows(out);
    const printed = terms.map(({ factor, operand }) => {
      const matrix =
        operand.kind === 'matrix'
          ? this.operand(operand)
          : operand.kind === 'diagonal'
            ? `${xp}.diag(t${operand.buffer})`
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
