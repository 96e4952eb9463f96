import { fail } from '../../base/diagnostic.js';
import { diagonalTerms } from '../program/diagonal-terms.js';
import type { AffineLayer, ForwardLayer, ForwardTerm, LmiTerm, Program, Slot } from '../../model/program.js';
import { entriesOf } from '../../network/kept.js';
import type { Code } from './code.js';
import { comment, quote } from './code.js';
import type { ScalarPrinter } from './scalar.js';
import { hasOpen } from './activation.js';
import type { ModuleStyle } from './style.js';
import { typing } from './style.js';
import { parameterText } from './tree.js';

/** Prints what a module does with constrained weights: `forward` and `lmi`. */
export class NetworkPrinter {
  private readonly program: Program;
  private readonly code: Code;
  private readonly style: ModuleStyle;
  private readonly type: (annotation: string) => string;

  private readonly scalars: ScalarPrinter;

  constructor(program: Program, code: Code, style: ModuleStyle, scalars: ScalarPrinter) {
    this.program = program;
    this.code = code;
    this.style = style;
    this.scalars = scalars;
    this.type = typing(style);
  }

  print(): void {
    this.forward();
    this.lmi();
  }

  /** Where a result's values are kept, by the buffer that made them. */
  private valueNames(): Map<number, string> {
    const { program } = this;
    const names = new Map<number, string>();
    const add = (table: string, slots: readonly Slot[]): void => {
      for (const slot of slots) names.set(slot.buffer, `weights.${table}[${quote(slot.name)}]`);
    };
    add('weights', program.weights);
    add('biases', program.biases);
    add('multipliers', program.multipliers);
    return names;
  }

  private widthOf(place: number): string {
    const { signals, output, locals } = this.program;
    const name = [...signals, output, ...locals][place]?.name;
    return `weights.widths[${quote(name ?? '')}]`;
  }

  private forward(): void {
    const { code, program } = this;
    const values = this.valueNames();
    const diagonal = new Set(diagonalWeights(program));
    const affine = (layer: AffineLayer): void => {
      code.line(`const v${layer.signal} = new Float64Array(${this.widthOf(layer.signal)});`);
      for (const term of layer.terms) this.forwardTerm(layer.signal, term, values, diagonal);
      for (const { coefficient, bias } of layer.biases)
        code.line(
          `for (let i = 0; i < v${layer.signal}.length; i += 1) v${layer.signal}[i] += ` +
            `${times(coefficient)}${values.get(bias) ?? ''}[i];`,
        );
    };
    const phi = this.activations();
    code.line(
      comment(
        'The network. Where the equations leave the activation open it is the one that constrain() ' +
          'was given, or else m v for v < 0',
      ),
    );
    code.line(
      comment(
        'and L v for v >= 0; or `activation`, one or one for each hidden signal, whose slopes must ' +
          'be known and lie in those of the',
      ),
    );
    code.line(comment('weights, or else be your word: that of the slopes which constrain() was given.'));
    const given = `weights${this.type(': Constrained')}, x${this.type(': ArrayLike<number>')}`;
    const open = hasOpen(program);
    code.block(
      `export function forward(${given}, ` +
        `${open ? 'activation' : '_activation'}${this.type('?: Activations')})${this.type(': Float64Array')} ` +
        '{',
      () =>
        code.line(
          open
            ? 'return run(weights, x, activation === undefined || activation === null ? ' +
                'weights.activations : admitted(activation, weights));'
            : 'return run(weights, x);',
        ),
    );
    code.line();
    code.line(comment('`seen` is shown the sum of every step before anything is applied to it.'));
    code.block(
      `function run(${given}, ` +
        `${open ? 'chosen' : '_chosen'}${this.type('?: readonly (Activation | null)[]')}, ` +
        `seen${this.type('?: (step: number, v: Float64Array) => void')})${this.type(': Float64Array')} ` +
        '{',
      () => {
        if (open) this.open();
        const width = this.widthOf(program.input);
        code.line(
          `if (x.length !== ${width}) throw new RangeError(\`LW303 an input of \${x.length} numbers, ` +
            `\${${width}} expected\`);`,
        );
        code.line(`const v${program.input} = Float64Array.from(x);`);
        for (const [at, step] of program.steps.entries()) {
          affine(step);
          code.line(`seen?.(${at}, v${step.signal});`);
          const layer = step.layer === null ? undefined : program.layers[step.layer];
          // What comes out of a block was made by its own steps.
          if (layer === undefined || step.layer === null || layer.activation.kind === 'block') continue;
          code.line(
            `for (let i = 0; i < v${step.signal}.length; i += 1) v${step.signal}[i] = ${phi(layer, step.layer)};`,
          );
        }
        code.line(`return v${program.signals.length};`);
      },
    );
    code.line();
  }

  /** What is applied where the equations leave it open. */
  private open(): void {
    const { code } = this;
    const number = this.type(': number');
    code.block(
      `const phi = (v${number}, k${number})${number} => {`,
      () => {
        code.line('const f = chosen?.[k]?.apply ?? null;');
        code.line('if (f === null) return v >= 0 ? weights.slopes[k][1] * v : weights.slopes[k][0] * v;');
        code.line(`const value${this.type(': unknown')} = f(v, k);`);
        code.line(
          "if (typeof value !== 'number') throw new RangeError(`LW305 an activation that gives " +
            '${typeof value}: forward needs a function of numbers`);',
        );
        code.line('return value;');
      },
      '};',
    );
  }

  /** Prints the declared activations and says how each layer's is called at entry i. */
  private activations(): (layer: ForwardLayer, at: number) => string {
    const { code, program } = this;
    const printer = this.scalars;
    // By what they are: in a hierarchy two files may mean different functions by one name.
    const functions = new Map<string, string>();
    const texts = program.layers.map(({ activation }) =>
      activation.kind === 'scalar' ? printer.expression(activation.function) : null,
    );
    program.layers.forEach(({ activation }, at) => {
      const text = texts[at];
      if (text !== null && text !== undefined) functions.set(text, activation.kind === 'scalar' ? activation.name : '');
    });
    printer.printHelpers(code, this.style.typed);
    const places = [...functions.keys()];
    const number = this.type(': number');
    if (functions.size > 0) {
      code.line(comment('The activations that the equations name.'));
      code.block(
        `const activations${this.type(': readonly ((v: number) => number)[]')} = [`,
        () => {
          for (const [text, name] of functions) code.line(`(v${number}) => ${text}, ${comment(name)}`);
        },
        '];',
      );
      code.line();
    }
    const values = this.valueNames();
    return ({ signal, activation }, at) => {
      const v = `v${signal}[i]`;
      if (activation.kind === 'open') return `phi(${v}, ${at})`;
      if (activation.kind === 'block') return v;
      if (activation.kind === 'scalar') return `activations[${places.indexOf(texts[at] ?? '')}](${v})`;
      return (
        `splineAt(${values.get(activation.coefficients) ?? ''}, i * ${activation.knots}, ` +
        `${activation.knots}, ${activation.step}, ${v})`
      );
    };
  }

  private forwardTerm(
    out: number,
    { coefficient, weight, signal, above }: ForwardTerm,
    values: ReadonlyMap<number, string>,
    diagonal: ReadonlySet<number>,
  ): void {
    const { code } = this;
    const factor = times(coefficient);
    if (weight === null && above !== undefined) {
      const places = [...this.program.signals, this.program.output, ...this.program.locals];
      // Widths are printed by the name of a signal that has them.
      const first =
        typeof above === 'object' && above !== null && 'sum' in above
          ? above.sum.map((at) => `weights.widths[${quote(places.find(({ size }) => size === at)?.name ?? '')}]`)
          : [];
      code.line(
        `v${out}.set(v${signal}.map((value) => ${factor}value), ${first.length === 0 ? '0' : first.join(' + ')});`,
      );
      return;
    }
    if (weight === null) {
      code.line(`for (let i = 0; i < v${out}.length; i += 1) v${out}[i] += ${factor}v${signal}[i];`);
      return;
    }
    const value = values.get(weight) ?? '';
    if (diagonal.has(weight)) {
      code.line(`for (let i = 0; i < v${out}.length; i += 1) v${out}[i] += ${factor}(${value}[i] * v${signal}[i]);`);
      return;
    }
    code.block('{', () => {
      code.line(`const W = ${value};`);
      code.block(`for (let i = 0, at = 0; i < v${out}.length; i += 1) {`, () => {
        code.line('let total = 0;');
        code.line(`for (let j = 0; j < v${signal}.length; j += 1, at += 1) total += W[at] * v${signal}[j];`);
        code.line(`v${out}[i] += ${factor}total;`);
      });
    });
  }

  private lmi(): void {
    const { code, program } = this;
    const values = this.valueNames();
    const diagonal = new Set(diagonalWeights(program));
    const array = this.type(': ArrayLike<number> | null');
    code.line(
      comment(
        'block(row, column) += scalar · leftᵀ · diag(middle) · right on and above the diagonal; null ' +
          'stands for the identity.',
      ),
    );
    code.block(
      `function accumulate(M${this.type(': Float64Array')}, N${this.type(': number')}, ` +
        `row${this.type(': number')}, column${this.type(': number')}, rows${this.type(': number')}, ` +
        `columns${this.type(': number')}, inner${this.type(': number')}, ` +
        `scalar${this.type(': number')}, left${array}, leftDiagonal${this.type(': boolean')}, ` +
        `middle${array}, right${array}, ` +
        `rightDiagonal${this.type(': boolean')})${this.type(': void')} {`,
      () => {
        code.block('for (let k = 0; k < inner; k += 1) {', () => {
          code.line('const weight = middle === null ? scalar : scalar * middle[k];');
          code.line('const [i0, i1] = left === null || leftDiagonal ? [k, k + 1] : [0, rows];');
          code.line('const [j0, j1] = right === null || rightDiagonal ? [k, k + 1] : [0, columns];');
          code.block('for (let i = i0; i < i1; i += 1) {', () => {
            code.line('const l = left === null ? weight : weight * (leftDiagonal ? left[i] : left[k * rows + i]);');
            code.block('for (let j = j0; j < j1; j += 1) {', () => {
              code.line(
                'if (column + j >= row + i) M[(row + i) * N + column + j] += right === null ? l : l * ' +
                  '(rightDiagonal ? right[j] : right[k * columns + j]);',
              );
            });
          });
        });
      },
    );
    code.line();
    code.line(
      comment(
        'The LMI, N × N row major, over the signals ' +
          `${program.signals.map(({ name }) => name).join(', ')}. It is negative semidefinite.`,
      ),
    );
    this.assembled('export function lmi', program.lmi, (scalar) => scalar, values, diagonal);
    code.line();
    code.line(
      comment(
        'The sizes of what the diagonal of the LMI is the sum of, on the diagonal of a matrix, from ' +
          'the sizes of the weights.',
      ),
    );
    this.assembled('function parts', diagonalTerms(program), (scalar) => `Math.abs(${scalar})`, values, diagonal);
  }

  private assembled(
    header: string,
    terms: readonly LmiTerm[],
    size: (scalar: string) => string,
    values: ReadonlyMap<number, string>,
    diagonal: ReadonlySet<number>,
  ): void {
    const { code, program } = this;
    code.block(`${header}(weights${this.type(': Constrained')})${this.type(': Float64Array')} {`, () => {
      code.line('let N = 0;');
      code.line(
        `const offset = signals.slice(0, ${program.signals.length}).map(([name]) => (N += ` +
          'weights.widths[name]) - weights.widths[name]);',
      );
      code.line('const M = new Float64Array(N * N);');
      const declarations = [
        ['lip', 'const lip = weights.lipschitz;'],
        ['k', 'const k = budgets(lip);'],
        ['S', 'const S = weights.slopes.map(([m, L]) => L + m);'],
        ['P', 'const P = weights.slopes.map(([m, L]) => L * m);'],
      ] as const;
      code.declaring(declarations, () => terms.forEach((term) => this.lmiTerm(term, size, values, diagonal)));
      code.line('for (let i = 0; i < N; i += 1) for (let j = 0; j < i; j += 1) M[i * N + j] = M[j * N + i];');
      code.line('return M;');
    });
  }

  private lmiTerm(
    term: LmiTerm,
    size: (scalar: string) => string,
    values: ReadonlyMap<number, string>,
    diagonal: ReadonlySet<number>,
  ): void {
    const [rows, columns] = [this.widthOf(term.row), this.widthOf(term.column)];
    const text = (buffer: number | null): string => (buffer === null ? 'null' : (values.get(buffer) ?? 'null'));
    const isDiagonal = (buffer: number | null): string => String(buffer !== null && diagonal.has(buffer));
    const scalar = size([String(term.coefficient), ...term.parameters.map(parameterText)].join(' * '));
    const length = (buffer: number, width: string): string =>
      diagonal.has(buffer) ? width : `${text(buffer)}.length / ${width}`;
    const inner =
      term.left !== null ? length(term.left, rows) : term.right !== null ? length(term.right, columns) : rows;
    // A dense block right of a null left factor has its own row count; the row's width is the same number.
    const count = term.left === null ? rows : inner;
    this.code.line(
      `accumulate(M, N, offset[${term.row}], offset[${term.column}], ${rows}, ${columns}, ` +
        `${count}, ${scalar}, ${text(term.left)}, ${isDiagonal(term.left)}, ${text(term.middle)}, ` +
        `${text(term.right)}, ${isDiagonal(term.right)});`,
    );
  }
}

const times = (coefficient: number): string => (coefficient === 1 ? '' : `${coefficient} * `);

/** The buffers of the weights that are diagonal. @throws LW401 for weights whose entries share numbers */
function diagonalWeights({ weights }: Program): readonly number[] {
  return weights.flatMap((slot) => {
    const entries = entriesOf(slot);
    if (entries?.kind === 'shared')
      return fail(
        'LW401',
        `the ${slot.structure} weight ${slot.name}`,
        'a Python target: JavaScript cannot spread it yet',
      );
    return entries?.kind === 'diagonal' ? [slot.buffer] : [];
  });
}
