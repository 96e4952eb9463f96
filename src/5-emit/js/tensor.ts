import { countOf } from '../../model/program.js';
import type { ForwardLayer, ForwardTerm, Program, Size } from '../../model/program.js';
import type { Code } from './code.js';
import { comment, quote } from './code.js';
import type { ModuleStyle } from './style.js';
import { typing } from './style.js';
import type { TensorScalarPrinter } from './tensor-scalar.js';
import { hasOpen } from './activation.js';

/**
 * Prints what a TensorFlow.js module has beside the functions of the JavaScript one: tensors have float32 only and no
 * Cholesky factorization, so the float64 `constrain` and its vector–Jacobian product stand behind `tf.customGrad`.
 */
export class TensorPrinter {
  private readonly program: Program;
  private readonly code: Code;

  /** Only what is exported has types: they are for declarations. */
  private readonly type: (annotation: string) => string;

  private readonly scalars: TensorScalarPrinter;

  constructor(program: Program, code: Code, style: ModuleStyle, scalars: TensorScalarPrinter) {
    this.scalars = scalars;
    this.type = typing(style);
    this.program = program;
    this.code = code;
  }

  print(): void {
    if (this.type('typed') !== '') this.types();
    this.variables();
    this.constrained();
    this.apply();
    this.download();
  }

  private types(): void {
    const { code } = this;
    code.line(comment('What constrain() gives, as tensors.'));
    code.block('export interface ConstrainedTensors {', () => {
      code.line('widths: Record<string, number>;').line('slopes: [number, number][];').line('lipschitz: number;');
      for (const group of ['weights', 'biases', 'multipliers']) code.line(`${group}: Record<string, tf.Tensor>;`);
      code.line('activations?: (Activation | null)[] | undefined;');
    });
    code.line('export type TensorActivation = string | null | ((v: tf.Tensor, layer: number) => tf.Tensor);');
    code.block("export interface TensorOptions extends Omit<Options, 'activation' | 'into'> {", () =>
      code.line('activation?: TensorActivation | readonly TensorActivation[] | undefined;'),
    );
  }

  private variables(): void {
    const { code } = this;
    code.line();
    code.line(comment('tf.Variables (float32) with these free parameters, by name: what an optimizer trains.'));
    code.block(
      'export function ' +
        `variables(free${this.type(': Readonly<Record<string, ArrayLike<number>>>')}, ` +
        `options${this.type(': Options')} = {})${this.type(': Record<string, tf.Variable>')} {`,
      () => {
        code.line('knownOptions(options);');
        code.line('const d = options.widths === undefined ? inferWidths(free) : resolveWidths(options.widths);');
        code.line(
          'return Object.fromEntries(freeSlots.map(([name, rows, columns]) => [name, ' +
            'tf.variable(tf.tensor(Float32Array.from(free[name]), columns === null ? [count(rows, d)] : ' +
            '[count(rows, d), count(columns, d)]))]));',
        );
      },
    );
  }

  private constrained(): void {
    const { code } = this;
    code.line();
    code.line(
      comment(
        'Free parameters (tensors or variables, by name) → weights, biases and multipliers as ' +
          'tensors, with gradients: constrain()',
      ),
    );
    code.line(
      comment(
        'in float64, rounded to float32, and its vector–Jacobian product. Reads the tensors ' +
          'synchronously (dataSync). Dense',
      ),
    );
    code.line(
      comment(
        'weights have the shape [rows, columns], all else [rows]. In a training step, call it inside ' +
          'the loss function.',
      ),
    );
    code.block(
      `export function constrained(free${this.type(': Readonly<Record<string, tf.Tensor>>')}, ` +
        `options${this.type(': TensorOptions')} = {})${this.type(': ConstrainedTensors')} {`,
      () => {
        code.line('knownOptions(options);');
        code.line('const names = freeSlots.map(([name]) => name);');
        code.line('const lengths = Object.fromEntries(names.map((name) => [name, { length: free[name]?.size }]));');
        code.line('const d = options.widths === undefined ? inferWidths(lengths) : resolveWidths(options.widths);');
        code.line('const plan = planFor(d);');
        code.line('const groups = [weightSlots, biasSlots, multiplierSlots];');
        code.block(
          'const flat = tf.customGrad((...inputs) => {',
          () => {
            code.line(comment('The last argument would save tensors for the gradient: the values are kept below.'));
            code.line('inputs.pop();');
            code.line(
              'const values = Object.fromEntries(inputs.map((input, k) => [names[k], ' +
                'Float64Array.from(input.dataSync())]));',
            );
            code.line('const run = { ...options, widths: undefined };');
            code.line('const lip = fillAndRun(plan, values, run);');
            code.line('const { runs } = plan;');
            code.line('const made = groups.flat().map(([, , , buffer]) => plan.buffers[buffer]);');
            code.line('const total = made.reduce((sum, { length }) => sum + length, 0);');
            code.line('const joined = new Float32Array(total);');
            code.line('let at = 0;');
            code.line('for (const part of made) { joined.set(part, at); at += part.length; }');
            code.block(
              'const gradFunc = (dy) => {',
              () => {
                code.line('const given = Float64Array.from(dy.dataSync());');
                code.line('let from = 0;');
                code.line(
                  'const [weights, biases, multipliers] = groups.map((slots) => ' +
                    'Object.fromEntries(slots.map(([name, , , buffer]) => [name, given.subarray(from, (from += ' +
                    'plan.buffers[buffer].length))])));',
                );
                code.line(comment('Another call may have used the buffers in the meantime.'));
                code.line('if (plan.runs !== runs) fillAndRun(plan, values, run);');
                code.line('const gradient = pullBack(plan, lip, { weights, biases, multipliers });');
                code.line(
                  'return inputs.map((input, k) => tf.tensor(Float32Array.from(gradient[names[k]]), input.shape));',
                );
              },
              '};',
            );
            code.line('return { value: tf.tensor1d(joined), gradFunc };');
          },
          '})(...names.map((name) => free[name]));',
        );
        code.line('let at = 0;');
        code.block(
          'const [weights, biases, multipliers] = groups.map((slots) => ' +
            'Object.fromEntries(slots.map(([name, rows, columns, buffer]) => {',
          () => {
            code.line('const piece = tf.slice(flat, [at], [plan.buffers[buffer].length]);');
            code.line('at += plan.buffers[buffer].length;');
            code.line(
              'return [name, columns === null ? piece : tf.reshape(piece, [count(rows, d), count(columns, d)])];',
            );
          },
          '})));',
        );
        code.line('const { widths } = emptyResult(plan);');
        code.line(
          'return { widths, slopes: Array.from(plan.m, (m, k) => [m, plan.L[k]]), lipschitz: ' +
            'options.lipschitz ?? lipschitz, weights, biases, multipliers, activations: ' +
            '[...plan.activations] };',
        );
      },
    );
  }

  private apply(): void {
    const { code, program } = this;
    const { scalars } = this;
    const texts = program.layers.map(({ activation }) =>
      activation.kind === 'scalar' ? scalars.elementwise(activation.function) : null,
    );
    const functions = [...new Set(texts.filter((text) => text !== null))];
    code.line();
    if (program.layers.some(({ activation }) => activation.kind === 'spline')) {
      for (const line of splineText) code.line(line);
      code.line();
    }
    scalars.printHelpers(code);
    if (functions.length > 0) {
      code.line(comment('The activations that the equations name.'));
      code.block(
        'const tensorActivations = [',
        () => {
          for (const text of functions) code.line(`${text},`);
        },
        '];',
      );
      code.line();
    }
    code.line(
      comment(
        'The network on a batch x of shape [points, width of x], of weights as constrained() gives ' +
          'them. Where the equations leave the',
      ),
    );
    code.line(
      comment(
        'activation open it is the one that constrained() was given, or else m v for v < 0 and L v ' +
          'for v >= 0; or `activation`, one or one',
      ),
    );
    code.line(
      comment(
        'for each hidden signal: a text, a function of TensorFlow.js, which is called with the ' +
          'tensor alone, or one of yours, called with',
      ),
    );
    code.line(
      comment(
        'tensor and layer. Its slopes must be known and lie in those of the weights, or else be your ' +
          'word: the slopes that were given.',
      ),
    );
    code.block(
      `export function apply(network${this.type(': ConstrainedTensors')}, ` +
        `x${this.type(': tf.Tensor')}, ` +
        `activation${this.type('?: TensorActivation | readonly TensorActivation[]')})${this.type(': tf.Tensor2D')} ` +
        '{',
      () => {
        if (hasOpen(program)) this.open();
        const width = this.widthOf(program.input);
        code.line(
          `if (x.rank !== 2 || x.shape[1] !== ${width}) throw new RangeError(\`LW303 an input of shape ` +
            `[\${x.shape}], [points, \${${width}}] expected\`);`,
        );
        code.line(`const v${program.input} = x;`);
        for (const step of program.steps) {
          const terms = [
            ...step.terms.map((term) => this.term(term, step.signal)),
            ...step.biases.map(({ coefficient, bias }) => scaled(coefficient, this.value(bias))),
          ];
          const [first, ...rest] = terms;
          const sum = rest.reduce(
            (total, term) => `tf.add(${total}, ${term})`,
            first ?? `tf.zeros([x.shape[0], ${this.widthOf(step.signal)}])`,
          );
          const layer = step.layer === null ? undefined : program.layers[step.layer];
          code.line(
            `const v${step.signal} = ` +
              `${layer === undefined || step.layer === null ? sum : this.activated(layer, step.layer, sum, functions.indexOf(texts[step.layer] ?? ''))};`,
          );
        }
        code.line(`return v${program.signals.length};`);
      },
    );
  }

  /** What is applied where the equations leave it open. */
  private open(): void {
    const { code } = this;
    code.line(
      'const chosen = activation === undefined || activation === null ? network.activations : ' +
        'admitted(activation, network);',
    );
    code.block(
      'const phi = (v, k) => {',
      () => {
        code.line('const [m, L] = network.slopes[k];');
        code.line('const own = chosen?.[k] ?? null;');
        code.line('if (own?.tensor) return own.tensor(v);');
        code.line(
          'if (own === null || own.apply === null) return m === 0 && L === 1 ? tf.relu(v) : ' +
            'tf.sub(tf.mul(L, tf.relu(v)), tf.mul(m, tf.relu(tf.neg(v))));',
        );
        code.line('const value = own.apply(v, k);');
        code.line(
          "if (typeof value?.dataSync !== 'function') throw new RangeError(`LW305 an activation that " +
            'gives ${typeof value}: apply needs a function of tensors`);',
        );
        code.line('return value;');
      },
      '};',
    );
  }

  private activated({ activation }: ForwardLayer, at: number, sum: string, place: number): string {
    if (activation.kind === 'open') return `phi(${sum}, ${at})`;
    // What comes out of a block was made by its own steps.
    if (activation.kind === 'block') return sum;
    if (activation.kind === 'spline')
      return `splines(${this.value(activation.coefficients)}, ${activation.knots}, ${activation.step}, ${sum})`;
    return `tensorActivations[${place}](${sum})`;
  }

  private value(buffer: number): string {
    const { weights, biases } = this.program;
    const weight = weights.find((slot) => slot.buffer === buffer);
    if (weight !== undefined) return `network.weights[${quote(weight.name)}]`;
    return `network.biases[${quote(biases.find((slot) => slot.buffer === buffer)?.name ?? '')}]`;
  }

  private places(): readonly { readonly name: string; readonly size: Size }[] {
    const { signals, output, locals } = this.program;
    return [...signals, output, ...locals];
  }

  private widthOf(place: number): string {
    return `network.widths[${quote(this.places()[place]?.name ?? '')}]`;
  }

  private term({ coefficient, weight, signal, above }: ForwardTerm, out: number): string {
    const v = `v${signal}`;
    if (weight === null)
      return scaled(
        coefficient,
        above === undefined
          ? v
          : `tf.pad(${v}, [[0, 0], [${this.before(above)}, ${this.widthOf(out)} - ${this.before(above)} ` +
              `- ${this.widthOf(signal)}]])`,
      );
    const slot = this.program.weights.find(({ buffer }) => buffer === weight);
    return scaled(
      coefficient,
      slot?.structure === 'diagonal'
        ? `tf.mul(${v}, ${this.value(weight)})`
        : `tf.matMul(${v}, ${this.value(weight)}, false, true)`,
    );
  }

  /** Widths are printed by the name of a signal that has them. */
  private before(size: Size): string {
    if (typeof size !== 'object' || size === null || !('sum' in size)) return String(countOf(size, []));
    const names = size.sum.map(
      (at) => `network.widths[${quote(this.places().find((place) => place.size === at)?.name ?? '')}]`,
    );
    return names.length === 0 ? '0' : `(${names.join(' + ')})`;
  }

  private download(): void {
    const { code } = this;
    code.line();
    code.line(
      comment(
        'What constrained() gave, with the values of its tensors as they are (float32) in ' +
          'Float64Arrays: for lmi(), check() and instance().',
      ),
    );
    code.block(
      `export function download(network${this.type(': ConstrainedTensors')})${this.type(': Constrained')} {`,
      () => {
        code.line(
          'const values = (table) => Object.fromEntries(Object.entries(table).map(([name, tensor]) => ' +
            '[name, Float64Array.from(tensor.dataSync())]));',
        );
        code.line(
          'return { ...network, weights: values(network.weights), biases: values(network.biases), ' +
            'multipliers: values(network.multipliers) };',
        );
      },
    );
  }
}

const scaled = (coefficient: number, text: string): string =>
  coefficient === 1 ? text : `tf.mul(${coefficient}, ${text})`;

/** A linear spline is its first piece and a kink at every inner knot. */
const splineText: readonly string[] = [
  comment(
    'The linear splines with the values of row i of c on the knots (k − (knots − 1) / 2) step, ' +
      'continued by their outer slopes,',
  ),
  comment('at column i of v.'),
  'function splines(c, knots, step, v) {',
  '  const width = v.shape[1];',
  '  const column = (k) => tf.reshape(tf.slice(c, [0, k], [width, 1]), [width]);',
  '  const slope = (k) => tf.div(tf.sub(column(k + 1), column(k)), step);',
  '  const past = (k) => tf.sub(v, (k - (knots - 1) / 2) * step);',
  '  let sum = tf.add(column(0), tf.mul(slope(0), past(0)));',
  '  for (let k = 1; k < knots - 1; k += 1) sum = tf.add(sum, tf.mul(tf.sub(slope(k), slope(k ' +
    '- 1)), tf.relu(past(k))));',
  '  return sum;',
  '}',
];
