import type { Adjoint } from '../../model/adjoint.js';
import type { Buffer, Program, Slot } from '../../model/program.js';
import { unitRoundoff } from '../../model/roundoff.js';
import { adjointOf } from '../adjoint/adjoint.js';
import type { Code } from './code.js';
import { comment, uses } from './code.js';
import { OperationPrinter, sizeText } from './operation.js';
import { LIPSCHITZ_RANGE } from '../run/options.js';
import type { ModuleStyle } from './style.js';
import { typing } from './style.js';

/** Prints `constrain` and `vjp`, and the operations behind them. */
export class ConstrainPrinter {
  private readonly program: Program;
  private readonly adjoint: Adjoint;
  private readonly code: Code;
  private readonly style: ModuleStyle;
  private readonly type: (annotation: string) => string;

  constructor(program: Program, code: Code, style: ModuleStyle) {
    this.program = program;
    this.adjoint = adjointOf(program);
    this.code = code;
    this.style = style;
    this.type = typing(style);
  }

  print(): void {
    this.constrain();
    this.vjp();
    this.plan();
  }

  private constrain(): void {
    const { code } = this;
    const layers = this.program.layers.length;
    code.line(`const plans${this.type(': Map<string, Plan>')} = new Map();`);
    code.line(`const planOf${this.type(': WeakMap<Constrained, Plan>')} = new WeakMap();`);
    code.line();
    code.block(`function planFor(d${this.type(': number[]')})${this.type(': Plan')} {`, () => {
      code.line("const key = d.join(',');");
      code.line('let known = plans.get(key);');
      code.block('if (known === undefined) {', () => {
        code.line(
          `known = { d, runs: 0, m: new Float64Array(${layers}), L: new Float64Array(${layers}), S: ` +
            `new Float64Array(${layers}), P: new Float64Array(${layers}), activations: ` +
            `Array(${layers}).fill(null), ...plan(d) };`,
        );
        code.line('if (plans.size >= 16) plans.clear();');
        code.line('plans.set(key, known);');
      });
      code.line('return known;');
    });
    code.line();
    code.block(`function emptyResult(plan${this.type(': Plan')})${this.type(': Constrained')} {`, () => {
      code.line(
        `const values = (slots${this.type(': readonly Slot[]')})${this.type(': Values')} => ` +
          'Object.fromEntries(slots.map(([name, , , buffer]) => [name, new ' +
          'Float64Array(plan.buffers[buffer].length)]));',
      );
      code.line('const widths = Object.fromEntries(signals.map(([name, size]) => [name, plan.d[size]]));');
      code.line(`const slopes = Array.from({ length: ${layers} }, ()${this.type(': [number, number]')} => [0, 0]);`);
      code.line(
        'const result = { widths, slopes, lipschitz: 0, weights: values(weightSlots), biases: ' +
          'values(biasSlots), multipliers: values(multiplierSlots), activations: [...plan.activations] ' +
          '};',
      );
      code.line('planOf.set(result, plan);');
      code.line('return result;');
    });
    code.line();
    code.block(
      `function store(plan${this.type(': Plan')}, slots${this.type(': readonly Slot[]')}, ` +
        `values${this.type(': Values')})${this.type(': void')} {`,
      () => {
        code.line('for (let k = 0; k < slots.length; k += 1) values[slots[k][0]].set(plan.buffers[slots[k][3]]);');
      },
    );
    code.line();
    code.line(comment('Fills the buffers and runs the program. Returns the bound.'));
    code.block(
      `function fillAndRun(plan${this.type(': Plan')}, ` +
        `free${this.type(': Readonly<Record<string, ArrayLike<number>>>')}, ` +
        `options${this.type(': Options')})${this.type(': number')} {`,
      () => {
        code.line('const lip = options.lipschitz ?? lipschitz;');
        code.line(
          `if (!(lip >= ${LIPSCHITZ_RANGE.least} && lip <= ${LIPSCHITZ_RANGE.largest})) throw new ` +
            `RangeError(\`LW306 the Lipschitz bound must be positive and finite, found \${lip}\`);`,
        );
        // Also where no operation reads a share: a bound below what the blocks are held to is refused.
        if (this.program.budgets.length > 0) code.line('budgets(lip);');
        code.line(
          'for (let k = 0; k < freeSlots.length; k += 1) fill(freeSlots[k][0], free[freeSlots[k][0]], ' +
            'plan.buffers[freeSlots[k][3]]);',
        );
        code.line('setSlopes(plan, options);');
        code.line('plan.run(plan, lip);');
        code.line('plan.runs += 1;');
        code.block('for (let k = 0; k < multiplierSlots.length; k += 1) {', () => {
          code.line('const values = plan.buffers[multiplierSlots[k][3]];');
          code.line(
            'for (let i = 0; i < values.length; i += 1) if (!Number.isFinite(values[i])) throw new ' +
              'RangeError(`LW307 ${multiplierSlots[k][0]} is out of range for double precision`);',
          );
        });
        code.line('return lip;');
      },
    );
    code.line();
    code.block(
      `function fill(name${this.type(': string')}, ` +
        `values${this.type(': ArrayLike<number> | undefined')}, ` +
        `target${this.type(': Float64Array')})${this.type(': void')} {`,
      () => {
        code.line(
          'if (values?.length !== target.length) throw new RangeError(`LW312 ${name} needs ' +
            '${target.length} numbers, found ${values?.length ?? "none"}`);',
        );
        code.line('target.set(values);');
        code.line('let finite = 0;');
        code.line('for (let i = 0; i < target.length; i += 1) finite += 0 * target[i];');
        code.line('if (finite !== 0) throw new RangeError(`LW307 ${name} holds a number that is not finite`);');
      },
    );
    code.line();
    code.line(
      comment(
        'Free parameters → feasible weights and the multipliers that prove it. Buffers are planned ' +
          'once for each set of',
      ),
    );
    code.line(
      comment('widths; pass an earlier result as options.into to have it overwritten: then nothing is allocated.'),
    );
    code.block(
      'export function ' +
        `constrain(free${this.type(': Readonly<Record<string, ArrayLike<number>>>')}, ` +
        `options${this.type(': Options')} = {})${this.type(': Constrained')} {`,
      () => {
        code.line('knownOptions(options);');
        code.line('const { into } = options;');
        code.line('const known = into === undefined ? undefined : planOf.get(into);');
        code.line(
          'const plan = known ?? planFor(options.widths === undefined ? inferWidths(free) : ' +
            'resolveWidths(options.widths));',
        );
        code.line('const lip = fillAndRun(plan, free, options);');
        code.line('const result = known !== undefined && into !== undefined ? into : emptyResult(plan);');
        code.line('result.lipschitz = lip;');
        code.line('const activations = (result.activations ??= []);');
        code.line(
          `for (let k = 0; k < ${layers}; k += 1) { result.slopes[k][0] = plan.m[k]; ` +
            'result.slopes[k][1] = plan.L[k]; activations[k] = plan.activations[k]; }',
        );
        code.line('store(plan, weightSlots, result.weights);');
        code.line('store(plan, biasSlots, result.biases);');
        code.line('store(plan, multiplierSlots, result.multipliers);');
        code.line('return result;');
      },
    );
    code.line();
  }

  private vjp(): void {
    const { code, adjoint } = this;
    const values = this.type(': Readonly<Record<string, ArrayLike<number>>>');
    code.line(
      comment(
        'The buffers that adjoints are in: given ones of the results, and those of the free parameters (null: 0).',
      ),
    );
    const ids = (slots: readonly Slot[]): string => `[${slots.map(({ buffer }) => buffer).join(', ')}]`;
    code.line(`const weightAdjoints${this.type(': readonly number[]')} = ${ids(adjoint.weights)};`);
    code.line(`const biasAdjoints${this.type(': readonly number[]')} = ${ids(adjoint.biases)};`);
    code.line(`const multiplierAdjoints${this.type(': readonly number[]')} = ${ids(adjoint.multipliers)};`);
    code.line(
      `const gradients${this.type(': readonly (number | null)[]')} = ` +
        `[${adjoint.gradients.map(({ at }) => String(at)).join(', ')}];`,
    );
    code.line();
    code.line(
      comment(
        'The vector–Jacobian product of constrain(): adjoints (cotangents) of its results, by name, ' +
          'each as long as what it',
      ),
    );
    code.line(
      comment(
        'belongs to and 0 if left out → adjoints of the free parameters, by name. For trainers: the ' +
          'gradient of a loss with',
      ),
    );
    code.line(
      comment(
        'respect to the free parameters is vjp(free, its gradient with respect to weights and ' +
          'biases). Bound and slopes are constants.',
      ),
    );
    code.block(
      `export function vjp(free${values}, cotangents${this.type(': Cotangents')}, ` +
        `options${this.type(': Options')} = {})${this.type(': Values')} {`,
      () => {
        code.line('knownOptions(options);');
        code.line('const d = options.widths === undefined ? inferWidths(free) : resolveWidths(options.widths);');
        code.line('const plan = planFor(d);');
        code.line('return pullBack(plan, fillAndRun(plan, free, options), cotangents);');
      },
    );
    code.line();
    code.line(comment('The reverse sweep of what the plan last ran, for the bound lip.'));
    code.block(
      `function pullBack(plan${this.type(': Plan')}, lip${this.type(': number')}, ` +
        `cotangents${this.type(': Cotangents')})${this.type(': Values')} {`,
      () => {
        code.line('const { buffers, run } = (plan.reversed ??= plan.reverse());');
        code.block(
          `const seed = (slots${this.type(': readonly Slot[]')}, ` +
            `at${this.type(': readonly number[]')}, ` +
            `given${this.type(': Readonly<Record<string, ArrayLike<number>>>')} = ` +
            `{})${this.type(': void')} => {`,
          () => {
            code.line(
              'for (const name of Object.keys(given)) if (!slots.some((slot) => slot[0] === name)) throw ' +
                'new RangeError(`LW312 there is no ${name} to have a cotangent`);',
            );
            code.block('for (let k = 0; k < slots.length; k += 1) {', () => {
              code.line(
                'if (Object.hasOwn(given, slots[k][0])) fill(slots[k][0], given[slots[k][0]], buffers[at[k]]);',
              );
              code.line('else buffers[at[k]].fill(0);');
            });
          },
          '};',
        );
        code.line('seed(weightSlots, weightAdjoints, cotangents.weights);');
        code.line('seed(biasSlots, biasAdjoints, cotangents.biases);');
        code.line('seed(multiplierSlots, multiplierAdjoints, cotangents.multipliers);');
        code.line('run(plan, lip);');
        code.block(
          'return Object.fromEntries(freeSlots.map(([name, , , buffer], k) => {',
          () => {
            code.line('const at = gradients[k];');
            code.line(
              'return [name, at === null ? new Float64Array(plan.buffers[buffer].length) : buffers[at].slice()];',
            );
          },
          '}));',
        );
      },
    );
    code.line();
  }

  private plan(): void {
    const { code, program, adjoint } = this;
    const widths = program.widths.map((_names, k) => `d${k}`);
    const printer = new OperationPrinter([...program.buffers, ...adjoint.buffers], code, this.style.precision);
    const planned = code.held(() => this.planned(widths, printer));
    if (uses(planned, 'roundoff')) {
      code.line(comment('The relative error of one operation in the precision that the weights are kept in.'));
      code.line(`const roundoff = 2 ** ${Math.log2(unitRoundoff[this.style.precision])};`).line();
    }
    code.print(planned).line();
    printer.entries.print(code);
  }

  /** The function that plans the buffers and holds the operations. */
  private planned(widths: readonly string[], printer: OperationPrinter): void {
    const { code, program, adjoint } = this;
    code.block(`function plan(d${this.type(': readonly number[]')})${this.type(': Steps')} {`, () =>
      code.declaring(
        widths.map((name, k) => [name, `const ${name} = d[${k}];`]),
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
              code.line(
                'return { buffers: { ' +
                  `${[...new Set([...adjoint.weights, ...adjoint.biases, ...adjoint.multipliers].map(({ buffer }) => buffer).concat(adjoint.gradients.flatMap(({ at }) => (at === null ? [] : [at]))))].map((id) => `${id}: t${id}`).join(', ')} ` +
                  `}${this.type(' as Record<number, Float64Array>')}, run };`,
              );
            },
            '};',
          );
          code.line(`return { buffers: [${program.buffers.map(({ id }) => `t${id}`).join(', ')}], run, reverse };`);
        },
      ),
    );
  }

  /** The operations as a function of the plan's slopes and the bound, as far as they are used. */
  private run(body: () => void): void {
    const { code } = this;
    const lines = code.held(() =>
      code.declaring(this.program.budgets.length > 0 ? [['k', 'const k = budgets(lip);']] : [], body),
    );
    const slopes = ['S', 'P', 'm', 'L'].filter((name) => uses(lines, name));
    const first = slopes.length > 0 ? `{ ${slopes.join(', ')} }` : '_slopes';
    const parameters = uses(lines, 'lip')
      ? `${first}${this.type(': PlanSlopes')}, lip${this.type(': number')}`
      : slopes.length > 0
        ? `${first}${this.type(': PlanSlopes')}`
        : '';
    code.block(`const run = (${parameters})${this.type(': void')} => {`, () => code.print(lines), '};');
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
