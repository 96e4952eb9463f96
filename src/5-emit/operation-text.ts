import type { Operation, Program, Size } from '../model/program.js';
import type { Code } from './code.js';
import { TreePrinter } from './tree-text.js';

/** A size as source text. */
export const sizeText = (size: Size): string => (size === null ? '1' : `d${size}`);

/** Prints every operation as a loop nest over the buffers t0, t1, … with widths d0, d1, … */
export class OperationPrinter {
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
      case 'clamp': {
        const [low, high] = [`-${operation.bound}`, String(operation.bound)];
        this.loop('i', `t${operation.out}.length`, () => code.line(`t${operation.out}[i] = Math.min(Math.max(t${operation.matrix}[i], ${low}), ${high});`));
        return;
      }
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

  private sums(operation: Extract<Operation, { kind: 'sums' }>): void {
    const { code } = this;
    const { out, matrix, vector } = operation;
    const [rows, columns] = [this.rows(matrix), this.columns(matrix)];
    const at = `t${matrix}[i * ${columns} + j]`;
    const entry = operation.entry === 'abs' ? `Math.abs(${at})` : `${at} * ${at}`;
    if (operation.transposed) {
      code.line(`t${out}.fill(0);`);
      this.loop('i', rows, () => {
        if (vector !== null) code.line(`const v = t${vector}[i];`);
        this.loop('j', columns, () => code.line(`t${out}[j] += ${entry}${vector === null ? '' : ' * v'};`));
      });
      return;
    }
    this.loop('i', rows, () => {
      code.line('let total = 0;');
      this.loop('j', columns, () => code.line(`total += ${entry}${vector === null ? '' : ` * t${vector}[j]`};`));
      code.line(`t${out}[i] = total;`);
    });
  }

  private gram(operation: Extract<Operation, { kind: 'gram' }>): void {
    const { code } = this;
    const { out, left, middle, right, vector, skipDiagonal } = operation;
    const [inner, rows, columns] = [this.rows(left), this.columns(left), this.columns(right)];
    this.loop('i', rows, () => {
      code.line('line.fill(0);');
      this.loop('k', inner, () => {
        code.line(`const factor = t${left}[k * ${rows} + i]${middle === null ? '' : ` * t${middle}[k]`};`);
        code.line('if (factor === 0) continue;');
        this.loop('j', columns, () => code.line(`line[j] += factor * t${right}[k * ${columns} + j];`));
      });
      code.line('let total = 0;');
      const term = `total += Math.abs(line[j])${vector === null ? '' : ` * t${vector}[j]`};`;
      this.loop('j', columns, () => code.line(skipDiagonal ? `if (i !== j) ${term}` : term));
      code.line(`t${out}[i] = total;`);
    });
  }

  private scale(operation: Extract<Operation, { kind: 'scale' }>): void {
    const { code } = this;
    const { out, matrix, factor, along } = operation;
    const columns = this.columns(matrix);
    this.loop('i', this.rows(matrix), () => {
      const index = along === 'rows' ? 'i' : along === 'columns' ? 'j' : '0';
      this.loop('j', columns, () => code.line(`t${out}[i * ${columns} + j] = t${matrix}[i * ${columns} + j] * t${factor}[${index}];`));
    });
  }
}
