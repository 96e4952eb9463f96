import type { Operation, Program, Size } from '../model/program.js';
import type { Code } from './code.js';
import type { KernelName } from './kernel-text.js';
import { splineDigits } from '../numeric/spline-projection.js';
import { TreePrinter } from './tree-text.js';

/** A size as source text. */
export const sizeText = (size: Size): string => (size === null ? '1' : typeof size === 'number' ? `d${size}` : String(size.fixed));

/** Prints every operation as a loop nest over the buffers t0, t1, … with widths d0, d1, … */
export class OperationPrinter {
  /** The kernels that the printed operations call. */
  readonly used = new Set<KernelName>();
  private readonly program: Program;
  private readonly code: Code;
  private names = 0;

  constructor(program: Program, code: Code) {
    this.program = program;
    this.code = code;
  }

  private rows(buffer: number): string {
    return sizeText(this.program.buffers[buffer]?.rows ?? null);
  }

  private columns(buffer: number): string {
    return sizeText(this.program.buffers[buffer]?.columns ?? null);
  }

  private trees(): TreePrinter {
    return new TreePrinter(this.program.buffers, () => {
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

  print(operation: Operation): void {
    const { code } = this;
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
        this.loop('i', sizeText(operation.size), () => code.line(`if (!(${text} > 0)) throw new RangeError(${JSON.stringify(`LW402 infeasible: ${operation.because}`)});`));
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
          this.loop('i', `t${operation.out}.length`, () => code.line(`t${operation.out}[i] = Math.min(Math.max(t${operation.matrix}[i], -limit), limit);`));
        });
        return;
      }
      case 'project-splines': {
        const { out, matrix, knots, step, layer } = operation;
        this.call('projectSplines', `t${out}`, `t${matrix}`, String(knots), String(step), `m[${layer}]`, `L[${layer}]`, String(splineDigits(knots)));
        return;
      }
      case 'scale':
        this.scale(operation);
        return;
      case 'least':
        code.line(`t${operation.out}[0] = Infinity;`);
        this.loop('i', this.rows(operation.vector), () => code.line(`t${operation.out}[0] = Math.min(t${operation.out}[0], t${operation.vector}[i]);`));
        return;
      case 'support-least':
        this.loop('i', this.rows(operation.matrix), () => {
          code.line('let least = 1;');
          this.loop('j', this.columns(operation.matrix), () =>
            code.line(`if (t${operation.matrix}[i * ${this.columns(operation.matrix)} + j] !== 0) least = Math.min(least, t${operation.vector}[j]);`),
          );
          code.line(`t${operation.out}[i] = least;`);
        });
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
    this.call('gramRows', `t${out}`, `t${left}`, optional(middle), `t${right}`, ...sizes, optional(vector), String(skipDiagonal), 'line');
  }

  private scale({ out, matrix, factor, along }: Extract<Operation, { kind: 'scale' }>): void {
    const shape = [`t${out}`, `t${matrix}`, this.rows(matrix), this.columns(matrix), `t${factor}`];
    if (along === 'rows') this.call('scaleRows', ...shape);
    else if (along === 'columns') this.call('scaleColumns', ...shape);
    else this.call('scaleAll', `t${out}`, `t${matrix}`, `t${factor}`);
  }
}
