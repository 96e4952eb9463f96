import { isAdjointOperation } from '../../model/adjoint.js';
import type { Precision } from '../../model/roundoff.js';
import { largestSingle } from '../../model/roundoff.js';
import type { AdjointOperation, ReverseOperation } from '../../model/adjoint.js';
import { isMatrixOperation } from '../../model/program.js';
import type { Buffer, MatrixOperation, Operation, Size } from '../../model/program.js';
import type { Code } from './code.js';
import type { KernelName } from './kernels.js';
import { EntriesPrinter } from './entries.js';
import { splineDigits } from '../../numeric/spline-quantization.js';
import { TreePrinter } from './tree.js';

/** A size as source text. */
export function sizeText(size: Size): string {
  if (size === null) return '1';
  if (typeof size === 'number') return `d${size}`;
  if ('fixed' in size) return String(size.fixed);
  return size.sum.length === 0
    ? '0'
    : size.sum.length === 1
      ? `d${size.sum[0] ?? 0}`
      : `(${size.sum.map((at) => `d${at}`).join(' + ')})`;
}

/** How many numbers the operations need to work on at a time: the largest of these. */
export function workTexts({
  operations,
  buffers,
}: {
  readonly operations: readonly ReverseOperation[];
  readonly buffers: readonly Buffer[];
}): readonly string[] {
  const texts = operations.flatMap((operation) => {
    if (operation.kind !== 'cayley' && operation.kind !== 'norm' && operation.kind !== 'cayley-adjoint') return [];
    const matrix = buffers[operation.matrix];
    const [r, c] = [sizeText(matrix?.rows ?? null), sizeText(matrix?.columns ?? null)];
    if (operation.kind === 'cayley-adjoint') return [`4 * ${r} * ${c} + 4 * Math.min(${r}, ${c}) ** 2`];
    return [
      operation.kind === 'cayley'
        ? `2 * ${r} * ${c} + 3 * Math.min(${r}, ${c}) ** 2`
        : `${r} * ${c} + 2 * Math.min(${r}, ${c}) ** 2`,
    ];
  });
  return [...new Set(texts)];
}

/** Prints every operation as a loop nest over the buffers t0, t1, … with widths d0, d1, … */
export class OperationPrinter {
  /** The kernels that the printed operations call. */
  readonly used = new Set<KernelName>();
  /** The loops over entries of matrices that they call. */
  readonly entries: EntriesPrinter;
  private readonly buffers: readonly Buffer[];
  private readonly code: Code;
  private readonly precision: Precision;
  private names = 0;

  constructor(buffers: readonly Buffer[], code: Code, precision: Precision) {
    this.buffers = buffers;
    this.precision = precision;
    this.entries = new EntriesPrinter(buffers);
    this.code = code;
  }

  private rows(buffer: number): string {
    return sizeText(this.buffers[buffer]?.rows ?? null);
  }

  private columns(buffer: number): string {
    return sizeText(this.buffers[buffer]?.columns ?? null);
  }

  private trees(): TreePrinter {
    return new TreePrinter(this.buffers, () => {
      this.names += 1;
      return `s${this.names}`;
    });
  }

  private loop(index: string, count: string, body: () => void): void {
    this.code.block(`for (let ${index} = 0; ${index} < ${count}; ${index} += 1) {`, body);
  }

  private call(name: KernelName, ...parameters: readonly string[]): void {
    this.used.add(name);
    this.code.line(`${name}(${parameters.join(', ')});`);
  }

  print(operation: ReverseOperation): void {
    const { code } = this;
    if (isAdjointOperation(operation)) {
      this.adjoint(operation);
      return;
    }
    if (isMatrixOperation(operation)) {
      this.matrix(operation);
      return;
    }
    switch (operation.kind) {
      case 'map': {
        const trees = this.trees();
        const text = trees.print(operation.tree);
        for (const line of trees.hoisted) code.line(line);
        this.loop('i', this.rows(operation.out), () => code.line(`t${operation.out}[i] = ${text};`));
        return;
      }
      case 'demand': {
        const trees = this.trees();
        const text = trees.print(operation.tree);
        for (const line of trees.hoisted) code.line(line);
        this.loop('i', sizeText(operation.size), () =>
          code.line(
            `if (!(${text} > 0)) throw new RangeError(${JSON.stringify(`LW402 infeasible: ${operation.because}`)});`,
          ),
        );
        return;
      }
      case 'sums':
        this.sums(operation);
        return;
      case 'gram':
        this.gram(operation);
        return;
      case 'clamp':
        this.call('clampTo', `t${operation.out}`, `t${operation.matrix}`, String(operation.bound));
        return;
      case 'clip': {
        const trees = this.trees();
        const [bound, condition] = [trees.print(operation.bound), trees.print(operation.condition)];
        code.block('{', () => {
          for (const line of trees.hoisted) code.line(line);
          code.line(`const limit = ${condition} > 0 ? ${bound} : Infinity;`);
          this.loop('i', `t${operation.out}.length`, () =>
            code.line(`t${operation.out}[i] = Math.min(Math.max(t${operation.matrix}[i], -limit), limit);`),
          );
        });
        return;
      }
      case 'keep':
        if (this.precision === 'double') code.line(`t${operation.out}.set(t${operation.matrix});`);
        else
          this.loop('i', `t${operation.out}.length`, () =>
            code.line(
              `t${operation.out}[i] = Math.fround(Math.max(-${largestSingle}, Math.min(${largestSingle}, ` +
                `t${operation.matrix}[i])));`,
            ),
          );
        return;
      case 'project-splines': {
        const { out, matrix, knots, step, layer } = operation;
        this.call(
          'projectSplines',
          `t${out}`,
          `t${matrix}`,
          String(knots),
          String(step),
          `m[${layer}]`,
          `L[${layer}]`,
          String(splineDigits(knots)),
        );
        return;
      }
      case 'scale':
        this.scale(operation);
        return;
      case 'greatest':
        code.line(`t${operation.out}[0] = -Infinity;`);
        this.loop('i', this.rows(operation.vector), () =>
          code.line(`t${operation.out}[0] = Math.max(t${operation.out}[0], t${operation.vector}[i]);`),
        );
        return;
      case 'least':
        code.line(`t${operation.out}[0] = Infinity;`);
        this.loop('i', this.rows(operation.vector), () =>
          code.line(`t${operation.out}[0] = Math.min(t${operation.out}[0], t${operation.vector}[i]);`),
        );
        return;
      case 'support-least':
        this.loop('i', this.rows(operation.matrix), () => {
          code.line('let least = 1;');
          this.loop('j', this.columns(operation.matrix), () =>
            code.line(
              `if (t${operation.matrix}[i * ${this.columns(operation.matrix)} + j] !== 0) least = ` +
                `Math.min(least, t${operation.vector}[j]);`,
            ),
          );
          code.line(`t${operation.out}[i] = least;`);
        });
    }
  }

  private matrix(operation: MatrixOperation): void {
    const { code } = this;
    const out = `t${operation.out}`;
    const [rows, columns] = [this.rows(operation.out), this.columns(operation.out)];
    switch (operation.kind) {
      case 'multiply': {
        const { left, right } = operation;
        const inner = left.transposed ? this.rows(left.buffer) : this.columns(left.buffer);
        this.call(
          'multiplyInto',
          out,
          `t${left.buffer}`,
          String(left.transposed),
          `t${right.buffer}`,
          String(right.transposed),
          rows,
          columns,
          inner,
        );
        return;
      }
      case 'combine':
        operation.terms.forEach(({ factor, operand }, at) => {
          const trees = this.trees();
          const text = trees.print(factor);
          for (const line of trees.hoisted) code.line(line);
          const added = String(at > 0);
          if (operand.kind === 'matrix')
            this.call('linear', out, `t${operand.buffer}`, text, String(operand.transposed), rows, columns, added);
          else
            this.call('diagonal', out, operand.kind === 'diagonal' ? `t${operand.buffer}` : 'null', text, rows, added);
        });
        return;
      case 'stack':
        for (const { operand, above, before } of operation.blocks) {
          const [r, c] = [this.rows(operand.buffer), this.columns(operand.buffer)];
          const [height, width] = operand.transposed ? [c, r] : [r, c];
          this.call(
            'block',
            out,
            `${sizeText(above)} * ${columns} + ${sizeText(before)}`,
            columns,
            `t${operand.buffer}`,
            '0',
            c,
            String(operand.transposed),
            height,
            width,
          );
        }
        return;
      case 'slice': {
        const step = this.columns(operation.matrix);
        this.call(
          'block',
          out,
          '0',
          columns,
          `t${operation.matrix}`,
          `${sizeText(operation.above)} * ${step} + ${sizeText(operation.before)}`,
          step,
          'false',
          rows,
          columns,
        );
        return;
      }
      case 'cholesky':
        this.used.add('choleskyInto');
        code.line(
          `if (choleskyInto(${out}, t${operation.matrix}, ${rows}) >= 0) throw new ` +
            `RangeError(${JSON.stringify(`${operation.code} ${operation.because}`)});`,
        );
        return;
      case 'solve': {
        const { factor, matrix, transposed, side } = operation;
        const order = this.rows(factor);
        if (side === 'left')
          this.call('solveLowerInto', out, `t${factor}`, `t${matrix}`, order, columns, String(transposed));
        else this.call('solveRightInto', out, `t${factor}`, `t${matrix}`, rows, order, String(transposed));
        return;
      }
      case 'cayley':
        this.used.add('cayley');
        code.line(
          `if (!cayley(${out}, t${operation.matrix}, ${rows}, ${columns}, work)) throw new ` +
            `RangeError('LW404 a Cayley transform is out of range for double precision');`,
        );
        return;
      case 'norm': {
        this.used.add('gramNormInto');
        const [r, c] = [this.rows(operation.matrix), this.columns(operation.matrix)];
        code.line(`${out}[0] = gramNormInto(work, t${operation.matrix}, ${r}, ${c});`);
      }
    }
  }

  private adjoint(operation: AdjointOperation): void {
    const out = `t${operation.out}`;
    const [rows, columns] = [this.rows(operation.out), this.columns(operation.out)];
    switch (operation.kind) {
      case 'entries':
        this.code.line(this.entries.call(out, operation.tree, rows, columns));
        return;
      case 'total': {
        const matrix = `t${operation.matrix}`;
        const [r, c] = [this.rows(operation.matrix), this.columns(operation.matrix)];
        if (operation.along === 'diagonal') this.call('diagonalOf', out, matrix, c);
        else if (operation.along === 'columns') this.call('totalColumns', out, matrix, r, c);
        else if (operation.along === 'rows') this.call('totalRows', out, matrix, r, c);
        else this.call('totalRows', out, matrix, '1', `${matrix}.length`);
        return;
      }
      case 'lower':
        this.call('lowerOf', out, `t${operation.matrix}`, rows, String(operation.diagonal));
        return;
      case 'cayley-adjoint':
        this.call(
          'cayleyAdjoint',
          out,
          `t${operation.matrix}`,
          `t${operation.result}`,
          `t${operation.adjoint}`,
          rows,
          columns,
          'work',
        );
        return;
      case 'project-splines-adjoint': {
        const { matrix, adjoint, knots, step, layer } = operation;
        this.call(
          'projectSplinesAdjoint',
          out,
          `t${matrix}`,
          `t${adjoint}`,
          String(knots),
          String(step),
          `m[${layer}]`,
          `L[${layer}]`,
        );
      }
    }
  }

  private sums({ out, matrix, entry, transposed, vector }: Extract<Operation, { kind: 'sums' }>): void {
    const name = `${entry}${transposed ? 'Columns' : 'Rows'}` as const;
    const shape = [`t${out}`, `t${matrix}`, this.rows(matrix), this.columns(matrix)];
    if (vector === null) this.call(name, ...shape);
    else this.call(`${name}Weighted`, ...shape, `t${vector}`);
  }

  private gram({ out, left, middle, right, vector, skipDiagonal }: Extract<Operation, { kind: 'gram' }>): void {
    const optional = (buffer: number | null): string => (buffer === null ? 'null' : `t${buffer}`);
    const sizes = [this.rows(left), this.columns(left), this.columns(right)];
    this.call(
      'gramRows',
      `t${out}`,
      `t${left}`,
      optional(middle),
      `t${right}`,
      ...sizes,
      optional(vector),
      String(skipDiagonal),
      'line',
    );
  }

  private scale({ out, matrix, factor, along }: Extract<Operation, { kind: 'scale' }>): void {
    const shape = [`t${out}`, `t${matrix}`, this.rows(matrix), this.columns(matrix), `t${factor}`];
    if (along === 'rows') this.call('scaleRows', ...shape);
    else if (along === 'columns') this.call('scaleColumns', ...shape);
    else this.call('scaleAll', `t${out}`, `t${matrix}`, `t${factor}`);
  }
}
