import type { Adjoint } from '../../model/adjoint.js';
import type { Buffer, Program, Slot } from '../../model/program.js';
import type { Precision } from '../../model/roundoff.js';
import { unitRoundoff } from '../../model/roundoff.js';
import { adjointOf } from '../adjoint/adjoint.js';
import type { Code } from './code.js';
import { comment, uses } from './code.js';
import { OperationPrinter, sizeText } from './operation.js';

/** Prints `plan`, the function that plans buffers at given widths and holds the operations on them. */
export class PlanPrinter {
  private readonly program: Program;
  private readonly adjoint: Adjoint;
  private readonly code: Code;
  private readonly precision: Precision;

  constructor(program: Program, code: Code, precision: Precision) {
    this.program = program;
    this.adjoint = adjointOf(program);
    this.code = code;
    this.precision = precision;
  }

  print(): void {
    const { code, program, adjoint } = this;
    const widths = program.widths.map((_names, k) => `d${k}`);
    const printer = new OperationPrinter([...program.buffers, ...adjoint.buffers], code, this.precision);
    const planned = code.held(() => this.planned(widths, printer));
    if (uses(planned, 'roundoff')) {
      code.line(comment('The relative error of one operation in the precision that the weights are kept in.'));
      code.line(`const roundoff = 2 ** ${Math.log2(unitRoundoff[this.precision])};`).line();
    }
    code.print(planned).line();
    printer.entries.print(code);
  }

  /** The function that plans the buffers and holds the operations. */
  private planned(widths: readonly string[], printer: OperationPrinter): void {
    const { code, program, adjoint } = this;
    code.block(`function plan(d: readonly number[]): Steps {`, () =>
      code.declaring(
        widths.map((name, k) => [name, `const ${name} = d[${k}]!;`]),
        () => {
          this.buffers(program.buffers);
          this.work(printer.work(program.operations));
          this.run(() => {
            const notes = new Map<number, string[]>();
            for (const { at, text } of program.notes) notes.set(at, [...(notes.get(at) ?? []), text]);
            program.operations.forEach((operation, at) => {
              for (const text of notes.get(at) ?? []) code.line(comment(text));
              printer.print(operation);
            });
          });
          code.line(comment('The same operations, last to first: each adds to the adjoints of what it read.'));
          code.block(
            'const reverse = () => {',
            () => {
              this.buffers(adjoint.buffers);
              this.work(printer.work(adjoint.operations));
              this.run(() => {
                for (const operation of adjoint.operations) printer.print(operation);
              });
              const { weights, biases, multipliers, gradients } = adjoint;
              this.results(
                { weights, biases, multipliers },
                gradients.map(({ at }) => at),
                'run',
              );
            },
            '};',
          );
          this.results(
            program,
            program.free.map(({ buffer }) => buffer),
            'run, reverse',
          );
        },
      ),
    );
  }

  /** The operations as a function of the plan's slopes and the bound, as far as they are used. */
  private run(body: () => void): void {
    const { code } = this;
    const lines = code.held(() =>
      code.declaring(
        this.program.budgets.length > 0 ? [['k', 'const k = budgetsOf(network.budgets, lip);']] : [],
        body,
      ),
    );
    const slopes = ['S', 'P', 'm', 'L'].filter((name) => uses(lines, name));
    const first = slopes.length > 0 ? `{ ${slopes.join(', ')} }` : '_slopes';
    const parameters = uses(lines, 'lip')
      ? `${first}: PlanSlopes, lip: number`
      : slopes.length > 0
        ? `${first}: PlanSlopes`
        : '';
    code.block(`const run = (${parameters}): void => {`, () => code.print(lines), '};');
  }

  /** What a plan hands over: the buffers of free parameters and results, in the order of their slots. */
  private results(
    groups: Readonly<Record<'weights' | 'biases' | 'multipliers', readonly Slot[]>>,
    free: readonly (number | null)[],
    functions: string,
  ): void {
    const list = (ids: readonly (number | null)[]): string =>
      `[${ids.map((id) => (id === null ? 'null' : `t${id}`)).join(', ')}]`;
    this.code.block(
      'return {',
      () => {
        this.code.line(`free: ${list(free)},`);
        for (const group of ['weights', 'biases', 'multipliers'] as const)
          this.code.line(`${group}: ${list(groups[group].map(({ buffer }) => buffer))},`);
        this.code.line(`${functions},`);
      },
      '};',
    );
  }

  private buffers(buffers: readonly Buffer[]): void {
    for (const { id, rows, columns } of buffers) {
      const length = columns === null ? sizeText(rows) : `${sizeText(rows)} * ${sizeText(columns)}`;
      this.code.line(`const t${id} = new Float64Array(${length});`);
    }
  }

  private work(lengths: readonly string[]): void {
    if (lengths.length > 0) this.code.line(`const work = new Float64Array(Math.max(${lengths.join(', ')}));`);
  }
}
